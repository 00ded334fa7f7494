"""How the network gets rid of positions that it took from distressed parties."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import NamedTuple, final

from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange.numbers import ONE, ceil_div, factor
from tokenspice.markets.exchange.venue import MarketView

__all__ = ["Disposal", "LiquidationRule", "StepwiseDisposal"]


class Disposal(NamedTuple):
    """An order that the network is to send: a size, and the worst price in ticks."""

    size: int
    limit: int


class LiquidationRule(ABC):
    """IMPLEMENT `seconds` and `disposal`. A value of the market's configuration."""

    @property
    @abstractmethod
    def seconds(self) -> int:
        """How much time passes between two disposals."""

    @abstractmethod
    def disposal(self, volume: int, market: MarketView) -> Disposal | None:
        """Return what to send; None to wait. The market keeps the order within its price-monitoring bounds.

        Args:
            volume: what the network holds, signed; not 0. A long position is sold, a short one bought back.
            market: whose book, mark and tick size hold.
        """


@final
@dataclass(frozen=True)
class StepwiseDisposal(LiquidationRule):
    """A fraction of the position at each step, within a part of the book near the middle.

    Args:
        step_seconds: between two disposals.
        fraction: of the position, to dispose of in one step; rounded, one at least.
        full_size: positions up to this size, in the market's units, go at once.
        max_fraction: of the book's volume in range, which an order never exceeds.
        price_range: how far from the mid price the book counts, as a part of it.
    """

    step_seconds: int = 30
    fraction: float = 0.1
    full_size: int = 0
    max_fraction: float = 0.1
    price_range: float = 0.5

    def __post_init__(self) -> None:
        if (
            self.step_seconds < 1
            or not 0 < self.fraction <= 1
            or not 0 < self.max_fraction <= 1
            or self.price_range <= 0
        ):
            raise ExchangeError(
                f"{self!r}: write a step of 1 second or more, fractions above 0 and up to 1, and a range above 0."
            )

    @property
    def seconds(self) -> int:
        return self.step_seconds

    def disposal(self, volume: int, market: MarketView) -> Disposal | None:
        limit = self.limit(volume, market)
        side, sign = (market.book.bids, 1) if volume > 0 else (market.book.asks, -1)
        in_range = 0
        for level in side:
            if level.price * sign < limit * sign:
                break
            in_range += level.volume
        if market.book.source is not None:
            in_range += market.book.source.volume(volume > 0, limit)
        size = min(self.wanted(abs(volume)), in_range * factor(self.max_fraction) // ONE)
        return Disposal(size, limit) if size else None

    def wanted(self, held: int) -> int:
        if held <= self.full_size:
            return held
        return max(1, (2 * held * factor(self.fraction) + ONE) // (2 * ONE))

    def limit(self, volume: int, market: MarketView) -> int:
        """The worst price in range: a multiple of the tick, one tick at least."""
        bid, ask = market.book.touch()
        twice = bid + ask if bid and ask else 2 * market.mark
        tick, part = market.tick_size, factor(self.price_range)
        if volume > 0:
            return max(ceil_div(twice * (ONE - part), 2 * ONE * tick), 1) * tick
        return twice * (ONE + part) // (2 * ONE * tick) * tick
