"""Contracts by name: compiled from contracts/, out of npm packages, or a user's own."""

import copy
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any, final

from tokenspice.files import HOME, read_file
from tokenspice.web3engine.artifact import Artifact, short_names
from tokenspice.web3engine.artifact_json import NoArtifact, packaged_contracts
from tokenspice.web3engine.errors import ArtifactError, CompileError, NotInstalled
from tokenspice.web3engine.npm import install_command, node_folders
from tokenspice.web3engine.own_artifacts import own_artifacts, read_artifacts
from tokenspice.web3engine.protocol import Protocol, read_protocols
from tokenspice.web3engine.solidity import defined_names, read_source

__all__ = ["Artifacts"]

OURS = "tokenspice"  # the first part of the full name of each contract that comes with this package
MOST_BYTES = 1 << 20  # of a package.json
MOST_NAMED = 60  # contracts in a message
MOST_REASONS = 3  # files passed over in a message


@dataclass
class Loaded:
    """What one protocol gave.

    Attributes:
        artifacts: its contracts.
        broken: what does not compile or cannot be found, by file or folder, with the reason.
        names: the contracts that would be in there.
        passed_over: files that are no artifacts, with the reason.
    """

    artifacts: list[Artifact] = field(default_factory=list)
    broken: dict[Path, ArtifactError | CompileError] = field(default_factory=dict)
    names: dict[Path, set[str]] = field(default_factory=dict)
    passed_over: dict[Path, str] = field(default_factory=dict)


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
        self._loaded: dict[Path, Loaded] = {}
        self._defined: dict[Path, set[str]] = {}

    def __repr__(self) -> str:
        return f"Artifacts({', '.join(protocol.name for protocol in self.protocols)})"

    def unused(self) -> "Artifacts":
        """Return the same contracts for another run, which has asked for none of them yet."""
        self.protocols  # noqa: B018  (so that all of them share what is read once)
        others = copy.copy(self)
        others.used = {}
        return others

    def find(self, name: str) -> Artifact:
        """Return the contract called `name`.

        Args:
            name: "Token", or, where several have that name, as much of the folders and the file before it as tells
                them apart: "token/Token", "v1/Math.sol:Helper".

        Raises:
            ArtifactError: there is none, or there are several.
            CompileError: what would define it does not compile.
        """
        if name not in self.used:
            self.used[name] = self._find(name)
        return self.used[name]

    def _find(self, name: str) -> Artifact:
        *parts, plain = name.replace(":", "/").split("/")
        named = [one for one in self.protocols if parts == [one.name] or parts == list(one.place)]
        # What defines no such contract need not be compiled, until all else has failed.
        likely = [one for one in named or self.protocols if plain in self._names(one)]
        loaded = [self._load(protocol) for protocol in likely]
        if not (distinct := matching(loaded, plain, parts)):
            loaded = [self._load(protocol) for protocol in named or self.protocols]
            distinct = matching(loaded, plain, parts)
        if len(distinct) == 1:
            return distinct[0]
        if distinct:
            raise ArtifactError(
                f'several contracts are called "{name}": write one of {", ".join(short_names(distinct))}.'
            )
        raise ArtifactError(self._nothing(name, plain, loaded))

    @cached_property
    def protocols(self) -> list[Protocol]:
        """Every protocol: ours, those in the project's contracts/, the netlist's own, and the user's artifacts."""
        homes = ((HOME / "contracts", OURS), (self._project / "contracts", ""))
        found: list[Protocol] = []
        known: set[Path] = set()
        for contracts, home in homes:
            for folder in sorted(contracts.iterdir()) if contracts.is_dir() else []:
                if folder.is_dir() and not folder.name.startswith((".", "__")) and folder.resolve() not in known:
                    known.add(folder.resolve())
                    found += read_protocols(folder, home)
        if self._netlist and self._netlist.resolve() not in known:
            found += read_protocols(self._netlist.resolve())
        if self._own:
            found.append(Protocol(self._own, {"own": {}}))
        return [protocol for protocol in found if protocol.settings or protocol.sources]

    def load(self, protocol: Protocol) -> list[Artifact]:
        """Return a protocol's contracts, compiled if they have to be.

        Raises:
            ArtifactError, CompileError: none of them can be had.
        """
        loaded = self._load(protocol)
        if loaded.broken and not loaded.artifacts:
            raise next(iter(loaded.broken.values()))
        return loaded.artifacts

    def faults(self, protocol: Protocol) -> list[str]:
        """Say what of a protocol does not compile, cannot be found, or is passed over, and why."""
        loaded = self._load(protocol)
        return [*map(str, loaded.broken.values()), *(f"{path}: {why}." for path, why in loaded.passed_over.items())]

    def _load(self, protocol: Protocol) -> Loaded:
        if protocol.folder not in self._loaded:
            self._loaded[protocol.folder] = self._read(protocol)
        return self._loaded[protocol.folder]

    def _read(self, protocol: Protocol) -> Loaded:
        if "own" in protocol.settings:
            artifacts, passed_over = own_artifacts(protocol.folder)
            return Loaded(artifacts, passed_over=passed_over)
        try:
            if "npm" in protocol.settings:
                return Loaded(npm_artifacts(protocol, self._project))
            return self._compiled(protocol)
        except (ArtifactError, CompileError) as error:
            return Loaded(broken={protocol.folder: error}, names={protocol.folder: self._names(protocol)})

    def _names(self, protocol: Protocol) -> set[str]:
        """Return the names of the contracts that a protocol seems to define."""
        if "own" in protocol.settings:
            return {one.name for one in self._load(protocol).artifacts}
        if protocol.folder not in self._defined:
            self._defined[protocol.folder] = set(npm_names(protocol)).union(*map(names_in, protocol.sources))
        return self._defined[protocol.folder]

    def _compiled(self, protocol: Protocol) -> Loaded:
        from tokenspice.web3engine.compile import compile_protocol

        broken: dict[Path, CompileError] = {}
        artifacts = compile_protocol(protocol, self._project, self._build, broken)
        return Loaded(artifacts, dict(broken), {path: names_in(path) for path in broken})

    def _nothing(self, name: str, plain: str, loaded: Iterable[Loaded]) -> str:
        loaded = list(loaded)
        names = sorted({f"{one.protocol}/{one.name}" for each in loaded for one in each.artifacts})
        near = get_close_matches(plain, [full.rpartition("/")[2] for full in names])
        names.sort(key=lambda full: full.rpartition("/")[2] not in near)
        more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
        faults = [(path, f"{path}: {why}") for each in loaded for path, why in each.passed_over.items()]
        faults += [(path, str(error).rstrip(".")) for each in loaded for path, error in each.broken.items()]
        named = "".join(f": {text}" for path, text in faults if path.stem == plain)
        said = [text for path, text in faults if path.stem != plain]
        unread = f" Not read: {'; '.join(said[:MOST_REASONS])}." if said else ""
        unread += (
            f" And {len(said) - MOST_REASONS} more, which `tsp compile` lists." if len(said) > MOST_REASONS else ""
        )
        return (
            f'there is no contract "{name}"{named}. There are: {", ".join(names[:MOST_NAMED]) or "none of that protocol"}{more}. '
            "Put your own Solidity beside the netlist or in contracts/<protocol>/, or set ARTIFACTS_PATH in "
            f"tokenspice.ini.{unread}"
        )


