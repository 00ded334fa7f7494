"""What a transfer is: its accounts, its amount, when it comes again, and what became of it."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import final

from tokenspice.markets.exchange.ledger import Account, AccountType
from tokenspice.markets.exchange.numbers import ONE, ceil_div
from tokenspice.markets.exchange.rewards.strategy import DispatchStrategy

__all__ = [
    "Allowance",
    "Recurrence",
    "Transfer",
    "TransferReason",
    "TransferState",
    "may_move",
    "refusal_of_recurrence",
    "transfer_fee",
]

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
@dataclass(frozen=True)
class Allowance:
    """How much a vote lets go of one of the network's accounts at a time.

    Attributes:
        share: of the account's balance, at most.
        is_whole: nothing is paid where the share is less than the amount; otherwise the share is.
    """

    share: Fraction = Fraction(1)
    is_whole: bool = False

    def amount(self, wanted: int, balance: int) -> int:
        allowed = min(wanted, int(balance * self.share))
        return allowed if allowed == wanted or not self.is_whole else 0


@final
class Transfer:
    """One instruction, and what became of it. `party` gave it, "" for the network by a vote."""

    __slots__ = (
        "allowance",
        "amount",
        "deliver_at",
        "id",
        "party",
        "reason",
        "recurrence",
        "source",
        "state",
        "target",
    )

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
        self.allowance: Allowance | None = None
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
