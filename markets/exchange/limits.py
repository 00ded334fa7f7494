"""How much of something the network takes."""

from dataclasses import dataclass
from typing import final

from tokenspice.markets.exchange.auctions import LONG_BLOCKS

__all__ = ["Limits"]


@final
@dataclass(frozen=True)
class Limits:
    """Network parameters of the order path.

    Attributes:
        pegged_orders: live ones in all markets together.
        stop_orders: pending ones of a party in a market.
        batch: instructions in one.
        opening_seconds: the longest that an opening auction may last.
        long_blocks: gaps between two blocks, and how long the auction lasts that follows a longer one.
    """

    pegged_orders: int = 1500
    stop_orders: int = 5
    batch: int = 30
    opening_seconds: int = 168 * 3600
    long_blocks: tuple[tuple[int, int], ...] = LONG_BLOCKS
