"""Who has what: accounts, and transfers between them. What is here was deposited, to the unit."""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import ClassVar, NamedTuple, final

from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange.listeners import nobody

__all__ = ["Account", "AccountType", "Ledger", "LedgerEntry", "TransferKind"]

NETWORK = "network"


class AccountType(StrEnum):
    GENERAL = "general"
    MARGIN = "margin"
    ORDER_MARGIN = "order margin"
    BOND = "bond"
    LP_LIQUIDITY_FEES = "lp liquidity fees"
    HOLDING = "holding"
    VESTING = "vesting"
    VESTED = "vested"
    LOCKED_FOR_STAKING = "locked for staking"
    SETTLEMENT = "settlement"
    INSURANCE = "insurance"
    FEES_MAKER = "maker fees"
    FEES_LIQUIDITY = "liquidity fees"
    LP_BONUS = "lp bonus"
    FEES_INFRASTRUCTURE = "infrastructure fees"
    NETWORK_TREASURY = "network treasury"
    BUY_BACK_FEES = "buy back fees"
    GLOBAL_INSURANCE = "global insurance"
    REWARD_POOL = "reward pool"
    PENDING_TRANSFERS = "pending transfers"


class TransferKind(StrEnum):
    DEPOSIT = "deposit"
    WITHDRAWAL = "withdrawal"
    MARGIN_LOW = "margin low"
    MARGIN_HIGH = "margin high"
    MTM_LOSS = "mark to market loss"
    MTM_WIN = "mark to market win"
    FEE = "fee"
    MAKER_FEE = "maker fee"
    REFERRAL_REWARD = "referral reward"
    MAKER_REBATE = "maker rebate"
    ORDER_MARGIN = "order margin"
    ISOLATED_MARGIN = "isolated margin"
    BOND = "bond for margin"
    BOND_PENALTY = "bond penalty"
    FUNDING_LOSS = "funding loss"
    FUNDING_WIN = "funding win"
    ROUNDING = "rounding"
    CLOSEOUT = "close-out"
    FINAL_SETTLEMENT = "final settlement"
    RELEASE = "release"
    HOLDING = "holding for orders"
    SPOT = "spot trade"
    INSURANCE = "insurance"
    TRANSFER = "transfer"
    TRANSFER_FEE = "transfer fee"
    REWARD = "reward"
    VESTING = "vesting"
    STAKING = "staking"
    BOND_LOCK = "bond locked"
    BOND_RELEASE = "bond released"
    BOND_SLASH = "bond slashed"
    EARLY_EXIT_PENALTY = "early exit penalty"
    LIQUIDITY_FEE = "liquidity fee earmarked"
    LIQUIDITY_FEE_PAYOUT = "liquidity fee payout"
    LIQUIDITY_FEE_WITHHELD = "liquidity fee withheld"
    SLA_BONUS = "bonus for service"
    POOL_FUNDING = "pool funding"
    POOL_RELEASE = "pool release"


@final
class Account:
    """A balance in base units of an asset. `market` is empty where the account belongs to no market."""

    __slots__ = ("asset", "balance", "market", "party", "type")

    def __init__(self, party: str, asset: str, type: AccountType, market: str = "") -> None:
        self.party = party
        self.asset = asset
        self.type = type
        self.market = market
        self.balance = 0

    def __repr__(self) -> str:
        return f"Account({self.party}, {self.type}{f' of {self.market}' if self.market else ''}: {self.balance} {self.asset})"


class LedgerEntry(NamedTuple):
    time: int
    source: Account | None
    target: Account | None
    amount: int
    kind: TransferKind


