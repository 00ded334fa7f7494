"""What a compiler is given: a protocol's sources and all that they import, each file under one name."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tokenspice.files import HOME, read_file
from tokenspice.web3engine.errors import CompileError
from tokenspice.web3engine.npm import SETS, install_command, node_folders
from tokenspice.web3engine.protocol import Protocol
from tokenspice.web3engine.safe_toml import parse_toml
from tokenspice.web3engine.solidity import imports_of, read_source

__all__ = ["Sources", "foundry_settings", "gather", "source_name"]

MOST_FILES = 10_000
MOST_BYTES = 1 << 20  # of remappings.txt and foundry.toml


@dataclass
class Sources:
    """Texts by the names that solc knows them by, and what else it has to know.

    Attributes:
        paths: where each text was read.
        remappings: importer:import=name, where the name is another than solc would find.
    """

    texts: dict[str, str] = field(default_factory=dict)
    paths: dict[str, Path] = field(default_factory=dict)
    remappings: list[str] = field(default_factory=list)


def gather(protocol: Protocol, project: Path, roots: list[Path]) -> Sources:
    """Return some of a protocol's sources and all that they import.

    Raises:
        CompileError: one cannot be read or found.
    """
    found = Sources(paths={source_name(path, protocol): path for path in roots})
    names = {path.resolve(): name for name, path in found.paths.items()}
    waiting = list(found.paths)
    while waiting:
        name = waiting.pop()
        path = found.paths[name]
        found.texts[name] = read_source(path)
        for imported in imports_of(found.texts[name]):
            expected = imported_name(imported, name)
            target = find_source(expected, imported, path, protocol, project)
            known = names.get(target.resolve())
            if known is None:
                known = names[target.resolve()] = free_name(expected, target, found.paths)
                found.paths[known] = target
                waiting.append(known)
            if known != expected:
                found.remappings.append(f"{name}:{expected}={known}")
        if len(found.paths) > MOST_FILES:
            raise CompileError(f"{protocol.folder} imports more than {MOST_FILES:,} files.")
    found.remappings = sorted(set(found.remappings))
    return found


def source_name(path: Path, protocol: Protocol) -> str:
    return f"{protocol.name}/{path.relative_to(protocol.folder).as_posix()}"


def imported_name(imported: str, importer: str) -> str:
    """Return the name by which solc looks for an import (Solidity documentation, "Path Resolution")."""
    if not imported.startswith(("./", "../")):
        return imported
    parts: list[str] = list(Path(importer).parent.parts)
    for part in imported.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def free_name(expected: str, path: Path, taken: dict[str, Path]) -> str:
    """Return the name that solc expects, or, where another file has it, one with more of the path."""
    if expected not in taken:
        return expected
    return next(name for size in range(1, len(path.parts) + 1) if (name := "/".join(path.parts[-size:])) not in taken)


def find_source(name: str, imported: str, importer: Path, protocol: Protocol, project: Path) -> Path:
    """Return the file that an import means, the nearest first.

    Raises:
        CompileError: there is none.
    """
    for path in candidates(name, imported, importer, protocol, project):
        if path.is_file():
            return path
    raise CompileError(
        f'{importer} imports "{imported}", which is neither beside it nor in contracts/, nor in a node_modules/ or '
        f"lib/ above it, and no remapping leads to it. {how_to_get(imported, project)}."
    )


def how_to_get(imported: str, project: Path) -> str:
    """Say how the package of an import is installed."""
    package = "/".join(imported.split("/")[: 2 if imported.startswith("@") else 1])
    known = any(package in packages for packages in SETS.values())
    return install_command(project, package) if known else "A package's sources come with `npm install <package>`"


def candidates(name: str, imported: str, importer: Path, protocol: Protocol, project: Path) -> Iterator[Path]:
    if imported.startswith(("./", "../")):
        yield Path(os.path.normpath(importer.parent / imported))
    above = importer.resolve().parents
    projects = [folder for folder in above if is_project(folder)]
    yield from remapped(protocol.settings.get("solc", {}).get("remappings", []), protocol.folder, imported)
    for folder in projects:
        yield from remapped(project_remappings(folder), folder, imported)
    for root in (protocol.folder.parent, project / "contracts", HOME / "contracts"):
        yield root / name
    own = protocol.folder.resolve()
    for folder in above:
        if folder.is_relative_to(own) or folder in projects:
            yield folder / imported
    for folder in (*(one / "node_modules" for one in above), *node_folders(project)):
        yield folder / imported
    package, _, rest = imported.partition("/")
    for folder in above:
        for inside in ("src", "contracts", "."):
            yield folder / "lib" / package / inside / rest


def is_project(folder: Path) -> bool:
    """Tell whether a folder is that of a project of foundry's or hardhat's."""
    names = ("foundry.toml", "remappings.txt", "hardhat.config.js", "hardhat.config.ts", "hardhat.config.cjs")
    return any((folder / name).is_file() for name in names)


def remapped(remappings: list[str], folder: Path, imported: str) -> Iterator[Path]:
    """Return where remappings "context:prefix=target" lead an import, the longest prefix first."""
    pairs = [entry.rpartition(":")[2].partition("=") for entry in remappings]
    for prefix, sign, target in sorted(pairs, key=lambda pair: -len(pair[0])):
        if sign and prefix and imported.startswith(prefix):
            yield folder / (target + imported[len(prefix) :])


def project_remappings(folder: Path) -> list[str]:
    text = text_of(folder / "remappings.txt")
    lines = [line.strip() for line in text.splitlines()]
    written = foundry_settings(folder).get("remappings", [])
    return [line for line in lines if "=" in line] + [str(one) for one in written if isinstance(written, list)]


def foundry_settings(folder: Path) -> dict[str, Any]:
    """Return what foundry.toml says of its default profile; nothing where there is none that can be read."""
    try:
        profile = parse_toml(text_of(folder / "foundry.toml").encode()).get("profile", {}).get("default", {})
    except (ValueError, AttributeError):
        return {}
    return profile if isinstance(profile, dict) else {}


def text_of(path: Path) -> str:
    try:
        return read_file(path, MOST_BYTES).decode(errors="replace")
    except OSError:
        return ""
