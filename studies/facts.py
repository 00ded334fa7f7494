"""What a run's numbers depend on besides its seed: parameters, sources and contracts. By name, with their hashes."""

import hashlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import engine
from engine.errors import RunError
from engine.netlist import Netlist
from engine.sim_strategy import SimStrategyBase, parameters
from web3engine.chain import Chain

__all__ = ["check_contracts", "check_sources", "contracts", "plain_parameters", "sources"]

ROOT = Path(engine.__file__).parent.parent
PACKAGES = ("agents", "engine", "markets", "web3engine")


def sources(netlist: Netlist) -> dict[str, str]:
    """Return the SHA-256 of each file that was imported, of the netlist's and of ours, by its path."""
    files = {netlist.path.parent / name for name in netlist.sources}
    ours = [module for name, module in list(sys.modules.items()) if name.split(".")[0] in PACKAGES]
    files |= {Path(module.__file__) for module in ours if module.__file__}
    return {shown(path, netlist): sha256(path) for path in sorted(files)}


def check_sources(netlist: Netlist, known: Mapping[str, str], when: str) -> None:
    """Refuse files that are not what they were.

    Args:
        known: what `sources` returned.
        when: since when, such as "this run began".

    Raises:
        RunError: one has changed, or is gone.
    """
    for name, digest in known.items():
        path = (netlist.path.parent if name.startswith("./") else ROOT) / name
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
    found: dict[str, Any] = json.loads(json.dumps(parameters(ss)))
    return found


def shown(path: Path, netlist: Netlist) -> str:
    """Write a netlist's file as "./netlist.py", and one of ours as "agents/grants.py"."""
    if path.is_relative_to(netlist.path.parent):
        return f"./{path.relative_to(netlist.path.parent).as_posix()}"
    return path.relative_to(ROOT).as_posix()


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
