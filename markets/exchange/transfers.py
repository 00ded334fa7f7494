"""Money that moves because somebody says so: at once, after a delay, or every epoch."""

from typing import final

from tokenspice.markets.exchange.config import Asset
from tokenspice.markets.exchange.ledger import Account, AccountType, Ledger, TransferKind
from tokenspice.markets.exchange.network_parameters import NetworkParameters
from tokenspice.markets.exchange.numbers import ONE, ceil_div
from tokenspice.markets.exchange.transfer_terms import (
    Allowance,
    Recurrence,
    Transfer,
    TransferReason,
    TransferState,
    may_move,
    refusal_of_recurrence,
    transfer_fee,
)

__all__ = ["Transfers"]


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

    def by_vote(
        self,
        source: Account,
        target: Account,
        amount: int,
        allowance: Allowance,
        epoch: int,
        recurrence: Recurrence | None = None,
    ) -> Transfer:
        """Transfer from one of the network's accounts, without a fee: once, or each epoch that is named."""
        transfer = self.new("", source, target, amount, 0, recurrence)
        transfer.allowance = allowance
        if reason := self.refusal(transfer, 0) or (refusal_of_recurrence(recurrence, epoch) if recurrence else ""):
            return transfer.end(TransferState.REJECTED, TransferReason(reason))
        if recurrence:
            self.recurring[transfer.id] = transfer
            return transfer
        if not self.pay(transfer, amount, target):
            return transfer.end(TransferState.REJECTED, TransferReason.INSUFFICIENT_FUNDS)
        return transfer.end(TransferState.DONE)

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
        if transfer.allowance:
            amount = transfer.allowance.amount(amount, transfer.source.balance)
            if not amount:
                return False
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
