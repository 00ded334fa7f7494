"""The tables that a run's worlds tell of themselves: OUTDIR/NAME/, a row for each trade, account and so on, in Parquet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, final

from tokenspice.engine.errors import WorldError
from tokenspice.engine.log import LogRow
from tokenspice.engine.observer import Observer, Outcome, WatchedRun
from tokenspice.engine.recorded import TIME_COLUMNS, Cell, RecordedTable, checked_recorded_tables
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.tables import DATA

if TYPE_CHECKING:
    import pyarrow as pa

    from tokenspice.studies.record.part_files import PartFiles, PartPosition

__all__ = ["WorldTableFiles"]

PATIENCE_S = 1.0  # with rows that are being added, when this process is about to be ended


@dataclass
class Recording:
    """One table while it is written."""

    table: RecordedTable
    parts: "PartFiles"

    def take(self, tick: int) -> None:
        """Add what there is to tell at a tick."""
        if rows := self.table.take():
            self.parts.add(as_arrow(rows, tick, self.parts.plain))


@final
class WorldTableFiles(Observer):
    """Writes what worlds record. A run whose worlds record nothing has no such files, and pays nothing.

    Args:
        folder: the run's.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: Mapping[str, PartPosition] | None = None  # where the run goes on
        self._tables: dict[str, Recording] = {}
        self._state: SimStateBase | None = None
        self._lock = RLock()

    @property
    def names(self) -> list[str]:
        return list(self._tables)

    def begin(self, run: WatchedRun) -> None:
        """Learn which tables there are.

        Raises:
            WorldError: two worlds record a table of one name, or a table cannot be written.
        """
        self._state = run.state
        found: dict[str, RecordedTable] = {}
        for world in run.state.worlds:
            tables = checked_recorded_tables(world.record())
            if twice := sorted(found.keys() & tables.keys()):
                raise WorldError(f"two worlds record a table {twice[0]}. Give each a name of its own.")
            found |= tables
        for name, table in found.items():
            if name in self._tables:  # which goes on after it was taken back
                self._tables[name].table = table
                continue
            recording = self._tables[name] = Recording(table, self._parts(name, table))
            if self._known is not None:
                recording.parts.go_on(self._known.get(name))
        self._known = None

    def row(self, table: str, row: LogRow) -> None:
        """Record what there is when a row of data.csv is logged."""
        if table == DATA and self._state:
            self._take("row", self._state.tick)

    def tick(self, state: SimStateBase) -> None:
        """Record what happened in a tick."""
        self._take("tick", state.tick - 1)
        with self._lock:
            for recording in self._tables.values():
                recording.parts.write_in_time()

    def end(self, outcome: Outcome) -> None:
        with self._lock:
            for recording in self._tables.values():
                recording.parts.write_changes()

    def save_what_can_be(self) -> None:
        """Write all rows from another thread, before this process is ended from there."""
        if self._lock.acquire(timeout=PATIENCE_S):
            try:
                self.end(Outcome("interrupted"))
            finally:
                self._lock.release()

    def positions(self) -> dict[str, "PartPosition"]:
        """See all rows on the disk, and return how far each table is written."""
        return {name: recording.parts.position() for name, recording in self._tables.items()}

    def go_on(self, positions: Mapping[str, "PartPosition"]) -> None:
        """Take back all rows that were written after `positions`.

        Raises:
            RunError: the files do not hold what they held then.
        """
        if not self._tables:
            self._known = positions
        for name, recording in self._tables.items():
            recording.parts.go_on(positions.get(name))

    def _take(self, each: str, tick: int) -> None:
        with self._lock:
            for recording in self._tables.values():
                if recording.table.each == each:
                    recording.take(tick)

    def _parts(self, name: str, table: RecordedTable) -> "PartFiles":
        # Only where something is recorded, because pyarrow takes a while to import.
        from tokenspice.studies.record.part_files import PartFiles

        return PartFiles(self._folder / name, schema_of(table))


def schema_of(table: RecordedTable) -> "pa.Schema":
    """Return the columns of a table's files."""
    import pyarrow as pa

    from tokenspice.studies.record.part_files import FEW

    kinds = {"int": pa.int64(), "amount": pa.decimal128(38, 0), "float": pa.float64(), "bool": pa.bool_()}
    kinds |= {"text": pa.string(), "word": FEW}
    columns = TIME_COLUMNS | dict(table.columns)
    return pa.schema([(name, kinds[kind]) for name, kind in columns.items()])


def as_arrow(rows: Sequence[tuple[Cell, ...]], tick: int, schema: "pa.Schema") -> "pa.Table":
    """Return rows as columns, the tick before them.

    Raises:
        WorldError: a cell does not suit its column.
    """
    import pyarrow as pa

    columns = [[tick] * len(rows), *(list(column) for column in zip(*rows, strict=True))]
    arrays = []
    for column, field in zip(columns, schema, strict=True):
        try:
            arrays.append(pa.array(column, field.type))
        except (pa.ArrowException, OverflowError) as error:
            raise WorldError(f"the recorded column {field.name} holds what it cannot hold: {error}.") from error
    return pa.Table.from_arrays(arrays, schema=schema)
