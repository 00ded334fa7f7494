"""Where OCEAN lives: off the chain, or as an ERC-20 on one. Agents hold the same wallet either way."""

from typing import final

from engine.errors import WalletError
from engine.units import Amount
from engine.wallet import Wallet, WalletBase
from web3engine.chain import Chain
from web3engine.wallet import EvmWallet

__all__ = ["OCEAN", "ChainWallet", "Ledger"]

OCEAN = "OCEAN"


@final
class ChainWallet(WalletBase):
    """A wallet on a chain that asks for a balance once, and again after each transfer in or out.

    Nothing else may move its tokens: they are paid from wallet to wallet, each time by a transaction.

    Attributes:
        account: the wallet on the chain.
    """

    def __init__(self, account: EvmWallet) -> None:
        self.name = account.name
        self.account = account
        self._known: dict[str, Amount] = {}

    def balance(self, symbol: str) -> Amount:
        if symbol not in self._known:
            self._known[symbol] = self.account.balance(symbol)
        return self._known[symbol]

    def balances(self) -> dict[str, Amount]:
        return self.account.balances()

    def transfer(self, to: WalletBase, symbol: str, amount: Amount) -> None:
        if not isinstance(to, ChainWallet):
            raise WalletError(
                f"{self.name} keeps its {symbol} on the ledger of this run's chain and {to.name} keeps it elsewhere. "
                "Make both wallets with Ledger.wallet."
            )
        self.account.transfer(to.account, symbol, amount)
        self._known.pop(symbol, None)
        to._known.pop(symbol, None)


@final
class Ledger:
    """Makes the wallets of a run.

    Args:
        chain: where OCEAN is deployed as an ERC-20; None keeps it off the chain.
    """

    def __init__(self, chain: Chain | None) -> None:
        self._chain = chain
        if chain:
            chain.deploy_token(OCEAN)

    def wallet(self, name: str, amount: Amount = 0) -> WalletBase:
        """Return a new wallet that holds `amount` base units of OCEAN, which nobody held before."""
        if self._chain:
            return ChainWallet(self._chain.wallet(name, OCEAN=amount))
        return Wallet(name, OCEAN=amount)
