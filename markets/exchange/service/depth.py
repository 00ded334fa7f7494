"""What rests on a book and what pools offer beside it, level by level."""

from collections.abc import Iterator
from itertools import count, islice
from math import nan

from tokenspice.markets.exchange.book import BookSide
from tokenspice.markets.exchange.market import Market
from tokenspice.markets.exchange.service.base import price_out, size_out
from tokenspice.markets.exchange.service.values import PriceLevel

__all__ = ["levels", "touch"]


def touch(market: Market, is_buy: bool) -> tuple[float, float]:
    """Return the best price of a side, of orders and of pools, and the volume there."""
    price = market.book.touch()[not is_buy]
    if price is None:
        return nan, 0.0
    book, source = market.book, market.book.source
    level = (book.bids if is_buy else book.asks).levels.get(price)
    volume = (level.volume if level else 0) + (source.volume(is_buy, price) if source else 0)
    return price_out(market, price), size_out(market, volume)


def levels(market: Market, is_buy: bool, n_levels: int) -> list[PriceLevel]:
    """Return the best levels of a side, displayed volumes alone; pools show what they trade from tick to tick."""
    book, source = market.book, market.book.source
    side = book.bids if is_buy else book.asks
    found: Iterator[tuple[int, int]]
    if source is None:
        found = ((level.price, level.volume) for level in side)
    else:
        found = with_pools(market, side, is_buy, n_levels)
    return [PriceLevel(price_out(market, p), size_out(market, v)) for p, v in islice(found, n_levels)]


def with_pools(market: Market, side: BookSide, is_buy: bool, n_levels: int) -> Iterator[tuple[int, int]]:
    """Levels of orders, and as many ticks from the best price on at which pools add volume."""
    best, source = market.book.touch()[not is_buy], market.book.source
    if best is None or source is None:
        return
    step = -market.tick_size if is_buy else market.tick_size
    ticks = (best + step * n for n in islice(count(), n_levels))
    prices = sorted({*side.levels, *(price for price in ticks if price > 0)}, reverse=is_buy)
    before = 0
    for price in prices:
        so_far = source.volume(is_buy, price)
        level = side.levels.get(price)
        volume = so_far - before + (level.volume if level else 0)
        if volume:
            yield price, volume
        before = so_far
