"""What a run logged, as columns in memory; and kept in a file, so that a new metric needs no new run."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, final

import numpy as np

from tokenspice.engine.errors import RunError
from tokenspice.engine.log import LogRow
from tokenspice.engine.metrics import Rows
from tokenspice.engine.observer import Observer
from tokenspice.engine.tables import DATA
from tokenspice.engine.units import Floats
from tokenspice.files import move_file

__all__ = ["RowCollector", "keep_rows", "read_rows"]


@final
class RowCollector(Observer):
    """Keeps the rows of data.csv."""

    def __init__(self) -> None:
        self._rows: list[LogRow] = []

    def row(self, table: str, row: LogRow) -> None:
        if table == DATA:
            self._rows.append(row)

    @property
    def rows(self) -> Rows:
        """All columns; NaN where one was not logged."""
        names = dict.fromkeys(name for row in self._rows for name in row)
        return {name: self._column(name) for name in names}

    def _column(self, name: str) -> Floats:
        return np.fromiter((row.get(name, np.nan) for row in self._rows), float, len(self._rows))


def keep_rows(path: Path, rows: Rows) -> None:
    """Write rows to a Parquet file, in one move.

    Raises:
        RunError: it cannot be written.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    written = path.with_suffix(f".{os.getpid()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.table(dict(rows)), written, compression="zstd", version="2.6", write_page_checksum=True)
        move_file(written, path)
    except OSError as error:
        raise RunError(f"{path} cannot be written: {error.strerror}.") from error


def read_rows(path: Path) -> Mapping[str, Any] | None:
    """Return the rows that were kept; None if there are none.

    Raises:
        RunError: the file is damaged.
    """
    if not path.exists():
        return None
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path, page_checksum_verification=True)
    except (OSError, pa.ArrowException) as error:
        raise RunError(f"{path} is damaged or cannot be read ({error}).") from error
    return {name: table[name].to_numpy() for name in table.column_names}
