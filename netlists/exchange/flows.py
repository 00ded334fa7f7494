"""What parties were paid, and what they paid, by kind of movement."""

from collections.abc import Iterable
from typing import final

from tokenspice.markets.exchange import Exchange, LedgerEntry, TransferKind
from tokenspice.markets.exchange.listeners import added

__all__ = ["Flows"]


@final
class Flows:
    """Sums the movements of some kinds, of all assets, in base units.

    Args:
        exchange: whose ledger is listened to.
        kinds: of movements.

    Attributes:
        received, paid: by kind and party.
    """

    def __init__(self, exchange: Exchange, kinds: Iterable[TransferKind]) -> None:
        self.received: dict[TransferKind, dict[str, int]] = {kind: {} for kind in kinds}
        self.paid: dict[TransferKind, dict[str, int]] = {kind: {} for kind in self.received}
        exchange.ledger.on_entry = added(exchange.ledger.on_entry, self.note)

    def note(self, entry: LedgerEntry) -> None:
        """Count a movement."""
        received = self.received.get(entry.kind)
        if received is None:
            return
        if entry.target is not None:
            received[entry.target.party] = received.get(entry.target.party, 0) + entry.amount
        if entry.source is not None:
            paid = self.paid[entry.kind]
            paid[entry.source.party] = paid.get(entry.source.party, 0) + entry.amount
