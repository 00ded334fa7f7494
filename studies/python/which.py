"""Which netlist is meant: a name, a path, a module, classes, or one that was loaded already."""

from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Protocol, TypeAlias, cast

from tokenspice.engine.errors import NetlistError
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.studies.netlist.cells import Cells, netlist_in_cells
from tokenspice.studies.netlist.libraries import libraries
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.netlist.netlist_file import find_netlist, load_netlist

__all__ = ["NetlistLike", "as_netlist"]


class HasNetlist(Protocol):
    """What knows a netlist: a page of it, or a result."""

    @property
    def netlist(self) -> Netlist: ...


NetlistLike: TypeAlias = str | Path | Netlist | HasNetlist | Cells
"""A name in netlists/, a file or a folder; a module, or classes of a notebook's cells; or what `netlist` returned."""


def as_netlist(given: NetlistLike) -> Netlist:
    """Return the netlist that is meant, loaded.

    Raises:
        NetlistError: there is none, or it breaks the contract.
    """
    if isinstance(given, Netlist):
        return given
    if isinstance(given, str | Path):
        return load_netlist(find_netlist(str(given), *libraries()))
    if isinstance(given, ModuleType) and (file := getattr(given, "__file__", None)):
        return load_netlist(Path(file).resolve())  # so that its record names a file that can be run again
    is_state = isinstance(given, type) and issubclass(given, SimStateBase)
    if is_state or isinstance(given, ModuleType | Mapping | list | tuple):
        return netlist_in_cells(cast(Cells, given))
    if isinstance(known := getattr(given, "netlist", None), Netlist):
        return known
    raise NetlistError(
        f"{given!r:.80} is no netlist. Write a name, a path, a module, or SimState with the rest of a netlist's parts."
    )
