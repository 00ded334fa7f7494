"""What all groups of verbs share: the exchange, and numbers on their way in and out."""

from abc import ABC
from collections.abc import Callable
from decimal import Decimal
from enum import StrEnum
from math import nan
from typing import TypeVar

from tokenspice.engine.text import not_among
from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange.config import Asset
from tokenspice.markets.exchange.exchange import Exchange
from tokenspice.markets.exchange.market import Market
from tokenspice.markets.exchange.numbers import from_units, to_units
from tokenspice.markets.exchange.orders import Side
from tokenspice.markets.exchange.service.values import KeyInfo

__all__ = [
    "Number",
    "ServiceBase",
    "amount_in",
    "amount_out",
    "price_in",
    "price_out",
    "size_in",
    "size_out",
    "time_in",
    "word",
]

Number = float | str | Decimal
"""A price, size or amount in whole units; text and Decimal are taken exactly."""

Word = TypeVar("Word", bound=StrEnum)


class ServiceBase(ABC):  # noqa: B024  (each group of verbs adds its own)
    """EXTEND it by a group of verbs.

    Args:
        exchange: what the verbs act on.
        transactions_per_block: instructions after which a block ends by itself; 0 for never.
        seconds_per_block: of a block that ends.

    Attributes:
        keys: those that were created, by id.
        on_block: called when a block has begun; None for nobody.
    """

    def __init__(self, exchange: Exchange, transactions_per_block: int = 0, seconds_per_block: int = 1) -> None:
        if transactions_per_block < 0 or seconds_per_block < 1:
            raise ExchangeError(
                f"transactions_per_block = {transactions_per_block}, seconds_per_block = {seconds_per_block}: write 0 or "
                "more, and 1 or more."
            )
        self.exchange = exchange
        self.transactions_per_block = transactions_per_block
        self.seconds_per_block = seconds_per_block
        self.keys: dict[str, KeyInfo] = {}
        self.on_block: Callable[[], object] | None = None
        self._in_block = 0

    def market(self, market_id: str) -> Market:
        """Return a market.

        Raises:
            ExchangeError: there is none of this id.
        """
        found = self.exchange.markets.get(market_id)
        if found is None:
            raise ExchangeError(f'there is no market "{market_id}". {not_among(market_id, self.exchange.markets)}')
        return found

    def asset(self, asset_id: str) -> Asset:
        """Return an asset.

        Raises:
            ExchangeError: there is none of this id.
        """
        found = self.exchange.assets.get(asset_id)
        if found is None:
            raise ExchangeError(f'there is no asset "{asset_id}". {not_among(asset_id, self.exchange.assets)}')
        return found

    def end_block(self) -> None:
        """Begin the next block, `seconds_per_block` later."""
        self._in_block = 0
        self.exchange.advance(self.seconds_per_block, self.seconds_per_block)
        if self.on_block is not None:
            self.on_block()

    def count_transaction(self) -> None:
        """Count an instruction, and end the block if it is full."""
        self._in_block += 1
        if 0 < self.transactions_per_block <= self._in_block:
            self.end_block()


def price_in(market: Market, price: Number, side: Side | None = None) -> int:
    """Return a price in the market's units, on its tick: down for a buy, up for a sell, else to the nearest."""
    units, tick = to_units(price, market.config.decimals), market.config.tick_size
    if side is Side.BUY:
        return units // tick * tick
    if side is Side.SELL:
        return -(-units // tick) * tick
    return (2 * units + tick) // (2 * tick) * tick


def price_out(market: Market, price: int | None) -> float:
    """Return a price as a float; NaN for none."""
    return from_units(price, market.config.decimals) if price else nan


def size_in(market: Market, size: Number) -> int:
    return to_units(size, market.config.position_decimals)


def size_out(market: Market, size: int) -> float:
    return from_units(size, market.config.position_decimals)


def amount_in(asset: Asset, amount: Number) -> int:
    """Return an amount in base units.

    Raises:
        ExchangeError: it is negative, or no number.
    """
    units = to_units(amount, asset.decimals)
    if units < 0:
        raise ExchangeError(f"an amount of {asset.symbol} is {amount}. Write zero or more.")
    return units


def amount_out(asset: Asset, units: int) -> float:
    return from_units(units, asset.decimals)


def time_in(time: float) -> int:
    """Return a time in whole seconds.

    Raises:
        ExchangeError: it is no whole number.
    """
    try:
        if time == int(time):
            return int(time)
    except (TypeError, ValueError, OverflowError):
        pass
    raise ExchangeError(f"{time!r} is no time. Write whole Unix seconds.")


def word(kind: type[Word], text: str) -> Word:
    """Return a member of an enumeration by its text.

    Raises:
        ExchangeError: there is none.
    """
    try:
        return kind(text)
    except ValueError:
        raise ExchangeError(f'"{text}" is no {kind.__name__}. Write one of {", ".join(kind)}.') from None
