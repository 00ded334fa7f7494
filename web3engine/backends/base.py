"""What a chain is, to us: the contract that every backend fulfils, and tests/suites/backend.py checks."""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from engine.units import Seconds
from web3engine.contract import Call, Receipt

if TYPE_CHECKING:
    from web3engine.wallet import EvmWallet

__all__ = ["BLOCK_GAS_LIMIT", "CHAIN_ID", "GAS_LIMIT", "GENESIS_TIME", "HARDFORK", "MAX_FEE", "ChainBackend"]

# These may change gas, and so a number; therefore they are constants, the same for every backend.
HARDFORK = "shanghai"  # the newest that ganache knows
GENESIS_TIME = 1_640_995_200  # 2022-01-01, Unix time
BLOCK_GAS_LIMIT = 30_000_000  # gas
GAS_LIMIT = 15_000_000  # gas that one transaction or call may use
MAX_FEE = 100 * 10**9  # wei per gas that a transaction may cost; what it does cost is the base fee
CHAIN_ID = 1337


class ChainBackend(ABC):
    """A chain that mines each transaction at once, in a block of its own, in which no time passes.

    IMPLEMENT all of these. Every failure of the chain itself is a BackendUnavailable.

    Attributes:
        network: its name, for run.json: "anvil", "ganache", ….
        version: what it says it is.
        url: where it listens, None if it runs in this process.
        now: the clock, a Unix timestamp. Only `mine` moves it.
    """

    network: str
    version: str
    url: str | None
    now: Seconds

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
    def mine(self, seconds: Seconds) -> None:
        """Mine one empty block, `seconds` after the present."""

    @abstractmethod
    def snapshot(self) -> object:
        """Remember the whole state, clock included."""

    @abstractmethod
    def restore(self, snapshot: object) -> None:
        """Return to a snapshot, any number of times. Snapshots taken after it are void from then on."""

    @abstractmethod
    def close(self) -> None:
        """Stop what was started; a second call does nothing."""
