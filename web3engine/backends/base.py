"""What a chain is, to us: the contract that every backend fulfils, and tests/suites/backend.py checks."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from tokenspice.engine.units import Seconds
from tokenspice.web3engine.contract import Call, Mined, Receipt

if TYPE_CHECKING:
    from web3.providers.base import BaseProvider

    from tokenspice.web3engine.wallet import EvmWallet

__all__ = [
    "BLOCK_GAS_LIMIT",
    "CHAIN_ID",
    "GAS_LIMIT",
    "GENESIS_TIME",
    "HARDFORK",
    "MAX_FEE",
    "ChainBackend",
    "Ordering",
    "halt_in_words",
]

# These may change gas, and so a number; therefore they are the same for every backend.
HARDFORK = "shanghai"  # unless tokenspice.ini says otherwise; the newest that ganache knows
GENESIS_TIME = 1_640_995_200  # 2022-01-01, Unix time
BLOCK_GAS_LIMIT = 30_000_000  # gas
GAS_LIMIT = 15_000_000  # gas that one transaction or call may use
# By arrival; by a shuffle drawn from seed and block; or by priority fee, with ties drawn from seed and block.
Ordering: TypeAlias = Literal["arrival", "shuffle", "priority"]

# How the EVM stopped, by what nodes and revm say of it, blanks left out. A revert is no halt.
HALTS = {
    "revert": "",
    "oog": "out of gas",
    "outofgas": "out of gas",
    "opcode": "invalid opcode",
    "codesize": "the code is larger than EIP-170 allows",
    "sizelimit": "the code is larger than EIP-170 allows",
}
MAX_FEE = 100 * 10**9  # wei per gas that a signed transaction may cost, besides its tip
CHAIN_ID = 1337


def halt_in_words(text: str) -> str:
    """Say how the EVM stopped in the same words for every backend; empty for a revert."""
    return next((words for sign, words in HALTS.items() if sign in text.lower().replace(" ", "")), text)


class ChainBackend(ABC):
    """A chain that mines each sent transaction at once, in a block of its own, in which no time passes.

    IMPLEMENT all of these. Every failure of the chain itself is a BackendUnavailable.

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

    @property
    @abstractmethod
    def now(self) -> Seconds:
        """The clock, a Unix timestamp. Only `mine` moves it."""

    @abstractmethod
    def provider(self) -> "BaseProvider":
        """Return what web3.py reaches this chain through."""

    @abstractmethod
    def send(self, wallet: "EvmWallet", call: Call) -> Receipt:
        """Mine a transaction from `wallet`; a failed one has a receipt too, with its revert data."""

    @abstractmethod
    def read(self, sender: str, call: Call) -> Any:
        """Run a call on the present state, keep nothing, and return its decoded value.

        Raises:
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
    def submit(self, wallet: "EvmWallet", call: Call, tip: int) -> int:
        """Queue a transaction for the next block, and return its ticket.

        Args:
            tip: priority fee, in wei per gas.

        Raises:
            ChainError: this backend mines each transaction at once.
        """

    @abstractmethod
    def submit_many(self, first: Call, rows: Sequence[tuple["EvmWallet", tuple[Any, ...]]]) -> range:
        """Queue many calls of one function at once, and return their tickets; none of them if one does not fit.

        Args:
            first: the first of them.
            rows: who sends, and the arguments.

        Raises:
            ChainError: this backend mines each transaction at once.
        """

    @abstractmethod
    def mine(self, seconds: Seconds, ordering: Ordering = "arrival") -> Mined:
        """Mine one block, `seconds` after the present, of what is queued. What finds no room stays queued.

        Args:
            ordering: which queued transactions go first (see `Ordering`).
        """

    @abstractmethod
    def set_base_fee(self, wei: int) -> None:
        """Charge this much per gas from the next block on (EIP-1559).

        Raises:
            ChainError: this backend cannot, or the hardfork has no base fee.
        """

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
    def copy(self) -> "ChainBackend":
        """Return a chain of its own in the present state, independent of this one from now on.

        Raises:
            ChainError: this backend cannot.
        """

    @abstractmethod
    def to_bytes(self) -> bytes:
        """Write the whole state, versioned and hashed, for another process.

        Raises:
            ChainError: this backend cannot.
        """

    @abstractmethod
    def close(self) -> None:
        """Stop what was started; a second call does nothing."""
