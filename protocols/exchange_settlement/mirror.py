"""Money of an exchange in a vault on a chain: what the ledger says is settled there, netted, and held against it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import TypeVar, final

from tokenspice.engine.units import Amount
from tokenspice.markets.exchange import AccountType, Ledger
from tokenspice.markets.exchange.ledger import Account
from tokenspice.markets.exchange.numbers import ONE, ceil_div
from tokenspice.protocols.exchange_settlement.contracts import GATE, SettlementContracts
from tokenspice.web3engine.contract import Call
from tokenspice.web3engine.errors import ChainError
from tokenspice.web3engine.receipt import Receipt
from tokenspice.web3engine.wallet import EvmWallet

__all__ = ["VaultMirror", "ledger_hash"]

MOST_ACCOUNTS = 1000
"""Of one transaction, so that it stays within a block's gas."""

Item = TypeVar("Item")


def ledger_hash(ledger: Ledger) -> bytes:
    """SHA-256 of all balances, in the order in which the accounts were opened."""
    lines = "\n".join(f"{name_of(account)} {account.balance}" for account in ledger.accounts())
    return sha256(lines.encode()).digest()


def name_of(account: Account) -> str:
    return f"{account.party}/{account.asset}/{account.type}/{account.market}"


@final
class VaultMirror:
    """Keeps a vault's accounts equal to a ledger's, of one asset.

    The vault's account number is one more than the account's place among those of the asset in the ledger, so that there
    is nothing to remember here.

    Args:
        contracts: the vault and what belongs to it.
        ledger: of the exchange.
        state_hash: 32 bytes that go with each settlement; a hash of all balances unless given.

    Attributes:
        gas_used: by the last settlement.
        n_settled: accounts that it changed.
    """

    def __init__(
        self, contracts: SettlementContracts, ledger: Ledger, state_hash: Callable[[], bytes] | None = None
    ) -> None:
        self.contracts = contracts
        self.ledger = ledger
        self.state_hash = state_hash
        self.gas_used = 0
        self.n_settled = 0

    def __repr__(self) -> str:
        return f"VaultMirror({self.contracts.vault!r}, {self.contracts.token.symbol})"

    @property
    def accounts(self) -> list[Account]:
        """The ledger's accounts of the asset."""
        symbol = self.contracts.token.symbol
        return [account for account in self.ledger.accounts() if account.asset == symbol]

    def balances(self) -> list[Amount]:
        """What the vault's accounts hold, the gate's first."""
        vault, chain = self.contracts.vault, self.contracts.chain
        return [int(held) for held in chain.read(vault.balancesFrom(0, chain.read(vault.accounts())))]

    # money

    def deposit(self, wallet: EvmWallet, party: str, amount: Amount) -> None:
        """Bring a wallet's tokens onto the exchange: into the vault on the chain, and into the party's general account."""
        account = self.ledger.account(party, self.contracts.token.symbol, AccountType.GENERAL)
        self.open()
        self.pay_in(wallet, self.number(account), amount)
        self.ledger.deposit(account, amount)

    def fund(self) -> None:
        """Bring in through parties' own wallets, which the faucet fills, what they have on the exchange before they trade."""
        self.open()
        chain, symbol = self.contracts.chain, self.contracts.token.symbol
        for n, account in enumerate(self.accounts):
            if account.balance and account.type is AccountType.GENERAL:
                self.pay_in(chain.wallet(account.party, **{symbol: account.balance}), 1 + n, account.balance)

    def pay_in(self, wallet: EvmWallet, number: int, amount: Amount) -> None:
        """Pay a wallet's tokens into an account of the vault."""
        wallet.send(self.contracts.token.contract.approve(self.contracts.vault.address, amount))
        wallet.send(self.contracts.vault.deposit(number, amount))

    def withdraw(self, wallet: EvmWallet, party: str, amount: Amount) -> None:
        """Take a party's free money off the exchange, into a wallet. What it traded is settled first."""
        account = self.ledger.account(party, self.contracts.token.symbol, AccountType.GENERAL)
        self.settle()
        self.ledger.withdraw(account, amount)
        self.send(self.contracts.vault.withdraw(self.number(account), amount, wallet.address))

    def number(self, account: Account) -> int:
        """The vault's number of an account."""
        return 1 + self.accounts.index(account)

    # settlement

    def settle(self, slashes: Mapping[str, Amount] | None = None) -> None:
        """Open accounts that are new, let money in, settle what changed hands, and let money out.

        Args:
            slashes: what bonds lost since the last time by their owners' names, which the contract of bonds takes.
        """
        self.gas_used = 0
        self.open()
        coming = self.ledger.deposited.get(self.contracts.token.symbol, 0) - self.held
        if coming > 0:
            self.let_in(coming)
        self.slash(slashes or {})
        before = self.balances()
        deltas = {1 + n: account.balance - before[1 + n] for n, account in enumerate(self.accounts)}
        bonds = {1 + n for n, account in enumerate(self.accounts) if account.type is AccountType.BOND}
        changed = {number: delta for number, delta in deltas.items() if delta}
        self.n_settled = len(changed)
        for number, delta in changed.items():
            if number in bonds and delta < 0:
                self.send(self.contracts.bonds.release(number, GATE, -delta))
        for numbers, amounts in netted({n: d for n, d in changed.items() if n not in bonds}):
            digest = self.state_hash() if self.state_hash else ledger_hash(self.ledger)
            self.send(self.contracts.vault.applySettlement(numbers, amounts, digest))
        for number, delta in changed.items():
            if number in bonds and delta > 0:
                self.send(self.contracts.bonds.lock(number, GATE, delta))
        if coming < 0:
            self.send(self.contracts.vault.withdraw(GATE, -coming, self.contracts.chain.faucet.address))

    @property
    def held(self) -> Amount:
        """What all of the vault's accounts hold."""
        return int(self.contracts.chain.read(self.contracts.vault.held()))

    def open(self) -> None:
        """Open accounts on the chain that the ledger has and the vault has not."""
        known = int(self.contracts.chain.read(self.contracts.vault.accounts())) - 1
        for new in in_parts(self.accounts[known:]):
            self.send(self.contracts.vault.open([sha256(name_of(account).encode()).digest() for account in new]))

    def let_in(self, amount: Amount) -> None:
        """Pay tokens of the faucet's into the gate, for deposits that no wallet made."""
        self.pay_in(self.contracts.chain.faucet, GATE, amount)

    def slash(self, slashes: Mapping[str, Amount]) -> None:
        """Let the contract of bonds take what providers lost, as a fraction of what it holds of theirs."""
        for party, amount in slashes.items():
            for bond, insurance, held in self.bonds_of(party):
                if 0 < amount <= held:
                    fraction = min(ONE, ceil_div(amount * ONE, held))
                    self.send(self.contracts.bonds.slash(bond, insurance, fraction))

    def bonds_of(self, party: str) -> Iterator[tuple[int, int, Amount]]:
        """A party's bonds: the vault's numbers of each and of its market's insurance pool, and what it holds there."""
        balances, accounts = self.balances(), self.accounts
        for n, account in enumerate(accounts):
            if account.party == party and account.type is AccountType.BOND:
                insurance = self.ledger.of_network(account.asset, AccountType.INSURANCE, account.market)
                yield 1 + n, 1 + accounts.index(insurance), balances[1 + n]

    def send(self, call: Call) -> Receipt:
        receipt = self.contracts.sequencer.send(call)
        self.gas_used += receipt.gas_used
        return receipt

    @property
    def deviation(self) -> Amount:
        """What the vault holds in tokens, less what the exchange owes to all its parties."""
        token, vault = self.contracts.token.contract, self.contracts.vault
        held = int(self.contracts.chain.read(token.balanceOf(vault.address)))
        return held - sum(account.balance for account in self.accounts)

    def check(self) -> None:
        """Hold the chain against the ledger: the token's balance of the vault, and each account, to the unit.

        Raises:
            ChainError: they differ.
        """
        balances, accounts = self.balances(), self.accounts
        if self.deviation:
            raise ChainError(
                f"the vault holds {self.deviation} base units of {self.contracts.token.symbol} more than its exchange owes."
            )
        for account, found in zip(accounts, balances[1:], strict=True):
            if account.balance != found:
                raise ChainError(f"{account!r} has {found} in the vault. Settle before you check.")


def netted(deltas: Mapping[int, int]) -> Iterator[tuple[list[int], list[int]]]:
    """Split changes of accounts into settlements that each conserve money; what is under way waits at the gate.

    Who gives comes before who takes, so that the gate never gives what it has not.
    """
    ordered = sorted(deltas, key=lambda number: (deltas[number] > 0, number))
    for numbers in in_parts(ordered):
        amounts = [deltas[number] for number in numbers]
        left = -sum(amounts)
        yield ([*numbers, GATE], [*amounts, left]) if left else (list(numbers), amounts)


def in_parts(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Split what is too much for one transaction."""
    return (items[start : start + MOST_ACCOUNTS] for start in range(0, len(items), MOST_ACCOUNTS))
