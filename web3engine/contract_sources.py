"""What contracts are made of, as hashes: so that a record knows them before any is compiled."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

from tokenspice.files import read_file
from tokenspice.web3engine.artifacts import Artifacts, npm_tables
from tokenspice.web3engine.errors import CompileError
from tokenspice.web3engine.npm import find_in_packages
from tokenspice.web3engine.protocol import SETTINGS, Protocol
from tokenspice.web3engine.shipped import shipped_sources, source_digest
from tokenspice.web3engine.sources import gather

__all__ = ["protocol_hash", "protocol_hashes"]

FILES = (SETTINGS, "foundry.toml", "remappings.txt")
MOST_BYTES = 1 << 28  # of one file


def protocol_hashes(artifacts: Artifacts, project: Path) -> dict[str, str]:
    """Return `protocol_hash` of each folder of contracts that a run may use, by the last two parts of its path."""
    return {"/".join(one.place): protocol_hash(one, artifacts, project) for one in artifacts.protocols}


def protocol_hash(protocol: Protocol, artifacts: Artifacts, project: Path) -> str:
    """Return a SHA-256 of all that decides what a folder's contracts are.

    That is its Solidity with all that it imports, its settings, and the versions of npm's packages; of a folder of
    compiled contracts, these.

    Args:
        protocol: the folder.
        artifacts: the contracts that may be asked for.
        project: the folder that holds node_modules/.

    Raises:
        ArtifactError: the folder cannot be read.
    """
    lines = compiled_lines(artifacts, protocol) if "own" in protocol.settings else source_lines(protocol, project)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def compiled_lines(artifacts: Artifacts, protocol: Protocol) -> Iterator[str]:
    for one in artifacts.load(protocol):
        yield f"{'/'.join(one.place)} {one.name} {one.sha256} {digest(json.dumps(one.entries).encode())}"


def source_lines(protocol: Protocol, project: Path) -> Iterator[str]:
    hashes = shipped_sources(protocol, project)
    try:
        hashes = hashes or hashes_of(gather(protocol, project, protocol.sources).texts)
    except CompileError:  # nothing of what it lacks can be run, but the rest of it may
        yield from (file_line(path) for path in protocol.sources)
    yield from (f"{name} {known}" for name, known in sorted(hashes.items()))
    yield from (file_line(protocol.folder / name) for name in FILES)
    for table in npm_tables(protocol):
        if path := find_in_packages(project, f"{table['package']}/package.json"):
            yield file_line(path)


def hashes_of(texts: dict[str, str]) -> dict[str, str]:
    return {name: source_digest(text) for name, text in texts.items()}


def file_line(path: Path) -> str:
    try:
        return f"{path.name} {digest(read_file(path, MOST_BYTES))}"
    except OSError:
        return f"{path.name} -"


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
