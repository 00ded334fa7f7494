"""The transaction record: OUTDIR/transactions/, one row per transaction, in Parquet files that are whole at any moment."""

import time
from collections.abc import Callable
from pathlib import Path
from threading import RLock
from typing import final

from tokenspice.engine.observer import Observer, Outcome, WatchedRun
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.studies.record.part_files import ROWS_PER_PART, PartFiles, PartPosition
from tokenspice.studies.record.transaction_rows import SCHEMA, TransactionRows
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.transaction import Transaction

__all__ = ["FOLDER", "TransactionFiles"]

FOLDER = "transactions"  # in a run's folder
ROWS_AT_ONCE = 1_000  # turned into columns in one go
PATIENCE_S = 1.0  # with a row that is being added, when this process is about to be ended


@final
class TransactionFiles(Observer):
    """Writes the transaction record, in parts of 10,000 rows.

    Args:
        folder: the run's.
        clock: in seconds.
    """

    def __init__(self, folder: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._early: list[Transaction] = []  # of the time before the chain is known
        self._rows: TransactionRows | None = None
        self._parts = PartFiles(folder / FOLDER, SCHEMA, clock, ROWS_PER_PART)
        self._lock = RLock()

    @property
    def n_rows(self) -> int:
        """Rows of all parts, and those that are on their way there."""
        return self._parts.n_rows + (len(self._rows) if self._rows is not None else len(self._early))

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
            self._parts.write()

    def tick(self, state: SimStateBase) -> None:
        """Turn the tick's transactions into rows."""
        with self._lock:
            self._gather()
            self._parts.write_in_time()

    def end(self, outcome: Outcome) -> None:
        with self._lock:
            self._gather()
            if self._rows is not None:
                self._parts.write_changes()

    def save_what_can_be(self) -> None:
        """Write all rows from another thread, before this process is ended from there."""
        if self._lock.acquire(timeout=PATIENCE_S):
            try:
                self.end(Outcome("interrupted"))
            finally:
                self._lock.release()

    def position(self) -> PartPosition:
        """See all rows on the disk, and return how far the record is written."""
        with self._lock:
            self._gather()
            return self._parts.position()

    def go_on(self, position: PartPosition | None) -> None:
        """Take back all rows that were written after `position`; all of them where there is none.

        Raises:
            RunError: the parts do not hold what they held then. They are left as they are.
        """
        self._parts.go_on(position)
        self._early.clear()
        if self._rows is not None:
            self._rows.take()

    def _gather(self) -> None:
        """Turn what was heard into rows."""
        if self._rows is not None:
            self._parts.add(self._rows.take())
