"""What a chain is, to us: the contract that every backend fulfils, and tests/suites/backend.py checks."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tokenspice.engine.units import Seconds
from tokenspice.web3engine.account import Account
from tokenspice.web3engine.clients import Clients
from tokenspice.web3engine.contract import Call
from tokenspice.web3engine.errors import ChainError
from tokenspice.web3engine.receipt import Mined, Receipt
from tokenspice.web3engine.rules import Ordering

if TYPE_CHECKING:
    from web3.providers.base import BaseProvider

__all__ = ["OUT_OF_GAS", "ChainBackend", "Copyable", "Queueing", "copyable", "halt_in_words", "queueing"]

# How the EVM stopped, by what nodes and revm say of it, blanks left out. A revert is no halt.
OUT_OF_GAS = "out of gas"
HALTS = {
    "revert": "",
    "oog": OUT_OF_GAS,
    "outofgas": OUT_OF_GAS,
    "opcode": "invalid opcode",
    "codesize": "the code is larger than EIP-170 allows",
    "sizelimit": "the code is larger than EIP-170 allows",
}


def halt_in_words(text: str) -> str:
    """Say how the EVM stopped in the same words for every backend; empty for a revert."""
    return next((words for sign, words in HALTS.items() if sign in text.lower().replace(" ", "")), text)


class ChainBackend(ABC):
    """A chain that mines each sent transaction at once, in a block of its own, in which no time passes.

    IMPLEMENT all of these. Every failure of the chain itself is a BackendUnavailable. What a backend can do beyond
    this, it says by being `Queueing` or `Copyable` too.

    Attributes:
        network: its name, for run.json: "anvil", "ganache", ….
        version: what it says it is.
    """

    network: str
    version: str

    @property
    def fork(self) -> dict[str, Any] | None:
        """For run.json: which remote state the chain began with; None if it began empty."""
        return None

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.version})"

    @property
    def origin(self) -> dict[str, Any] | None:
        """For run.json: the block that it went on from, where others had used it before; None if it is its own."""
        return None

    @property
    @abstractmethod
    def now(self) -> Seconds:
        """The clock, a Unix timestamp. Only `mine` moves it."""

    @abstractmethod
    def time_of(self, block: int) -> Seconds:
        """The time of a block by its number, a Unix timestamp."""

    @abstractmethod
    def provider(self, clients: Clients) -> "BaseProvider":
        """Return what web3.py reaches this chain through.

        Args:
            clients: what the chain does for clients, and hears of them.
        """

    @abstractmethod
    def send(self, account: Account, call: Call) -> Receipt:
        """Mine a transaction from `account`; a failed one has a receipt too, with its revert data.

        Raises:
            AbiError: an argument of the call does not fit.
        """

    @abstractmethod
    def read(self, sender: str, call: Call) -> Any:
        """Run a call on the present state, keep nothing, and return its decoded value.

        Raises:
            AbiError: an argument of the call does not fit.
            Reverted: the contract refused.
        """

    @abstractmethod
    def balance(self, address: str) -> int:
        """Ether that `address` holds, in wei."""

    @abstractmethod
    def set_balance(self, address: str, wei: int) -> None:
        """Give `address` exactly this much ether. One empty block is mined, because ganache always does."""

    @abstractmethod
    def nonce(self, address: str) -> int:
        """How many transactions `address` has sent."""

    @abstractmethod
    def mine(self, seconds: Seconds, ordering: Ordering = "arrival") -> Mined:
        """Mine one block, `seconds` after the present, of what is queued. What finds no room stays queued.

        Args:
            ordering: which queued transactions go first, where there is a queue.
        """

    def draw_from(self, seed: int) -> None:  # noqa: B027  (a node draws what it draws)
        """Draw from another seed what this backend itself draws, from here on; one that draws nothing does nothing."""

    @abstractmethod
    def snapshot(self) -> object:
        """Remember the whole state, clock included."""

    @abstractmethod
    def restore(self, snapshot: object) -> None:
        """Return to a snapshot, any number of times.

        Raises:
            ChainError: it is void, as it may be once an older one was restored, or it is another chain's.
        """

    @abstractmethod
    def close(self) -> None:
        """Stop what was started; a second call does nothing."""


class Queueing(ABC):
    """A backend in which transactions can wait for a block that holds many. IMPLEMENT all of these."""

    @abstractmethod
    def submit(self, account: Account, call: Call, tip: int) -> int:
        """Queue a transaction for the next block, and return its ticket.

        Args:
            tip: priority fee, in wei per gas.

        Raises:
            AbiError: an argument of the call does not fit.
        """

    @abstractmethod
    def submit_many(self, first: Call, rows: Sequence[tuple[Account, tuple[Any, ...]]]) -> range:
        """Queue many calls of one function at once, and return their tickets; none of them if one does not fit.

        Args:
            first: the first of them.
            rows: who sends, and the arguments.

        Raises:
            AbiError: an argument does not fit.
        """

    @abstractmethod
    def set_base_fee(self, wei: int) -> None:
        """Charge this much per gas in every block from the next one on (EIP-1559).

        Raises:
            ChainError: the hardfork has no base fee.
        """


class Copyable(ABC):
    """A backend whose whole state is a value. IMPLEMENT both."""

    @abstractmethod
    def copy(self) -> ChainBackend:
        """Return a chain of its own in the present state, independent of this one from now on."""

    @abstractmethod
    def to_bytes(self) -> bytes:
        """Write the whole state, versioned and hashed, for another process."""


def queueing(backend: ChainBackend) -> Queueing:
    """Return the backend as one that has a queue.

    Raises:
        ChainError: it mines each transaction at once.
    """
    if isinstance(backend, Queueing):
        return backend
    raise ChainError(f"{backend.network} queues no transactions: it mines each at once. Choose --network revm.")


def copyable(backend: ChainBackend) -> Copyable:
    """Return the backend as one that can be copied and written to a file.

    Raises:
        ChainError: it cannot.
    """
    if isinstance(backend, Copyable):
        return backend
    raise ChainError(f"{backend.network} can be neither copied nor saved. Choose --network revm.")
