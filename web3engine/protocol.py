"""A folder of contracts, and the protocol.toml that says where they come from and how they are compiled."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from tokenspice.files import read_file
from tokenspice.web3engine.errors import ArtifactError
from tokenspice.web3engine.safe_toml import parse_toml

__all__ = ["Protocol", "read_protocol", "read_protocols"]

SETTINGS = "protocol.toml"
MOST_BYTES = 1 << 20  # of that file
MOST_SOURCES = 5_000

# What a project of hardhat's or foundry's keeps beside its sources; their imports find it all the same.
NOT_SOURCES = {"node_modules", "artifacts", "cache", "typechain-types", "__pycache__"}
NOT_ROOTS = (".t.sol", ".s.sol")  # foundry's tests and scripts

TABLES: dict[str, dict[str, type]] = {
    "solc": {
        "version": str,
        "optimizer": bool,
        "optimizer_runs": int,
        "evm_version": str,
        "via_ir": bool,
        "remappings": list,
        "settings": dict,
    },
    "npm": {"package": str, "artifacts": str, "contracts": list},
}
NEEDED = {"solc": (), "npm": ("package", "artifacts", "contracts")}
TYPES = {str: "a text", bool: "true or false", int: "a whole number", list: "a list of texts", dict: "a table"}


@dataclass(frozen=True)
class Protocol:
    """A folder of contracts, and its protocol.toml, which says where they come from.

    Attributes:
        folder: holds Solidity sources, protocol.toml, or both.
        settings: protocol.toml; a table [solc] for sources, or a table [npm], or several [[npm]], with package,
            artifacts (a folder in it) and contracts (their names).
        home: whose folder it is, in the full name of a contract: the folder above it unless given.
        inner: the folders below it that have a protocol.toml of their own, and so are none of its own.
    """

    folder: Path
    settings: dict[str, Any] = field(default_factory=dict)
    home: str = ""
    inner: tuple[Path, ...] = ()

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def place(self) -> tuple[str, str]:
        return self.home or self.folder.parent.name, self.name

    @cached_property
    def sources(self) -> list[Path]:
        """The Solidity files that are compiled; what they import comes along."""
        found = [path for path in solidity(self.folder, self.inner) if not path.name.endswith(NOT_ROOTS)]
        if len(found) > MOST_SOURCES:
            raise ArtifactError(
                f"{self.folder} holds more than {MOST_SOURCES:,} Solidity files. Give a smaller folder."
            )
        return sorted(found)


def read_protocol(folder: Path, home: str = "", inner: tuple[Path, ...] = ()) -> Protocol:
    """Read one folder of contracts.

    Raises:
        ArtifactError: its protocol.toml cannot be read, or says what is not understood.
    """
    path = folder / SETTINGS
    try:
        settings = parse_toml(read_file(path, MOST_BYTES)) if path.exists() else {}
    except (OSError, ValueError) as error:
        raise ArtifactError(f"{path} cannot be read: {error}.") from error
    check_settings(path, settings)
    return Protocol(folder, settings, home, inner)


def read_protocols(folder: Path, home: str = "") -> list[Protocol]:
    """Read a folder of contracts, and those below it that have a protocol.toml of their own.

    Raises:
        ArtifactError: one of them cannot be read.
    """
    inner = tuple(path for path in below(folder) if path != folder and (path / SETTINGS).exists())
    return [
        read_protocol(folder, home, inner),
        *(read_protocol(one, "", tuple(other for other in inner if other.parent.is_relative_to(one))) for one in inner),
    ]


def check_settings(path: Path, settings: dict[str, Any]) -> None:
    for name, table in settings.items():
        if name not in TABLES:
            raise ArtifactError(
                f"{path} has no use for {name}. Write a table {' or '.join(f'[{one}]' for one in TABLES)}."
            )
        for one in table if name == "npm" and isinstance(table, list) else [table]:
            check_table(path, name, one)


def check_table(path: Path, name: str, table: object) -> None:
    known = TABLES[name]
    if not isinstance(table, dict):
        raise ArtifactError(f"{path}: {name} is no table. Write [{name}] in a line of its own.")
    for key, value in table.items():
        if key not in known:
            raise ArtifactError(f'{path} has an unknown key "{key}" in [{name}]. There are: {", ".join(known)}.')
        if type(value) is not known[key] or isinstance(value, list) and not all(isinstance(one, str) for one in value):
            raise ArtifactError(f"{path}: {key} in [{name}] is {value!r}. Write {TYPES[known[key]]}.")
    for key in NEEDED[name]:
        if key not in table:
            raise ArtifactError(f"{path} lacks {key} in [{name}].")
    for word in (table.get("package", ""), table.get("artifacts", ""), *table.get("contracts", [])):
        if ".." in PurePosixPath(word).parts or PurePosixPath(word).is_absolute():
            raise ArtifactError(f'{path}: "{word}" in [{name}] leads out of the package. Write a path inside of it.')


def solidity(folder: Path, inner: tuple[Path, ...]) -> Iterator[Path]:
    """Return the Solidity files below a folder, other than those that a link out of it names."""
    for where in below(folder, inner):
        for path in where.iterdir():
            if path.suffix == ".sol" and path.is_file() and path.resolve().is_relative_to(folder.resolve()):
                yield path


def below(folder: Path, without: tuple[Path, ...] = ()) -> Iterator[Path]:
    """Return a folder and those below it that may hold sources of its own."""
    # os.walk bears folders that vanish meanwhile, such as other runs' below a netlist's; rglob does not.
    for where, folders, files in os.walk(folder):
        path = Path(where)
        folders[:] = sorted(
            name
            for name in folders
            if name not in NOT_SOURCES and not name.startswith(".") and path / name not in without
            if not (name == "lib" and holds_dependencies(path, {*folders, *files}))
        )
        yield path


def holds_dependencies(project: Path, names: set[str]) -> bool:
    """Tell whether lib/ holds others' projects, as foundry keeps them, rather than sources of this one."""
    return bool(names & {"foundry.toml", "remappings.txt", "src"}) and not any((project / "lib").glob("*.sol"))
