"""Where a run's time goes: Python's own profiler as an observer."""

import cProfile
import marshal
from pathlib import Path
from typing import final

from tokenspice.engine.errors import RunError
from tokenspice.engine.observer import Observer, Outcome, WatchedRun
from tokenspice.files import replace_file

__all__ = ["Profiler"]


@final
class Profiler(Observer):
    """Measures from the first tick to the end, and writes what `tsp showstats` reads to `path`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._profile = cProfile.Profile()
        self._runs = False

    def begin(self, run: WatchedRun) -> None:
        self._runs = True
        try:
            self._profile.enable()
        except ValueError as error:  # there is room for one profiler in a process
            self._runs = False
            raise RunError(f"--profile cannot measure: {error}. Leave it out.") from error

    def end(self, outcome: Outcome) -> None:
        if not self._runs:
            return
        self._profile.disable()
        try:
            self._profile.create_stats()
            replace_file(self._path, marshal.dumps(vars(self._profile)["stats"]))
        except OSError as error:
            raise RunError(f"{self._path} cannot be written: {error.strerror}.") from error
