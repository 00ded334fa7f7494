"""One run in a worker: claimed, watched, tidied up. A worker may be killed at any of its lines."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import cloudpickle

from tokenspice.engine.errors import TokenSpiceError
from tokenspice.engine.observer import Observer
from tokenspice.engine.sim_state import describe
from tokenspice.studies.batch.run_specs import Run, Subject
from tokenspice.studies.run.guard import stack_lines
from tokenspice.studies.run.watchdog import Watchdog

__all__ = ["Outcome", "Task", "attempt"]

WHAT_HAPPENED = "ended.txt"  # in a run's folder: why its worker ended itself
STACK = "stack.txt"  # where it was, as faulthandler writes it
TOO_LONG = 70  # the exit code of a worker that ends itself


@dataclass(frozen=True)
class Task:
    """A run to do, and where.

    Args:
        subject: what is run.
        run: with which seed and parameters.
        scratch: the folder in which the run has its own while it goes on; it stays there if the run fails.
        parts: the folder that its part of the table goes to; None keeps no rows.
        limits: seconds that the set-up and each tick may take; 0 is for ever.
    """

    subject: Subject
    run: Run
    scratch: Path
    parts: Path | None
    limits: tuple[float, float]

    @property
    def folder(self) -> Path:
        return self.scratch / self.run.name


@dataclass(frozen=True)
class Outcome:
    """How a run ended.

    Args:
        number: the run's.
        error: why it failed; None if it did not.
        result: what a function returned, pickled, on its way between two living processes.
        seconds: how long it took.
    """

    number: int
    error: str | None = None
    result: bytes = b""
    seconds: float = 0.0


def attempt(task: Task) -> Outcome:
    """Do a run. Its folder is the claim to it: one that exists says that an earlier attempt died at it."""
    began = time.monotonic()
    try:
        task.folder.mkdir(parents=True)
    except FileExistsError:
        return Outcome(task.run.number, how_it_died(task.folder))
    try:
        with watched(task) as observers:
            result = task.subject.run(task.run, task.folder / "run", observers)
        if task.parts:
            # Only where there is a table, because pyarrow takes a while to import.
            from tokenspice.studies.batch.tables import write_part

            for name, file in task.subject.tables.items():
                write_part(task.folder / "run" / file, task.parts / name, task.run, may_lack=True)
            # Last, because it says that the run has finished.
            write_part(task.folder / "run" / "data.csv", task.parts, task.run)
        pickled = b"" if task.parts else cloudpickle.dumps(result)
    except TokenSpiceError as error:
        return Outcome(task.run.number, str(error), seconds=time.monotonic() - began)
    except BaseException as error:  # a panic in Rust is no Exception, and one run must not end the others
        return Outcome(task.run.number, describe(error), seconds=time.monotonic() - began)
    shutil.rmtree(task.folder, ignore_errors=True)
    return Outcome(task.run.number, None, pickled, time.monotonic() - began)


def how_it_died(folder: Path) -> str:
    """Say why the last attempt left its folder behind."""
    if (note := folder / WHAT_HAPPENED).exists():
        return note.read_text()
    if calls := stack_lines(folder / STACK):
        return f"it took too long, and did not even let go of the interpreter; it was at {calls[0]}"
    return "its worker was killed, for instance because there was no memory left"


@contextmanager
def watched(task: Task) -> Iterator[list[Observer]]:
    """Watch over what runs inside, and yield who is to be told of each tick."""
    if not all(task.limits):
        yield []
        return

    def end(what: str) -> None:
        (task.folder / WHAT_HAPPENED).write_text(what)
        os._exit(TOO_LONG)

    with (task.folder / STACK).open("w") as stack:
        with Watchdog(*task.limits, stack, end) as dog:
            yield [dog]
