"""In which order a block's transactions are executed, as a rule that can be replaced."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, final

__all__ = ["ArrivalOrdering", "Haste", "OrderingRule", "ProtocolOrdering", "Transaction", "haste_of"]

CANCELS = frozenset({"cancel", "cancel_all", "cancel_stop"})
TAKERS = frozenset({"amend", "submit", "submit_stop"})


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
        name: of an instruction of the exchange.
        arguments: of it.
        age: how many blocks have ended since it was sent.
        block: number of the block that executed it; 0 before that.
        position: its place among what that block executed, from 0 on.
        result: what the instruction returned, or the error that it raised.
    """

    name: str
    arguments: dict[str, Any]
    haste: Haste
    age: int = 0
    block: int = 0
    position: int = 0
    result: Any = field(default=None)


def haste_of(name: str, arguments: Mapping[str, Any]) -> Haste:
    """What kind of transaction an instruction is, to a market that reorders them."""
    if name in CANCELS:
        return Haste.CANCEL
    if name in TAKERS:
        return Haste.POST_ONLY if arguments.get("post_only") else Haste.AGGRESSIVE
    return Haste.PLAIN


class OrderingRule(ABC):
    """Chooses what a block executes. Write a subclass to vary the rule."""

    @abstractmethod
    def arrange(self, waiting: Sequence[Transaction], delay: int) -> list[Transaction]:
        """What this block executes, and in which order; the rest waits.

        Args:
            waiting: in order of arrival.
            delay: the network's parameter: how many blocks what may take liquidity is to wait.
        """


@final
@dataclass(frozen=True)
class ProtocolOrdering(OrderingRule):
    """Cancels, then post-only orders, then the rest; what may take liquidity waits as the network says."""

    def arrange(self, waiting: Sequence[Transaction], delay: int) -> list[Transaction]:
        ready = [sent for sent in waiting if sent.haste is not Haste.AGGRESSIVE or sent.age >= delay]
        return sorted(ready, key=lambda sent: sent.haste)


@final
@dataclass(frozen=True)
class ArrivalOrdering(OrderingRule):
    """First come, first served."""

    def arrange(self, waiting: Sequence[Transaction], delay: int) -> list[Transaction]:
        return list(waiting)
