"""Who watches a run: five events, of which an observer takes those that it needs.

The record, checkpoints, progress and a profile are observers; so is whatever you write. Watching changes nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, final

from tokenspice.engine.log import LogRow
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.tables import DATA
from tokenspice.engine.world import World

__all__ = ["Observer", "Outcome", "RowListener", "TickListener", "WatchedRun", "listeners"]


class WatchedRun(Protocol):
    """A run, as observers see it."""

    @property
    def state(self) -> SimStateBase: ...

    @property
    def chain(self) -> World | None:
        """The chain that its agents act on, if there is one."""


@dataclass(frozen=True)
class Outcome:
    """How a run ended.

    Attributes:
        name: "interrupted" is by Ctrl-C or SIGTERM.
        error: what a failed run failed of; else empty.
    """

    name: Literal["finished", "failed", "interrupted"]
    error: str = ""


class Observer:
    """EXTEND the events that you need. Those that you leave as they are cost nothing."""

    def begin(self, run: WatchedRun) -> None:
        """The state is built, and the first tick comes next; of a resumed run, the first one after its checkpoint."""

    def row(self, table: str, row: LogRow) -> None:
        """A row was logged, with the time columns first; `table` is "data" or the name of another table."""

    def tick(self, state: SimStateBase) -> None:
        """A tick has ended. `state.tick` is the next one."""

    def transaction(self, transaction: Any) -> None:
        """A transaction was mined, or refused; those that deploy and fund come before `begin`.

        Args:
            transaction: a Transaction (see web3engine/transaction.py, which this package cannot know).
        """

    def end(self, outcome: Outcome) -> None:
        """The run is over, also where it failed before `begin`."""


@final
class RowListener(Observer):
    """Calls a function with each row of data.csv, such as `rows.append` of a list."""

    def __init__(self, function: Callable[[LogRow], object]) -> None:
        self._function = function

    def row(self, table: str, row: LogRow) -> None:
        if table == DATA:
            self._function(row)


@final
class TickListener(Observer):
    """Calls a function with the state after each tick."""

    def __init__(self, function: Callable[[SimStateBase], object]) -> None:
        self._function = function

    def tick(self, state: SimStateBase) -> None:
        self._function(state)


def listeners(observers: Sequence[Observer], event: str) -> list[Callable[..., None]]:
    """Return an event's method of each observer that does something with it."""
    nothing = getattr(Observer, event)
    return [getattr(observer, event) for observer in observers if getattr(type(observer), event) is not nothing]
