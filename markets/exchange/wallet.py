"""A party's general accounts as a wallet, so that any agent may hold one."""

from typing import final

from tokenspice.engine.errors import InsufficientFunds, WalletError
from tokenspice.engine.text import not_among
from tokenspice.engine.units import Amount, as_text
from tokenspice.engine.wallet import WalletBase, check_amount
from tokenspice.markets.exchange.exchange import Exchange
from tokenspice.markets.exchange.ledger import AccountType

__all__ = ["ExchangeWallet"]


@final
class ExchangeWallet(WalletBase):
    """What a party has in general, by asset; margins and bonds are not in it. Amounts are the assets' base units.

    Args:
        name: of the party.
        exchange: where it is one.
    """

    def __init__(self, name: str, exchange: Exchange) -> None:
        self.name = name
        self.exchange = exchange

    def __repr__(self) -> str:
        assets = self.exchange.assets
        held = [f"{as_text(amount, assets[symbol].decimals)} {symbol}" for symbol, amount in self.balances().items()]
        return f"ExchangeWallet({self.name}: {', '.join(held) or 'empty'})"

    def balance(self, symbol: str) -> Amount:
        return self.exchange.ledger.find(self.name, symbol, AccountType.GENERAL)

    def balances(self) -> dict[str, Amount]:
        return {symbol: amount for symbol in self.exchange.assets if (amount := self.balance(symbol))}

    def decimals(self, symbol: str) -> int:
        asset = self.exchange.assets.get(symbol)
        return super().decimals(symbol) if asset is None else asset.decimals

    def deposit(self, symbol: str, amount: Amount) -> None:
        """Bring `amount` base units of `symbol` onto the exchange.

        Raises:
            WalletError: there is no such asset, or the amount is negative.
        """
        self._check(symbol, amount)
        self.exchange.deposit(self.name, symbol, amount)

    def withdraw(self, symbol: str, amount: Amount) -> None:
        """Take `amount` base units of `symbol` off the exchange.

        Raises:
            InsufficientFunds: the general account holds less.
        """
        self._check_held(symbol, amount)
        self.exchange.withdraw(self.name, symbol, amount)

    def transfer(self, to: WalletBase, symbol: str, amount: Amount) -> None:
        if not isinstance(to, ExchangeWallet) or to.exchange is not self.exchange:
            raise WalletError(
                f"{self.name} keeps its {symbol} on an exchange, and {to.name} does not. Give both agents an "
                "ExchangeWallet of one exchange."
            )
        self._check_held(symbol, amount)
        self.exchange.give(self.name, to.name, symbol, amount)

    def _check(self, symbol: str, amount: Amount) -> None:
        if symbol not in self.exchange.assets:
            raise WalletError(
                f"the exchange has no asset {symbol}. {not_among(symbol, self.exchange.assets)} Add it first."
            )
        check_amount(self.name, symbol, amount, self.exchange.assets[symbol].decimals)

    def _check_held(self, symbol: str, amount: Amount) -> None:
        self._check(symbol, amount)
        held, decimals = self.balance(symbol), self.exchange.assets[symbol].decimals
        if amount > held:
            raise InsufficientFunds(
                f"{self.name} holds {as_text(held, decimals)} {symbol} in general and tried to give "
                f"{as_text(amount, decimals)}. Nothing was moved."
            )
