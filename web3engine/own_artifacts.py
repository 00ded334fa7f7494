"""A user's own compiled contracts: every JSON file below a folder, and why one of them is passed over."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tokenspice.files import read_file
from tokenspice.web3engine.artifact import Artifact
from tokenspice.web3engine.artifact_json import Compiled, NoArtifact, contracts_in
from tokenspice.web3engine.errors import ArtifactError

__all__ = ["own_artifacts", "read_artifacts"]

MOST_BYTES = 1 << 24  # of a file
MOST_FILES = 50_000
MOST_KEPT = 100_000_000  # bytes of code and ABI, of all of them

# What hardhat and foundry keep beside their artifacts, and what npm installs: no contracts of the user's.
NOT_ARTIFACTS = {"build-info", "node_modules", "solcInputs"}


def own_artifacts(folder: Path) -> tuple[list[Artifact], dict[Path, str]]:
    """Return the contracts among the JSON files below a user's folder, and why each other file is passed over.

    Raises:
        ArtifactError: it is no folder, or holds more than memory should.
    """
    if not folder.is_dir():
        raise ArtifactError(f"ARTIFACTS_PATH in tokenspice.ini is {folder}, which is no folder.")
    found: list[Artifact] = []
    passed_over: dict[Path, str] = {}
    n_bytes, root = 0, folder.resolve()
    for path in json_files(folder, passed_over):
        try:
            read = read_artifacts(path, root, folder.name)
        except NoArtifact as why:
            passed_over[path] = str(why)
            continue
        n_bytes += sum(len(one.bytecode) + 200 * len(one.entries) for one in read)
        if n_bytes > MOST_KEPT:
            raise ArtifactError(f"{folder} holds more than {MOST_KEPT:,} bytes of contracts. Give a smaller folder.")
        found += read
    return found, passed_over


def json_files(folder: Path, passed_over: dict[Path, str]) -> Iterator[Path]:
    n_files = 0
    for where, folders, names in os.walk(folder):
        for name in sorted(set(folders) & NOT_ARTIFACTS):
            passed_over[Path(where, name)] = "what compilers and packages keep for themselves"
        folders[:] = sorted(set(folders) - NOT_ARTIFACTS)
        for name in sorted(names):
            if name.endswith(".json"):
                n_files += 1
                yield Path(where, name)
        if n_files > MOST_FILES:
            raise ArtifactError(f"{folder} holds more than {MOST_FILES:,} JSON files. Give a smaller folder.")


def read_artifacts(
    path: Path,
    root: Path,
    protocol: str,
    source: str = "",
    read: Callable[[bytes], Sequence[Compiled]] = contracts_in,
) -> list[Artifact]:
    """Return the contracts in one file below the folder `root`.

    Args:
        path: of the file.
        root: what it may not lie outside of.
        protocol: the name of the contracts' protocol.
        source: where they come from, for messages; the path unless given.
        read: finds the contracts in the file's content.

    Raises:
        NoArtifact: it holds none, or cannot be read, or is a link that leads out of the folder.
    """
    if not path.resolve().is_relative_to(root):
        raise NoArtifact("it is a link that leads out of the folder")
    if path.name.endswith(".dbg.json"):
        raise NoArtifact("it is what hardhat keeps for itself")
    try:
        content = read_file(path, MOST_BYTES)
    except OSError as error:
        raise NoArtifact(f"{error.strerror}") from None
    inside = (root.parent.name, root.name, *place_below(path, root))
    return [
        Artifact(
            protocol,
            name := one.name or path.name.removesuffix(".json"),
            one.entries,
            one.bytecode,
            source or str(path),
            one.links,
            (*inside, *(() if path.name == f"{name}.json" and not one.file else (path.name,)), *parts(one.file)),
            one.docs,
        )
        for one in read(content)
    ]


def place_below(path: Path, root: Path) -> tuple[str, ...]:
    folder = Path(os.path.abspath(path)).parent
    return folder.relative_to(root).parts if folder.is_relative_to(root) else folder.resolve().relative_to(root).parts


def parts(file: str) -> tuple[str, ...]:
    return tuple(part for part in file.split("/") if part not in ("", ".", ".."))
