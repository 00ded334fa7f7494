"""The pools of one market as volume beside its book."""

from typing import final

from tokenspice.markets.exchange.amm.curve import root
from tokenspice.markets.exchange.amm.matching import FARTHEST, Sweep
from tokenspice.markets.exchange.amm.pool import Pool
from tokenspice.markets.exchange.amm.quoting import best_ask, best_bid
from tokenspice.markets.exchange.liquidity_source import LiquiditySource
from tokenspice.markets.exchange.orders import Fill, Order, Side

__all__ = ["PoolSource"]


@final
class PoolSource(LiquiditySource):
    """Lets pools take part in matching.

    Resting orders at prices better than the pools' fair prices, or equal, go first. Then pools trade until their fair
    prices reach the next level of the book, in proportion to what each supplies up to there, at one price each.

    Args:
        pools: of the market, by their party's id; all, also those that do not quote.
        tick: prices of trades are cut to it.
    """

    def __init__(self, pools: dict[str, Pool], tick: int) -> None:
        self.pools = pools
        self.tick = tick
        self.trades = 0
        self._quotes: dict[str, tuple[tuple[object, ...], int | None, int | None]] = {}
        self._incoming: Order | None = None
        self._sweep = Sweep(True, (), tick)

    def __repr__(self) -> str:
        return f"PoolSource({len(self.pools)} pools)"

    def begin(self, order: Order) -> None:
        own = order.position
        self._incoming = order
        self._sweep = Sweep(order.is_buy, [pool for pool in self.pools.values() if pool.position is not own], self.tick)

    def take(self, wanted: int, limit: int | None, reaches_limit: bool, fills: list[Fill]) -> int:
        order, taken = self._incoming, 0
        if order is None:
            return 0
        to = limit if limit is not None else FARTHEST if order.is_buy else 0
        for pool, price, size in self._sweep.to(to, wanted):
            self.trades += 1
            side = Side.SELL if order.is_buy else Side.BUY
            offer = Order(f"{pool.party[:16]}-{self.trades}", pool.position, side, size, price, created=order.created)
            fills.append((offer, size, price))
            taken += size
        return taken

    def best(self, is_buy: bool) -> int | None:
        found = None
        for pool in self.pools.values():
            price = self.quote(pool)[not is_buy]
            if price is not None and (found is None or (price > found if is_buy else price < found)):
                found = price
        return found

    def quote(self, pool: Pool) -> tuple[int | None, int | None]:
        """A pool's best bid and ask, worked out anew once it has moved."""
        moved = (pool.position.volume, pool.quotes, pool.status, pool.terms, self.tick)
        known = self._quotes.get(pool.party)
        if known is None or known[0] != moved:
            bid, ask = best_bid(pool, self.tick), best_ask(pool, self.tick)
            known = self._quotes[pool.party] = (moved, bid.price if bid else None, ask.price if ask else None)
        return known[1], known[2]

    def forget(self, pool: Pool) -> None:
        """Drop what is known of a pool that has ended."""
        self._quotes.pop(pool.party, None)

    def volume(self, is_buy: bool, limit: int) -> int:
        to, total = root(limit) or 1, 0
        for pool in self.pools.values():
            if pool.quotes:
                held = pool.position.volume
                total += pool.buys(held, to) if is_buy else pool.sells(held, to)
        return total
