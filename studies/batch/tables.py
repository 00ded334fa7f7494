"""A batch's rows as Parquet: a part per finished run while it goes on, one table of all at its end.

What goes into a file, and how, depends on the runs alone, so the same batch is the same bytes.
"""

import csv
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from tokenspice.engine.errors import RunError
from tokenspice.engine.log import time_columns
from tokenspice.engine.tables import DATA
from tokenspice.files import held, move_file, new_file, read_file, remove_file, replace_file
from tokenspice.studies.batch.compared import compared
from tokenspice.studies.batch.run_specs import Run

__all__ = ["hash_in_name", "read_checked", "read_endings", "rows_file", "write_part", "write_tables"]

PART, HASH_DIGITS = ".parquet", 32
MOST_BYTES = 1 << 32  # of a part
ROWS_AT_ONCE = 100_000  # of the large table, kept in memory before they are written
LONGEST_DOUBLE = 300  # digits; whole numbers are written with all of theirs, and infinity in three letters
TICK = "Tick"  # an int64; every other column that is logged is a double
OPTIONS: dict[str, Any] = {"compression": "zstd", "version": "2.6", "write_page_checksum": True}
COMPARED = "compared.parquet"
HASHES = "SHA256SUMS"  # of rows.parquet, runs.parquet and their like, as sha256sum writes and checks it

Cells = Mapping[str, bool | int | float | str]


def write_part(log: Path, folder: Path, run: Run, may_lack: bool = False) -> None:
    """Turn a table of a run into its part of the batch's table, in one move. The file's name ends with its hash.

    The columns run, set, seed and the swept parameters come first. A logged column that has one of these names gets
    ".logged" after it.

    Args:
        log: the run's data.csv, or another of its tables.
        folder: where the part goes.
        run: the run.
        may_lack: whether the table may have no row, and so no file.

    Raises:
        RunError: nothing was logged, or the file cannot be written.
    """
    logged = None if may_lack and not log.exists() else read_logged(log)
    n_rows, first = len(logged) if logged else 0, identity(run)
    columns = {name: pa.array([value] * n_rows, pa.array([value]).type) for name, value in first.items()}
    if logged:
        columns |= {f"{name}.logged" if name in first else name: logged[name] for name in logged.column_names}
    written = folder / f"{run.name}.{os.getpid()}.new"
    try:
        folder.mkdir(exist_ok=True)
        with held(folder):
            write_table(pa.table(columns), written)
            digest = sha256(written.read_bytes()).hexdigest()[:HASH_DIGITS]
            move_file(written, folder / f"{run.name}.{digest}{PART}")
    except OSError as error:
        raise RunError(f"{folder} cannot be written to: {error.strerror}.") from error


def read_logged(log: Path) -> pa.Table:
    try:
        with log.open(encoding="utf-8", newline="") as file:
            names = next(csv.reader(file))
        kinds = {name: pa.int64() if name == TICK else pa.float64() for name in names}
        table = pa.csv.read_csv(log, convert_options=pa.csv.ConvertOptions(column_types=kinds))
    except (OSError, StopIteration, pa.ArrowException) as error:
        raise RunError(f"{log} cannot be read: {error}.") from error
    for name in table.column_names:
        if pa.types.is_floating(table.schema.field(name).type) and pc.any(pc.is_inf(table[name])).as_py():
            check_infinite(log, name)
    return table


def check_infinite(log: Path, name: str) -> None:
    """Refuse numbers that are infinite only because no double can hold them."""
    options = pa.csv.ConvertOptions(column_types={name: pa.string()}, include_columns=[name])
    texts = pc.unique(pa.csv.read_csv(log, convert_options=options)[name]).to_pylist()
    if too_large := [text for text in texts if text and len(text) > LONGEST_DOUBLE]:
        raise RunError(
            f'the column "{name}" holds {too_large[0][:20]}…, of {len(too_large[0])} digits, which is more than the table '
            "of a batch can hold. Log it in larger units."
        )


def hash_in_name(part: Path) -> bool:
    """Whether a part holds what was written to it."""
    found = part.name.removesuffix(PART).rpartition(".")[2]
    try:
        return part.name.endswith(PART) and sha256(read_file(part, MOST_BYTES)).hexdigest()[:HASH_DIGITS] == found
    except OSError:
        return False


