"""In which order a block's transactions are executed, as a rule that can be replaced."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import final

__all__ = ["ArrivalOrdering", "Haste", "OrderingRule", "ProtocolOrdering", "Transaction"]


class Haste(IntEnum):
    """What kind of transaction it is, from the one that a maker needs most."""

    CANCEL = 0
    POST_ONLY = 1
    PLAIN = 2  # it touches no book that reorders
    AGGRESSIVE = 3  # it may take liquidity


@final
@dataclass(slots=True)
class Transaction:
    """What a party sent, and waits for a block.

    Attributes:
        run: does it.
        age: how many blocks have ended since it was sent.
    """

    party: str
    haste: Haste
    run: Callable[[], object]
    age: int = 0


class OrderingRule(ABC):
    """Chooses what a block executes. Write a subclass to vary the rule."""

    @abstractmethod
    def arrange(self, waiting: Sequence[Transaction]) -> list[Transaction]:
        """What of `waiting`, which is in order of arrival, this block executes, and in which order; the rest waits."""


@final
@dataclass(frozen=True)
class ProtocolOrdering(OrderingRule):
    """Cancels, then post-only orders, then the rest; what may take liquidity waits `delay` blocks."""

    delay: int = 1

    def arrange(self, waiting: Sequence[Transaction]) -> list[Transaction]:
        ready = [sent for sent in waiting if sent.haste is not Haste.AGGRESSIVE or sent.age >= self.delay]
        return sorted(ready, key=lambda sent: sent.haste)


@final
@dataclass(frozen=True)
class ArrivalOrdering(OrderingRule):
    """First come, first served."""

    def arrange(self, waiting: Sequence[Transaction]) -> list[Transaction]:
        return list(waiting)
