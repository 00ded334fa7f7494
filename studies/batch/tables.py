"""A batch's rows as Parquet: a part per finished run while it goes on, one table of all at its end.

What goes into a file, and how, depends on the runs alone, so the same batch is the same bytes.
"""

import csv
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from tokenspice.engine.errors import RunError
from tokenspice.engine.log import time_columns
from tokenspice.studies.batch.run_specs import Run

__all__ = ["read_endings", "write_part", "write_tables"]

ROWS_AT_ONCE = 100_000  # of the large table, kept in memory before they are written
TICK = "Tick"  # an int64; every other column that is logged is a double
OPTIONS: dict[str, Any] = {"compression": "zstd", "version": "2.6"}

Cells = Mapping[str, bool | int | float | str]


def write_part(log: Path, part: Path, run: Run) -> None:
    """Turn a run's data.csv into its part of the table, in one move.

    The columns run, set, seed and the swept parameters come first. A logged column that has one of these names gets
    ".logged" after it.

    Raises:
        RunError: nothing was logged, or the file cannot be written.
    """
    try:
        with log.open(encoding="utf-8", newline="") as file:
            names = next(csv.reader(file))
        kinds = {name: pa.int64() if name == TICK else pa.float64() for name in names}
        logged = pa.csv.read_csv(log, convert_options=pa.csv.ConvertOptions(column_types=kinds))
    except (OSError, StopIteration, pa.ArrowException) as error:
        raise RunError(f"{log} cannot be read: {error}.") from error
    first = identity(run)
    columns = {name: pa.array([value] * len(logged)) for name, value in first.items()}
    columns |= {f"{name}.logged" if name in first else name: logged[name] for name in logged.column_names}
    write_table(pa.table(columns), part)


def write_tables(folder: Path, parts: Mapping[int, Path], runs: Sequence[Run], failures: Mapping[int, Cells]) -> None:
    """Write rows.parquet, of what all finished runs logged, and runs.parquet, a row for each run.

    Args:
        folder: where to write them.
        parts: the finished runs' parts, by number.
        runs: all runs, in order.
        failures: error and ticks of the runs that failed, by number.

    Raises:
        RunError: a file cannot be written.
    """
    last_rows: dict[int, Cells] = {}

    def tables() -> Iterator[pa.Table]:
        for run in runs:
            if run.number in parts:
                table = pq.read_table(parts[run.number])
                last_rows[run.number] = table.slice(len(table) - 1).to_pylist()[0]
                yield table

    schemas = dict.fromkeys(pq.read_schema(parts[run.number]) for run in runs if run.number in parts)
    if schemas:
        schema = pa.unify_schemas(list(schemas), promote_options="permissive")
        write_stream(tables(), schema, folder / "rows.parquet")
    write_table(summary(runs, last_rows, failures), folder / "runs.parquet")


def read_endings(path: Path) -> list[tuple[Cells | None, str | None]]:
    """Return the last row and the error of each run, one of them None, from a runs.parquet."""
    table = pq.read_table(path)
    first = table.column_names.index("ticks") + 1
    return [
        ({name: row[name] for name in table.column_names[first:] if row[name] is not None}, None)
        if row["outcome"] == "finished"
        else (None, row["error"])
        for row in table.to_pylist()
    ]


def summary(runs: Sequence[Run], last_rows: Mapping[int, Cells], failures: Mapping[int, Cells]) -> pa.Table:
    """Return a row for each run: which it was, how it ended, and the last row that it logged."""
    rows: list[dict[str, Any]] = []
    skipped = {*time_columns(0, 0), *(identity(runs[0]) if runs else ())}
    for run in runs:
        last = last_rows.get(run.number, {})
        failure = failures.get(run.number, {})
        outcome = "finished" if last else "failed"
        ended = {"outcome": outcome, "error": failure.get("error"), "ticks": last.get(TICK, failure.get("ticks"))}
        rows.append(identity(run) | ended | {name: value for name, value in last.items() if name not in skipped})
    names = list(dict.fromkeys(name for row in rows for name in row))
    kinds = {"outcome": pa.string(), "error": pa.string(), "ticks": pa.int64()}
    kinds |= {name: pa.array([value]).type for name, value in (identity(runs[0]) if runs else {}).items()}
    columns = {name: pa.array([row.get(name) for row in rows], kinds.get(name, pa.float64())) for name in names}
    return pa.table(columns)


def identity(run: Run) -> dict[str, bool | int | float | str]:
    """Return the columns that every row begins with."""
    return {"run": run.number, "set": run.set, "seed": run.seed} | run.columns


def write_table(table: pa.Table, path: Path) -> None:
    write_stream([table], table.schema, path)


def write_stream(tables: Iterable[pa.Table], schema: pa.Schema, path: Path) -> None:
    """Write tables one after another into a file, which appears whole or not at all."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with pq.ParquetWriter(temporary, schema, **OPTIONS) as writer:
            for group in in_groups(widened(table, schema) for table in tables):
                writer.write_table(group)
        os.replace(temporary, path)
    except OSError as error:
        raise RunError(f"{path} cannot be written: {error.strerror or error}.") from error
    finally:
        temporary.unlink(missing_ok=True)


def in_groups(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Join small tables, so that a batch of many short runs is not as many row groups."""
    waiting: list[pa.Table] = []
    n_rows = 0
    for table in tables:
        waiting.append(table)
        n_rows += len(table)
        if n_rows >= ROWS_AT_ONCE:
            yield pa.concat_tables(waiting).combine_chunks()
            waiting, n_rows = [], 0
    if waiting:
        yield pa.concat_tables(waiting).combine_chunks()


def widened(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """Return the table with all columns of a schema; those that it lacks are empty."""
    columns = [
        table[field.name].cast(field.type) if field.name in table.column_names else pa.nulls(len(table), field.type)
        for field in schema
    ]
    return pa.table(columns, schema=schema)
