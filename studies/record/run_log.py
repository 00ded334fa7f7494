"""The record of a run: one row per logged tick, in data.csv, as it happens."""

import csv
import errno
import hashlib
import io
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from io import FileIO
from itertools import islice
from pathlib import Path
from typing import final

import numpy as np

from tokenspice.engine.errors import NetlistError, RunError
from tokenspice.engine.log import LogRow
from tokenspice.engine.units import Floats
from tokenspice.files import append_file, read_file, remove_file, replace_file

__all__ = ["LogPosition", "RunLog", "read_log"]

MOST_BYTES = 1 << 40  # of a file of ours


@dataclass(frozen=True)
class LogPosition:
    """How far a data.csv was written.

    Attributes:
        header: its columns.
        n_rows: its rows, besides the header.
        sha256: of its bytes.
    """

    header: list[str]
    n_rows: int
    sha256: str


@final
class RunLog:
    """Writes rows at full precision, each on disk before the next tick.

    A row may bring new columns, as agents join. The table then widens: the file is written anew under a
    temporary name, with empty cells in the older rows, and takes the old one's place in one move.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._header: list[str] = []
        self._known: set[str] = set()  # the header's names, because rows of hundreds of columns are common
        self._file: FileIO | None = None
        self._n_rows = 0
        self._hash = hashlib.sha256()

    @property
    def position(self) -> LogPosition:
        """How far the file is written."""
        return LogPosition(self._header, self._n_rows, self._hash.hexdigest())

    def go_on(self, position: LogPosition) -> None:
        """Take back all that was written after `position`: later rows, and the columns that they brought.

        Raises:
            RunError: the file does not hold what it held then. It is left as it is.
        """
        try:
            rows = read_cells(self._path, 1 + position.n_rows) if position.header else []
            content = b"".join(as_line(row[: len(position.header)]) for row in rows)
            if hashlib.sha256(content).hexdigest() != position.sha256:
                raise ValueError(position.sha256)
            self.close()
            replace_file(self._path, content) if rows else remove_file(self._path)
        except OSError as error:
            raise RunError(f"{self._path} cannot be read and written: {error.strerror}.") from error
        except (ValueError, csv.Error) as error:
            raise RunError(
                f"{self._path} is not what this run had written up to its checkpoint. Put that file back, or start the "
                "run anew."
            ) from error
        self._header, self._n_rows, self._hash = list(position.header), position.n_rows, hashlib.sha256(content)
        self._known = set(self._header)

    def write(self, row: LogRow) -> None:
        """Append one row, or none of it.

        Raises:
            NetlistError: a value is no real number.
            RunError: the file cannot be written.
        """
        cells = {name: format_number(name, value) for name, value in row.items()}
        try:
            if not cells.keys() <= self._known:
                self._widen([name for name in cells if name not in self._known])
            self._append(cells)
        except OSError as error:
            raise RunError(f"{self._path} cannot be written: {error.strerror}.") from error

    def sync(self) -> None:
        """See all rows on the disk, so that even a power failure leaves them.

        Raises:
            RunError: the disk fails.
        """
        try:
            if self._file:
                os.fsync(self._file.fileno())
        except OSError as error:
            raise RunError(f"{self._path} cannot be written: {error.strerror}.") from error

    def close(self) -> None:
        if self._file:
            self._file.close()
            self._file = None

    def _append(self, cells: Mapping[str, str]) -> None:
        if self._file is None:
            self._file = append_file(self._path)
        whole = self._file.tell()
        line = as_line([cells.get(name, "") for name in self._header])
        try:
            if self._file.write(line) != len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError:
            self._file.truncate(whole)
            raise
        self._n_rows += 1
        self._hash.update(line)

    def _widen(self, new: list[str]) -> None:
        rows = read_file(self._path, MOST_BYTES)[len(as_line(self._header)) :] if self._header else b""
        self.close()
        header = self._header + new
        # Rows hold numbers and nothing that a line's end could be part of.
        content = as_line(header) + rows.replace(b"\n", b"," * len(new) + b"\n")
        replace_file(self._path, content)
        self._header, self._known, self._hash = header, set(header), hashlib.sha256(content)


def read_cells(path: Path, n_lines: int) -> list[list[str]]:
    """Read the first lines of a CSV, its header too. What comes after them may be anything."""
    with path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
        return list(islice(csv.reader(file), n_lines))


def as_line(cells: list[str]) -> bytes:
    """Write one line of CSV."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue().encode("utf-8")


def format_number(name: str, value: object) -> str:
    """Write a number so that reading it gives the same number: ints plain, floats as repr."""
    if isinstance(value, (bool, np.bool_, int, np.integer)):
        return str(int(value))
    if isinstance(value, (float, np.floating)):
        return repr(float(value))
    raise NetlistError(
        f'the log gave {value!r:.80} for the column "{name}". A column holds a real number; leave it out while it has '
        "none, or write NaN."
    )


def read_log(path: Path) -> tuple[list[str], Floats]:
    """Read a data.csv.

    Returns:
        The column names, and [n_rows, n_columns] values, NaN where a cell is empty.

    Raises:
        RunError: there is no such file, it has no rows, or a cell is no number.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = [[cell.strip() for cell in row] for row in csv.reader(file)]
        if any(len(row) != len(header) for row in rows):
            raise ValueError("its rows differ in length")
        values = np.array([[as_float(cell) for cell in row] for row in rows])
    except OSError as error:
        raise RunError(f"{path} cannot be read: {error.strerror}. Write the folder that tsp run made.") from error
    except (ValueError, csv.Error) as error:
        raise RunError(f"{path} is no table of numbers with a header: {error}.") from error
    if not rows:
        raise RunError(f"{path} has no rows yet, so there is nothing to read.")
    return header, values


def as_float(cell: str) -> float:
    """Read a cell; NaN where it is empty.

    Raises:
        ValueError: it is no number, or one that no double can hold.
    """
    value = float(cell) if cell else math.nan
    if math.isinf(value) and cell[-1].isdigit():
        raise ValueError(f"{cell[:20]}…, of {len(cell)} digits, is more than can be drawn")
    return value
