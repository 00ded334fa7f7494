"""What a run's numbers depend on besides its seed: parameters, sources and contracts. By name, with their hashes."""

import hashlib
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from tokenspice.engine.errors import RunError
from tokenspice.engine.sim_strategy import SimStrategyBase, parameter_values
from tokenspice.files import HOME
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.record.code_record import (
    checkout,
    code_hash,
    imported,
    installed,
    libraries,
    simd,
    string_hashes,
)
from tokenspice.studies.record.reads import fingerprint
from tokenspice.web3engine.artifact import Artifact
from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.contract_sources import protocol_hash
from tokenspice.web3engine.fork.cache import is_fork_record

__all__ = [
    "check_contracts",
    "check_data",
    "check_netlist",
    "check_sources",
    "contract_facts",
    "contracts",
    "data_beside",
    "identity_facts",
    "netlist_facts",
    "netlist_name",
    "plain_parameters",
    "sources",
]

PACKAGES = ("agents", "engine", "markets", "netlists", "protocols", "web3engine")
MOST_FILES, MOST_BYTES, MOST_FOLDERS = 200, 10 * 2**20, 1_000  # of the data beside a netlist that is looked at
NO_DATA = (".py", ".md", ".ipynb", ".log", ".out", ".err", ".lock", ".png", ".svg", ".pdf", ".html")
OURS = {"run.json", "batch.json"}


def sources(netlist: Netlist) -> dict[str, str]:
    """Return the SHA-256 of each file that was imported, of the netlist's and of ours, by its path."""
    files = set() if netlist.pickled else {netlist.path.parent / name for name in netlist.sources}
    ours = tuple(f"tokenspice.{package}." for package in PACKAGES)
    modules = [module for name, module in list(sys.modules.items()) if f"{name}.".startswith(ours)]
    files |= {Path(module.__file__).resolve() for module in modules if module.__file__}
    return {shown(path, netlist): sha256(path) for path in sorted(files)}


def identity_facts(netlist: Netlist) -> dict[str, Any]:
    """Say which code and data a run depends on, as run.json holds it.

    `code` is one hash, as batch.json has it; `files` each file that was imported, of ours and of the user's; `data` what
    lies beside the netlist and is no Python, for its code may read that.
    """
    return {
        **{"code": our_code(), **checkout()},
        **{"sources": netlist.sources, "files": imported(), "data": data_beside(netlist.path)},
        **{"libraries": libraries(), "installed": installed(), "string_hashes": string_hashes(), "simd": simd()},
    }


@cache  # what was imported stays what it was
def our_code() -> str:
    return code_hash()


def netlist_facts(netlist: Netlist, project: Path) -> dict[str, Any]:
    """Say which netlist was run: where it is, what it is called, where in the project, and what it asks."""
    path = netlist.path
    place = path.relative_to(project).as_posix() if path.is_relative_to(project) else str(path)
    named = {"netlist": str(path), "netlist_name": netlist_name(path), "netlist_in_project": place}
    return named | {"question": netlist.question}


def data_beside(path: Path) -> dict[str, str]:
    """Return the SHA-256 of the files beside a netlist and below that its code may read; of a large one, size and time.

    Python's own are among the sources; logs, pictures and what runs and batches wrote are left out, and so are records
    of forks, whose block stands in the record by itself.
    """
    folder = path.parent
    files = list(islice(data_files(folder), MOST_FILES + 1))
    found = {file.relative_to(folder).as_posix(): looked_at(file) for file in files[:MOST_FILES]}
    return found | ({"…": f"there are more than {MOST_FILES}"} if len(files) > MOST_FILES else {})


def looked_at(path: Path) -> str:
    about = path.stat()
    return fingerprint(path) if about.st_size <= MOST_BYTES else f"{about.st_size} bytes of {about.st_mtime_ns}"


def data_files(folder: Path) -> Iterator[Path]:
    for where, folders, names in islice(os.walk(folder), MOST_FOLDERS):
        if where != str(folder) and OURS & set(names):  # a run's folder, or a batch's
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__")) and name != "node_modules")
        for name in sorted(names):
            path = Path(where, name)
            if not name.startswith(".") and path.suffix not in NO_DATA and path.is_file() and not is_fork_record(path):
                yield path


