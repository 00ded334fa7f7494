"""Verbs that check."""

from abc import ABC

from tokenspice.markets.exchange.invariants import broken_invariants
from tokenspice.markets.exchange.service.market_data import MarketDataVerbs
from tokenspice.markets.exchange.service.market_verbs import MarketVerbs

__all__ = ["CheckVerbs"]


class CheckVerbs(MarketVerbs, MarketDataVerbs, ABC):
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

    def check_invariants(self) -> list[str]:
        """Return what does not hold that always does, one sentence each; of a sound exchange nothing."""
        return broken_invariants(self.exchange)

    def check_market_states_consistent(self) -> bool:
        """Whether a market's state is the same however it is asked for: its info, its data, its own."""
        return all(
            self.market_info(id).state is market.state is self.get_latest_market_data(id).state
            for id, market in self.exchange.markets.items()
        )
