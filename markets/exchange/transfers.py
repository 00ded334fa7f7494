"""Money that moves because somebody says so: at once, after a delay, or every epoch."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import final

from tokenspice.markets.exchange.config import Asset
from tokenspice.markets.exchange.ledger import Account, AccountType, Ledger, TransferKind
from tokenspice.markets.exchange.network_parameters import NetworkParameters
from tokenspice.markets.exchange.numbers import ONE, ceil_div
from tokenspice.markets.exchange.rewards.strategy import DispatchStrategy

__all__ = ["Recurrence", "Transfer", "TransferReason", "TransferState", "Transfers", "transfer_fee"]

FROM_PARTY = (AccountType.GENERAL, AccountType.VESTED)
FROM_NETWORK = (
    AccountType.NETWORK_TREASURY,
    AccountType.GLOBAL_INSURANCE,
    AccountType.INSURANCE,
    AccountType.BUY_BACK_FEES,
)
TO_NETWORK = (
    AccountType.NETWORK_TREASURY,
    AccountType.GLOBAL_INSURANCE,
    AccountType.INSURANCE,
    AccountType.REWARD_POOL,
)


class TransferReason(StrEnum):
    """Why a transfer was refused or ended, in words."""

    NONE = ""
    AMOUNT_TOO_SMALL = "the amount is not positive, or below the asset's least transfer"
    INVALID_ACCOUNT = "money cannot be transferred between accounts of these kinds"
    INVALID_DELAY = "the delivery lies before the present time"
    INVALID_EPOCHS = "the epochs lie in the past, or end before they start"
    INVALID_FACTOR = "the factor is not positive"
    INSUFFICIENT_FUNDS = "the account holds less than amount and fee"
    NO_SUCH_ASSET = "there is no asset with this symbol"
    NO_SUCH_TRANSFER = "the party has no recurring transfer with this id"
    NOTHING_TO_PAY_FOR = "a reward pool is filled by recurring transfers with a dispatch strategy alone"


class TransferState(StrEnum):
    PENDING = "pending"
    DONE = "done"
    REJECTED = "rejected"
    STOPPED = "stopped"
    CANCELLED = "cancelled"


@final
@dataclass(frozen=True)
class Recurrence:
    """When a transfer comes again.

    Attributes:
        start_epoch: number of the first epoch at whose end it is paid.
        end_epoch: number of the last; 0 for no end.
        factor: the k-th payment is the amount times factor^k, rounded down.
        dispatch: what the reward pool that is paid into is for; None for a payment to an account.
    """

    start_epoch: int
    end_epoch: int = 0
    factor: Fraction = Fraction(1)
    dispatch: DispatchStrategy | None = None

    def amount(self, first: int, epoch: int) -> int:
        """Return what is due at the end of an epoch."""
        return int(first * self.factor ** (epoch - self.start_epoch))

    def is_due(self, epoch: int) -> bool:
        interval = self.dispatch.transfer_interval if self.dispatch else 1
        return epoch >= self.start_epoch and (epoch - self.start_epoch) % interval == 0

    def is_over(self, epoch: int) -> bool:
        """Whether nothing is due after this epoch."""
        return bool(self.end_epoch) and epoch >= self.end_epoch


@final
class Transfer:
    """One instruction, and what became of it. `party` gave it, "" for the network by a vote."""

    __slots__ = ("amount", "deliver_at", "id", "party", "reason", "recurrence", "source", "state", "target")

    def __init__(
        self,
        id: str,
        party: str,
        source: Account,
        target: Account,
        amount: int,
        deliver_at: int = 0,
        recurrence: Recurrence | None = None,
    ) -> None:
        self.id = id
        self.party = party
        self.source = source
        self.target = target
        self.amount = amount
        self.deliver_at = deliver_at
        self.recurrence = recurrence
        self.state = TransferState.PENDING
        self.reason = TransferReason.NONE

    def __repr__(self) -> str:
        return f"Transfer({self.id}: {self.amount} from {self.source!r} to {self.target!r}, {self.state})"

    def end(self, state: TransferState, reason: TransferReason = TransferReason.NONE) -> "Transfer":
        self.state = state
        self.reason = reason
        return self


def transfer_fee(amount: int, factor: int, most: int, quantum: int) -> int:
    """Return the fee of a transfer, rounded up.

    Args:
        amount, quantum: in base units.
        factor: of the amount, in 10⁻¹⁸.
        most: in quantums, of 10⁻¹⁸.
    """
    return min(ceil_div(amount * factor, ONE), ceil_div(most * quantum, ONE))


@final
class Transfers:
    """What parties and votes have ordered, as long as it lasts.

    Attributes:
        delayed: paid in, and not delivered yet, in order of submission.
        recurring: by id.
    """

    def __init__(self, ledger: Ledger, network: NetworkParameters, assets: dict[str, Asset]) -> None:
        self.ledger = ledger
        self.network = network
        self.assets = assets
        self.delayed: list[Transfer] = []
        self.recurring: dict[str, Transfer] = {}
        self.count = 0

    def __repr__(self) -> str:
        return f"Transfers({len(self.delayed)} delayed, {len(self.recurring)} recurring)"

    def fee(self, asset: Asset, amount: int) -> int:
        """Return what a party pays for a transfer of `amount` base units."""
        network = self.network
        return transfer_fee(
            amount, network["transfer.fee.factor"], network["transfer.fee.maxQuantumAmount"], asset.quantum
        )

    def one_off(
        self, party: str, source: Account, target: Account, amount: int, now: int, deliver_at: int = 0
    ) -> Transfer:
        """Transfer once. With a delivery in future, amount and fee leave at once and the amount arrives then."""
        transfer = self.new(party, source, target, amount, deliver_at)
        if reason := self.refusal(transfer, now):
            return transfer.end(TransferState.REJECTED, reason)
        if not self.pay(transfer, amount, self.held(transfer) if deliver_at > now else target):
            return transfer.end(TransferState.REJECTED, TransferReason.INSUFFICIENT_FUNDS)
        if deliver_at > now:
            self.delayed.append(transfer)
            return transfer
        return transfer.end(TransferState.DONE)

    def recur(
        self, party: str, source: Account, target: Account, amount: int, recurrence: Recurrence, epoch: int
    ) -> Transfer:
        """Transfer at the end of each epoch that the recurrence names. `epoch` is the present one."""
        transfer = self.new(party, source, target, amount, 0, recurrence)
        if reason := self.refusal(transfer, 0) or refusal_of_recurrence(recurrence, epoch):
            return transfer.end(TransferState.REJECTED, reason)
        self.recurring[transfer.id] = transfer
        return transfer

    def cancel(self, party: str, transfer_id: str) -> TransferReason:
        """End a recurring transfer."""
        transfer = self.recurring.get(transfer_id)
        if transfer is None or transfer.party != party:
            return TransferReason.NO_SUCH_TRANSFER
        del self.recurring[transfer_id]
        transfer.end(TransferState.CANCELLED)
        return TransferReason.NONE

    def begin_block(self, now: int) -> None:
        """Deliver what was delayed until now, the earliest first."""
        if not self.delayed:
            return
        for transfer in sorted(self.delayed, key=lambda each: each.deliver_at):
            if transfer.deliver_at <= now:
                self.ledger.transfer(self.held(transfer), transfer.target, transfer.amount, TransferKind.TRANSFER)
                transfer.end(TransferState.DONE)
        self.delayed = [transfer for transfer in self.delayed if transfer.state is TransferState.PENDING]

    def end_epoch(self, epoch: int) -> None:
        """Pay what recurs at the end of an epoch. A party that cannot pay ends its transfer; the network waits."""
        for transfer in list(self.recurring.values()):
            recurrence = transfer.recurrence
            if recurrence is None:
                continue
            if recurrence.is_due(epoch):
                self.pay_again(transfer, recurrence.amount(transfer.amount, epoch))
            if recurrence.is_over(epoch) and transfer.state is TransferState.PENDING:
                del self.recurring[transfer.id]
                transfer.end(TransferState.DONE)

    def pay_again(self, transfer: Transfer, amount: int) -> None:
        if amount < max(self.least(transfer), 1):
            reason = TransferReason.AMOUNT_TOO_SMALL
        elif self.pay(transfer, amount, transfer.target) or not transfer.party:
            return
        else:
            reason = TransferReason.INSUFFICIENT_FUNDS
        del self.recurring[transfer.id]
        transfer.end(TransferState.STOPPED, reason)

    def pay(self, transfer: Transfer, amount: int, target: Account) -> bool:
        """Move an amount, and the fee that a party owes for it; return whether both were there."""
        fee = self.fee(self.assets[transfer.source.asset], amount) if transfer.party else 0
        if transfer.source.balance < amount + fee:
            return False
        fees = self.ledger.of_network(transfer.source.asset, AccountType.FEES_INFRASTRUCTURE)
        self.ledger.transfer(transfer.source, fees, fee, TransferKind.TRANSFER_FEE)
        self.ledger.transfer(transfer.source, target, amount, TransferKind.TRANSFER)
        return True

    def new(
        self,
        party: str,
        source: Account,
        target: Account,
        amount: int,
        deliver_at: int,
        recurrence: Recurrence | None = None,
    ) -> Transfer:
        self.count += 1
        return Transfer(f"F{self.count}", party, source, target, amount, deliver_at, recurrence)

    def refusal(self, transfer: Transfer, now: int) -> TransferReason:
        """Why a transfer cannot be taken, if so."""
        if transfer.amount <= 0 or transfer.amount < self.least(transfer):
            return TransferReason.AMOUNT_TOO_SMALL
        if not may_move(transfer):
            return TransferReason.INVALID_ACCOUNT
        if transfer.deliver_at and transfer.deliver_at < now:
            return TransferReason.INVALID_DELAY
        recurrence = transfer.recurrence
        if (transfer.target.type is AccountType.REWARD_POOL) != bool(recurrence and recurrence.dispatch):
            return TransferReason.NOTHING_TO_PAY_FOR
        return TransferReason.NONE

    def least(self, transfer: Transfer) -> int:
        """Return the least amount of an asset that may be transferred."""
        quantum = self.assets[transfer.source.asset].quantum
        return ceil_div(self.network["transfer.minTransferQuantumMultiple"] * quantum, ONE)

    def held(self, transfer: Transfer) -> Account:
        """The account that amounts wait in."""
        return self.ledger.of_network(transfer.source.asset, AccountType.PENDING_TRANSFERS)


def may_move(transfer: Transfer) -> bool:
    """Whether money may go from one kind of account to another; a party's own accounts are its alone."""
    source, target = transfer.source, transfer.target
    if source.asset != target.asset or source is target:
        return False
    is_from = (
        source.party == transfer.party and source.type in FROM_PARTY if transfer.party else source.type in FROM_NETWORK
    )
    return is_from and (target.type in (AccountType.GENERAL, *TO_NETWORK))


def refusal_of_recurrence(recurrence: Recurrence, epoch: int) -> TransferReason:
    if recurrence.start_epoch < epoch or (recurrence.end_epoch and recurrence.end_epoch < recurrence.start_epoch):
        return TransferReason.INVALID_EPOCHS
    return TransferReason.NONE if recurrence.factor > 0 else TransferReason.INVALID_FACTOR
