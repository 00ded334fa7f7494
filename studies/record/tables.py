"""The tables of a run on disk: data.csv, and those that the netlist names besides."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import final

from tokenspice.engine.log import LogRow
from tokenspice.engine.observer import Observer
from tokenspice.engine.tables import DATA, Table
from tokenspice.studies.record.run_log import LogPosition, RunLog

__all__ = ["TableFiles"]


@final
class TableFiles(Observer):
    """Writes each row to its table's file. A table without a row has no file.

    Args:
        folder: the run's.
        tables: those besides data.csv, by name.
    """

    def __init__(self, folder: Path, tables: Mapping[str, Table]) -> None:
        files = {DATA: "data.csv"} | {name: table.file_name(name) for name, table in tables.items()}
        self._logs = {name: RunLog(folder / file) for name, file in files.items()}

    def row(self, table: str, row: LogRow) -> None:
        self._logs[table].write(row)

    @property
    def positions(self) -> dict[str, LogPosition]:
        """How far each table is written, by name."""
        return {name: log.position for name, log in self._logs.items()}

    def go_on(self, positions: Mapping[str, LogPosition]) -> None:
        """Take back all that was written after `positions`; of a table that has none there, everything.

        Raises:
            RunError: a file does not hold what it held then.
        """
        for name, log in self._logs.items():
            log.go_on(positions.get(name, NOTHING))

    def sync(self) -> None:
        """See all rows on the disk, so that even a power failure leaves them."""
        for log in self._logs.values():
            log.sync()

    def close(self) -> None:
        for log in self._logs.values():
            log.close()


NOTHING = LogPosition([], 0, sha256(b"").hexdigest())
