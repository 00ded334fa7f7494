"""Rows of a table in Parquet files that are whole at any moment: OUTDIR/NAME/part-00000.parquet and so on."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import final

import pyarrow as pa
import pyarrow.parquet as pq

from tokenspice.engine.errors import RunError
from tokenspice.files import held, read_file, remove_file, replace_file

__all__ = ["FEW", "PartFiles", "PartPosition", "plain_schema"]

FEW = pa.dictionary(pa.int32(), pa.string())  # few texts, many times
ROWS_PER_PART = 10_000
MOST_BYTES = 1 << 32  # of a part
SECONDS_AT_RISK = 5.0  # how long rows of a part that is not full yet may be in memory alone


@dataclass(frozen=True)
class PartPosition:
    """How far a table was written.

    Attributes:
        n_rows: of all parts.
        parts: SHA-256 of each part, as it was then.
    """

    n_rows: int
    parts: list[str]


@final
class PartFiles:
    """Writes part-00000.parquet, part-00001.parquet, … of `rows_per_part` rows each, and the rest to the last one.

    A part is written aside and moved into its place. One that is not full yet is written again as it grows: at
    checkpoints, at the end, and every few seconds. What its bytes are does not depend on when that was.

    Args:
        folder: of the table, which is made with the first part.
        schema: of its columns.
        clock: in seconds.
        rows_per_part: of a part that is full.
    """

    def __init__(
        self,
        folder: Path,
        schema: pa.Schema,
        clock: Callable[[], float] = time.monotonic,
        rows_per_part: int = ROWS_PER_PART,
    ) -> None:
        self.folder = folder
        self.plain = plain_schema(schema)
        self._schema = schema
        self._clock = clock
        self._rows_per_part = rows_per_part
        self._open = self.plain.empty_table()  # the rows of the part that is not full
        self._full: list[str] = []  # the hashes of the others
        self._n_written = -1  # rows of the open part that are on the disk
        self._written_at = clock()

    @property
    def n_rows(self) -> int:
        """Rows of all parts."""
        return len(self._full) * self._rows_per_part + len(self._open)

    def add(self, rows: pa.Table) -> None:
        """Add rows, in the columns of `plain`, and write each part that is full.

        Raises:
            RunError: a part cannot be written.
        """
        rows = pa.concat_tables([self._open, rows])
        while len(rows) >= self._rows_per_part:
            self._full.append(self._write(len(self._full), rows.slice(0, self._rows_per_part)))
            rows, self._n_written = rows.slice(self._rows_per_part), -1
        self._open = rows

    def write(self) -> None:
        """Write the part that is not full, of which there is one where there is no row at all."""
        self._write_open()

    def write_changes(self) -> None:
        """Write the part that is not full, if it has grown."""
        if len(self._open) != self._n_written:
            self._write_open()

    def write_in_time(self) -> None:
        """Write what has been in memory alone for some seconds."""
        if len(self._open) != self._n_written and self._clock() - self._written_at > SECONDS_AT_RISK:
            self._write_open()

    def position(self) -> PartPosition:
        """See all rows on the disk, and return how far the table is written."""
        return PartPosition(self.n_rows, [*self._full, self._write_open(synced=True)])

    def go_on(self, position: PartPosition | None) -> None:
        """Take back all rows that were written after `position`; all of them where there is none.

        Raises:
            RunError: the parts do not hold what they held then. They are left as they are.
        """
        position = position or PartPosition(0, [])
        n_full, n_left = divmod(position.n_rows, self._rows_per_part)
        contents = [self._read(number) for number in range(n_full)]
        if list(map(digest, contents)) != position.parts[:n_full]:
            raise self._changed()
        last = self._rows_of(self._read(n_full)).slice(0, n_left) if n_left else self.plain.empty_table()
        if n_left and digest(self._as_parquet(last)) != position.parts[n_full]:
            raise self._changed()
        self._open, self._full = last, position.parts[:n_full]
        self._write_open()
        self._remove_from(n_full + bool(n_left or not n_full))

    def _changed(self) -> RunError:
        return RunError(
            f"{self.folder} is not what this run had written up to its checkpoint. Put its files back, or start the run "
            "anew."
        )

    def _write_open(self, synced: bool = False) -> str:
        """Write the part that is not full, unless it is empty and others are there; return its hash."""
        self._n_written, self._written_at = len(self._open), self._clock()
        if self._full and not len(self._open):
            return ""
        return self._write(len(self._full), self._open, synced)

    def _write(self, number: int, rows: pa.Table, synced: bool = False) -> str:
        content = self._as_parquet(rows)
        try:
            self.folder.mkdir(exist_ok=True)
            with held(self.folder):
                replace_file(self._path(number), content, synced)
        except OSError as error:
            raise RunError(f"{self._path(number)} cannot be written: {error.strerror or error}.") from error
        return digest(content)

    def _read(self, number: int) -> bytes:
        try:
            return read_file(self._path(number), MOST_BYTES)
        except OSError as error:
            raise RunError(f"{self._path(number)} cannot be read: {error.strerror or error}.") from error

    def _rows_of(self, content: bytes) -> pa.Table:
        try:
            return pq.read_table(BytesIO(content)).cast(self.plain)
        except (pa.ArrowException, ValueError, OSError):
            raise self._changed() from None

    def _remove_from(self, number: int) -> None:
        kept = {self._path(each).name for each in range(number)}
        for path in sorted(self.folder.glob("part-*")):
            if path.name not in kept:
                remove_file(path)

    def _path(self, number: int) -> Path:
        return self.folder / f"part-{number:05}.parquet"

    def _as_parquet(self, rows: pa.Table) -> bytes:
        """Write rows as the bytes of a file, which depend on nothing but the rows."""
        columns = [
            column.combine_chunks().dictionary_encode() if pa.types.is_dictionary(field.type) else column
            for column, field in zip(rows.combine_chunks().columns, self._schema, strict=True)
        ]
        file = BytesIO()
        table = pa.Table.from_arrays(columns, schema=self._schema)
        pq.write_table(table, file, compression="zstd", version="2.6", write_page_checksum=True)
        return file.getvalue()


def plain_schema(schema: pa.Schema) -> pa.Schema:
    """Return a schema with texts for dictionaries of texts, while rows are gathered: dictionaries of pieces differ."""
    return pa.schema([(field.name, pa.string() if field.type == FEW else field.type) for field in schema])


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()
