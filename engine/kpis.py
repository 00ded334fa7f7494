"""Measurements that need memory across ticks."""

from typing import TYPE_CHECKING, Generic, TypeVar, final

from tokenspice.engine.units import Seconds

if TYPE_CHECKING:
    from tokenspice.engine.sim_state import SimStateBase

__all__ = ["KPIsBase", "PrefixSums"]

Number = TypeVar("Number", int, float)


class KPIsBase:
    """Counts the ticks it has seen. Extend `takeStep` to measure more, and call super() first.

    A row is logged before the work of its tick, so a KPI has then seen the ticks 0 … tick-1.
    """

    def __init__(self, time_step: Seconds) -> None:
        self.time_step = time_step
        self.tick = 0

    def __repr__(self) -> str:
        return f"{type(self).__name__}(tick {self.tick})"

    @property
    def elapsed(self) -> Seconds:
        """Simulated seconds measured so far."""
        return self.tick * self.time_step

    def takeStep(self, state: "SimStateBase") -> None:
        """Measure one tick. Called after all agents have stepped."""
        self.tick += 1


@final
class PrefixSums(Generic[Number]):
    """One number per tick; its sum over any stretch of ticks or seconds costs the same, however long the stretch.

    Args:
        zero: 0 or 0.0, which says whether the numbers are ints, whose sums are exact, or floats.
    """

    def __init__(self, zero: Number) -> None:
        self._before: list[Number] = [zero]  # [n_ticks + 1] the sum of all ticks before each

    def __len__(self) -> int:
        return len(self._before) - 1

    def __repr__(self) -> str:
        return f"PrefixSums({len(self)} ticks, {self.total} in all)"

    @property
    def total(self) -> Number:
        """The sum of all ticks so far."""
        return self._before[-1]

    def append(self, value: Number) -> None:
        """Add the next tick's number."""
        self._before.append(self._before[-1] + value)

    def between(self, first: int, end: int) -> Number:
        """The sum of the ticks `first` to `end` - 1; those that are not there count as none."""
        return self._before[self._clip(end)] - self._before[self._clip(first)]

    def last(self, n_ticks: int) -> Number:
        """The sum of the last `n_ticks` ticks."""
        return self.between(len(self) - n_ticks, len(self))

    def integral(self, start: Seconds, end: Seconds, time_step: Seconds) -> float:
        """Take the numbers as rates per second, and sum them over the seconds `start` to `end`, both included."""
        return self._until(end + 1, time_step) - self._until(start, time_step)

    def _until(self, second: Seconds, time_step: Seconds) -> float:
        tick, part = divmod(second, time_step)
        return self.between(0, tick) * time_step + self.between(tick, tick + 1) * part

    def _clip(self, tick: int) -> int:
        return min(max(tick, 0), len(self))
