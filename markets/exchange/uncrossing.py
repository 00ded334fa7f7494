"""The price at which an auction's orders trade, as a rule that can be replaced."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import final

__all__ = ["AuctionRule", "Crossing", "Depth", "MidOfRange", "Uncrossing", "crossing"]

Depth = Iterable[tuple[int, int]]
"""Prices and sizes of one side's levels, from the best price on. Sizes count what icebergs hide."""


@final
@dataclass(frozen=True, slots=True)
class Crossing:
    """How much can trade, and the prices at which all of it can.

    Attributes:
        volume: the most that trades at any one price.
        low, high: the lowest and the highest price at which it does.
    """

    volume: int
    low: int
    high: int


@final
@dataclass(frozen=True, slots=True)
class Uncrossing:
    """One price for all trades of an auction, and how much trades at it."""

    price: int
    volume: int


class AuctionRule(ABC):
    """Chooses the uncrossing price. Write a subclass to vary the rule."""

    @abstractmethod
    def uncross(self, bids: Depth, asks: Depth, tick: int) -> Uncrossing | None:
        """The price, a multiple of `tick`, and the volume; None if the best bid is below the best ask."""


@final
@dataclass(frozen=True)
class MidOfRange(AuctionRule):
    """The most volume, at the middle of the prices that allow it, rounded down to a tick."""

    def uncross(self, bids: Depth, asks: Depth, tick: int) -> Uncrossing | None:
        found = crossing(bids, asks)
        if found is None:
            return None
        return Uncrossing((found.low + found.high) // (2 * tick) * tick, found.volume)


def crossing(bids: Depth, asks: Depth) -> Crossing | None:
    """Find the most volume that trades at one price, and the range of such prices; None if nothing trades.

    Pairing the best bid with the best ask until they no longer meet pairs exactly that volume. Every price from the
    last ask that was paired up to the last bid admits all of it, and none outside does.
    """
    volume = low = high = 0
    bid_left = ask_left = 0
    bid_levels, ask_levels = iter(bids), iter(asks)
    bid = ask = None
    while True:
        if not bid_left:
            bid, bid_left = next(bid_levels, (None, 0))
        if not ask_left:
            ask, ask_left = next(ask_levels, (None, 0))
        if bid is None or ask is None or bid < ask:
            return Crossing(volume, low, high) if volume else None
        size = min(bid_left, ask_left)
        volume, low, high = volume + size, ask, bid
        bid_left -= size
        ask_left -= size
