"""One run in a worker: claimed, watched, tidied up. A worker may be killed at any of its lines."""

import faulthandler
import os
import shutil
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import cloudpickle

from tokenspice.engine.errors import TokenSpiceError
from tokenspice.engine.observer import Observer
from tokenspice.engine.sim_state import OURS, SimStateBase, describe
from tokenspice.studies.batch.run_specs import Job, Run

__all__ = ["Outcome", "Task", "attempt"]

WHAT_HAPPENED = "ended.txt"  # in a run's folder: why its worker ended itself
STACK = "stack.txt"  # where it was, as faulthandler writes it
LONGEST_GLANCE_S = 0.5  # between two looks at the clock
TOO_LONG = 70  # the exit code of a worker that ends itself


@dataclass(frozen=True)
class Task:
    """A run to do, and where.

    Args:
        job: what is run.
        run: with which seed and parameters.
        scratch: the folder in which the run has its own while it goes on; it stays there if the run fails.
        parts: the folder that its part of the table goes to; None keeps no rows.
        limits: seconds that the set-up and each tick may take; 0 is for ever.
    """

    job: Job
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
            result = task.job.run(task.run, task.folder / "run", observers)
        if task.parts:
            # Only where there is a table, because pyarrow takes a while to import.
            from tokenspice.studies.batch.tables import write_part

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
    if place := place_in(folder / STACK):
        return f"it took too long, and did not even let go of the interpreter; it was at {place}"
    return "its worker was killed, for instance because there was no memory left"


def place_in(stack: Path) -> str | None:
    """Return the innermost line of the thread that faulthandler ended; None if it did not end any."""
    thread, _, text = stack.read_text().partition("\n") if stack.exists() else ("", "", "")
    lines = text.rpartition(f"0x{thread}")[2].splitlines()
    return next((line.strip() for line in lines if line.strip().startswith("File ")), None)


class Watchdog(Observer):
    """Ends this process if nothing happens for too long, after it wrote down who was at work.

    A thread of Python's looks at the clock, and can name the agent. Where the work never lets go of the
    interpreter, faulthandler ends the process without asking it.
    """

    def __init__(self, task: Task) -> None:
        self._task = task
        self._worker = threading.get_ident()
        self._done = threading.Event()
        self._stack = (task.folder / STACK).open("w")
        print(f"{self._worker:016x}", file=self._stack, flush=True)
        self._since = time.monotonic()
        self._allowed, self._per_tick = task.limits
        self._thread = threading.Thread(target=self._look, daemon=True)

    def tick(self, state: SimStateBase) -> None:
        self._since = time.monotonic()
        self._allowed = self._per_tick

    def start(self) -> None:
        # Before the thread has its first turn, the work may already have the interpreter for good.
        self._leave_it_to_faulthandler(self._allowed)
        self._thread.start()

    def stop(self) -> None:
        self._done.set()
        self._thread.join()
        faulthandler.cancel_dump_traceback_later()
        self._stack.close()

    def _look(self) -> None:
        while not self._done.wait(min(LONGEST_GLANCE_S, self._per_tick / 5)):
            left = self._since + self._allowed - time.monotonic()
            if left <= 0:
                self._end()
            self._leave_it_to_faulthandler(left)

    def _leave_it_to_faulthandler(self, seconds: float) -> None:
        faulthandler.dump_traceback_later(seconds + 2 * LONGEST_GLANCE_S, exit=True, file=self._stack)

    def _end(self) -> None:
        place = whereabouts(sys._current_frames()[self._worker])
        text = f"{place}: it took longer than {self._allowed:g} s. Give it more with --timeout, or find out why."
        (self._task.folder / WHAT_HAPPENED).write_text(text)
        os._exit(TOO_LONG)


@contextmanager
def watched(task: Task) -> Iterator[list[Observer]]:
    """Watch over what runs inside, and yield who is to be told of each tick."""
    if not all(task.limits):
        yield []
        return
    dog = Watchdog(task)
    dog.start()
    try:
        yield [dog]
    finally:
        dog.stop()


def whereabouts(frame: FrameType | None) -> str:
    """Say what a thread is doing: tick, agent, file and line."""
    stack = traceback.extract_stack(frame)
    theirs = [line for line in stack if not line.filename.startswith(OURS)] or stack
    place = f"{theirs[-1].filename}:{theirs[-1].lineno}"
    while frame:
        if frame.f_code is SimStateBase._step.__code__:
            return f"tick {frame.f_locals['self'].tick}, {frame.f_locals['who']} ({place})"
        frame = frame.f_back
    return place
