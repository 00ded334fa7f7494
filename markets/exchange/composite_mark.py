"""A mark price made of several sources: trades, the book, oracles, and the median of these."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import final

from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange.mark_price import MarkPriceRule
from tokenspice.markets.exchange.mark_sources import MarkSources, TimedPrice, average_price, trades_average
from tokenspice.markets.exchange.numbers import ONE, factor, to_units
from tokenspice.markets.exchange.oracles import OracleBinding
from tokenspice.markets.exchange.venue import MarketView

__all__ = ["Combination", "CompositeMark", "book_price", "median_price", "weighted_price"]


class Combination(StrEnum):
    WEIGHTED = "weighted"
    MEDIAN = "median"


@final
@dataclass(frozen=True)
class CompositeMark(MarkPriceRule):
    """The weighted mean, or the median, of the sources that are not stale.

    Args:
        weights: of the trades' average, the book's price, each oracle, and the median of all these; any scale.
        staleness: seconds after which each of them, in the same order, no longer counts.
        decay: α: what part of its weight a trade loses over the window.
        decay_power: how the loss grows with the trade's age.
        cash: amount of the asset, before leverage, for which the book's price is asked.
        combine: what becomes of the sources; the median leaves the weights aside.
        oracles: where the oracles' prices come from, one for each weight of an oracle; fewer where a program publishes them.
    """

    weights: tuple[float, ...] = (0.0, 0.0, 0.0)
    staleness: tuple[int, ...] = (60, 60, 60)
    decay: float = 0.0
    decay_power: int = 1
    cash: float = 0.0
    combine: Combination = Combination.WEIGHTED
    oracles: tuple[OracleBinding, ...] = ()

    needs_trades = True

    def __post_init__(self) -> None:
        if len(self.weights) != len(self.staleness) or len(self.weights) < 3:
            raise ExchangeError(
                f"CompositeMark: {len(self.weights)} weights and {len(self.staleness)} stalenesses. Write as many of each: "
                "for trades, book, each oracle, median."
            )
        if len(self.oracles) > len(self.weights) - 3:
            raise ExchangeError(
                f"CompositeMark: {len(self.oracles)} oracles and {len(self.weights) - 3} weights for them. Write a weight and a "
                "staleness for each oracle, between the book's and the median's."
            )
        if min(self.weights) < 0 or (self.combine is Combination.WEIGHTED and not any(self.weights)):
            raise ExchangeError(
                f"CompositeMark: weights {self.weights}. Write weights of 0 or more, one above 0 at least."
            )
        if not 0 <= self.decay <= 1 or self.decay_power < 1:
            raise ExchangeError(
                f"CompositeMark: decay {self.decay} to the power of {self.decay_power}. Write a decay between 0 and 1, and a "
                "power of 1 or more."
            )

    def bindings(self) -> Mapping[str, OracleBinding]:
        return self.bound("mark price")

    def bound(self, role: str) -> dict[str, OracleBinding]:
        """Return the oracles' bindings, by a role and their place."""
        return {f"{role} {place}": binding for place, binding in enumerate(self.oracles)}

    def mark(self, market: MarketView, now: int) -> int:
        return self.price(market.mark_sources, market, now) or market.mark

    def price(self, sources: MarkSources, market: MarketView, now: int) -> int:
        """Return the sources' common price in ticks, cut; 0 where all are stale or unknown."""
        known = self.known(self.refreshed(sources, market, now), now)
        if not known:
            return 0
        median = median_price([price for _, price in known])
        if self.combine is Combination.MEDIAN:
            return int(median)
        return int(weighted_price([*known, (factor(self.weights[-1]), median)]))

    def refreshed(self, sources: MarkSources, market: MarketView, now: int) -> list[TimedPrice | None]:
        """Bring trades and book up to date; return all sources in the order of the weights, without the median."""
        window = market.mark_seconds
        average = trades_average(sources.trades, now, window, factor(self.decay), self.decay_power)
        if average is not None:
            sources.average = TimedPrice(average, sources.trades[-1][0])
        sources.trades.clear()
        book = book_price(market, self.cash)
        if book is not None:
            sources.book = TimedPrice(book, now)
        oracles = (sources.oracles.get(place) for place in range(len(self.weights) - 3))
        return [sources.average, sources.book, *oracles]

    def known(self, sources: Sequence[TimedPrice | None], now: int) -> list[tuple[int, Fraction | int]]:
        """Return weight and price of each source that counts."""
        terms = zip(self.weights, self.staleness, sources, strict=False)
        return [
            (factor(weight), source.price)
            for weight, staleness, source in terms
            if source is not None and now - source.time <= staleness
        ]


def median_price(prices: Sequence[Fraction | int]) -> Fraction:
    """Return the middle price, or the mean of the two middle ones."""
    ordered, middle = sorted(prices), len(prices) // 2
    return Fraction(ordered[middle] + ordered[~middle]) / 2


def weighted_price(terms: Sequence[tuple[int, Fraction | int]]) -> Fraction:
    """Return the mean of prices by their weights; 0 where nothing weighs."""
    weights = sum(weight for weight, _ in terms)
    return Fraction(sum(weight * price for weight, price in terms)) / weights if weights else Fraction(0)


def book_price(market: MarketView, cash: float) -> Fraction | None:
    """Return the middle of the average prices at which the leveraged cash amount would buy and sell, in ticks.

    Leverage is what the initial margin allows: 1 / ((risk factor + slippage) * initial factor).
    """
    bought = average_price(market.book.asks, leveraged(market, cash, market.risk.long))
    sold = average_price(market.book.bids, leveraged(market, cash, market.risk.short))
    return None if bought is None or sold is None else (bought + sold) / 2


def leveraged(market: MarketView, cash: float, risk: int) -> Fraction:
    """Return the cash amount after leverage, in ticks times size."""
    cost = max((risk + market.slippage) * market.initial, 1)
    return Fraction(to_units(cash, market.asset_decimals) * market.value_down * ONE * ONE, market.value_up * cost)
