"""How many runs of a study were made: one line that is kept up to date on a terminal, a line now and then elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["show_runs"]

SECONDS_BETWEEN_LINES = 10.0
SECONDS_BETWEEN_UPDATES = 0.2


@contextmanager
def show_runs() -> Iterator[Callable[[int, int], None]]:
    """Yield what shows, on standard error, how many runs were made of how many that the budget allows."""
    is_terminal = sys.stderr.isatty()
    due = time.monotonic() + (0.0 if is_terminal else SECONDS_BETWEEN_LINES)

    def show(n_made: int, n_budget: int) -> None:
        nonlocal due
        if time.monotonic() < due:
            return
        due = time.monotonic() + (SECONDS_BETWEEN_UPDATES if is_terminal else SECONDS_BETWEEN_LINES)
        line = f"{n_made:,} runs made; the budget is {n_budget:,}"
        print(f"\r{line}" if is_terminal else line, end="" if is_terminal else "\n", file=sys.stderr, flush=True)

    yield show
    if is_terminal:
        print("\r" + " " * 60 + "\r", end="", file=sys.stderr, flush=True)
