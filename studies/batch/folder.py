"""A batch's folder: what the batch is, what is done of it, what went wrong. One batch works in it at a time."""

import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, final

from tokenspice.engine.errors import RunError
from tokenspice.engine.tables import DATA
from tokenspice.files import append_file, held, move_file, replace_file
from tokenspice.studies.batch.run_specs import Run, Subject
from tokenspice.studies.batch.worker_task import Outcome
from tokenspice.studies.record.ending import read_json
from tokenspice.studies.record.run_folder import new_or_resumed, refuse_links

__all__ = ["BatchFolder"]


@final
class BatchFolder:
    """Makes `path`, or goes on in it, and keeps the batch's record there. Use it in a `with` block.

    batch.json is what the batch is; parts/ holds a table for each finished run until all are finished, and a folder of
    such for each further table; failed/ a folder for each run that failed; starts/ what runs start from, until all are
    finished; rows.parquet, rows-NAME.parquet of further tables and runs.parquet are the results, and batch.log is what
    happened when, which alone differs from one time to the next. A batch that ends by an exception before its first run
    has ended leaves no folder.

    Args:
        path: must not exist, unless `resume` is true; then it holds the same batch, or does not exist either.
        definition: all that the results depend on.
        resume: whether to keep what is finished.
        tables: the names of the tables that runs have besides data.csv.

    Raises:
        RunError: the folder exists, or cannot be made, or another batch works in it, or it holds a different batch.
    """

    def __init__(self, path: Path, definition: dict[str, Any], resume: bool, tables: Iterable[str] = ()) -> None:
        self.path = path
        self._tables = sorted(tables)
        self.parts = path / "parts"
        self.failed = path / "failed"
        self.starts = path / "starts"
        # A name of its own, for workers of a batch that was killed may still be tidying up in theirs.
        self.scratch = path / f"scratch-{os.getpid()}"
        self._definition = json.loads(json.dumps(definition))
        self._resume = resume
        self._resources = ExitStack()

    def __enter__(self) -> "BatchFolder":
        with ExitStack() as resources:
            resources.enter_context(new_or_resumed(self.path, "batch", self._resume))
            with writing(self.path):
                self._begin()
            self._resources = resources.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self.scratch, ignore_errors=True)
        if error and not (self.failed.exists() or self.is_complete or any(self.parts.iterdir())):
            shutil.rmtree(self.path, ignore_errors=True)
        self._resources.close()

    @property
    def is_complete(self) -> bool:
        """Whether all runs have finished and are in the tables."""
        return (self.path / "runs.parquet").exists() and not self.parts.exists()

    def finished(self, table: str = DATA) -> dict[str, Path]:
        """Return the parts of the runs that have finished, by the run's name."""
        folder = self.parts if table == DATA else self.parts / table
        return {path.name.partition(".")[0]: path for path in folder.glob("*.parquet")}

    def unfinished(self, runs: Sequence[Run]) -> list[Run]:
        """Return the runs that are missing or failed."""
        if self.is_complete:
            return []
        done = self.finished()
        return [run for run in runs if run.name not in done]

    def note(self, outcome: Outcome, run: Run) -> None:
        """Add a line to batch.log, and forget what an earlier attempt failed of."""
        if outcome.error is None:
            shutil.rmtree(self.failed / run.name, ignore_errors=True)
        line = {"run": outcome.number, "seconds": round(outcome.seconds, 3), "error": outcome.error}
        with writing(self.path), append_file(self.path / "batch.log") as file:
            file.write(f"{json.dumps(line)}\n".encode())

    def keep_failure(self, subject: Subject, run: Run, error: str) -> None:
        """Keep what a failed run logged, and how to make it happen again."""
        bundle, left = self.failed / run.name, self.scratch / run.name / "run"
        with writing(self.path), ExitStack() as resources:
            self.failed.mkdir(exist_ok=True)
            resources.enter_context(held(self.failed))
            shutil.rmtree(bundle, ignore_errors=True)
            if left.exists():
                move_file(left, bundle)
            bundle.mkdir(exist_ok=True)
            shutil.rmtree(self.scratch / run.name, ignore_errors=True)
            resources.enter_context(held(bundle))
            facts = read_json(bundle / "run.json") | {"seed": run.seed, "parameters": run.columns}
            write_json(bundle / "run.json", facts | {"run": run.number, "outcome": "failed", "error": error})
            replace_file(bundle / "command.txt", f"{subject.command(run)}\n".encode())

    def write_tables(self, runs: Sequence[Run]) -> int:
        """Write rows.parquet and runs.parquet; return how many runs failed."""
        if self.is_complete:
            return 0
        from tokenspice.studies.batch.tables import write_tables

        missing = self.unfinished(runs)
        failures = {run.number: self._failure(run) for run in missing}
        done = [run for run in runs if run.number not in failures]
        parts = {table: self.finished(table) for table in (DATA, *self._tables)}
        finished = {table: {run.number: of_table[run.name] for run in done} for table, of_table in parts.items()}
        write_tables(self.path, finished, runs, failures)
        if not missing:
            for folder in (self.failed, self.starts):
                shutil.rmtree(folder, ignore_errors=True)
            # In one move, so that a part that is gone is never taken for one that was never made.
            gone = self.parts.rename(self.path / "parts.old")
            shutil.rmtree(gone, ignore_errors=True)
        return len(missing)

    def endings(self, runs: Sequence[Run]) -> dict[int, tuple[Any, str | None]]:
        """Return the last row and the error of each run, one of them None, by number."""
        from tokenspice.studies.batch.tables import read_endings

        found = read_endings(self.path / "runs.parquet")
        return {run.number: ending for run, ending in zip(runs, found, strict=True)}

    def _failure(self, run: Run) -> dict[str, Any]:
        facts = read_json(self.failed / run.name / "run.json")
        return {"error": facts.get("error", "it has not run"), "ticks": facts.get("last_tick")}

    def _begin(self) -> None:
        refuse_links(self.path)
        for leftover in (*self.path.glob("scratch-*"), self.path / "parts.old"):
            shutil.rmtree(leftover, ignore_errors=True)
        record = self.path / "batch.json"
        if record.exists():
            check_same(self.path, read_json(record), self._definition)
        elif others := [path.name for path in self.path.iterdir() if path.name != "lock"]:
            raise RunError(f"{self.path} holds {', '.join(sorted(others)[:3])}, but no batch. Write another folder.")
        else:
            write_json(record, self._definition)
        if not (self.path / "runs.parquet").exists():
            self.parts.mkdir(exist_ok=True)
        if self.parts.exists():
            self._remove_damaged_parts()

    def _remove_damaged_parts(self) -> None:
        """Forget the parts that do not hold what was written, so that their runs are done again."""
        from tokenspice.studies.batch.tables import hash_in_name

        folders = (self.parts, *(self.parts / table for table in self._tables if (self.parts / table).is_dir()))
        files = [path for folder in folders for path in sorted(folder.iterdir()) if not path.is_dir()]
        damaged = [path for path in files if not hash_in_name(path)]
        for path in damaged:
            path.unlink()
        whole = [self.finished(table).keys() for table in self._tables]
        for name, path in self.finished().items():
            if not all(name in names for names in whole):
                path.unlink()
        if known := [path for path in damaged if path.suffix == ".parquet"]:
            print(f"tsp: {known[0]} is damaged, so its run is done again ({len(known)} in all).", file=sys.stderr)


