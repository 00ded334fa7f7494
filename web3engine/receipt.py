"""What became of a transaction, and of a block of them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, final

from tokenspice.web3engine.events import Log

__all__ = ["Mined", "PlainReceipt", "Receipt", "refused"]


class Receipt(Protocol):
    """What the chain says happened to a transaction. Every backend has its own kind."""

    @property
    def succeeded(self) -> bool:
        """False if it reverted or ran out of gas."""

    @property
    def gas_used(self) -> int:
        """Gas used."""

    @property
    def contract_address(self) -> str | None:
        """Checksummed address of the deployed contract; None for other calls."""

    @property
    def logs(self) -> tuple[Log, ...]:
        """The logs that it emitted, in order."""

    @property
    def output(self) -> bytes:
        """The revert data of one that failed; of one that succeeded, what it returned, if the backend tells."""

    @property
    def halt(self) -> str:
        """How the EVM stopped one that failed without reverting ("out of gas"); else empty."""

    @property
    def block_number(self) -> int:
        """Number of the block that contains it."""

    @property
    def transaction_hash(self) -> bytes:
        """Transaction hash, 32 bytes; empty for a transaction that the chain did not take."""


@final
@dataclass(frozen=True)
class PlainReceipt:
    """A receipt whose parts are all at hand: a node's, or one that was read from a file."""

    succeeded: bool
    gas_used: int
    contract_address: str | None
    logs: tuple[Log, ...]
    output: bytes
    halt: str
    block_number: int
    transaction_hash: bytes


def refused(reason: str, block_number: int) -> PlainReceipt:
    """Make the receipt of a transaction that the chain did not take, for the record.

    Args:
        reason: what the chain said.
        block_number: the last block's at that time.
    """
    return PlainReceipt(False, 0, None, (), b"", f"rejected: {reason}", block_number, b"")


@final
class Mined:
    """A block that was mined, and what became of the queued transactions in it.

    Args:
        fetch: returns tickets and receipts in the order of execution; called at the first look.
        n_waiting: how many transactions found no room and stay queued.
    """

    def __init__(self, fetch: Callable[[], list[tuple[int, Receipt]]], n_waiting: int = 0) -> None:
        self._fetch = fetch
        self.n_waiting = n_waiting

    @cached_property
    def receipts(self) -> list[tuple[int, Receipt]]:
        return self._fetch()
