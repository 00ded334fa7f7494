"""What a pool must trade to stand where the market is."""

from collections.abc import Iterable
from typing import NamedTuple, final

from tokenspice.markets.exchange.amm.curve import root
from tokenspice.markets.exchange.amm.pool import Pool
from tokenspice.markets.exchange.amm.quoting import best_ask, best_bid
from tokenspice.markets.exchange.liquidity.host import HostMarket
from tokenspice.markets.exchange.numbers import ONE
from tokenspice.markets.exchange.orders import Side

__all__ = ["RebaseOrder", "rebase_order"]


@final
class RebaseOrder(NamedTuple):
    """What a pool sends; a size of 0 where it stands well."""

    side: Side
    size: int
    limit: int


NOTHING = RebaseOrder(Side.BUY, 0, 0)


def rebase_order(pool: Pool, market: HostMarket, pools: Iterable[Pool], slippage: int | None) -> RebaseOrder | None:
    """Return what a pool trades so that no price of the others crosses its fair price; None where it cannot.

    Where others bid above its fair price it sells, which raises that price, until both meet; it buys likewise. It cannot
    where they meet farther from the best price than its slippage.

    Args:
        pool: as it stands before.
        market: whose book counts.
        pools: of the market.
        slippage: a factor of 10⁻¹⁸ of the best price; None for any distance.
    """
    rivals = Rivals(market, [other for other in pools if other is not pool])
    for is_buy in (False, True):
        best, fair = rivals.best(is_buy), pool.fair(pool.position.volume)
        if best is None or (root(best) >= fair if is_buy else root(best) <= fair):
            continue
        size, price = meeting(pool, is_buy, best, rivals)
        allowed = None if slippage is None else best * slippage
        if size and allowed is not None and abs(price - best) * ONE > allowed:
            return None
        return RebaseOrder(Side.BUY if is_buy else Side.SELL, size, price)
    return NOTHING


def meeting(pool: Pool, is_buy: bool, best: int, rivals: "Rivals") -> tuple[int, int]:
    """How much the pool trades until its fair price meets what others offer, and at which price they meet.

    On the way from the best price to the pool's fair price others offer ever more, and the pool wants ever less.
    """
    tick = rivals.tick
    step = tick if is_buy else -tick
    volume, wants = pool.position.volume, pool.buys if is_buy else pool.sells
    near, far = 0, abs(square(pool.fair(volume)) - best) // tick + 1
    while near < far:
        middle = (near + far) // 2
        price = best + step * middle
        if price > 0 and rivals.supply(is_buy, price) < wants(volume, root(price)):
            near = middle + 1
        else:
            far = middle
    price = best + step * near
    before = rivals.supply(is_buy, price - step) if near else 0
    return max(before, wants(volume, root(max(price, 0)) or 1)), price


def square(value: int) -> int:
    """The price of a root, in ticks."""
    return value * value // ONE**2


@final
class Rivals:
    """The book and all pools but one, as that one sees them.

    Args:
        market: whose book counts.
        pools: the others.
    """

    def __init__(self, market: HostMarket, pools: list[Pool]) -> None:
        self.book = market.book
        self.tick = market.tick_size
        self.pools = [pool for pool in pools if pool.quotes]

    def best(self, is_buy: bool) -> int | None:
        """The best price that a buyer, or a seller, finds."""
        side = self.book.asks.best() if is_buy else self.book.bids.best()
        found = [side.price] if side else []
        for pool in self.pools:
            quote = best_ask(pool, self.tick) if is_buy else best_bid(pool, self.tick)
            if quote:
                found.append(quote.price)
        return (min(found) if is_buy else max(found)) if found else None

    def supply(self, is_buy: bool, price: int) -> int:
        """How much a buyer, or a seller, finds up to a price."""
        total = 0
        for level in self.book.asks if is_buy else self.book.bids:
            if level.price > price if is_buy else level.price < price:
                break
            total += level.volume + level.hidden
        for pool in self.pools:
            volume, to = pool.position.volume, root(price)
            total += pool.sells(volume, to) if is_buy else pool.buys(volume, to)
        return total
