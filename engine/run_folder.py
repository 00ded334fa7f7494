"""A run's folder, which explains itself: data.csv is what happened, run.json how to make it happen again."""

import json
import platform
import shutil
import time
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from types import TracebackType
from typing import Any, final

from engine.errors import RunError
from engine.log import RunLog, replace_file

__all__ = ["RunFolder"]


@final
class RunFolder:
    """Makes `path`, which must not exist, and keeps the run's record there. Use it in a `with` block.

    run.json is written at the beginning, with the outcome "running", and at the end of the block, with
    "finished", "interrupted" (by Ctrl-C), or "failed" and the error. A run that ends by an exception
    before its first row leaves no folder.

    Attributes:
        log: writes data.csv.
        project_log: writes rpdata.csv, the table of research projects, where a netlist has one.
        facts: what run.json says, besides versions and outcome.

    Raises:
        RunError: the folder exists or cannot be made, or JSON cannot hold the facts.
    """

    def __init__(self, path: Path, facts: dict[str, Any]) -> None:
        self.path = path
        self.log = RunLog(path / "data.csv")
        self.project_log = RunLog(path / "rpdata.csv")
        self.facts = facts
        self._began = time.monotonic()
        try:
            json.dumps(facts)
            path.mkdir(parents=True)
        except TypeError as error:
            raise RunError(f"run.json cannot hold the facts of this run: {error}.") from error
        except FileExistsError:
            raise RunError(f"{path} exists. Write a new folder for this run, or remove the old one.") from None
        except OSError as error:
            raise RunError(f"{path} cannot be made: {error.strerror}. Write a folder that you may write to.") from error

    def __enter__(self) -> "RunFolder":
        try:
            self._write({"outcome": "running"})
        except RunError:
            shutil.rmtree(self.path, ignore_errors=True)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.log.close()
        self.project_log.close()
        if error and not (self.path / "data.csv").exists():
            shutil.rmtree(self.path, ignore_errors=True)
            return
        wall_time = {"wall_time_s": round(time.monotonic() - self._began, 3)}
        if error is None:
            self._write({"outcome": "finished"} | wall_time)
            return
        interrupted = isinstance(error, KeyboardInterrupt)
        ending = {"outcome": "interrupted"} if interrupted else {"outcome": "failed", "error": str(error)}
        with suppress(RunError):  # the error that ended the run is the one to report
            self._write(ending | wall_time)

    def _write(self, ending: dict[str, Any]) -> None:
        path = self.path / "run.json"
        text = json.dumps(self.facts | {"versions": versions()} | ending, indent=2) + "\n"
        try:
            replace_file(path, text.encode())
        except OSError as error:
            raise RunError(f"{path} cannot be written: {error.strerror}.") from error


def versions() -> dict[str, str]:
    """Return the versions of Python and of the libraries that a number may depend on."""
    found = {"python": platform.python_version()}
    for name in ("tokenspice", "numpy", "web3", "eth-account", "eth-abi", "py-solc-x"):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found
