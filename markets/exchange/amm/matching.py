"""How pools and the book share an incoming order.

Resting orders at prices better than the pools' fair prices, or equal, go first. Then pools trade down to the next
level of the book, in proportion to what each supplies up to there, at one price each. Then the book trades at that
level, and so on.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, final

from tokenspice.markets.exchange.amm.curve import root
from tokenspice.markets.exchange.amm.pool import Pool
from tokenspice.markets.exchange.numbers import ONE

__all__ = ["FARTHEST", "BookLeg", "PoolLeg", "plan"]

FARTHEST = 1 << 80
"""A price beyond all bounds, for orders without a limit."""


@final
class PoolLeg(NamedTuple):
    """What one pool trades, at one price."""

    pool: Pool
    price: int
    size: int


@final
class BookLeg(NamedTuple):
    """What the book trades at one level."""

    price: int
    size: int


def plan(
    is_buy: bool, size: int, limit: int, levels: Iterable[tuple[int, int]], pools: Sequence[Pool], tick: int
) -> list[PoolLeg | BookLeg]:
    """Return what an incoming order would trade, in order.

    Args:
        is_buy: the side of the order.
        size: of the order.
        limit: its price; 0 for none.
        levels: prices and volumes of the other side of the book, from the best on.
        pools: those that may trade with it.
        tick: prices of trades are cut to it.
    """
    sweep = Sweep(is_buy, pools, tick)
    legs: list[PoolLeg | BookLeg] = []
    for price, volume in levels:
        if limit and (price > limit if is_buy else price < limit):
            break
        swept = sweep.to(price, size)
        legs += swept
        size -= sum(leg.size for leg in swept)
        taken = min(size, volume)
        if taken:
            legs.append(BookLeg(price, taken))
            size -= taken
        if not size:
            return legs
    return [*legs, *sweep.to(limit or (FARTHEST if is_buy else 0), size)]


@final
class Sweep:
    """Pools on the way of one order. Nothing trades here: `volumes` says what each would hold."""

    __slots__ = ("pools", "sign", "tick", "volumes")

    def __init__(self, is_buy: bool, pools: Sequence[Pool], tick: int) -> None:
        self.sign = -1 if is_buy else 1  # of the change in a pool's volume
        self.pools = [pool for pool in pools if pool.quotes]
        self.volumes = [pool.position.volume for pool in self.pools]
        self.tick = tick

    def to(self, price: int, size: int) -> list[PoolLeg]:
        """Let pools trade up to `size` units until their fair prices reach `price`."""
        if not size or not self.pools:
            return []
        supplies = self.supplies(price)
        if sum(supplies) > size:
            supplies = [size] if len(supplies) == 1 else self.shared(size, price)
        legs = []
        for n, units in enumerate(supplies):
            if units:
                pool, volume, change = self.pools[n], self.volumes[n], units * self.sign
                legs.append(PoolLeg(pool, pool.price(volume, change, self.tick), units))
                self.volumes[n] = volume + change
        return legs

    def shared(self, size: int, price: int) -> list[int]:
        """Share `size`, which is less than pools supply up to `price`.

        They end at the same price, to the tick: each supplies what it has up to there, and they share what is left of `size`
        in proportion to what each supplies within the next tick. Where all ranges reach as far, that is in proportion to
        what each would supply up to `price`.
        """
        step = -self.tick * self.sign
        if price == FARTHEST:
            price = (max(self.highest(pool) for pool in self.pools) // self.tick + 1) * self.tick
        near, far = self.nearest(price), price
        while (far - near) // step > 1:
            middle = near + (far - near) // step // 2 * step
            near, far = (middle, far) if sum(self.supplies(middle)) <= size else (near, middle)
        first, beyond = self.supplies(near), self.supplies(far)
        if sum(first) > size:
            return parts(size, first, sum(first))
        more = [after - before for before, after in zip(first, beyond, strict=True)]
        left = parts(size - sum(first), more, sum(more))
        return [before + rest for before, rest in zip(first, left, strict=True)]

    def highest(self, pool: Pool) -> int:
        """The price, in ticks, above which a pool sells nothing."""
        top = pool.upper.high if pool.upper else pool.base
        return top * top // ONE**2 + 1

    def nearest(self, price: int) -> int:
        """The best of the pools' fair prices, as far from `price` as there are whole ticks."""
        fairs = [pool.fair(volume) ** 2 // ONE**2 for pool, volume in zip(self.pools, self.volumes, strict=True)]
        best = min(fairs) if self.sign < 0 else max(fairs) + 1
        return price + (best - price) // self.tick * self.tick

    def supplies(self, price: int) -> list[int]:
        """What each pool trades until its fair price reaches `price`."""
        to = root(price) if price else 1
        if self.sign > 0:
            return [pool.buys(volume, to) for pool, volume in zip(self.pools, self.volumes, strict=True)]
        return [pool.sells(volume, to) for pool, volume in zip(self.pools, self.volumes, strict=True)]


def parts(size: int, supplies: Sequence[int], total: int) -> list[int]:
    """Share `size` in proportion to `supplies`; the units that rounding leaves go to the first that can take them."""
    shared = [size * supply // total for supply in supplies]
    left = size - sum(shared)
    for n, supply in enumerate(supplies):
        if left and shared[n] < supply:
            shared[n] += 1
            left -= 1
    return shared