def matching(loaded: Iterable[Loaded], plain: str, parts: list[str]) -> list[Artifact]:
    """Return the different contracts of a name.

    Raises:
        ArtifactError, CompileError: one that would have the name cannot be had, and no other takes its place.
    """
    found: list[Artifact] = []
    for each in loaded:
        found += [one for one in each.artifacts if one.name == plain and (not parts or one.lies_in(parts))]
        for path, error in each.broken.items():
            if plain in each.names[path] and (not parts or set(parts) & {*path.parts, path.stem}):
                raise error
    return without_copies(found)


def without_copies(found: list[Artifact]) -> list[Artifact]:
    """Leave out what another says too: the same contract in another file, or an interface of it by its name."""
    kept: list[Artifact] = []
    for one in sorted(found, key=lambda artifact: not artifact.bytecode):
        if not any(other.covers(one) for other in kept):
            kept.append(one)
    return kept


def names_in(path: Path) -> set[str]:
    """Return the contracts that a source would define."""
    try:
        return defined_names(read_source(path))
    except CompileError:
        return {path.stem}


def npm_tables(protocol: Protocol) -> list[dict[str, Any]]:
    tables = protocol.settings.get("npm", [])
    return tables if isinstance(tables, list) else [tables]


def npm_names(protocol: Protocol) -> list[str]:
    return [name.rpartition("/")[2] for npm in npm_tables(protocol) for name in npm["contracts"]]


def npm_artifacts(protocol: Protocol, project: Path) -> list[Artifact]:
    """Return the contracts that npm packages hold compiled."""
    return [one for npm in npm_tables(protocol) for one in package_artifacts(npm, protocol, project)]


def package_artifacts(npm: dict[str, Any], protocol: Protocol, project: Path) -> Iterator[Artifact]:
    """Return the contracts that a table [npm] names."""
    package, manifest = find_package(npm["package"], project)
    folder = package / npm["artifacts"]
    # By its own name, because npm may have installed it under another.
    source = f"{manifest['name']}@{manifest['version'].removeprefix('v')}"
    for name in npm["contracts"]:
        # truffle writes Name.json, hardhat any/folder/File.sol/Name.json.
        path = next(folder.glob(f"**/*.sol/{name}.json"), folder / f"{name}.json")
        try:
            (one,) = read_artifacts(path, package.resolve(), protocol.name, source, packaged_contracts)
        except (NoArtifact, ValueError) as why:
            raise ArtifactError(f"{path} is no artifact of truffle, hardhat or foundry ({why}).") from None
        yield Artifact(
            one.protocol,
            one.name,
            one.entries,
            one.bytecode,
            source,
            one.links,
            (*protocol.place, path.parent.name),
            one.docs,
        )


def find_package(name: str, project: Path) -> tuple[Path, dict[str, Any]]:
    """Return the folder of a package of npm's, and what its package.json says.

    Raises:
        NotInstalled: it is in none of the folders where packages lie.
        ArtifactError: it is damaged.
    """
    for folder in node_folders(project):
        try:
            return folder / name, dict(json.loads(read_file(folder / name / "package.json", MOST_BYTES)))
        except FileNotFoundError:
            continue
        except (OSError, ValueError, TypeError, RecursionError) as error:
            raise ArtifactError(f"{folder / name / 'package.json'} cannot be read: {error}.") from None
    raise NotInstalled(f"{name} is not installed. {install_command(project, name)}.")