def check_same(path: Path, found: dict[str, Any], expected: dict[str, Any]) -> None:
    """Refuse to mix two batches. Files beside the netlist may be added; those that there were are the same."""
    parts = sorted(found.keys() | expected.keys())
    shown = [difference(name, found.get(name), expected.get(name)) for name in parts]
    if differ := ", ".join(filter(None, shown)):
        raise RunError(
            f"{path} holds another batch: {differ} in its batch.json differ from what is asked for. Write another folder, "
            "or ask for the same."
        )


def difference(name: str, found: Any, expected: Any) -> str:
    """Name what differs in a part of two batches' records; nothing if they are alike."""
    if name == "data" and isinstance(found, dict) and isinstance(expected, dict):
        expected = {file: expected.get(file) for file in found}
    if found == expected:
        return ""
    if not (name in ("data", "contracts", "sources") and isinstance(found, dict) and isinstance(expected, dict)):
        return name
    inside = sorted(one for one in found.keys() | expected.keys() if found.get(one) != expected.get(one))
    return f"{name} ({', '.join(inside[:3])}{', …' if len(inside) > 3 else ''})"


def write_json(path: Path, content: dict[str, Any]) -> None:
    replace_file(path, (json.dumps(content, indent=2) + "\n").encode())


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Say that a folder cannot be written to, if it is so inside the `with` block."""
    try:
        yield
    except OSError as error:
        raise RunError(f"{path} cannot be written to: {error.strerror}.") from error
