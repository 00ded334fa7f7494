"""What a chain does for clients such as web3.py, and hears of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tokenspice.engine.units import Seconds
from tokenspice.web3engine.account import Account
from tokenspice.web3engine.receipt import Sent

__all__ = ["Clients"]

Accounts: TypeAlias = Callable[[], Sequence[Account]]


def nothing(sent: Sent) -> None:
    """Tell nobody."""


def nobody() -> bool:
    return False


@dataclass(frozen=True)
class Clients:
    """What a chain does for its clients.

    Attributes:
        accounts: returns the accounts that clients may send from and sign with.
        advance: mines a block of what is queued, so many seconds later, and hands out its receipts; None if the backend
            does that by itself.
        report: called with each transaction that a client's request mined, or that was refused.
        listens: whether somebody wants to know of them.
    """

    accounts: Accounts = tuple
    advance: Callable[[Seconds], None] | None = None
    report: Callable[[Sent], None] = nothing
    listens: Callable[[], bool] = nobody
