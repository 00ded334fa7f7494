"""A limit to how long a step may take, which holds even for code that never lets go of the interpreter."""

import faulthandler
import sys
import threading
import time
import traceback
from collections.abc import Callable
from types import FrameType
from typing import TextIO, final

from tokenspice.engine.observer import Observer
from tokenspice.engine.sim_engine import SimEngine
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.places import user_place
from tokenspice.studies.run.guard import Guard

__all__ = ["Watchdog"]

LONGEST_GLANCE_S = 0.5  # between two looks at the clock
GUARDS_TURN_S = 0.5  # for a guard to complete the record before the process ends


@final
class Watchdog(Observer):
    """Ends this process if nothing happens for too long, after it told who was at work.

    A thread of Python's looks at the clock, and can name the agent. Where the work never lets go of the
    interpreter, faulthandler ends the process, with exit code 1, without asking it; a guard that stands by is told
    of that in time to say so.

    Args:
        first: seconds that may pass before the first tick has ended.
        per_tick: seconds between two.
        stack: what faulthandler writes to, where the work was. This thread's number is its first line.
        end: told who was at work; ends the process.
        guard: a second process.
    """

    def __init__(
        self, first: float, per_tick: float, stack: TextIO, end: Callable[[str], None], guard: Guard | None = None
    ) -> None:
        self._worker = threading.get_ident()
        self._stack = stack
        self._end = end
        self._guard = guard
        self._allowed, self._per_tick = first, per_tick
        self._done = threading.Event()
        self._since = time.monotonic()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def tick(self, state: SimStateBase) -> None:
        self._since = time.monotonic()
        if self._allowed != self._per_tick:
            self._allowed = self._per_tick
            self._leave_it_to_faulthandler(self._per_tick)

    def __enter__(self) -> "Watchdog":
        print(f"{self._worker:016x}", file=self._stack, flush=True)
        # Before the thread has its first turn, the work may already have the interpreter for good.
        self._leave_it_to_faulthandler(self._allowed)
        self._thread.start()
        return self

    def __exit__(self, *ending: object) -> None:
        self._done.set()
        self._thread.join()
        faulthandler.cancel_dump_traceback_later()
        if self._guard:
            self._guard.rest()

    def _look(self) -> None:
        while not self._done.wait(min(LONGEST_GLANCE_S, self._per_tick / 5)):
            left = self._since + self._allowed - time.monotonic()
            if left <= 0:
                place = whereabouts(sys._current_frames()[self._worker])
                self._end(
                    f"{place}: it took longer than {self._allowed:g} s. Give it more with --timeout, or find out why."
                )
                return
            self._leave_it_to_faulthandler(left)

    def _leave_it_to_faulthandler(self, seconds: float) -> None:
        if self._guard:
            self._guard.expect_word_within(seconds + LONGEST_GLANCE_S, self._allowed)
            seconds += GUARDS_TURN_S
        faulthandler.dump_traceback_later(seconds + 2 * LONGEST_GLANCE_S, exit=True, file=self._stack)


def whereabouts(frame: FrameType | None) -> str:
    """Say what a thread is doing: tick, agent, file and line."""
    place = user_place(traceback.extract_stack(frame))
    while frame:
        if frame.f_code is SimStateBase._step.__code__:
            return f"{frame.f_locals['self'].turn_of(frame.f_locals['stepper'])} ({place})"
        if frame.f_code is SimEngine.takeStep.__code__:  # nobody's step: the chain's time passes
            return f"tick {frame.f_locals['self'].state.tick} ({place})"
        frame = frame.f_back
    return place
