"""What became of a transaction, and of a block of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Protocol, final

from tokenspice.web3engine.events import Log
from tokenspice.web3engine.shown import receipt_text

__all__ = ["REFUSED", "Mined", "PlainReceipt", "Receipt", "Sent", "refused"]

REFUSED = "rejected: "  # how the halt begins of a transaction that the chain did not take


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

    @property
    def index(self) -> int | None:
        """Its place in the block, from 0; None for a transaction that the chain did not take."""

    @property
    def gas_price(self) -> int:
        """What was paid for a unit of gas, in wei: the base fee and the tip."""


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
    index: int | None = 0
    gas_price: int = 0

    def __repr__(self) -> str:
        return receipt_text(self)


class Sent(NamedTuple):
    """A transaction as the chain has it, without the names that wallets and contracts have.

    Attributes:
        sender: address, checksummed.
        to: address, checksummed; None deploys a contract.
        data: calldata, or creation code.
        value: wei.
        tip: priority fee, in wei per gas.
        base_fee: of its block, in wei per gas; None for one that is in no block.
        ticket: of the queue; 0 for one that was mined at once.
        receipt: what became of it.
    """

    sender: str
    to: str | None
    data: bytes
    value: int
    tip: int
    base_fee: int | None
    ticket: int
    receipt: Receipt


def refused(reason: str, block_number: int) -> PlainReceipt:
    """Make the receipt of a transaction that the chain did not take, for the record.

    Args:
        reason: what the chain said.
        block_number: the last block's at that time.
    """
    return PlainReceipt(False, 0, None, (), b"", f"{REFUSED}{reason}", block_number, b"", None)


@final
class Mined:
    """A block that was mined, and what became of the queued transactions in it.

    Args:
        fetch: returns tickets and receipts in the order of execution; called at the first look.
        n_waiting: how many transactions found no room and stay queued.
        fetch_sent: returns what was sent, by ticket; called at the first look.
    """

    def __init__(
        self,
        fetch: Callable[[], list[tuple[int, Receipt]]],
        n_waiting: int = 0,
        fetch_sent: Callable[[], Mapping[int, Sent]] = dict,
    ) -> None:
        self._fetch = fetch
        self._fetch_sent = fetch_sent
        self.n_waiting = n_waiting

    @cached_property
    def receipts(self) -> list[tuple[int, Receipt]]:
        return self._fetch()

    @cached_property
    def sent(self) -> Mapping[int, Sent]:
        """What was sent, by ticket."""
        return self._fetch_sent()
