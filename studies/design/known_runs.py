"""The runs of finished studies, from their tables: what they had for parameters, and what came of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, final

from tokenspice.engine.errors import RunError, StudyError
from tokenspice.engine.variables import Value
from tokenspice.files import read_file
from tokenspice.studies.design.run_table import read_parquet

__all__ = ["KnownRun", "known_runs"]

MOST_BYTES = 1 << 32


@final
@dataclass(frozen=True)
class KnownRun:
    """A run of another study.

    Attributes:
        settings: the variables, by name.
        metrics: by name; empty if it failed.
        failure: why it failed.
    """

    settings: Mapping[str, Value]
    metrics: Mapping[str, float]
    failure: str | None


def known_runs(folders: Sequence[Path], variables: Sequence[str], metrics: Sequence[str]) -> list[KnownRun]:
    """Return all runs of some folders, in order; those that branch or silence somebody are left out.

    Args:
        folders: of finished studies.
        variables: which settings are wanted; a run must have all of them.
        metrics: which metrics are wanted.

    Raises:
        RunError: a folder has no runs.parquet that can be read.
        StudyError: a variable or a metric is not among its columns.
    """
    found: list[KnownRun] = []
    for folder in folders:
        try:
            table = read_parquet(read_file(folder / "runs.parquet", MOST_BYTES))
        except (OSError, ValueError) as error:
            raise RunError(f"{folder} holds no runs.parquet of a finished study ({error}).") from error
        if missing := [name for name in (*variables, *metrics) if name not in table.column_names]:
            raise StudyError(
                f"{folder}: its runs have no {', '.join(missing)}. There are columns: {', '.join(table.column_names)}."
            )
        found += [
            run_of(row, variables, metrics) for row in table.to_pylist() if not row["branches"] and not row["silenced"]
        ]
    return found


def run_of(row: Mapping[str, Any], variables: Sequence[str], metrics: Sequence[str]) -> KnownRun:
    settings = {name: row[name] for name in variables}
    known = {name: float(row[name]) for name in metrics if row[name] is not None}
    return KnownRun(settings, known if row["error"] is None else {}, row["error"])
