"""Netlists that were typed into a notebook or a script: a module, or its classes, in place of a file."""

import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any, TypeAlias

import cloudpickle

from tokenspice.engine.charts import YParam
from tokenspice.engine.errors import NetlistError
from tokenspice.engine.kpis import KPIsBase
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.sim_strategy import SimStrategyBase
from tokenspice.studies.netlist.netlist import Netlist

__all__ = ["Cells", "netlist_in_cells", "rebuilt", "unpickled_netlist"]

Cells: TypeAlias = ModuleType | type[SimStateBase] | Sequence[object] | Mapping[str, object]
"""A module; SimState alone, whose module has the rest; or SimState with some of the rest, by kind or by name."""

NAMES = (
    "SimStrategy",
    "SimState",
    "KPIs",
    "netlist_createLogData",
    "netlist_charts",
    "netlist_plotInstructions",
    "netlist_tables",
    "netlist_x_axis",
    "netlist_marks",
    "netlist_study",
)
KINDS = {"SimStrategy": SimStrategyBase, "SimState": SimStateBase, "KPIs": KPIsBase}


def netlist_in_cells(given: Cells) -> Netlist:
    """Make a netlist of what was typed.

    Raises:
        NetlistError: it breaks the contract of a netlist, or cannot be sent to other processes.
    """
    parts = named_parts(given)
    state = parts.get("SimState")
    name = str(given.__name__ if isinstance(given, ModuleType) else getattr(state, "__module__", ""))
    name = "cells" if name in ("", "__main__") else name.rpartition(".")[2]
    question = given.__doc__ if isinstance(given, ModuleType) else getattr(state, "__doc__", "")
    try:
        pickled = cloudpickle.dumps((name, question, parts))
    except Exception as error:
        raise NetlistError(f"the netlist {name} cannot be sent to other processes: {error}.") from error
    return built(name, question, parts, Path.cwd(), pickled)


def built(name: str, question: str | None, parts: Mapping[str, object], folder: Path, pickled: bytes) -> Netlist:
    module = ModuleType(f"netlist_in_cells_{name}", question)
    module.__package__ = module.__name__
    vars(module).update(parts)
    return Netlist(folder / f"{name}.py", module, pickled)


@cache
def unpickled_netlist(pickled: bytes, folder: Path) -> Netlist:
    """Rebuild a netlist once per process, from the bytes that its own process made; they come from no file."""
    name, question, parts = cloudpickle.loads(pickled)
    return built(name, question, parts, folder, pickled)


def rebuilt(netlist: Netlist) -> Netlist:
    """Return a netlist without a file as it was when it was given."""
    return unpickled_netlist.__wrapped__(netlist.pickled, netlist.path.parent)


def named_parts(given: Cells) -> dict[str, object]:
    """Return the parts of a netlist by their names; what is not given is looked up where SimState is from."""
    if isinstance(given, ModuleType):
        return known_parts(vars(given))
    if isinstance(given, Mapping):
        parts = dict(given)
    else:
        parts = dict(map(named, [given] if isinstance(given, type) else given))
    home = getattr(parts.get("SimState"), "__module__", "")
    found = known_parts(vars(sys.modules[home])) if home in sys.modules else {}
    charts = ("netlist_charts", "netlist_plotInstructions")
    if any(one in parts for one in charts):
        found = {name: part for name, part in found.items() if name not in charts}
    return found | parts


def known_parts(space: Mapping[str, object]) -> dict[str, object]:
    return {name: space[name] for name in NAMES if name in space}


def named(part: object) -> tuple[str, object]:
    """Tell which part of a netlist something is.

    Raises:
        NetlistError: it is none.
    """
    for name, base in KINDS.items():
        if isinstance(part, type) and issubclass(part, base):
            return name, part
    if isinstance(part, FunctionType):
        return (part.__name__ if part.__name__ in NAMES else "netlist_createLogData"), part
    if isinstance(part, list | tuple) and part and all(isinstance(one, YParam) for one in part):
        return "netlist_charts", part
    raise NetlistError(
        f"{short(part)} is no part of a netlist. Give SimStrategy, SimState, netlist_createLogData and netlist_charts, or "
        'a dict of them by these names: {"SimState": …}.'
    )


def short(part: Any) -> str:
    text = repr(part)
    return text if len(text) <= 80 else f"{text[:77]}..."
