"""Where a market's own prices come from: trades that are listed, and oracles that are heard."""

from fractions import Fraction
from typing import final

from tokenspice.markets.exchange.config import MarketConfig
from tokenspice.markets.exchange.mark_sources import MarkSources
from tokenspice.markets.exchange.oracles import price_of
from tokenspice.markets.exchange.venue import MarketView

__all__ = ["PriceDesk"]


@final
class PriceDesk:
    """Keeps the sources of a market's mark price, and of the price that its product sees in place of it.

    Attributes:
        internal: the rule of the product's own price; None where it is the mark price.
        sources: of that rule; those of the mark price are the market's `mark_sources`.
        marks, internals: the oracle data that each of the two listens to, by role.
        are_made_of_trades: whether one of them asks for a list of trades.
    """

    def __init__(self, market: MarketView, config: MarketConfig) -> None:
        self.market = market
        self.sources = MarkSources()
        self.adopt(config)

    def __repr__(self) -> str:
        return f"PriceDesk({self.market.id})"

    def adopt(self, config: MarketConfig) -> None:
        """Follow the rules of a configuration from here on."""
        self.internal = config.product.internal_price
        self.marks, self.internals = config.mark_price.bindings(), config.internal_bindings()
        self.of_marks = config.mark_price.needs_trades
        self.are_made_of_trades = self.of_marks or self.internal is not None

    def remember(self, price: int, size: int) -> None:
        """List a trade."""
        now = self.market.venue.now
        if self.of_marks:
            self.market.mark_sources.trades.append((now, price, size))
        if self.internal:
            self.sources.trades.append((now, price, size))

    def listens_to(self, role: str) -> bool:
        return role in self.marks or role in self.internals

    def hear(self, role: str, text: str) -> bool:
        """Take a price from an oracle; whether it is one."""
        for sources, bindings in ((self.market.mark_sources, self.marks), (self.sources, self.internals)):
            if role in bindings:
                price = price_of(text, bindings[role].decimals, self.market.price_decimals)
                if price:
                    sources.publish(list(bindings).index(role), Fraction(price), self.market.venue.now)
                return bool(price)
        return False

    def internal_price(self, now: int) -> int:
        """The market's own price as its product sees it, in ticks."""
        mark = self.market.mark
        return self.internal.price(self.sources, self.market, now) or mark if self.internal else mark
