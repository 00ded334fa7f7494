"""The command line as a user meets it: a process of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.conftest import PROJECT

__all__ = ["children", "environment", "start_tsp", "tsp", "wait_for"]

COMMAND = [sys.executable, str(PROJECT / "tsp")]


def tsp(*args: object, cwd: Path = PROJECT, path: str | None = None) -> "subprocess.CompletedProcess[str]":
    """Run `tsp` to its end; `path` replaces PATH."""
    command = [*COMMAND, *map(str, args)]
    return subprocess.run(command, cwd=cwd, env=environment(path), capture_output=True, text=True, timeout=120)


def start_tsp(*args: object, cwd: Path = PROJECT) -> "subprocess.Popen[str]":
    """Start `tsp` and go on."""
    command = [*COMMAND, *map(str, args)]
    return subprocess.Popen(
        command, cwd=cwd, env=environment(None), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def environment(path: str | None) -> dict[str, str]:
    return os.environ | ({"PATH": path} if path is not None else {})


def children(pid: int) -> list[int]:
    """The processes that `pid` started and that live."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def wait_for(condition: Callable[[], object], seconds: float) -> float:
    """Wait until `condition` holds, and return how long that took."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, "it did not happen in time"
        time.sleep(0.01)
    return time.monotonic() - began
