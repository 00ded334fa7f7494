"""Contracts by name: compiled from contracts/, out of npm packages, or a user's own."""

import copy
import hashlib
import json
import os
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, final

from tokenspice.web3engine.abi import Abi
from tokenspice.web3engine.errors import AbiError, ArtifactError
from tokenspice.web3engine.linking import Links, creation_code

__all__ = ["Artifact", "Artifacts", "Protocol"]

SETTINGS = "protocol.toml"


@dataclass(frozen=True)
class Artifact:
    """What a compiler makes of one contract.

    Attributes:
        protocol: the folder of contracts/ that it belongs to.
        name: the contract's.
        entries: its ABI, as JSON.
        bytecode: creation code, with zeros where a library's address belongs.
        source: where it comes from, for run.json.
        links: the libraries that have to be linked into it, and where.
    """

    protocol: str
    name: str
    entries: list[dict[str, Any]]
    bytecode: bytes
    source: str
    links: Links = field(default_factory=dict)

    @cached_property
    def abi(self) -> Abi:
        return Abi(self.entries)

    @property
    def sha256(self) -> str:
        """Hash of the creation code."""
        return hashlib.sha256(self.bytecode).hexdigest()


@dataclass(frozen=True)
class Protocol:
    """A folder of contracts, and its protocol.toml, which says where they come from.

    Attributes:
        folder: holds Solidity sources, protocol.toml, or both.
        settings: protocol.toml; a table [solc] with version and optimizer_runs for sources, or a table [npm], or
            several [[npm]], with package, artifacts (a folder in it) and contracts (their names).
    """

    folder: Path
    settings: dict[str, Any]

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def sources(self) -> list[Path]:
        # os.walk bears folders that vanish meanwhile, such as other runs' below a netlist's; rglob does not.
        found = (Path(where, name) for where, _, names in os.walk(self.folder) for name in names)
        return sorted(path for path in found if path.suffix == ".sol")


def read_protocol(folder: Path) -> Protocol:
    """Read one folder of contracts.

    Raises:
        ArtifactError: its protocol.toml cannot be read.
    """
    path = folder / SETTINGS
    try:
        return Protocol(folder, tomllib.loads(path.read_text()) if path.exists() else {})
    except (OSError, ValueError) as error:
        raise ArtifactError(f"{path} cannot be read: {error}.") from error


@final
class Artifacts:
    """Every contract that a run may deploy, found by name. Nothing is read or compiled before it is needed.

    Args:
        project: the folder that holds contracts/ and node_modules/.
        build: where compiled contracts are kept.
        own: a folder of the user's own artifacts.
        netlist: a netlist's folder, whose Solidity files form a protocol of that folder's name.

    Attributes:
        used: the artifacts that were found so far, for run.json.
    """

    def __init__(self, project: Path, build: Path, own: Path | None = None, netlist: Path | None = None) -> None:
        self._project = project
        self._build = build
        self._own = own
        self._netlist = netlist
        self.used: dict[str, Artifact] = {}
        self._loaded: dict[Path, list[Artifact]] = {}

    def unused(self) -> "Artifacts":
        """Return the same contracts for another run, which has asked for none of them yet."""
        others = copy.copy(self)
        others.used = {}
        return others

    def find(self, name: str) -> Artifact:
        """Return the contract called `name` ("Token"), or "protocol/name" ("token/Token").

        Raises:
            ArtifactError: there is none, or there are several.
            CompileError: its protocol does not compile.
        """
        if name not in self.used:
            self.used[name] = self._find(name)
        return self.used[name]

    def _find(self, name: str) -> Artifact:
        *folders, plain = name.split("/")
        known = [
            artifact
            for protocol in self.protocols
            if folders in ([], [protocol.name])
            for artifact in self.load(protocol)
        ]
        found = [artifact for artifact in known if artifact.name == plain]
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(f"{artifact.protocol}/{artifact.name}" for artifact in found)
            raise ArtifactError(f'several contracts are called "{plain}": write one of {names}.')
        names = ", ".join(sorted(f"{artifact.protocol}/{artifact.name}" for artifact in known))
        raise ArtifactError(
            f'there is no contract "{name}". There are: {names or "none of that protocol"}. Put your own Solidity '
            "beside the netlist or in contracts/<protocol>/, or set ARTIFACTS_PATH in tokenspice.ini."
        )

    @cached_property
    def protocols(self) -> list[Protocol]:
        """Every protocol: those in contracts/, the netlist's own, and the user's artifacts."""
        contracts = self._project / "contracts"
        folders = sorted(path for path in contracts.iterdir() if path.is_dir()) if contracts.is_dir() else []
        found = [read_protocol(folder) for folder in folders + ([self._netlist] if self._netlist else [])]
        if self._own:
            found.append(Protocol(self._own, {"own": {}}))
        return [protocol for protocol in found if protocol.settings or protocol.sources]

    def load(self, protocol: Protocol) -> list[Artifact]:
        """Return a protocol's contracts, compiled if they have to be."""
        if protocol.folder not in self._loaded:
            self._loaded[protocol.folder] = self._load(protocol)
        return self._loaded[protocol.folder]

    def _load(self, protocol: Protocol) -> list[Artifact]:
        if "own" in protocol.settings:
            return list(own_artifacts(protocol.folder))
        if "npm" in protocol.settings:
            return npm_artifacts(protocol, self._project)
        # Only now, because py-solc-x takes a while to import.
        from tokenspice.web3engine.compile import compile_protocol

        return compile_protocol(protocol, self._project, self._build)


