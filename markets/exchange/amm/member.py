"""A pool as a provider of liquidity among others."""

from typing import final

from tokenspice.markets.exchange.amm.pool import Pool
from tokenspice.markets.exchange.amm.quoting import ladder
from tokenspice.markets.exchange.liquidity.host import MarketHost
from tokenspice.markets.exchange.liquidity.scores import Quote

__all__ = ["LadderMember"]


@final
class LadderMember:
    """What a pool would trade at each price, as if it were orders.

    Where a range has more ticks than the network looks at, volume is summed up at evenly spaced ones.
    """

    def __init__(self, pool: Pool, host: MarketHost) -> None:
        self.pool = pool
        self.host = host
        self._seen: tuple[object, ...] = ()
        self._quotes: list[Quote] = []

    def __repr__(self) -> str:
        return f"LadderMember({self.pool!r})"

    @property
    def party(self) -> str:
        return self.pool.party

    @property
    def fee(self) -> int:
        """That it proposes for the market, a factor of 10⁻¹⁸."""
        return self.pool.terms.fee

    def ladder(self, low: int, high: int) -> list[Quote]:
        """What it would trade at prices within a range."""
        pool = self.pool
        seen = (low, high, pool.position.volume, pool.quotes, pool.terms, pool.status)
        if seen != self._seen:
            self._seen = seen
            self._quotes = self.quotes(low, high)
        return self._quotes

    def quotes(self, low: int, high: int) -> list[Quote]:
        tick = self.host.market.tick_size
        most = max(1, self.host.parameters["market.liquidity.maxAmmCalculationLevels"])
        first = -(-max(low, 1) // tick) * tick
        step = max(tick, -(-(high - first) // (most * tick)) * tick)
        prices = list(range(first, high + 1, step))
        bids = [Quote(True, price, size) for price, size in ladder(self.pool, True, prices[::-1])]
        return bids + [Quote(False, price, size) for price, size in ladder(self.pool, False, prices)]
