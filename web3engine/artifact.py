"""One contract, as a compiler hands it over, and the names by which it can be asked for."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

from tokenspice.web3engine.abi import Abi
from tokenspice.web3engine.errors import AbiError
from tokenspice.web3engine.linking import Links

__all__ = ["Artifact", "Entries", "checked_entries", "short_names"]

Entries: TypeAlias = list[dict[str, Any]]

KINDS = ("function", "constructor", "event", "error", "receive", "fallback")

# No compiler comes near these bounds; what lies beyond them is made to stop us.
MOST_ENTRIES = 5_000
MOST_BYTES = 1 << 21  # of an ABI as JSON
MOST_TYPE = 256  # characters of a type
MOST_ARRAYS = 16  # arrays in each other
MOST_STRUCTS = 16  # structs in each other


@dataclass(frozen=True)
class Artifact:
    """What a compiler makes of one contract.

    Attributes:
        protocol: the folder of contracts/ that it belongs to.
        name: the contract's.
        entries: its ABI, as JSON.
        bytecode: creation code, with zeros where a library's address belongs; empty where there is an ABI alone: an
            interface, an abstract contract, or a file without code.
        source: where it comes from, for run.json.
        links: the libraries that have to be linked into it, and where.
        place: the folders and the file that it was found in, such as ("tokenspice", "token", "Token.sol").
        docs: what its source says of each function, by signature.
    """

    protocol: str
    name: str
    entries: Entries
    bytecode: bytes
    source: str
    links: Links = field(default_factory=dict)
    place: tuple[str, ...] = ()
    docs: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def abi(self) -> Abi:
        return Abi(self.entries, self.docs)

    @property
    def sha256(self) -> str:
        """Hash of the creation code, or of the ABI where there is none."""
        return hashlib.sha256(self.bytecode or json.dumps(self.entries, sort_keys=True).encode()).hexdigest()

    def lies_in(self, parts: Sequence[str]) -> bool:
        """Tell whether some folders, the last of which may be a file, follow each other in its place."""
        plain = (*self.place[:-1], self.place[-1].rpartition(".")[0]) if self.place else ()
        return any(
            tuple(parts) == place[start : start + len(parts)]
            for place in (self.place, plain)
            for start in range(len(place))
        )

    def covers(self, other: "Artifact") -> bool:
        """Tell whether all that `other` says is said here too: it is the same, or an interface of this one."""
        if other.bytecode not in (b"", self.bytecode) or other.bytecode and other.links != self.links:
            return False
        return all(words(entry) in self._words for entry in other.entries)

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(map(words, self.entries))


def words(entry: dict[str, Any]) -> str:
    """Return what an entry of an ABI means, without what compilers add for people."""
    kept = {name: value for name, value in entry.items() if name in ("type", "name", "inputs", "outputs", "anonymous")}
    return json.dumps(kept, sort_keys=True, default=str)


def short_names(artifacts: Sequence[Artifact]) -> list[str]:
    """Return for each of several artifacts of one name the shortest name that only it has."""
    return [
        next(
            (
                f"{'/'.join(one.place[-size:])}:{one.name}"
                for size in range(1, len(one.place) + 1)
                if sum(other.lies_in(one.place[-size:]) for other in artifacts) == 1
            ),
            f"{'/'.join(one.place)}:{one.name}",
        )
        for one in artifacts
    ]


def checked_entries(entries: object) -> Entries:
    """Return an ABI as every reader here takes it; a type that is left out is "function", as old compilers did.

    Raises:
        AbiError: it is no ABI, or one that no compiler writes.
    """
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise AbiError("the ABI is no list of objects")
    if len(entries) > MOST_ENTRIES or len(json.dumps(entries)) > MOST_BYTES:
        raise AbiError(f"the ABI has more than {MOST_ENTRIES:,} entries or {MOST_BYTES:,} bytes")
    read = [{"type": "function"} | entry for entry in entries]
    for entry in read:
        check_entry(entry)
    Abi(read)
    return read


def check_entry(entry: dict[str, Any]) -> None:
    if entry["type"] not in KINDS:
        raise AbiError(f"the ABI has an entry of type {str(entry['type'])[:40]!r}")
    if entry["type"] in ("function", "event", "error") and not isinstance(entry.get("name"), str):
        raise AbiError(f"the ABI has a {entry['type']} without a name")
    for argument in (*parts(entry, "inputs"), *parts(entry, "outputs")):
        check_argument(argument, MOST_STRUCTS)


def check_argument(argument: dict[str, Any], depth: int) -> None:
    kind = argument.get("type")
    if not isinstance(kind, str) or len(kind) > MOST_TYPE or kind.count("[") > MOST_ARRAYS:
        raise AbiError(f"the ABI has an argument of type {str(kind)[:40]!r}…")
    if kind.startswith("tuple") and depth == 0:
        raise AbiError(f"the ABI has more than {MOST_STRUCTS} structs inside each other")
    for part in parts(argument, "components"):
        check_argument(part, depth - 1)


def parts(entry: dict[str, Any], name: str) -> list[dict[str, Any]]:
    found = entry.get(name) or []
    if not isinstance(found, list) or not all(isinstance(part, dict) for part in found):
        raise AbiError(f"the ABI has {name} that are no list of objects")
    return found