def npm_artifacts(protocol: Protocol, project: Path) -> list[Artifact]:
    """Return the contracts that npm packages hold compiled."""
    tables = protocol.settings["npm"]
    return [
        artifact
        for npm in (tables if isinstance(tables, list) else [tables])
        for artifact in package_artifacts(npm, protocol.name, project)
    ]


def package_artifacts(npm: dict[str, Any], protocol: str, project: Path) -> Iterator[Artifact]:
    """Return the contracts that a table [npm] names."""
    package = project / "node_modules" / npm["package"]
    try:
        manifest = json.loads((package / "package.json").read_text())
    except OSError as error:
        raise ArtifactError(f"{npm['package']} is not installed. Run `npm ci` in {project}.") from error
    folder = package / npm["artifacts"]
    # By its own name, because npm may have installed it under another.
    source = f"{manifest['name']}@{manifest['version'].removeprefix('v')}"
    for name in npm["contracts"]:
        # truffle writes Name.json, hardhat any/folder/File.sol/Name.json.
        path = next(folder.glob(f"**/*.sol/{name}.json"), folder / f"{name}.json")
        yield read_artifact(path, protocol, source)


def own_artifacts(folder: Path) -> Iterator[Artifact]:
    """Return the deployable contracts among the JSON files below a user's folder."""
    if not folder.is_dir():
        raise ArtifactError(f"ARTIFACTS_PATH in tokenspice.ini is {folder}, which is no folder.")
    for path in sorted(folder.rglob("*.json")):
        # hardhat and foundry keep other JSON beside their artifacts.
        if '"abi"' in path.read_text(errors="replace") and not path.name.endswith(".dbg.json"):
            yield read_artifact(path, folder.name, str(path))


def read_artifact(path: Path, protocol: str, source: str) -> Artifact:
    """Read one artifact as truffle, hardhat or foundry write it.

    Raises:
        ArtifactError: the file cannot be read, or is no artifact.
    """
    try:
        content = json.loads(path.read_text())
        code = content["bytecode"]
        text = str(code["object"] if isinstance(code, dict) else code).removeprefix("0x")
        references = (code if isinstance(code, dict) else content).get("linkReferences", {})
        bytecode, links = creation_code(text, references)
        artifact = Artifact(protocol, content.get("contractName", path.stem), content["abi"], bytecode, source, links)
        artifact.abi  # noqa: B018  (read now, so that a bad ABI is reported with its file)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, AbiError) as error:
        raise ArtifactError(
            f"{path} is no artifact of truffle, hardhat or foundry, which hold an abi and a bytecode ({error})."
        ) from error
    return artifact
