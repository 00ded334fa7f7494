"""Imports modules, one after another, and reports what that did besides. Run in a process of its own.

    python -B watch_imports.py FOLDER MODULE…

FOLDER is where our modules lie. What a library does while it is imported is the library's own affair, so an event
counts as ours only if the innermost module that was being imported is one of ours.
"""

import importlib
import json
import os
import signal
import sys
import threading
from types import FrameType
from typing import Any

import numpy as np

WATCHED = (
    *("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.startfile"),
    *("os.chdir", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.putenv", "os.unsetenv", "os.listdir"),
    *("open", "os.scandir", "shutil.", "tempfile.", "sqlite3.connect"),
)


def main(folder: str, *modules: str) -> None:
    sys.path.insert(0, folder)
    found: list[str] = []
    listening = True

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if listening and event.startswith(WATCHED):
            importer = responsible(sys._getframe(1))
            # A virtual environment may lie in the folder, and what it holds is not ours.
            if importer and importer.startswith(folder + os.sep) and "site-packages" not in importer:
                found.append(f"{os.path.relpath(importer, folder)}: {event} {args[0] if args else ''}")

    # It tells OpenMP not to act when a process forks: the library's own affair, too.
    importlib.import_module("joblib")
    # web3 and eth_account import it, and it raises the recursion limit: the library's own affair, done before we measure.
    importlib.import_module("py_ecc")
    # It tells two libraries of OpenMP to live in one process: the library's own affair, as well.
    importlib.import_module("sklearn")
    sys.addaudithook(hook)
    for module in modules:
        before = settings()
        importlib.import_module(module)
        found += [f"{module} changed {name}" for name, value in settings().items() if value != before[name]]
    listening = False
    print(json.dumps(found))


def responsible(frame: FrameType | None) -> str | None:
    """The file of the innermost module that is being imported; None where Python itself reads that file."""
    if frame and frame.f_code.co_filename.startswith("<frozen importlib"):
        return None
    while frame:
        if frame.f_code.co_name == "<module>":
            return frame.f_code.co_filename
        frame = frame.f_back
    return None


def settings() -> dict[str, str]:
    """What the whole process shares, and no import of ours may touch."""
    return {
        "numpy's error state": str(np.geterr()),
        "numpy's random state": str(np.random.get_state()),
        "the environment": str(dict(os.environ)),
        "the working directory": os.getcwd(),
        "the handling of signals": str([signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]),
        "the number of threads": str(threading.active_count()),
        "the recursion limit": str(sys.getrecursionlimit()),
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
