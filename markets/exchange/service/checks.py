"""Verbs that check."""

from abc import ABC

from tokenspice.markets.exchange.service.base import ServiceBase

__all__ = ["CheckVerbs"]


class CheckVerbs(ServiceBase, ABC):
    """What must be true whenever nothing is going on."""

    def check_balances_equal_deposits(self) -> bool:
        """Whether all accounts of each asset hold what was deposited and not withdrawn, to the unit."""
        totals = self.exchange.ledger.totals()
        return all(totals.get(symbol, 0) == amount for symbol, amount in self.exchange.ledger.deposited.items())

    def check_book_not_crossed(self, market_id: str) -> bool:
        """Whether no bid reaches an ask."""
        book = self.market(market_id).book
        bid, ask = book.best_bid(), book.best_ask()
        return bid is None or ask is None or bid < ask

    def check_market_states_consistent(self) -> bool:
        """Whether a market's state is the same however it is asked for: all views read the same market."""
        return all(key == market.id for key, market in self.exchange.markets.items())
