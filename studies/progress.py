"""How far a run or a batch is: a bar on a terminal, a plain line now and then elsewhere. On standard error."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from engine.sim_state import SimStateBase
from engine.units import DAY

__all__ = ["BatchProgress", "show_batch_progress", "show_progress"]

SECONDS_BETWEEN_LINES = 5.0
SECONDS_BETWEEN_UPDATES = 0.1


class Watch(Protocol):
    """What a run calls after each tick."""

    def __call__(self, state: SimStateBase, /) -> None: ...


@contextmanager
def show_progress(max_ticks: int) -> Iterator[Watch]:
    """Show ticks, simulated time, ticks per second and time left of the run inside the `with` block."""
    console = Console(stderr=True)
    if console.is_terminal:
        with bar(console, max_ticks) as watch:
            yield watch
    else:
        yield lines()


@contextmanager
def bar(console: Console, max_ticks: int) -> Iterator[Watch]:
    columns = (
        TextColumn("tick {task.completed} of {task.total}"),
        BarColumn(),
        TextColumn("{task.fields[note]}"),
        TimeRemainingColumn(),
        TextColumn("left"),
    )
    meter = Meter(SECONDS_BETWEEN_UPDATES)
    with Progress(*columns, console=console, transient=True, auto_refresh=False) as progress:
        task = progress.add_task("", total=max_ticks, note="")

        def watch(state: SimStateBase, /) -> None:
            if meter.is_due(state):
                progress.update(task, completed=state.tick, note=f"{days(state)}, {meter.rate(state):,.0f} ticks/s")
                progress.refresh()

        yield watch


def lines() -> Watch:
    meter = Meter(SECONDS_BETWEEN_LINES)

    def watch(state: SimStateBase, /) -> None:
        if meter.is_due(state):
            rate = meter.rate(state)
            left = (state.ss.max_ticks - state.tick) / rate
            print(
                f"tick {state.tick} of {state.ss.max_ticks}, {days(state)}, {rate:,.0f} ticks/s, {left:,.0f} s left",
                file=sys.stderr,
                flush=True,
            )

    return watch


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
    began, shown, first = time.monotonic(), time.monotonic(), -1
    columns = (TextColumn("run {task.completed} of {task.total}"), BarColumn(), TextColumn("{task.description}"))
    meter = Progress(*columns, console=console, transient=True, auto_refresh=False, disable=not console.is_terminal)
    pause = SECONDS_BETWEEN_UPDATES if console.is_terminal else SECONDS_BETWEEN_LINES
    with meter:
        task = meter.add_task("", total=None)

        def watch(progress: BatchProgress) -> None:
            nonlocal shown, first
            first = progress.n_done - 1 if first < 0 else first  # what an earlier session had done
            now = time.monotonic()
            if now - shown < pause:
                return
            shown = now
            rate = (progress.n_done - first) / (now - began)
            failed = f", {progress.n_failed} failed" if progress.n_failed else ""
            left = timedelta(seconds=round((progress.n_runs - progress.n_done) / rate))
            note = f"{rate:,.1f} runs/s, {left} left{failed}"
            if console.is_terminal:
                meter.update(task, completed=progress.n_done, total=progress.n_runs, description=note)
                meter.refresh()
            else:
                print(f"run {progress.n_done} of {progress.n_runs}, {note}", file=sys.stderr, flush=True)

        yield watch


class Meter:
    """Tells when to show progress again, and how fast the run is."""

    def __init__(self, pause: float) -> None:
        self._pause = pause
        self._began = time.monotonic()
        self._shown = self._began

    def is_due(self, state: SimStateBase) -> bool:
        now = time.monotonic()
        if now - self._shown < self._pause:
            return False
        self._shown = now
        return True

    def rate(self, state: SimStateBase) -> float:
        """Ticks per second since the run began."""
        return state.tick / (time.monotonic() - self._began)


def days(state: SimStateBase) -> str:
    return f"day {state.elapsed / DAY:,.1f}"
