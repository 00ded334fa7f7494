"""Timers of agents that act every so often."""

from typing import final

from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.units import Seconds

__all__ = ["Every"]


@final
class Every:
    """A timer that is due when at least `seconds` have passed since `restart`.

    Args:
        seconds: from one time to the next.
        at_once: whether it is due when it is first asked; if not, `seconds` after that tick began.
    """

    def __init__(self, seconds: Seconds, at_once: bool = False) -> None:
        self._seconds = seconds
        self._at_once = at_once
        self._last_tick: int | None = None

    def elapsed(self, state: SimStateBase) -> Seconds:
        """Seconds since the last restart; before the first, since the beginning of the tick that first asked."""
        if self._last_tick is None:
            self._last_tick = state.tick - 1
        return (state.tick - self._last_tick) * state.ss.time_step

    def is_due(self, state: SimStateBase) -> bool:
        """Whether it is time."""
        if self._at_once and self._last_tick is None:
            return True
        return self.elapsed(state) >= self._seconds

    def restart(self, state: SimStateBase) -> None:
        """Count from this tick on."""
        self._last_tick = state.tick
