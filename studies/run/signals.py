"""Ctrl-C, SIGTERM and SIGHUP: the first ends a run in good order, and soon; the second at once."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import ClassVar, NoReturn, final

from tokenspice.studies.record.ending import mark_ended
from tokenspice.studies.run.guard import GUARDED_SIGNALS, Guard

__all__ = ["Signals", "code_of_others", "heed_no_more", "heed_signals", "say_last_words"]

INTERRUPTED = 130  # what a shell reports of a program that Ctrl-C ended
PATIENCE_S = 1.0  # with code of others that was interrupted, before this process ends all the same


@final
class Signals:
    """What this process has been asked.

    Attributes:
        n_heard: how many signals have asked it to end.
        depth: how many calls into code of others are under way, one inside the other.
        record: the folder of the run whose record is to say how it ended.
        guard: the second process, where there is one.
        ender: the thread of ours that is ending this process.
        last_words: what is to be written before this process is ended.
    """

    n_heard = 0
    depth = 0
    record: Path | None = None
    guard: Guard | None = None
    ender: int | None = None
    last_words: ClassVar[list[Callable[[], None]]] = []


def heed_signals(guarded: bool, insists: bool) -> None:
    """Let the first signal raise KeyboardInterrupt, and the second end this process at once.

    A netlist's code may swallow the exception, or be in a loop that never lets Python act. So a thread, and a second
    process where the thread gets no turn, end this one if it does not end by itself. Rows are on the disk before the
    next tick, so nothing is lost of them.

    Args:
        guarded: whether code of others may run, so that a guard is needed.
        insists: whether the first signal is to be enough.
    """
    if guarded and hasattr(os, "fork"):
        Signals.guard = Guard(insists)
    if guarded:
        tell_of_exits()
    for name in GUARDED_SIGNALS:
        if hasattr(signal, name) and signal.getsignal(getattr(signal, name)) is not signal.SIG_IGN:
            signal.signal(getattr(signal, name), interrupt)


def tell_of_exits() -> None:
    """Let code of others that ends this process by os._exit say so, with an exit code that is no success."""
    own, leave = os.getpid(), os._exit

    def told(status: int) -> NoReturn:
        if Signals.depth and os.getpid() == own and threading.get_ident() != Signals.ender:
            error = f"the netlist's code ended the process by os._exit({status})."
            if Signals.record:
                mark_ended(Signals.record, outcome="failed", error=error)
            with suppress(OSError):
                os.write(2, f"tsp: {error}\n".encode())
            leave(status or 1)
        leave(status)

    os._exit = told


def heed_no_more() -> None:
    """Let signals end this process as they end any, now that its work is done; a thread of a netlist may hold it."""
    for name in GUARDED_SIGNALS:
        if hasattr(signal, name) and signal.getsignal(getattr(signal, name)) is interrupt:
            signal.signal(getattr(signal, name), signal.SIG_DFL)


@contextmanager
def code_of_others() -> Iterator[None]:
    """Say that what is called inside may not heed a signal."""
    Signals.depth += 1
    try:
        yield
    finally:
        Signals.depth -= 1
        if Signals.n_heard and not Signals.depth:
            tell_guard()


def interrupt(number: int, frame: object) -> None:
    Signals.n_heard += 1
    if Signals.n_heard > 1:
        end_now("ended at once")
    if Signals.depth:
        threading.Thread(target=insist, daemon=True).start()
    else:
        tell_guard()
    raise KeyboardInterrupt


def insist() -> None:
    """End this process if the code of others that was interrupted goes on."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        time.sleep(PATIENCE_S / 20)
        if not Signals.depth:
            return
    end_now("interrupted; the netlist's code did not let go")


def end_now(what: str) -> None:
    Signals.ender = threading.get_ident()
    say_last_words()
    if Signals.record:
        mark_ended(Signals.record, outcome="interrupted")
    where = f" in {Signals.record}" if Signals.record else ""
    with suppress(OSError):
        os.write(2, f"tsp: {what}; the rows so far are kept{where}.\n".encode())
    os._exit(INTERRUPTED)


def say_last_words() -> None:
    """Write what is still in memory, from a thread that is about to end this process."""
    for write in Signals.last_words:
        with suppress(Exception):  # whatever it is, this process has to end
            write()


def tell_guard() -> None:
    if Signals.guard:
        Signals.guard.heeded()
