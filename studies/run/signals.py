"""Ctrl-C, SIGTERM and SIGHUP: the first ends a run in good order, the second at once."""

import os
import signal
import time
from contextlib import suppress
from typing import final

__all__ = ["Signals", "heed_signals"]

INTERRUPTED = 130  # what a shell reports of a program that Ctrl-C ended
NAMES = ("SIGINT", "SIGTERM", "SIGHUP")  # Windows has no SIGHUP
GRACE_S = 1.0  # for Python to end the process by itself, before the guard does


@final
class Signals:
    """How many signals have asked this process to end."""

    n_heard = 0


def heed_signals(guarded: bool) -> None:
    """Let the first signal raise KeyboardInterrupt, and the second end this process at once.

    A netlist's code may swallow the exception, or be in a loop that never lets Python act. So a second process stands
    guard: the system tells it of each signal, and it kills this one if the second was not heeded. Rows are on the disk
    before the next tick, so nothing is lost of them.

    Args:
        guarded: whether code of others may run, so that a guard is needed.
    """
    if guarded:
        set_guard()
    for name in NAMES:
        if hasattr(signal, name) and signal.getsignal(getattr(signal, name)) is not signal.SIG_IGN:
            signal.signal(getattr(signal, name), interrupt)


def interrupt(number: int, frame: object) -> None:
    Signals.n_heard += 1
    if Signals.n_heard > 1:
        with suppress(OSError):
            os.write(2, b"tsp: ended at once; the rows so far are kept.\n")
        os._exit(INTERRUPTED)
    raise KeyboardInterrupt


def set_guard() -> None:
    """Start the process that stands guard; not on Windows, which cannot fork."""
    if not hasattr(os, "fork"):
        return
    ours, theirs = os.pipe()
    os.set_blocking(theirs, False)
    watched = os.getpid()
    if os.fork():
        os.close(ours)
        signal.set_wakeup_fd(theirs, warn_on_full_buffer=False)
        return
    try:
        stand_guard(ours, theirs, watched)
    finally:
        os._exit(0)


def stand_guard(ours: int, theirs: int, watched: int) -> None:
    """Read the numbers of the signals that `watched` gets, until it ends."""
    os.close(theirs)
    for name in NAMES:
        signal.signal(getattr(signal, name), signal.SIG_IGN)
    for descriptor in (0, 1, 2):  # whoever reads what the command prints waits until all have closed it
        with suppress(OSError):
            os.close(descriptor)
    wanted = {int(getattr(signal, name)) for name in NAMES}
    n_heard = 0
    while numbers := os.read(ours, 64):
        n_heard += sum(number in wanted for number in numbers)
        if n_heard > 1:
            time.sleep(GRACE_S)
            if os.getppid() == watched:
                os.kill(watched, signal.SIGKILL)
            return
