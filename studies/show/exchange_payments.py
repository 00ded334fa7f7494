"""Who paid whom on an exchange: movements between parties and markets, as its ledger tells them."""

from collections.abc import Iterable
from typing import final

from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.units import Amount
from tokenspice.markets.exchange.ledger import NETWORK, Account, LedgerEntry
from tokenspice.markets.exchange.listeners import added
from tokenspice.markets.exchange.market import Market
from tokenspice.markets.exchange.world import ExchangeWorld
from tokenspice.studies.show.registry import Directory
from tokenspice.studies.show.schematic import OUTSIDE, Edge, Payment, Sum

__all__ = ["ExchangePayments", "list_exchange"]


@final
class ExchangePayments:
    """Adds up movements from one end to another. What a party puts aside for itself is none."""

    def __init__(self) -> None:
        self._moves: dict[tuple[str, str, str], tuple[Amount, int]] = {}
        self._decimals: dict[str, int] = {}

    def watch(self, state: SimStateBase) -> None:
        """Be told of the movements on a state's exchanges."""
        for world in exchanges(state):
            ledger = world.exchange.ledger
            ledger.on_entry = added(ledger.on_entry, self.on_entry)
            self._decimals |= {symbol: asset.decimals for symbol, asset in world.exchange.assets.items()}

    def on_entry(self, entry: LedgerEntry) -> None:
        """Count a movement."""
        ends = end_of(entry.source), end_of(entry.target)
        if ends[0] != ends[1]:
            symbol = (entry.source or entry.target).asset  # type: ignore[union-attr]  # one of them is there
            total, n = self._moves.get((*ends, symbol), (0, 0))
            self._moves[(*ends, symbol)] = total + entry.amount, n + 1

    def edges(self, directory: Directory) -> list[Edge]:
        """Return an edge for each pair of which one paid the other."""
        paid: dict[tuple[str, str], list[Payment]] = {}
        for (payer, payee, symbol), (amount, n) in self._moves.items():
            ends = key_of(payer, directory), key_of(payee, directory)
            paid.setdefault(ends, []).append(Payment(Sum(symbol, amount, self._decimals.get(symbol, 0)), n))
        return [Edge(*ends, paid=tuple(payments)) for ends, payments in paid.items() if ends[0] != ends[1]]


def list_exchange(directory: Directory, state: SimStateBase) -> None:
    """List the markets of a state's exchanges, and what belongs to no market."""
    for world in exchanges(state):
        for market in world.exchange.markets.values():
            directory.place(market.id, market.config.name, "market", about(market))
        directory.place(NETWORK, NETWORK, "exchange", "Fees and pools that belong to no market.")


def exchanges(state: SimStateBase) -> Iterable[ExchangeWorld]:
    return (world for world in state.worlds if isinstance(world, ExchangeWorld))


def about(market: Market) -> str:
    return f"A market that is settled in {market.asset.symbol}."


def end_of(account: Account | None) -> str:
    """Return who is at the end of a movement: a market, the exchange, or a party; empty for outside."""
    if account is None:
        return ""
    return account.market or NETWORK if account.party == NETWORK else account.party


def key_of(end: str, directory: Directory) -> str:
    return directory.find(end) or directory.place(end, end, "party", "Belongs to no agent.") if end else OUTSIDE
