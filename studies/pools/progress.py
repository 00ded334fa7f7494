"""How far a training is: a bar on a terminal, a plain line now and then elsewhere. On standard error."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

__all__ = ["Shown", "show_training"]

SECONDS_BETWEEN_LINES = 5.0

# Called with a title, what was done of how much, and the best measure so far.
Shown: TypeAlias = Callable[[str, int, int, float], None]


@contextmanager
def show_training() -> Iterator[Shown]:
    """Show what is done inside the `with` block."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lines()
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed} of {task.total}, best {task.fields[best]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=None, best="–")

        def show(title: str, done: int, total: int, best: float) -> None:
            progress.update(task, description=title, completed=done, total=total, best=as_text(best))

        yield show


def lines() -> Shown:
    """Prints a line now and then."""
    last = time.monotonic()

    def show(title: str, done: int, total: int, best: float) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= SECONDS_BETWEEN_LINES:
            last = now
            print(f"{title}: {done} of {total}, best {as_text(best)}", file=sys.stderr, flush=True)

    return show


def as_text(best: float) -> str:
    return f"{best:.4g}" if np.isfinite(best) else "–"
