"""What agents ask of a pool whose weights move, whether it lives in Python's floats or in contracts.

Amounts are base units, in the order of the pool's tokens; positive ones flow into the pool, negative ones out. Weights,
fees and prices are floats, for decisions and logs.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence

from tokenspice.engine.units import Amount, Floats
from tokenspice.engine.wallet import WalletBase

__all__ = ["DynamicPool", "WeightRunner"]


class DynamicPool(ABC):
    """A weighted pool.

    Attributes:
        symbols: of its tokens.
    """

    symbols: tuple[str, ...]

    @abstractmethod
    def reserves(self) -> list[Amount]:
        """[n] what it holds, with fees that the protocol has not collected."""

    @abstractmethod
    def weights(self) -> Floats:
        """[n] by which it trades."""

    @abstractmethod
    def fee(self) -> float:
        """Share of what is paid in."""

    @abstractmethod
    def set_fee(self, fee: float) -> None:
        """Change the fee from here on."""

    @abstractmethod
    def poke(self) -> None:
        """Let a pool that waits for it take the weights of this time."""

    @abstractmethod
    def trade(self, wallet: WalletBase, amounts: Sequence[Amount]) -> list[Amount]:
        """Trade any tokens for any others at once, and return what was traded.

        Raises:
            PoolRefused: the invariant would fall.
            InsufficientFunds: the wallet does not hold what it pays.
        """

    @abstractmethod
    def swap(
        self, wallet: WalletBase, token_in: int, token_out: int, amount_in: Amount, least_out: Amount = 0
    ) -> Amount:
        """Give `amount_in` of one token for at least `least_out` of another, and return what came out.

        Raises:
            PoolRefused: it would be less.
            InsufficientFunds: the wallet does not hold it.
        """

    @abstractmethod
    def quote(self, token_in: int, token_out: int, amount_in: Amount) -> Amount:
        """What a swap would give."""

    @abstractmethod
    def open(self, wallet: WalletBase, amounts: Sequence[Amount]) -> None:
        """Put in the first reserves."""

    @abstractmethod
    def shares(self, wallet: WalletBase) -> Amount:
        """A provider's shares."""

    @abstractmethod
    def total_shares(self) -> Amount:
        """All providers' shares."""

    @abstractmethod
    def join(self, wallet: WalletBase, shares: Amount) -> list[Amount]:
        """Deposit all tokens in the pool's proportion for shares, and return what was paid.

        Raises:
            InsufficientFunds: the wallet does not hold it.
        """

    @abstractmethod
    def leave(self, wallet: WalletBase, shares: Amount) -> list[Amount]:
        """Give shares back, and return what was received.

        Raises:
            PoolRefused: the wallet does not have them, or nobody else has any.
        """

    @abstractmethod
    def donate(self, wallet: WalletBase, amounts: Sequence[Amount]) -> None:
        """Put tokens in, for all providers."""

    @abstractmethod
    def owed(self) -> list[Amount]:
        """[n] fees that are the protocol's, and still among the reserves."""

    @abstractmethod
    def collect(self) -> list[Amount]:
        """Pay the protocol its fees, and return them."""


class WeightRunner(ABC):
    """Asks a rule for new weights, and sets the pool's weights on their way."""

    @abstractmethod
    def post(self, prices: Floats) -> None:
        """Tell it the market's prices, [n] dollars."""

    @abstractmethod
    def update(self) -> None:
        """Ask the rule, by the prices last posted.

        Raises:
            PoolRefused: it is too early, or the prices are too old.
        """

    @abstractmethod
    def memory(self) -> Mapping[str, Floats]:
        """What the rule's estimators remember, by name, [n] each; empty where the contracts do not have the rule."""
