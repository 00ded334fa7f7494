"""The transaction record: OUTDIR/transactions/, one row per transaction, in Parquet files that are whole at any moment."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from threading import RLock
from typing import final

import pyarrow as pa
import pyarrow.parquet as pq

from tokenspice.engine.errors import RunError
from tokenspice.engine.observer import Observer, Outcome, WatchedRun
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.files import held, read_file, remove_file, replace_file
from tokenspice.studies.record.transaction_rows import PLAIN_SCHEMA, SCHEMA, TransactionRows
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.transaction import Transaction

__all__ = ["FOLDER", "TransactionFiles", "TransactionPosition"]

FOLDER = "transactions"  # in a run's folder
ROWS_PER_PART = 10_000
ROWS_AT_ONCE = 1_000  # turned into columns in one go
MOST_BYTES = 1 << 32  # of a part
SECONDS_AT_RISK = 5.0  # how long rows of a part that is not full yet may be in memory alone
PATIENCE_S = 1.0  # with a row that is being added, when this process is about to be ended


@dataclass(frozen=True)
class TransactionPosition:
    """How far the record was written.

    Attributes:
        n_rows: of all parts.
        parts: SHA-256 of each part, as it was then.
    """

    n_rows: int
    parts: list[str]


@final
class TransactionFiles(Observer):
    """Writes part-00000.parquet, part-00001.parquet, … of 10,000 rows each, and the rest to the last one.

    A part is written aside and moved into its place. One that is not full yet is written again as it grows: at
    checkpoints, at the end, and every few seconds. What its bytes are does not depend on when that was.

    Args:
        folder: the run's.
        clock: in seconds.
    """

    def __init__(self, folder: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._folder = folder / FOLDER
        self._clock = clock
        self._early: list[Transaction] = []  # of the time before the chain is known
        self._rows: TransactionRows | None = None
        self._open = PLAIN_SCHEMA.empty_table()  # the rows of the part that is not full
        self._full: list[str] = []  # the hashes of the others
        self._n_written = -1  # rows of the open part that are on the disk
        self._written_at = clock()
        self._lock = RLock()

    @property
    def n_rows(self) -> int:
        """Rows of all parts, and those that are on their way there."""
        waiting = len(self._rows) if self._rows is not None else len(self._early)
        return len(self._full) * ROWS_PER_PART + len(self._open) + waiting

    def transaction(self, transaction: Transaction) -> None:
        """Add a transaction.

        Raises:
            RunError: a part cannot be written.
        """
        with self._lock:
            if self._rows is None:
                self._early.append(transaction)
                return
            self._rows.add(transaction)
            if len(self._rows) >= ROWS_AT_ONCE:
                self._gather()

    def begin(self, run: WatchedRun) -> None:
        """Learn which chain it is that was heard of."""
        if isinstance(run.chain, Chain):
            self._rows = TransactionRows(run.chain)
            for transaction in self._early:
                self._rows.add(transaction)
            self._early.clear()
            self._gather()
            self._write_open()

    def tick(self, state: SimStateBase) -> None:
        """Turn the tick's transactions into rows."""
        with self._lock:
            self._gather()
            if len(self._open) != self._n_written and self._clock() - self._written_at > SECONDS_AT_RISK:
                self._write_open()

    def end(self, outcome: Outcome) -> None:
        with self._lock:
            self._gather()
            if self._rows is not None and len(self._open) != self._n_written:
                self._write_open()

    def save_what_can_be(self) -> None:
        """Write all rows from another thread, before this process is ended from there."""
        if self._lock.acquire(timeout=PATIENCE_S):
            try:
                self.end(Outcome("interrupted"))
            finally:
                self._lock.release()

    def position(self) -> TransactionPosition:
        """See all rows on the disk, and return how far the record is written."""
        with self._lock:
            self._gather()
            parts = [*self._full, self._write_open(synced=True)]
            return TransactionPosition(len(self._full) * ROWS_PER_PART + len(self._open), parts)

    def go_on(self, position: TransactionPosition | None) -> None:
        """Take back all rows that were written after `position`; all of them where there is none.

        Raises:
            RunError: the parts do not hold what they held then. They are left as they are.
        """
        position = position or TransactionPosition(0, [])
        n_full, n_left = divmod(position.n_rows, ROWS_PER_PART)
        contents = [self._read(number) for number in range(n_full)]
        if list(map(digest, contents)) != position.parts[:n_full]:
            raise self._changed()
        last = self._rows_of(self._read(n_full)).slice(0, n_left) if n_left else PLAIN_SCHEMA.empty_table()
        if n_left and digest(as_parquet(last)) != position.parts[n_full]:
            raise self._changed()
        self._open, self._full = last, position.parts[:n_full]
        self._early.clear()
        if self._rows is not None:
            self._rows.take()
        self._write_open()
        self._remove_from(n_full + bool(n_left or not n_full))

    def _changed(self) -> RunError:
        return RunError(
            f"{self._folder} is not what this run had written up to its checkpoint. Put its files back, or start the run "
            "anew."
        )

    def _gather(self) -> None:
        """Turn what was heard into rows, and write each part that is full."""
        if self._rows is None:
            return
        rows = pa.concat_tables([self._open, self._rows.take()])
        while len(rows) >= ROWS_PER_PART:
            self._full.append(self._write(len(self._full), rows.slice(0, ROWS_PER_PART)))
            rows, self._n_written = rows.slice(ROWS_PER_PART), -1
        self._open = rows

    def _write_open(self, synced: bool = False) -> str:
        """Write the part that is not full, of which there is one where there is no row at all; return its hash."""
        self._n_written, self._written_at = len(self._open), self._clock()
        if self._full and not len(self._open):
            return ""
        return self._write(len(self._full), self._open, synced)

    def _write(self, number: int, rows: pa.Table, synced: bool = False) -> str:
        content = as_parquet(rows)
        try:
            self._folder.mkdir(exist_ok=True)
            with held(self._folder):
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
            return pq.read_table(BytesIO(content)).cast(PLAIN_SCHEMA)
        except (pa.ArrowException, ValueError, OSError):
            raise self._changed() from None

    def _remove_from(self, number: int) -> None:
        kept = {self._path(each).name for each in range(number)}
        for path in sorted(self._folder.glob("part-*")):
            if path.name not in kept:
                remove_file(path)

    def _path(self, number: int) -> Path:
        return self._folder / f"part-{number:05}.parquet"


def as_parquet(rows: pa.Table) -> bytes:
    """Write rows as the bytes of a file, which depend on nothing but the rows."""
    columns = [
        column.combine_chunks().dictionary_encode() if pa.types.is_dictionary(field.type) else column
        for column, field in zip(rows.combine_chunks().columns, SCHEMA, strict=True)
    ]
    file = BytesIO()
    table = pa.Table.from_arrays(columns, schema=SCHEMA)
    pq.write_table(table, file, compression="zstd", version="2.6", write_page_checksum=True)
    return file.getvalue()


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()
