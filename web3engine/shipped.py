"""Our own contracts, compiled: they come with the package, so that nobody needs a compiler for them.

`contracts/<protocol>/compiled.json` holds what solc made of a folder, and the SHA-256 of all that it was made of. It is
used only where that is still so; a source that was changed is compiled. `python -m tests.contracts.test_shipped` writes
these files.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tokenspice.files import HOME, read_file
from tokenspice.web3engine.errors import CompileError
from tokenspice.web3engine.npm import find_in_packages
from tokenspice.web3engine.protocol import Protocol
from tokenspice.web3engine.solidity import read_source

__all__ = ["FILE_NAME", "shipped_contracts", "shipped_sources", "source_digest"]

FILE_NAME = "compiled.json"
MOST_BYTES = 1 << 26


def shipped_contracts(
    protocol: Protocol, project: Path, settings: Mapping[str, Any]
) -> dict[str, dict[str, Any]] | None:
    """Return the contracts that came with one of our folders, by source and name, as solc's JSON has them.

    Args:
        protocol: the folder.
        project: the folder that holds node_modules/.
        settings: how it is to be compiled.

    Returns:
        None if nothing came with it, or if a source or a setting is another than it was.

    Raises:
        CompileError: what came with it cannot be read.
    """
    kept = read_shipped(protocol, project)
    return dict(kept["contracts"]) if kept and kept["settings"] == settings else None


def shipped_sources(protocol: Protocol, project: Path) -> dict[str, str]:
    """Return the SHA-256 of all sources of the contracts that came with a folder, by name; empty if it has others."""
    kept = read_shipped(protocol, project)
    return dict(kept["sources"]) if kept else {}


def read_shipped(protocol: Protocol, project: Path) -> dict[str, Any] | None:
    """Return what came with a folder of ours, if it was made of the sources that are there."""
    path = protocol.folder / FILE_NAME
    if protocol.folder.resolve().parent != HOME / "contracts" or not path.is_file():
        return None
    try:
        kept: dict[str, Any] = json.loads(read_file(path, MOST_BYTES))
    except (OSError, ValueError) as error:
        raise CompileError(f"{path} cannot be read: {error}. Install tokenspice again.") from None
    return kept if is_made_of_these(kept["sources"], protocol, project) else None


def is_made_of_these(sources: Mapping[str, str], protocol: Protocol, project: Path) -> bool:
    """Tell whether every source is what it was. Of a package that is not installed, the pinned version is meant."""
    contracts = protocol.folder.parent
    if not {path.relative_to(contracts).as_posix() for path in protocol.sources} <= sources.keys():
        return False
    for name, known in sources.items():
        is_ours = (contracts / name.partition("/")[0]).is_dir()
        path = contracts / name if is_ours else find_in_packages(project, name)
        if path is not None and not (path.is_file() and source_digest(read_source(path)) == known):
            return False
    return True


def source_digest(text: str) -> str:
    """Return the SHA-256 of a source's text."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
