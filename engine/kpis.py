"""Measurements that need memory across ticks."""

from typing import TYPE_CHECKING, ClassVar

from engine.units import Seconds

if TYPE_CHECKING:
    from engine.sim_state import SimStateBase

__all__ = ["KPIsBase"]


class KPIsBase:
    """Counts the ticks it has seen. Extend `takeStep` to measure more, and call super() first.

    A row is logged before the work of its tick, so a KPI has then seen the ticks 0 … tick-1.

    Attributes:
        state_names: NAME in a subclass the attributes that its `takeStep` changes, so that a run can be resumed.
    """

    state_names: ClassVar[tuple[str, ...]] = ("tick",)

    def __init__(self, time_step: Seconds) -> None:
        self.time_step = time_step
        self.tick = 0

    @property
    def elapsed(self) -> Seconds:
        """Simulated seconds measured so far."""
        return self.tick * self.time_step

    def takeStep(self, state: "SimStateBase") -> None:
        """Measure one tick. Called after all agents have stepped."""
        self.tick += 1
