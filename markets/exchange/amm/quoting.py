"""Where a pool quotes: the nearest ticks at which a whole unit has accumulated, and its volume level by level."""

from typing import NamedTuple, final

from tokenspice.markets.exchange.amm.curve import Curve, root
from tokenspice.markets.exchange.amm.pool import Pool
from tokenspice.markets.exchange.numbers import ONE, ceil_div

__all__ = ["PoolQuote", "best_ask", "best_bid", "ladder"]


@final
class PoolQuote(NamedTuple):
    """A price in ticks, and the volume between the fair price and it."""

    price: int
    volume: int


def best_bid(pool: Pool, tick: int = 1) -> PoolQuote | None:
    """The highest price at which the pool buys a whole unit; None where it buys nothing."""
    volume, lowest = pool.position.volume, lowest_root(pool)
    if not pool.quotes or not pool.buys(volume, lowest):
        return None
    price = squared(root_after(pool, volume, 1)) // tick * tick + tick
    while not (found := pool.buys(volume, root(price))):
        price -= tick
    return PoolQuote(price, found)


def best_ask(pool: Pool, tick: int = 1) -> PoolQuote | None:
    """The lowest price at which the pool sells a whole unit; None where it sells nothing."""
    volume, highest = pool.position.volume, highest_root(pool)
    if not pool.quotes or not pool.sells(volume, highest):
        return None
    price = max(tick, squared(root_after(pool, volume, -1)) // tick * tick - tick)
    while not (found := pool.sells(volume, root(price))):
        price += tick
    return PoolQuote(price, found)


def ladder(pool: Pool, is_buy: bool, prices: list[int]) -> list[PoolQuote]:
    """The volume that the pool adds at each of `prices`, which lead away from its fair price."""
    volume, before, found = pool.position.volume, 0, []
    reach = pool.buys if is_buy else pool.sells
    for price in prices if pool.quotes else ():
        so_far = reach(volume, root(price))
        if so_far > before:
            found.append(PoolQuote(price, so_far - before))
            before = so_far
    return found


def lowest_root(pool: Pool) -> int:
    return pool.lower.low if pool.lower else pool.base


def highest_root(pool: Pool) -> int:
    return pool.upper.high if pool.upper else pool.base


def root_after(pool: Pool, volume: int, change: int) -> int:
    """About the root of the fair price once the pool has traded one unit."""
    after = volume + change
    curve: Curve | None = pool.lower if after > 0 or (after == 0 and volume > 0) else pool.upper
    if curve is None:
        return pool.base
    return max(curve.low, curve.root_at(after if curve is pool.lower else max(0, curve.position + after)))


def squared(value: int) -> int:
    """The price of a root, in ticks, rounded up."""
    return ceil_div(value * value, ONE**2)
