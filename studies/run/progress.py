"""How far a run or a batch is: a bar on a terminal, a plain line now and then elsewhere. On standard error."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Protocol, final

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from tokenspice.engine.observer import Observer
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.units import DAY

__all__ = ["BatchProgress", "show_batch_progress", "show_progress"]

SECONDS_BETWEEN_LINES = 5.0
SECONDS_BETWEEN_UPDATES = 0.1


@contextmanager
def show_progress(max_ticks: int) -> Iterator[Observer]:
    """Show ticks, simulated time, ticks per second and time left of the run inside the `with` block."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield ProgressLines()
        return
    columns = (
        TextColumn("tick {task.completed} of {task.total}"),
        BarColumn(),
        TextColumn("{task.fields[note]}"),
    )
    with Progress(*columns, console=console, transient=True, auto_refresh=False) as progress:
        yield ProgressBar(progress, max_ticks)


@final
class ProgressBar(Observer):
    """Keeps one line of a terminal up to date."""

    def __init__(self, progress: Progress, max_ticks: int) -> None:
        self._progress = progress
        self._task = progress.add_task("", total=max_ticks, note="")
        self._meter = Meter(SECONDS_BETWEEN_UPDATES)

    def tick(self, state: SimStateBase) -> None:
        if self._meter.is_due(state):
            note = f"{days(state)}, {self._meter.note(state)}"
            self._progress.update(self._task, completed=state.tick, note=note)
            self._progress.refresh()


@final
class ProgressLines(Observer):
    """Prints a line now and then."""

    def __init__(self) -> None:
        self._meter = Meter(SECONDS_BETWEEN_LINES)

    def tick(self, state: SimStateBase) -> None:
        if self._meter.is_due(state):
            note = f"{days(state)}, {self._meter.note(state)}"
            print(f"tick {state.tick} of {state.ss.max_ticks}, {note}", file=sys.stderr, flush=True)


class BatchProgress(Protocol):
    """What is known of a batch after each of its runs."""

    @property
    def n_done(self) -> int: ...

    @property
    def n_failed(self) -> int: ...

    @property
    def n_runs(self) -> int: ...


@contextmanager
def show_batch_progress() -> Iterator[Callable[[BatchProgress], None]]:
    """Show runs done, runs failed, runs per second and time left of the batch inside the `with` block."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[note]}"))
    pace = Pace(SECONDS_BETWEEN_UPDATES if console.is_terminal else SECONDS_BETWEEN_LINES)
    with Progress(
        *columns, console=console, transient=True, auto_refresh=False, disable=not console.is_terminal
    ) as progress:
        task = progress.add_task("starting", total=None, note="")
        progress.refresh()

        def watch(batch: BatchProgress) -> None:
            if not pace.is_due(batch):
                return
            done, note = f"run {batch.n_done} of {batch.n_runs}", pace.note(batch)
            if console.is_terminal:
                progress.update(task, completed=batch.n_done, total=batch.n_runs, description=done, note=note)
                progress.refresh()
            else:
                print(f"{done}, {note}", file=sys.stderr, flush=True)

        yield watch


class Pace:
    """Tells when to show a batch's progress again, and how fast it goes since its first run ended."""

    def __init__(self, pause: float) -> None:
        self._pause = pause
        self._shown = time.monotonic()
        self._first: tuple[int, float] | None = None

    def is_due(self, batch: BatchProgress) -> bool:
        now = time.monotonic()
        if self._first is None:
            self._first = (batch.n_done, now)
        if now - self._shown < self._pause or batch.n_done == self._first[0]:
            return False
        self._shown = now
        return True

    def note(self, batch: BatchProgress) -> str:
        assert self._first, "is_due was asked"
        n_before, began = self._first
        rate = (batch.n_done - n_before) / (time.monotonic() - began)
        left = timedelta(seconds=round((batch.n_runs - batch.n_done) / rate))
        failed = f", {batch.n_failed} failed" if batch.n_failed else ""
        return f"{rate:,.1f} runs/s, {left} left{failed}"


class Meter:
    """Tells when to show progress again, and how fast the run has been since the end of its first tick."""

    def __init__(self, pause: float) -> None:
        self._pause = pause
        self._first: tuple[int, float] | None = None
        self._shown = time.monotonic()

    def is_due(self, state: SimStateBase) -> bool:
        now = time.monotonic()
        if self._first is None:  # what it took to build the state says nothing of ticks
            self._first, self._shown = (state.tick, now), now
        if now - self._shown < self._pause or state.tick == self._first[0]:
            return False
        self._shown = now
        return True

    def note(self, state: SimStateBase) -> str:
        """Say how fast it goes, and how long it will take."""
        assert self._first, "is_due was asked"
        n_before, began = self._first
        rate = (state.tick - n_before) / (time.monotonic() - began)
        left = timedelta(seconds=round((state.ss.max_ticks - state.tick) / rate))
        return f"{rate:,.0f} ticks/s, {left} left" if rate >= 10 else f"{rate:.2g} ticks/s, {left} left"


def days(state: SimStateBase) -> str:
    return f"day {state.elapsed / DAY:,.1f}"
