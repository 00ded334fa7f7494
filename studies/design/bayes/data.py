"""What was observed: columns as a run logs them, and where a run's own values stand beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias, final

import numpy as np

from tokenspice.engine.errors import StudyError
from tokenspice.engine.log import time_columns
from tokenspice.engine.metrics import Metric, Rows
from tokenspice.engine.observer import Observer
from tokenspice.engine.units import Floats
from tokenspice.studies.netlist.netlist import Netlist

__all__ = ["Data", "DataKeeper", "keeper_of", "metrics_of", "read_data"]

CLOCKS = ("Tick", "Day")  # by which rows of data and rows of a run are matched
MOST_ROWS = 60  # of the data, at which runs are compared with it

Data: TypeAlias = Path | Mapping[str, Any]
"""A Parquet or CSV file, or columns by name."""


@final
@dataclass(frozen=True)
class DataKeeper:
    """Keeps, of each run, the data's columns at some of the data's rows.

    Attributes:
        clock: the column by which rows are matched; "" goes by their number.
        times: its values there [n_rows].
        places: the numbers of these rows in the data [n_rows].
        columns: what is kept.
    """

    clock: str
    times: tuple[float, ...]
    places: tuple[int, ...]
    columns: tuple[str, ...]

    def observers(self, netlist: Netlist) -> Sequence[Observer]:
        return ()

    def keep(self, rows: Rows, observers: Sequence[Observer]) -> Mapping[str, Any] | None:
        """Return the values; None where the run has no such column, or no such row."""
        if not rows or any(name not in rows for name in self.columns):
            return None
        if self.clock and self.clock in rows:
            at = np.searchsorted(rows[self.clock], self.times)
            at = np.minimum(at, len(rows[self.clock]) - 1)
            if not np.allclose(rows[self.clock][at], self.times, rtol=1e-9, atol=1e-9):
                return None
        else:
            at = np.array(self.places)
            if at[-1] >= len(rows[self.columns[0]]):
                return None
        return {name: [float(value) for value in rows[name][at]] for name in self.columns}

    def forgives(self, observers: Sequence[Observer]) -> bool:
        return False


def read_data(data: Data) -> Rows:
    """Return the columns of numbers.

    Raises:
        StudyError: it cannot be read, or holds no rows.
    """
    if isinstance(data, Path):
        data = read_table(data)
    columns: dict[str, Floats] = {}
    for name, values in data.items():
        try:
            columns[str(name)] = np.asarray(values, float)
        except (TypeError, ValueError):
            raise StudyError(f'the data\'s column "{name}" holds no numbers. Leave it out.') from None
    lengths = {len(values) if values.ndim == 1 else -1 for values in columns.values()}
    if len(lengths) != 1 or lengths & {0, -1}:
        raise StudyError("the data has no rows, or columns of different lengths. Give columns as a run logs them.")
    return columns


def read_table(path: Path) -> Mapping[str, Any]:
    import pyarrow as pa
    from pyarrow import csv, parquet

    try:
        table = csv.read_csv(path) if path.suffix == ".csv" else parquet.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise StudyError(
            f"{path} cannot be read ({error}). Write a Parquet or CSV file of columns as logged."
        ) from error
    return {name: table[name].to_numpy(zero_copy_only=False) for name in table.column_names}


def keeper_of(rows: Rows) -> DataKeeper | None:
    """Return what keeps runs' values beside the data's; None where the data is one row, or nothing but times."""
    clock = next((name for name in CLOCKS if name in rows), "")
    columns = tuple(name for name in rows if name not in time_columns(0, 0) and np.isfinite(rows[name]).all())
    n = len(rows[columns[0]]) if columns else 0
    if n < 2:
        return None
    places = np.unique(np.linspace(0, n - 1, min(n, MOST_ROWS)).round().astype(int))
    times = tuple(float(rows[clock][place]) for place in places) if clock else ()
    return DataKeeper(clock, times, tuple(int(place) for place in places), columns)


def metrics_of(rows: Rows, metrics: Mapping[str, Metric]) -> dict[str, float]:
    """Return the metrics of the data.

    Raises:
        StudyError: the data lacks a column, or has no number for one.
    """
    found: dict[str, float] = {}
    for name, metric in metrics.items():
        try:
            found[name] = metric(rows)
        except (StudyError, LookupError) as error:
            there = ", ".join(rows)
            raise StudyError(f"{name} cannot be told from the data, which has columns {there} ({error}).") from None
        if not np.isfinite(found[name]):
            raise StudyError(f"{name} of the data is {found[name]}. Fit by metrics that are numbers: --of NAME.")
    return found
