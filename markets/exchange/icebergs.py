"""Icebergs: orders that show a part of their size, and how an incoming order shares what they hide."""

from collections.abc import Sequence
from typing import final

__all__ = ["Iceberg", "share_hidden"]


@final
class Iceberg:
    """What an order shows.

    Attributes:
        peak: the size it shows after a refresh.
        minimum: it is refreshed, at the back of its level, once it shows less than this.
        shown: its present displayed size.
    """

    __slots__ = ("minimum", "peak", "shown")

    def __init__(self, peak: int, minimum: int) -> None:
        self.peak = peak
        self.minimum = minimum
        self.shown = 0

    def __repr__(self) -> str:
        return f"Iceberg({self.shown} shown, peak {self.peak}, minimum {self.minimum})"


def share_hidden(wanted: int, hidden: Sequence[int]) -> list[int]:
    """Share `wanted` units over hidden sizes pro rata, rounded down; left-over units go to the first in the queue."""
    total = sum(hidden)
    if wanted >= total:
        return list(hidden)
    shares = [wanted * size // total for size in hidden]
    left = wanted - sum(shares)
    for index, size in enumerate(hidden):
        if not left:
            break
        extra = min(left, size - shares[index])
        shares[index] += extra
        left -= extra
    return shares