def write_tables(
    folder: Path, parts: Mapping[str, Mapping[int, Path]], runs: Sequence[Run], failures: Mapping[int, Cells]
) -> None:
    """Write rows.parquet, of what all finished runs logged, the same of each further table, and a row for each run.

    Of several parameter sets, compared.parquet has the differences.

    Args:
        folder: where to write them.
        parts: the finished runs' parts of each table, by number; of data.csv, under DATA.
        runs: all runs, in order.
        failures: error and ticks of the runs that failed, by number.

    Raises:
        RunError: a file cannot be written.
    """
    last_rows: dict[int, Cells] = {}
    for name, of_table in parts.items():

        def watched(number: int, table: pa.Table, name: str = name) -> pa.Table:
            if name == DATA:
                last_rows[number] = table.slice(len(table) - 1).to_pylist()[0]
            return table

        numbers = [run.number for run in runs if run.number in of_table]
        schemas = dict.fromkeys(read_schema(of_table[number]) for number in numbers)
        if schemas:
            schema = pa.unify_schemas(list(schemas), promote_options="permissive")
            tables = (watched(number, read_table(of_table[number])) for number in numbers)
            write_stream(tables, schema, folder / rows_file(name))
    of_runs = summary(runs, last_rows, failures)
    write_table(of_runs, folder / "runs.parquet")
    if len({run.set for run in runs}) > 1:
        write_table(compared(of_runs), folder / COMPARED)
    write_hashes(folder, [*map(rows_file, parts), "runs.parquet", COMPARED])


def rows_file(table: str) -> str:
    """Return the name of the file that holds all runs' rows of a table."""
    return "rows.parquet" if table == DATA else f"rows-{table}.parquet"


def read_endings(path: Path) -> list[tuple[Cells | None, str | None]]:
    """Return the last row and the error of each run, one of them None, from a runs.parquet."""
    table = read_checked(path)
    first = table.column_names.index("ticks") + 1
    return [
        ({name: row[name] for name in table.column_names[first:] if row[name] is not None}, None)
        if row["outcome"] == "finished"
        else (None, row["error"])
        for row in table.to_pylist()
    ]


def read_checked(path: Path) -> pa.Table:
    """Read rows.parquet, runs.parquet, or the rows of a further table.

    Raises:
        RunError: there is none, or a bit of it has changed since it was written.
    """
    check_hash(path)
    return read_table(path)


def read_table(path: Path) -> pa.Table:
    """Read a Parquet file, and check its pages.

    Raises:
        RunError: it cannot be read, or is damaged.
    """
    try:
        return pq.read_table(path, page_checksum_verification=True)
    except FileNotFoundError:
        raise RunError(f"there is no {path}: no run has finished, or the batch has not ended.") from None
    except (OSError, ValueError, pa.ArrowException) as error:
        raise RunError(f"{path} is damaged or cannot be read ({first_line(error)}).") from error


def read_schema(path: Path) -> pa.Schema:
    try:
        return pq.read_schema(path)
    except (OSError, ValueError, pa.ArrowException) as error:
        raise RunError(f"{path} is damaged or cannot be read ({first_line(error)}).") from error


def first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]


def write_hashes(folder: Path, names: Sequence[str]) -> None:
    files = [folder / name for name in names if (folder / name).exists()]
    text = "".join(f"{file_hash(path)}  {path.name}\n" for path in files)
    try:
        replace_file(folder / HASHES, text.encode())
    except OSError as error:
        raise RunError(f"{folder / HASHES} cannot be written: {error.strerror}.") from error


def check_hash(path: Path) -> None:
    """Refuse a table that is not what SHA256SUMS beside it says; where there is none, its pages' checksums must do."""
    try:
        lines = (path.parent / HASHES).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return
    known = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    if path.exists() and path.name in known and file_hash(path) != known[path.name]:
        raise RunError(f"{path} has changed since it was written: its hash is not that in {HASHES}.")


def file_hash(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


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
        with new_file(temporary) as file, pq.ParquetWriter(file, schema, **OPTIONS) as writer:
            for group in in_groups(widened(table, schema) for table in tables):
                writer.write_table(group)
        move_file(temporary, path)
    except OSError as error:
        raise RunError(f"{path} cannot be written: {error.strerror or error}.") from error
    finally:
        with suppress(OSError):
            remove_file(temporary)


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
