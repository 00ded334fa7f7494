"""Solidity into artifacts: standard JSON through solc, kept by the hash of all that went in."""

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from filelock import FileLock

from tokenspice.engine.errors import RunError
from tokenspice.files import read_file, replace_file
from tokenspice.web3engine.artifact import Artifact
from tokenspice.web3engine.checksummed_file import sealed, unsealed
from tokenspice.web3engine.errors import CompileError
from tokenspice.web3engine.linking import creation_code
from tokenspice.web3engine.natspec import function_docs
from tokenspice.web3engine.protocol import Protocol
from tokenspice.web3engine.rules import HARDFORK
from tokenspice.web3engine.shipped import shipped_contracts
from tokenspice.web3engine.solc import find_solc, run_solc
from tokenspice.web3engine.sources import Sources, foundry_settings, gather, source_name

__all__ = ["compile_protocol"]

DEFAULT_SOLC: dict[str, Any] = {"version": "0.8.26", "optimizer": True, "optimizer_runs": 200, "settings": {}}
FORMAT = "tokenspice contracts 1"
MOST_BYTES = 1 << 28  # of what is kept of one protocol

# The first solc that knows HARDFORK; an older one knows no newer opcodes either.
KNOWS_HARDFORK = (0, 8, 20)

OUTPUT = ["abi", "evm.bytecode.object", "evm.bytecode.linkReferences", "userdoc", "devdoc"]


def compile_protocol(
    protocol: Protocol, project: Path, build: Path, broken: dict[Path, CompileError] | None = None
) -> list[Artifact]:
    """Compile a folder of Solidity; what came compiled with us, or was compiled before, from the same sources, is read.

    Args:
        protocol: the folder. Its protocol.toml may say how ([solc]).
        project: the folder that holds node_modules/, for the compiler and for imports of packages.
        build: where compiled contracts are kept.
        broken: takes the sources that do not compile, so that the others do.

    Raises:
        CompileError: the sources do not compile, or there is no compiler of that version. With `broken`, only if
            none of them does.
    """
    ready = shipped_contracts(protocol, project, settings_of(protocol))
    if ready is not None:
        paths = {file: protocol.folder.parent / file for file in ready}
        return artifacts_of(protocol, ready, paths)
    roots = protocol.sources
    try:
        return compiled(protocol, project, build, roots)
    except CompileError as error:
        if broken is None or len(roots) < 2:
            raise
        whole = error
    found: dict[tuple[str, ...], Artifact] = {}
    for root in roots:
        try:
            found |= {(*one.place, one.name): one for one in compiled(protocol, project, build, [root])}
        except CompileError as error:
            broken[root] = error
    if not found:
        raise whole
    return list(found.values())


def compiled(protocol: Protocol, project: Path, build: Path, roots: list[Path]) -> list[Artifact]:
    """Compile some sources of a folder."""
    sources = gather(protocol, project, roots)
    return artifacts_of(protocol, contracts_of(sources, protocol, project, build), sources.paths)


def contracts_of(sources: Sources, protocol: Protocol, project: Path, build: Path) -> dict[str, Any]:
    """Return what solc makes of sources, from `build` where it is kept."""
    settings = settings_of(protocol)
    asked = standard_json(sources, settings)
    key = hashlib.sha256(json.dumps([settings["version"], asked]).encode()).hexdigest()
    kept = build / "contracts" / f"{protocol.name}-{key[:16]}.json"
    contracts = read_kept(kept)
    if contracts is not None:
        return contracts
    command = find_solc(str(settings["version"]), project)
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(build / "lock"):  # of many workers that need it at once, one compiles
            return read_kept(kept) or keep(kept, run_solc(asked, command, str(protocol.folder)))
    except OSError:  # nothing can be kept here: a full disk, a folder that is not ours
        return run_solc(asked, command, str(protocol.folder))


def artifacts_of(protocol: Protocol, contracts: dict[str, Any], paths: Mapping[str, Path]) -> list[Artifact]:
    """Return a folder's own contracts among all that solc compiled for it."""
    version = settings_of(protocol)["version"]
    return [
        artifact_of(protocol, paths[file], f"solc {version}, {file}", name, contract)
        for file, inside in contracts.items()
        for name, contract in inside.items()
        if paths[file].is_relative_to(protocol.folder) and file == source_name(paths[file], protocol)
    ]


def artifact_of(protocol: Protocol, path: Path, source: str, name: str, contract: dict[str, Any]) -> Artifact:
    bytecode = contract["evm"]["bytecode"]
    code, links = creation_code(bytecode["object"], bytecode.get("linkReferences", {}))
    place = (*protocol.place, *path.relative_to(protocol.folder).parts)
    return Artifact(protocol.name, name, contract["abi"], code, source, links, place, function_docs(contract))


def settings_of(protocol: Protocol) -> dict[str, Any]:
    """Return how a protocol is compiled: as its protocol.toml says, else foundry.toml, else by our defaults."""
    written = protocol.settings.get("solc", {})
    foundry = foundry_settings(protocol.folder)
    names = {"solc": "version", "solc_version": "version"} | {
        name: name for name in ("optimizer", "optimizer_runs", "via_ir")
    }
    taken = {names[name]: value for name, value in foundry.items() if name in names and "/" not in str(value)}
    settings: dict[str, Any] = DEFAULT_SOLC | taken | written
    return settings


def standard_json(sources: Sources, settings: dict[str, Any]) -> dict[str, Any]:
    chosen: dict[str, Any] = {
        **evm_version(settings),
        "optimizer": {"enabled": settings["optimizer"], "runs": settings["optimizer_runs"]},
        "outputSelection": {"*": {"*": OUTPUT}},
    }
    if settings.get("via_ir"):
        chosen["viaIR"] = True
    if sources.remappings:
        chosen["remappings"] = sources.remappings
    return {
        "language": "Solidity",
        "sources": {name: {"content": text} for name, text in sorted(sources.texts.items())},
        "settings": merged(chosen, settings["settings"]),
    }


def merged(settings: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """Return settings with more of them, which outrank; what we read solc's output by stays."""
    both = dict(settings)
    for name, value in more.items():
        if name in ("outputSelection", "remappings"):
            raise CompileError(f"[solc.settings] {name} in protocol.toml is not yours to set. Write [solc] remappings.")
        old = both.get(name)
        both[name] = merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return both


def evm_version(settings: dict[str, Any]) -> dict[str, str]:
    """Return the setting that keeps a compiler from using opcodes that the oldest backend does not know."""
    try:
        numbers = tuple(int(number) for number in str(settings["version"]).split("."))
    except ValueError:
        raise CompileError(f'solc version "{settings["version"]}" is none. Write three numbers: "0.8.26".') from None
    chosen = settings.get("evm_version", HARDFORK if numbers >= KNOWS_HARDFORK else None)
    return {"evmVersion": chosen} if chosen else {}


def read_kept(path: Path) -> dict[str, Any] | None:
    """Return what was compiled before; None where there is nothing, or a bit of it has changed."""
    try:
        contracts: dict[str, Any] = json.loads(unsealed(FORMAT, read_file(path, MOST_BYTES)))
        return contracts
    except (OSError, RunError, ValueError):
        return None


def keep(path: Path, contracts: dict[str, Any]) -> dict[str, Any]:
    with suppress(OSError):  # it is compiled again the next time
        replace_file(path, sealed(FORMAT, json.dumps(contracts).encode()))
    return contracts
