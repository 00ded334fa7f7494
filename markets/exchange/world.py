"""An exchange as a world of the tick loop: time passes through it, block by block."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal, final

from tokenspice.engine.errors import WorldError
from tokenspice.engine.recorded import RecordedTable
from tokenspice.engine.units import Seconds
from tokenspice.engine.world import World
from tokenspice.markets.errors import MarketError
from tokenspice.markets.exchange.checks import check
from tokenspice.markets.exchange.exchange import Exchange
from tokenspice.markets.exchange.listeners import nobody
from tokenspice.markets.exchange.recording import Recorder, checked_names
from tokenspice.markets.exchange.service.service import ExchangeService
from tokenspice.markets.exchange.state_bytes import fill_from_bytes, state_hash, to_bytes

__all__ = ["ExchangeWorld"]


@final
class ExchangeWorld(World):
    """Build it in SimState: `world = ExchangeWorld()`, then `super().__init__(ss, world)`, and give agents `world.service`.

    Args:
        exchange: a new one unless given.
        transactions_per_block: instructions after which a block ends by itself; 0 for never.
        seconds_per_block: of each block. A tick is so many blocks as fit; what is left belongs to the next one.
        records: the tables that a run writes beside data.csv, by name; "all" of them (see recording.py).
        depth_levels: of each side of a book that are recorded.
        checks: whether the exchange is looked at after every "block", or after every "tick", for what always holds;
            it costs as much as there are orders, positions and accounts.

    Attributes:
        service: the exchange as agents use it.
    """

    TRANSIENT: ClassVar = {"recorder": nobody}  # no state

    def __init__(
        self,
        exchange: Exchange | None = None,
        transactions_per_block: int = 0,
        seconds_per_block: int = 1,
        records: Sequence[str] | Literal["all"] = (),
        depth_levels: int = 50,
        checks: Literal["", "tick", "block"] = "",
    ) -> None:
        self.exchange = Exchange() if exchange is None else exchange
        self.service = ExchangeService(self.exchange, transactions_per_block, seconds_per_block)
        names = checked_names(records)
        self.recorder = Recorder(self.service, names, depth_levels) if names else None
        self.checks = checks
        self._tick_ends = self.exchange.now
        if checks == "block":
            self.service.on_block = self.check

    def __repr__(self) -> str:
        return f"ExchangeWorld({self.exchange!r})"

    @property
    def now(self) -> Seconds:
        return self.exchange.now

    def advance(self, seconds: Seconds) -> None:
        """End the tick `seconds` after the one before, unless its transactions took longer already."""
        self._tick_ends += seconds
        if not self.exchange.markets:  # which needs no blocks
            self.exchange.advance(self._tick_ends - self.exchange.now)
        step = self.service.seconds_per_block
        while self.exchange.now + step <= self._tick_ends:
            self.service.end_block()
        self._tick_ends = max(self._tick_ends, self.exchange.now)
        if self.checks == "tick":
            self.check()

    def check(self) -> None:
        """Look at the exchange for what always holds.

        Raises:
            InvariantError: something does not.
        """
        check(self.exchange)

    def draw_from(self, seed: int) -> None:
        self.exchange.draw_from(seed)

    def snapshot(self) -> bytes:
        return to_bytes(*self._kept)

    def restore(self, snapshot: object) -> None:
        """Return to a snapshot. Exchange and service stay the same objects; orders, positions and accounts are others."""
        if not isinstance(snapshot, bytes):
            raise WorldError(
                f"a {type(snapshot).__name__} is no snapshot of an exchange. Give what snapshot() returned."
            )
        try:
            fill_from_bytes(snapshot, *self._kept)
        except MarketError as error:
            raise WorldError(f"this is no snapshot of an exchange: {error}") from error

    @property
    def _kept(self) -> tuple[object, ...]:
        """What others hold, and what has listeners: these stay the same objects when a snapshot is restored."""
        return self, self.exchange, self.service, self.exchange.venue, self.exchange.ledger

    @property
    def state_hash(self) -> str:
        """SHA-256 of all that the exchange is, in hexadecimal: the same for the same history."""
        return state_hash(self.exchange)

    def record(self) -> Mapping[str, RecordedTable]:
        return self.recorder.tables() if self.recorder else {}

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""
