"""How long an auction lasts, and what a long silence of the network costs."""

from collections.abc import Sequence
from typing import final

from tokenspice.markets.exchange.market_state import TradingMode
from tokenspice.markets.exchange.price_monitoring import PriceTrigger

__all__ = ["LONG_BLOCKS", "Auction", "long_block_seconds"]

MINUTE, HOUR = 60, 3600

LONG_BLOCKS = (
    (10, MINUTE),
    (MINUTE, 5 * MINUTE),
    (10 * MINUTE, HOUR),
    (HOUR, HOUR),
    (6 * HOUR, 3 * HOUR),
    (24 * HOUR, 6 * HOUR),
)
"""Gaps between two blocks in seconds, and how long the auction lasts that follows a longer one."""


def long_block_seconds(gap: int, table: Sequence[tuple[int, int]] = LONG_BLOCKS) -> int:
    """How long an auction follows a gap of `gap` seconds between two blocks; 0 for none."""
    return max(((threshold, seconds) for threshold, seconds in table if gap > threshold), default=(0, 0))[1]


@final
class Auction:
    """One auction of a market.

    Attributes:
        mode: what began it.
        begin: Unix seconds.
        end: it is tried to leave the auction from this time on.
        trigger: the price trigger that began it, if one did.
        extensions: the price triggers that made it longer, in order.
    """

    __slots__ = ("begin", "end", "extensions", "mode", "trigger")

    def __init__(self, mode: TradingMode, begin: int, end: int, trigger: PriceTrigger | None = None) -> None:
        self.mode = mode
        self.begin = begin
        self.end = end
        self.trigger = trigger
        self.extensions: list[PriceTrigger] = []

    def __repr__(self) -> str:
        return f"Auction({self.mode}, {self.begin} to {self.end})"

    def extend(self, trigger: PriceTrigger) -> None:
        self.end += trigger.extension
        self.extensions.append(trigger)