@final
class Ledger:
    """All accounts of an exchange. Amounts move through `transfer`, so that nothing is made or lost.

    Attributes:
        deposited: deposits less withdrawals, by asset.
        on_entry: called with each movement; None for nobody.
        now: the exchange's clock, for entries.
    """

    TRANSIENT: ClassVar = {"on_entry": nobody}  # no state

    def __init__(self) -> None:
        self.deposited: dict[str, int] = {}
        self.on_entry: Callable[[LedgerEntry], object] | None = None
        self.now = 0
        self._accounts: dict[tuple[str, str, AccountType, str], Account] = {}

    def __repr__(self) -> str:
        return f"Ledger({len(self._accounts)} accounts)"

    def account(self, party: str, asset: str, type: AccountType, market: str = "") -> Account:
        """Return an account, which begins empty."""
        key = (party, asset, type, market)
        found = self._accounts.get(key)
        if found is None:
            found = self._accounts[key] = Account(party, asset, type, market)
        return found

    def of_network(self, asset: str, type: AccountType, market: str = "") -> Account:
        """Return an account that belongs to the exchange itself."""
        return self.account(NETWORK, asset, type, market)

    def find(self, party: str, asset: str, type: AccountType, market: str = "") -> int:
        """Return a balance, without making an account."""
        found = self._accounts.get((party, asset, type, market))
        return found.balance if found else 0

    def accounts(self) -> list[Account]:
        return list(self._accounts.values())

    def deposit(self, account: Account, amount: int) -> None:
        account.balance += amount
        self.deposited[account.asset] = self.deposited.get(account.asset, 0) + amount
        if self.on_entry:
            self.on_entry(LedgerEntry(self.now, None, account, amount, TransferKind.DEPOSIT))

    def withdraw(self, account: Account, amount: int) -> None:
        if amount > account.balance:
            raise ExchangeError(f"{account!r} cannot give {amount}. Withdraw {account.balance} at most.")
        account.balance -= amount
        self.deposited[account.asset] -= amount
        if self.on_entry:
            self.on_entry(LedgerEntry(self.now, account, None, amount, TransferKind.WITHDRAWAL))

    def transfer(self, source: Account, target: Account, amount: int, kind: TransferKind) -> None:
        """Move `amount` from one account to another of the same asset.

        Raises:
            ExchangeError: the source holds less, or the amount is negative or no int. It is a fault of a rule, not of a
                user.
        """
        if amount.__class__ is not int:
            raise ExchangeError(
                f"{kind}: a rule of the market, such as its margin rule, gave the amount {amount!r} of {source.asset}. Let it "
                "return an int of base units: divide by //, or round."
            )
        if amount <= 0:
            if amount == 0:
                return
            raise ExchangeError(f"{kind}: {source!r} was to give {amount} to {target!r}. An amount is zero or more.")
        if amount > source.balance:
            raise ExchangeError(f"{kind}: {source!r} was to give {amount} to {target!r}.")
        source.balance -= amount
        target.balance += amount
        if self.on_entry:
            self.on_entry(LedgerEntry(self.now, source, target, amount, kind))

    def gather(self, sources: Iterable[tuple[Account, int]], target: Account, kind: TransferKind) -> int:
        """Move an amount of zero or more from each source to one account, until a source holds less than that.

        Returns:
            How many sources have given.
        """
        count = total = 0
        entry = self.on_entry
        for source, amount in sources:
            if source.balance < amount:
                break
            source.balance -= amount
            total += amount
            count += 1
            if entry and amount:
                entry(LedgerEntry(self.now, source, target, amount, kind))
        target.balance += total
        return count

    def spread(self, source: Account, targets: Iterable[tuple[Account, int]], kind: TransferKind) -> None:
        """Move amounts of zero or more from one account, which holds their sum, to others."""
        entry = self.on_entry
        for target, amount in targets:
            source.balance -= amount
            target.balance += amount
            if entry and amount:
                entry(LedgerEntry(self.now, source, target, amount, kind))

    def totals(self) -> dict[str, int]:
        """Return the sum of all balances by asset."""
        sums: dict[str, int] = {}
        for account in self._accounts.values():
            sums[account.asset] = sums.get(account.asset, 0) + account.balance
        return sums