def check_data(netlist: Netlist, known: Mapping[str, str], when: str) -> None:
    """Refuse data beside a netlist that is not what it was; new files may come.

    Args:
        known: what `data_beside` returned.
        when: since when, such as "this run began".

    Raises:
        RunError: a file has changed, or is gone.
    """
    found = data_beside(netlist.path)
    if changed := [name for name, digest in known.items() if found.get(name) != digest]:
        raise RunError(
            f"{netlist.path.parent / changed[0]} has changed since {when}, and results may change with it. Put the file "
            "back, or start anew."
        )


def contract_facts(artifacts: Artifacts, project: Path) -> dict[str, dict[str, str]]:
    """Say which contracts were asked for: where they come from, their code's SHA-256, and that of all their sources."""
    used = list({artifact.sha256 + str(artifact.place): artifact for artifact in artifacts.used.values()}.values())
    names = Counter(f"{artifact.protocol}/{artifact.name}" for artifact in used)
    protocols = {protocol.name: protocol for protocol in artifacts.protocols}
    hashes = {
        name: protocol_hash(protocols[name], artifacts, project)
        for name in {artifact.protocol for artifact in used} & protocols.keys()
    }
    return {
        name_among(names, artifact): {
            "source": artifact.source,
            "sha256": artifact.sha256,
            "sources_sha256": hashes.get(artifact.protocol, ""),
        }
        for artifact in used
    }


def name_among(names: Mapping[str, int], artifact: Artifact) -> str:
    """Return a contract's name, with its file where others share the name."""
    short = f"{artifact.protocol}/{artifact.name}"
    return short if names[short] == 1 else f"{'/'.join(artifact.place[1:])}:{artifact.name}"


def check_netlist(netlist: Netlist, recorded: Mapping[str, Any], folder: Path) -> None:
    """Refuse the folder of a run or a batch of another netlist.

    Args:
        recorded: its run.json or batch.json; empty if there is none, and then there is nothing to find out.

    Raises:
        RunError: it is of another netlist.
    """
    path = Path(str(recorded.get("netlist", netlist.path)))
    if (
        not is_same(path, str(recorded.get("netlist_in_project", "")), netlist)
        and recorded.get("sources") != netlist.sources
    ):
        raise RunError(
            f"{folder} holds a run of {netlist_name(path)} ({path}), not of {netlist_name(netlist.path)}. Write the "
            "netlist that was run."
        )


def is_same(path: Path, place: str, netlist: Netlist) -> bool:
    """Whether a recorded netlist is this one, which may have changed: by its file, or by its place in a project."""
    if place and not Path(place).is_absolute():
        return netlist.path.as_posix().endswith(f"/{place}")
    return path == netlist.path if place else netlist_name(path) == netlist_name(netlist.path)


def netlist_name(path: Path) -> str:
    """Return the name of a netlist's folder where its file is netlist.py, else its file's."""
    return path.parent.name if path.name == "netlist.py" else path.stem


def check_sources(netlist: Netlist, known: Mapping[str, str], when: str) -> None:
    """Refuse files that are not what they were.

    Args:
        known: what `sources` returned.
        when: since when, such as "this run began".

    Raises:
        RunError: one has changed, or is gone.
    """
    for name, digest in known.items():
        path = (netlist.path.parent if name.startswith("./") else HOME) / name
        if not path.is_file() or sha256(path) != digest:
            raise RunError(
                f"{path.resolve()} has changed since {when}, and results would change with it. Put the file back, or "
                "start anew."
            )


def contracts(chain: Chain) -> dict[str, str]:
    """Return the SHA-256 of the creation code of each contract that was asked for, by the name that was used."""
    return {name: artifact.sha256 for name, artifact in chain.artifacts.used.items()}


def check_contracts(chain: Chain, known: Mapping[str, str]) -> None:
    """Refuse contracts whose code is not what it was.

    Raises:
        RunError: one has changed.
        ArtifactError: one is gone.
    """
    for name, digest in known.items():
        artifact = chain.artifacts.find(name)
        if artifact.sha256 != digest:
            raise RunError(
                f"the contract {name} ({artifact.source}) has changed since it was deployed. Put it back, or start anew."
            )


def plain_parameters(ss: SimStrategyBase) -> dict[str, Any]:
    """Return every parameter as run.json holds it."""
    found: dict[str, Any] = json.loads(json.dumps(parameter_values(ss)))
    return found


def shown(path: Path, netlist: Netlist) -> str:
    """Write a netlist's file as "./netlist.py", and one of ours as "agents/grants.py"."""
    if path.is_relative_to(netlist.path.parent):
        return f"./{path.relative_to(netlist.path.parent).as_posix()}"
    return path.relative_to(HOME).as_posix()


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
