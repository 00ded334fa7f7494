"""External libraries: where their addresses belong in a contract's bytecode, and how they get there."""

import re
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from eth_utils.address import is_address
from eth_utils.crypto import keccak

from tokenspice.web3engine.errors import ArtifactError

__all__ = ["Links", "creation_code", "link"]

Links: TypeAlias = dict[str, list[int]]
"""By library, "file:Library" or "Library", the places in the bytecode where its address belongs."""

ADDRESS_BYTES = 20
HASH_DIGITS = 34  # of a placeholder
HEXADECIMAL = re.compile(r"(?:[0-9a-fA-F]{2})*")

# What a compiler leaves for an address in hexadecimal code: __Name___ up to solc 0.4, __$hash$__ since 0.5.
PLACEHOLDER = re.compile(r"__[$.:/\w-]{36}__|__[.:/\w-]{38}")


def creation_code(
    text: str, references: dict[str, dict[str, list[dict[str, int]]]], known: Iterable[str] = ()
) -> tuple[bytes, Links]:
    """Turn a compiler's bytecode into bytes, with zeros for the addresses of libraries.

    Args:
        text: hexadecimal, without 0x.
        references: solc's linkReferences: by file and library, a list of start and length in bytes. Where a tool
            keeps none, a placeholder's own text names its library.
        known: names "file:Library", for placeholders that hold the hash of one.

    Raises:
        ValueError: `text` is no hexadecimal, or a library belongs outside of it.
    """
    links = {
        f"{file}:{library}" if file else library: [place["start"] for place in places]
        for file, libraries in references.items()
        for library, places in libraries.items()
    }
    if not links:
        names = {keccak(text=name).hex()[:HASH_DIGITS]: name for name in known} if "__$" in text else {}
        for match in PLACEHOLDER.finditer(text):
            word = match[0].strip("_")
            links.setdefault(names.get(word.strip("$"), word), []).append(match.start() // 2)
    plain = PLACEHOLDER.sub("0" * 2 * ADDRESS_BYTES, text)
    if not HEXADECIMAL.fullmatch(plain):
        raise ValueError("its bytecode is no hexadecimal")
    code = bytes.fromhex(plain)
    if not all(0 <= place <= len(code) - ADDRESS_BYTES for places in links.values() for place in places):
        raise ValueError("a library belongs outside of its bytecode")
    return code, links


def link(contract: str, code: bytes, links: Links, libraries: Mapping[str, str]) -> bytes:
    """Return a contract's creation code with the addresses of its libraries in it.

    Args:
        contract: what to call it in a message.
        code: as `creation_code` gives it, with `links`.
        libraries: an address for each library, by its name ("SupplyLogic"), or by file and name
            ("contracts/SupplyLogic.sol:SupplyLogic"), as has to be where two share the name.

    Raises:
        ArtifactError: there is no code, or a library is missing, or is none of the contract's, or has no address.
    """
    if not code:
        raise ArtifactError(
            f"{contract} has no code to deploy: it is an interface, an abstract contract or an ABI alone. Deploy a "
            f'contract that implements it; chain.contract("{contract}", address) reads one that is there already.'
        )
    keys = {library: key_of(library, links, libraries) for library in links}
    if missing := [library for library, key in keys.items() if key not in libraries]:
        write = ", ".join(f'"{keys[library]}": address' for library in missing)
        raise ArtifactError(
            f"{contract} is compiled for external libraries: {', '.join(missing)}. Deploy them first, and write "
            f"libraries={{{write}}}."
        )
    if extra := sorted(libraries.keys() - keys.values()):
        raise ArtifactError(
            f"{contract} uses no library {', '.join(extra)}. It uses: {', '.join(keys.values()) or 'none'}."
        )
    linked = bytearray(code)
    for library, key in keys.items():
        for place in links[library]:
            linked[place : place + ADDRESS_BYTES] = address_bytes(contract, key, libraries[key])
    return bytes(linked)


def key_of(library: str, links: Links, libraries: Mapping[str, str]) -> str:
    """Return what a library is called among those given: its whole name, or the short one if that is enough."""
    short = library.rpartition(":")[2]
    is_unique = sum(other.rpartition(":")[2] == short for other in links) == 1
    return short if is_unique and library not in libraries else library


def address_bytes(contract: str, library: str, address: object) -> bytes:
    """Return an address as the bytecode holds it."""
    if isinstance(address, str) and is_address(address):
        return bytes.fromhex(address[2:])
    raise ArtifactError(
        f"{contract} was given {address!r} for its library {library}. Write an address, such as "
        "chain.deploy(…).address."
    )
