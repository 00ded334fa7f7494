"""Who pays: a purse of balances by token symbol, off the chain.

The same three verbs, `balance`, `balances` and `transfer`, hold for wallets on a chain
(`tokenspice.web3engine.wallet.EvmWallet`), so that an agent need not know where its tokens live.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import final

from tokenspice.engine.errors import InsufficientFunds, WalletError
from tokenspice.engine.units import DECIMALS, Amount, as_text

__all__ = ["Wallet", "WalletBase", "check_amount"]


class WalletBase(ABC):
    """IMPLEMENT `balance`, `balances` and `transfer`. Amounts are base units."""

    name: str

    @abstractmethod
    def balance(self, symbol: str) -> Amount:
        """What the wallet holds of one token."""

    @abstractmethod
    def balances(self) -> dict[str, Amount]:
        """What the wallet holds, by symbol."""

    def decimals(self, symbol: str) -> int:
        """Digits of a token's base units; 18 unless the wallet knows better."""
        return DECIMALS

    @abstractmethod
    def transfer(self, to: "WalletBase", symbol: str, amount: Amount) -> None:
        """Move `amount` into the wallet `to`.

        Raises:
            InsufficientFunds: the wallet holds less. Nothing has moved.
            WalletError: one wallet is on a chain and the other is not, or the amount is negative.
        """


@final
class Wallet(WalletBase):
    """Balances in memory, by token symbol.

    Attributes:
        total_in: base units that ever came in, by symbol; starts at the first balances, never falls.
        on_move: called after each move with payer, payee, symbol and amount; the payer of a deposit and the
            payee of a withdrawal are None. A transfer is one move, told to the payer's or else the payee's.
    """

    def __init__(self, name: str, /, **balances: Amount) -> None:
        self.name = name
        self.on_move: Callable[[Wallet | None, Wallet | None, str, Amount], None] | None = None
        self.total_in: dict[str, Amount] = {}
        self._balances: dict[str, Amount] = {}
        for symbol, amount in balances.items():
            self.deposit(symbol, amount)

    def __repr__(self) -> str:
        held = ", ".join(f"{as_text(amount)} {symbol}" for symbol, amount in self._balances.items())
        return f"Wallet({self.name}: {held or 'empty'})"

    def balance(self, symbol: str) -> Amount:
        return self._balances.get(symbol, 0)

    def balances(self) -> dict[str, Amount]:
        return dict(self._balances)

    def deposit(self, symbol: str, amount: Amount) -> None:
        """Create `amount` base units of `symbol` in this wallet."""
        check_amount(self.name, symbol, amount)
        self._put(symbol, amount)
        if self.on_move:
            self.on_move(None, self, symbol, amount)

    def withdraw(self, symbol: str, amount: Amount) -> None:
        """Destroy `amount` base units of `symbol` from this wallet.

        Raises:
            InsufficientFunds: it holds less.
        """
        self._take(symbol, amount)
        if self.on_move:
            self.on_move(self, None, symbol, amount)

    def _put(self, symbol: str, amount: Amount) -> None:
        self._balances[symbol] = self.balance(symbol) + amount
        self.total_in[symbol] = self.total_in.get(symbol, 0) + amount

    def _take(self, symbol: str, amount: Amount) -> None:
        check_amount(self.name, symbol, amount)
        held = self.balance(symbol)
        if amount > held:
            raise InsufficientFunds(
                f"{self.name} holds {as_text(held)} {symbol} and tried to give {as_text(amount)}. Nothing was moved."
            )
        self._balances[symbol] = held - amount

    def transfer(self, to: WalletBase, symbol: str, amount: Amount) -> None:
        if not isinstance(to, Wallet):
            raise WalletError(
                f"{self.name} keeps its {symbol} off the chain and {to.name} keeps it on one. "
                "Give both agents a Wallet, or both an EvmWallet."
            )
        self._take(symbol, amount)
        if to is self:
            self._balances[symbol] += amount  # which is no income
        else:
            to._put(symbol, amount)
        if on_move := self.on_move or to.on_move:
            on_move(self, to, symbol, amount)


def check_amount(name: str, symbol: str, amount: object, decimals: int = DECIMALS) -> None:
    """Refuse what is no amount to move.

    Args:
        name: of the wallet.
        symbol: of the token.
        amount: base units.
        decimals: of the token, for the message.

    Raises:
        WalletError: it is no int, or negative.
    """
    if not isinstance(amount, int) or isinstance(amount, bool):
        raise WalletError(
            f'{name} was asked to move {amount!r} {symbol}. An amount is an int of base units: write tokens("1.5").'
        )
    if amount < 0:
        raise WalletError(
            f"{name} was asked to move {as_text(amount, decimals)} {symbol}. "
            "An amount is zero or more; swap giver and receiver instead."
        )
