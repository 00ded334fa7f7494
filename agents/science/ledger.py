"""Where OCEAN lives: off the chain, or as an ERC-20 on one. Agents hold the same wallet either way."""

from abc import ABC, abstractmethod
from typing import final

from tokenspice.engine import Amount, Wallet, WalletBase, WalletError
from tokenspice.web3engine import Chain, EvmWallet

__all__ = ["OCEAN", "ChainWallet", "Ledger", "open_ledger"]

OCEAN = "OCEAN"


class Ledger(ABC):
    """All the OCEAN of a run, and the wallets that hold it. Amounts are base units.

    IMPLEMENT these four. Owners are named by their wallets' names.
    """

    @property
    @abstractmethod
    def supply(self) -> Amount:
        """What all wallets hold together."""

    @abstractmethod
    def wallet(self, name: str, amount: Amount = 0) -> WalletBase:
        """Return a new wallet that holds `amount`, which nobody held before."""

    @abstractmethod
    def mint(self, name: str, amount: Amount) -> None:
        """Create `amount` in the wallet called `name`."""

    @abstractmethod
    def burn(self, name: str, amount: Amount) -> None:
        """Destroy `amount` of what the wallet called `name` holds.

        Raises:
            InsufficientFunds: it holds less; on a chain, the token's contract says so and raises Reverted.
        """


def open_ledger(chain: Chain | None) -> Ledger:
    """Return a ledger on `chain`, or, without one, off the chain."""
    return ChainLedger(chain) if chain else OffChainLedger()


@final
class OffChainLedger(Ledger):
    """Balances in memory."""

    def __init__(self) -> None:
        self._wallets: dict[str, Wallet] = {}
        self._supply: Amount = 0

    @property
    def supply(self) -> Amount:
        return self._supply

    def wallet(self, name: str, amount: Amount = 0) -> WalletBase:
        self._wallets[name] = Wallet(name, OCEAN=0)
        self.mint(name, amount)
        return self._wallets[name]

    def mint(self, name: str, amount: Amount) -> None:
        self._wallets[name].deposit(OCEAN, amount)
        self._supply += amount

    def burn(self, name: str, amount: Amount) -> None:
        self._wallets[name].withdraw(OCEAN, amount)
        self._supply -= amount


@final
class ChainLedger(Ledger):
    """An ERC-20 whose owner, the chain's faucet, mints it. Every movement is a transaction."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        self._token = chain.deploy_token(OCEAN, supply=0).contract
        self._wallets: dict[str, ChainWallet] = {}

    @property
    def supply(self) -> Amount:
        return int(self._chain.read(self._token.totalSupply()))

    def wallet(self, name: str, amount: Amount = 0) -> WalletBase:
        self._wallets[name] = ChainWallet(self._chain.wallet(name))
        self.mint(name, amount)
        return self._wallets[name]

    def mint(self, name: str, amount: Amount) -> None:
        wallet = self._wallets[name]
        if amount:
            self._chain.faucet.send(self._token.mint(wallet.account.address, amount))
            wallet.forget(OCEAN)

    def burn(self, name: str, amount: Amount) -> None:
        wallet = self._wallets[name]
        if amount:
            wallet.account.send(self._token.burn(amount))
            wallet.forget(OCEAN)


@final
class ChainWallet(WalletBase):
    """A wallet on a chain that asks for a balance once, and again after each movement in or out.

    Nothing but its ledger and other such wallets may move its tokens; whoever else does calls `forget`.

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
        self.forget(symbol)
        to.forget(symbol)

    def forget(self, symbol: str) -> None:
        """Ask the chain again at the next look, because something moved this wallet's tokens."""
        self._known.pop(symbol, None)
