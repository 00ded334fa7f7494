"""What a tool keeps of each run besides its metrics, and how it watches the run for it."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from tokenspice.engine.metrics import Rows
from tokenspice.engine.observer import Observer
from tokenspice.studies.netlist.netlist import Netlist

__all__ = ["Keeper", "SeenEnough"]


class SeenEnough(Exception):
    """An observer ends the run, which has told all that is asked of it. It has not failed."""


class Keeper(Protocol):
    """IMPLEMENT these. A keeper travels to the workers, and is used for many runs; what it keeps, msgpack can hold."""

    def observers(self, netlist: Netlist) -> Sequence[Observer]:
        """Return who watches the next run of a netlist, besides the record."""

    def keep(self, rows: Rows, observers: Sequence[Observer]) -> Mapping[str, Any] | None:
        """Return what is kept of a run: of its rows, and of what those who watched it saw."""

    def forgives(self, observers: Sequence[Observer]) -> bool:
        """Return whether a run that broke down counts as one that was seen to its end."""
