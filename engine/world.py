"""The contract of anything that agents act on and time passes through: a chain, an order book."""

from abc import ABC, abstractmethod
from collections.abc import Mapping

from tokenspice.engine.recorded import RecordedTable
from tokenspice.engine.units import Seconds

__all__ = ["World"]


class World(ABC):
    """Something outside the agents that has a state and a clock.

    IMPLEMENT the five abstract ones; the engine calls `advance` once per tick, and `draw_from` where a run branches.

    Attributes:
        tick: of the run, as its loop counts.
    """

    tick: int = 0

    @property
    @abstractmethod
    def now(self) -> Seconds:
        """The world's clock, as a Unix timestamp."""

    @abstractmethod
    def advance(self, seconds: Seconds) -> None:
        """Let `seconds` pass."""

    @abstractmethod
    def snapshot(self) -> object:
        """Remember the whole state, and return what `restore` needs to come back to it."""

    @abstractmethod
    def restore(self, snapshot: object) -> None:
        """Return to a snapshot of this world. It may be restored again later.

        Raises:
            WorldError: it is no snapshot of this world.
        """

    @abstractmethod
    def close(self) -> None:
        """Let go of processes and connections. A second call does nothing."""

    def draw_from(self, seed: int) -> None:  # noqa: B027  (most worlds draw nothing)
        """Draw by another seed whatever this world itself draws from here on. OVERRIDE it where it draws at all.

        Args:
            seed: from 0 to 2**64 - 1.
        """

    def record(self) -> Mapping[str, RecordedTable]:
        """Begin to record, and return the tables that a run writes beside data.csv, by name. OVERRIDE it to have any.

        It is called when a run that has a folder begins, and again when one goes on.
        """
        return {}
