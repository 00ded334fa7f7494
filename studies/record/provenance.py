"""What a run's numbers depend on besides its seed: parameters, sources and contracts. By name, with their hashes."""

import hashlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tokenspice.engine.errors import RunError
from tokenspice.engine.files import HOME
from tokenspice.engine.netlist import Netlist
from tokenspice.engine.sim_strategy import SimStrategyBase, parameter_values
from tokenspice.web3engine.chain import Chain

__all__ = ["check_contracts", "check_sources", "contracts", "plain_parameters", "sources"]

PACKAGES = ("agents", "engine", "markets", "netlists", "protocols", "web3engine")


def sources(netlist: Netlist) -> dict[str, str]:
    """Return the SHA-256 of each file that was imported, of the netlist's and of ours, by its path."""
    files = {netlist.path.parent / name for name in netlist.sources}
    ours = tuple(f"tokenspice.{package}." for package in PACKAGES)
    modules = [module for name, module in list(sys.modules.items()) if f"{name}.".startswith(ours)]
    files |= {Path(module.__file__).resolve() for module in modules if module.__file__}
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
