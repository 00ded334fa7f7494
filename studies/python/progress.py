"""Progress in a notebook: one line below the cell that rewrites itself, without widgets. The last one stays."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol, final

from tokenspice.engine.observer import Observer, Outcome, WatchedRun
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.studies.run.progress import BatchProgress, Meter, Pace, days

__all__ = ["BatchLine", "KernelLine", "RunLine", "in_kernel", "kernel_line"]

SECONDS_BETWEEN_UPDATES = 0.2


class Line(Protocol):
    """A line of text that can be written anew."""

    def write(self, text: str) -> None:
        """Show another text in its place."""


@final
class KernelLine:
    """A line in the output of a notebook's cell."""

    def __init__(self, display: Callable[..., Any]) -> None:
        self._display = display
        self._handle: Any = None

    def write(self, text: str) -> None:
        data = {"text/plain": text}
        if self._handle is None:
            self._handle = self._display(data, raw=True, display_id=True)
        else:
            self._handle.update(data, raw=True)


@final
class RunLine(Observer):
    """Writes how far a run is; it counts from the end of the first tick, when the run goes at its own pace."""

    def __init__(self, name: str, line: Line) -> None:
        self._name = name
        self._line = line
        self._meter = Meter(SECONDS_BETWEEN_UPDATES)
        self._began = time.monotonic()
        self._state: SimStateBase | None = None

    def begin(self, run: WatchedRun) -> None:
        self._state = run.state

    def tick(self, state: SimStateBase) -> None:
        if self._meter.is_due(state):
            self._line.write(f"{self._place(state)}, {days(state)}, {self._meter.note(state)}")

    def end(self, outcome: Outcome) -> None:
        where = self._place(self._state) if self._state else f"{self._name}: no tick"
        self._line.write(f"{where}, {outcome.name} after {time.monotonic() - self._began:,.1f} s")

    def _place(self, state: SimStateBase) -> str:
        return f"{self._name}: tick {state.tick:,} of {state.ss.max_ticks:,}"


@final
class BatchLine:
    """Writes how far a batch is."""

    def __init__(self, name: str, line: Line) -> None:
        self._name = name
        self._line = line
        self._pace = Pace(SECONDS_BETWEEN_UPDATES)
        self._line.write(f"{name}: the workers start")

    def __call__(self, batch: BatchProgress) -> None:
        due = self._pace.is_due(batch)
        if batch.n_done == batch.n_runs:
            failed = f", {batch.n_failed} failed" if batch.n_failed else ""
            self._line.write(f"{self._name}: {batch.n_runs:,} runs done{failed}")
        elif due:
            self._line.write(f"{self._name}: run {batch.n_done:,} of {batch.n_runs:,}, {self._pace.note(batch)}")


def in_kernel() -> bool:
    """Whether this is a notebook's kernel, which shows what is displayed."""
    ipython = sys.modules.get("IPython")  # nobody else has a kernel
    shell = ipython.get_ipython() if ipython else None
    return getattr(shell, "kernel", None) is not None


@contextmanager
def kernel_line(wanted: bool | None) -> Iterator[Line | None]:
    """Yield the line that progress goes to; None where none is wanted, or nothing shows it.

    Args:
        wanted: True and None show it in a notebook's kernel; False shows nothing.
    """
    if wanted is False or not in_kernel():
        yield None
        return
    from IPython.display import display

    yield KernelLine(display)
