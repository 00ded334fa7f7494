"""Notices agents that draw from Python's or numpy's global generators, which no seed of a run makes repeatable."""

import sys
from random import getstate
from typing import Any, final

import numpy as np
from numpy.random import get_state

from tokenspice.engine.log import LogRow
from tokenspice.engine.observer import Observer, Outcome

__all__ = ["AmbientRandomness"]


@final
class AmbientRandomness(Observer):
    """Warns on standard error, and in run.json, if a global generator changes from now on.

    It looks at the rows of ticks 1, 2, 4, 8, …, and at the end, which costs nothing to speak of.

    Args:
        facts: of run.json, to which it adds `ambient_randomness`.
    """

    def __init__(self, facts: dict[str, Any]) -> None:
        self._facts = facts
        self._before = states()
        self._unchanged_at: int | None = None
        self._next = 0

    def row(self, table: str, row: LogRow) -> None:
        tick = int(row["Tick"])
        if tick >= self._next:
            self._next = 2 * tick or 1
            self._look(f"by tick {tick}")
            self._unchanged_at = tick

    def end(self, outcome: Outcome) -> None:
        self._look("by the end")

    def _look(self, when: str) -> None:
        changed = [name for name, state in states().items() if state != self._before[name]]
        if not changed or "ambient_randomness" in self._facts:
            return
        since = "while the state was built" if self._unchanged_at is None else f"after tick {self._unchanged_at}"
        text = f"{' and '.join(changed)} changed {since}, {when}"
        self._facts["ambient_randomness"] = text
        print(
            f"warning: {text}: this run cannot be repeated. Draw from state.rng(name) instead.",
            file=sys.stderr,
        )


def states() -> dict[str, Any]:
    """Return the states of the global generators, by name, so that they can be compared."""
    _, key, *rest = get_state()
    return {"Python's random": getstate(), "numpy's global random": (np.asarray(key).tobytes(), *rest)}
