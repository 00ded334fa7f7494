"""What a chain does for clients such as web3.py, and hears of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tokenspice.engine.units import Seconds
from tokenspice.web3engine.account import Account
from tokenspice.web3engine.receipt import Receipt

__all__ = ["CLIENT_LABEL", "Clients"]

CLIENT_LABEL = "w3"  # what stands in a record for the call of a transaction that came by chain.w3

Accounts: TypeAlias = Callable[[], Sequence[Account]]


def nothing(receipt: Receipt) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Clients:
    """What a chain does for its clients.

    Attributes:
        accounts: returns the accounts that clients may send from and sign with.
        advance: mines a block of what is queued, so many seconds later, and hands out its receipts; None if the backend
            does that by itself.
        report: called with the receipt of each transaction that a client's request mined.
    """

    accounts: Accounts = tuple
    advance: Callable[[Seconds], None] | None = None
    report: Callable[[Receipt], None] = nothing
