"""What a session has seen, and what it waits for."""

from dataclasses import dataclass, field
from typing import Any, Protocol, final

from tokenspice.engine.errors import RunError
from tokenspice.engine.log import LogRow
from tokenspice.engine.observer import Observer
from tokenspice.engine.tables import DATA
from tokenspice.engine.text import not_among
from tokenspice.studies.record.run_log import LogPosition
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.decoding import Decoder
from tokenspice.web3engine.transaction import Transaction

__all__ = ["Memory", "Watch", "Watched", "Written"]


@dataclass(frozen=True)
class Written:
    """How much a session had recorded at a moment.

    Attributes:
        n_rows: in memory, by table.
        n_transactions: in memory.
        tables: on the disk.
        parts: of the transaction record on the disk, a PartPosition.
        world_tables: the same of each table of a world, by name.
    """

    n_rows: dict[str, int]
    n_transactions: int
    tables: dict[str, LogPosition] = field(default_factory=dict)
    parts: Any = None
    world_tables: dict[str, Any] = field(default_factory=dict)


@final
class Memory(Observer):
    """What a session has seen: rows by table, and transactions."""

    def __init__(self) -> None:
        self.rows: dict[str, list[LogRow]] = {DATA: []}
        self.transactions: list[Transaction] = []

    def row(self, table: str, row: LogRow) -> None:
        self.rows.setdefault(table, []).append(row)

    def transaction(self, transaction: Transaction) -> None:
        self.transactions.append(transaction)

    @property
    def written(self) -> Written:
        return Written({table: len(rows) for table, rows in self.rows.items()}, len(self.transactions))

    def go_back(self, written: Written) -> None:
        for table, rows in self.rows.items():
            del rows[written.n_rows.get(table, 0) :]
        del self.transactions[written.n_transactions :]


class Watched(Protocol):
    """A session, as far as is looked at."""

    @property
    def rows(self) -> list[LogRow]: ...

    @property
    def transactions(self) -> list[Transaction]: ...

    @property
    def chain(self) -> Chain: ...


@final
class Watch:
    """Waits for a value, an event or a failure. Arguments as of `Session.run_until`."""

    def __init__(
        self,
        session: Watched,
        column: str,
        above: float | None,
        below: float | None,
        event: str,
        reverted: bool,
    ) -> None:
        if bool(column) != (above is not None or below is not None):
            raise RunError("run_until: write a column with above= or below=, such as column='price', above=2.")
        self._session = session
        self._column, self._above, self._below = column, above, below
        self._event, self._reverted = event, reverted
        self._decoder = Decoder(session.chain) if event or reverted else None
        self._n_rows, self._n_transactions = len(session.rows), len(session.transactions)

    def __bool__(self) -> bool:
        return bool(self._column or self._event or self._reverted)

    def happened(self) -> bool:
        """Whether it has, since the last time that this was asked."""
        rows, self._n_rows = self._session.rows[self._n_rows :], len(self._session.rows)
        if self._column and any(map(self._is_beyond, rows)):
            return True
        if not self._decoder:
            return False
        new = self._session.transactions[self._n_transactions :]
        self._n_transactions = len(self._session.transactions)
        return any(map(self._is_wanted, new))

    def check(self) -> None:
        """Refuse a name that nothing in the whole run has.

        Raises:
            RunError: no row has the column, or no contract the event.
        """
        columns = {name: None for row in self._session.rows for name in row}
        if self._column and self._column not in columns:
            raise RunError(
                f'run_until: the log has no column "{self._column}". {not_among(self._column, columns, "It has")}'
            )
        if self._event:
            abis = [artifact.abi for artifact in self._session.chain.artifacts.used.values()]
            events = sorted({name for abi in abis for name in abi.event_names})
            if self._event not in events:
                raise RunError(f'run_until: no contract has an event "{self._event}". They have: {", ".join(events)}.')

    def _is_beyond(self, row: LogRow) -> bool:
        value = row.get(self._column)
        if value is None:
            return False
        return (self._above is not None and value > self._above) or (self._below is not None and value < self._below)

    def _is_wanted(self, transaction: Transaction) -> bool:
        if self._reverted and transaction.status != "ok":
            return True
        if not self._event or not self._decoder:
            return False
        return any(event.name == self._event for event in self._decoder.events(transaction))
