"""A second process that ends the first one where Python cannot, and completes its record."""

import faulthandler
import json
import os
import select
import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO, final

from tokenspice.places import NETLISTS
from tokenspice.studies.record.ending import mark_ended

__all__ = ["GUARDED_SIGNALS", "Guard", "stack_lines", "write_stack_when_asked"]

GUARDED_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")  # Windows has no SIGHUP
STACK_SIGNAL = "SIGUSR1"  # at which faulthandler writes where every thread is, whatever holds the interpreter
GRACE_S = 1.0  # after the second signal, for Python to end the process by itself
INSISTENCE_S = 1.5  # after the first, for code of others to let go
WRITING_S = 0.1  # for faulthandler to write


@final
class Guard:
    """Starts the second process, and tells it what it must know.

    The system tells it of each signal that this process gets.

    Args:
        insists: whether to end this process after the first signal too, unless it says that it has heeded it.
    """

    def __init__(self, insists: bool) -> None:
        numbers, theirs = os.pipe()
        news, self._news = os.pipe()
        os.set_blocking(theirs, False)
        os.set_blocking(self._news, False)
        watched = os.getpid()
        if os.fork():
            os.close(numbers)
            os.close(news)
            signal.set_wakeup_fd(theirs, warn_on_full_buffer=False)
            return
        try:
            os.close(theirs)
            os.close(self._news)
            Sentry(watched, numbers, news, insists).stand()
        finally:
            os._exit(0)

    def watch(self, folder: Path | None, stack: Path, foreign: Sequence[str]) -> None:
        """Say whose record is to be completed, where faulthandler writes to, and which files are not the user's."""
        self._tell({"folder": str(folder) if folder else None, "stack": str(stack), "foreign": foreign})

    def expect_word_within(self, seconds: float, limit: float) -> None:
        """Say when a step, which may take `limit` seconds, has taken too long if nothing is heard until then."""
        self._tell({"deadline": time.monotonic() + seconds, "limit": limit})

    def rest(self) -> None:
        """Say that no step is under way."""
        self._tell({"deadline": None})

    def heeded(self) -> None:
        """Say that the first signal is being obeyed."""
        self._tell({"heeded": True})

    def _tell(self, news: dict[str, Any]) -> None:
        with suppress(OSError):  # it is gone, or has not read yet what came before
            os.write(self._news, f"{json.dumps(news)}\n".encode())


@final
class Sentry:
    """The second process."""

    def __init__(self, watched: int, numbers: int, news: int, insists: bool) -> None:
        self._watched = watched
        self._numbers, self._news = numbers, news
        self._insists = insists
        self._wanted = {int(getattr(signal, name)) for name in GUARDED_SIGNALS}
        self._n_heard = 0
        self._kills_at: float | None = None
        self._known: dict[str, Any] = {"deadline": None, "folder": None, "heeded": False}
        self._unread = b""

    def stand(self) -> None:
        """Watch until the first process ends, or has to be ended."""
        for name in GUARDED_SIGNALS:
            signal.signal(getattr(signal, name), signal.SIG_IGN)
        for descriptor in (0, 1):  # whoever reads what the command prints waits until all have closed it
            with suppress(OSError):
                os.close(descriptor)
        while self._listen():
            now = time.monotonic()
            if self._kills_at is not None and now >= self._kills_at:
                return self._kill()
            if self._known["deadline"] is not None and now >= self._known["deadline"]:
                return self._tell_of_the_stuck_step()

    def _listen(self) -> bool:
        """Wait for news, until something is due; tell whether the first process is still there."""
        due = [at for at in (self._kills_at, self._known["deadline"]) if at is not None]
        patience = max(0.0, min(due) - time.monotonic()) if due else None
        ready, _, _ = select.select([self._numbers, self._news], [], [], patience)
        if self._news in ready:
            self._learn(os.read(self._news, 1 << 16))
        if self._numbers not in ready:
            return True
        numbers = os.read(self._numbers, 64)
        self._hear(sum(number in self._wanted for number in numbers))
        return bool(numbers)

    def _learn(self, content: bytes) -> None:
        *lines, self._unread = (self._unread + content).split(b"\n")
        for line in lines:
            self._known |= json.loads(line)
        if self._known["heeded"] and self._n_heard == 1:
            self._kills_at = None

    def _hear(self, n_signals: int) -> None:
        self._n_heard += n_signals
        if n_signals and self._n_heard > 1:
            self._kills_at = time.monotonic() + GRACE_S
        elif n_signals and self._insists and not self._known["heeded"]:
            self._kills_at = time.monotonic() + INSISTENCE_S

    def _kill(self) -> None:
        if os.getppid() == self._watched:
            if self._known["folder"]:
                mark_ended(Path(self._known["folder"]), outcome="interrupted")
            where = f" in {self._known['folder']}" if self._known["folder"] else ""
            self._say(f"interrupted; it was killed, for it did not let go. The rows so far are kept{where}.")
            os.kill(self._watched, signal.SIGKILL)

    def _tell_of_the_stuck_step(self) -> None:
        """Write who was at work; faulthandler ends the process, a moment later, with an exit code."""
        if os.getppid() != self._watched:
            return
        os.kill(self._watched, getattr(signal, STACK_SIGNAL))
        time.sleep(WRITING_S)
        lines = stack_lines(Path(self._known["stack"]))
        foreign = (*self._known["foreign"], "<frozen")
        theirs = [line for line in lines if line.startswith(NETLISTS) or not line.startswith(foreign)] or lines
        error = (
            f"{theirs[0] if theirs else 'a step'}: it took longer than {self._known['limit']:g} s, and never let go of "
            "the interpreter. Give it more with --timeout, or find out why."
        )
        if self._known["folder"]:
            mark_ended(Path(self._known["folder"]), outcome="failed", error=error)
        self._say(error)

    def _say(self, text: str) -> None:
        with suppress(OSError):
            os.write(2, f"tsp: {text}\n".encode(errors="replace"))


def write_stack_when_asked(stack: TextIO) -> None:
    """Let the guard have this process write where it is."""
    faulthandler.register(getattr(signal, STACK_SIGNAL), file=stack, all_threads=True)


def stack_lines(path: Path) -> list[str]:
    """Return what faulthandler wrote of the thread whose number the first line is, innermost call first."""
    thread, _, text = path.read_text(errors="replace").partition("\n") if path.exists() else ("", "", "")
    _, _, stack = text.partition(f"0x{thread}")
    lines = (line.strip() for line in stack.splitlines()[1:])
    calls: list[str] = []
    for line in lines:
        if not line.startswith('File "'):
            break
        file, _, rest = line.removeprefix('File "').partition('", line ')
        number, _, function = rest.partition(" in ")
        calls.append(f"{file}:{number} ({function})")
    return calls
