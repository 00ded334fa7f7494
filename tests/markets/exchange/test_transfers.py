"""Money that moves because somebody says so."""

from fractions import Fraction

import pytest

from tests.markets.exchange.cases import cases
from tokenspice.markets.exchange.config import Asset
from tokenspice.markets.exchange.ledger import Account, AccountType, Ledger
from tokenspice.markets.exchange.network_parameters import NetworkParameters
from tokenspice.markets.exchange.numbers import to_units
from tokenspice.markets.exchange.rewards.strategy import DispatchStrategy
from tokenspice.markets.exchange.transfer_terms import Allowance, Recurrence, TransferReason, TransferState
from tokenspice.markets.exchange.transfers import Transfers

ASSET = Asset("tUSD", 5)
NOW = 1000


class Desk:
    """Parties A and B with general accounts of 1000 tokens each."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self.transfers = Transfers(self.ledger, NetworkParameters(), {"tUSD": ASSET})
        self.a, self.b = (self.ledger.account(party, "tUSD", AccountType.GENERAL) for party in "AB")
        for account in (self.a, self.b):
            self.ledger.deposit(account, units(1000))

    def balances(self) -> dict[str, float]:
        return {"A": self.a.balance / 10**5, "B": self.b.balance / 10**5}


def units(amount: float) -> int:
    return to_units(amount, 5)


def test_trf_1_a_fee_is_capped_and_a_delayed_amount_arrives_later() -> None:
    desk, (first, second) = Desk(), cases()["TRF-1"]["expect"]
    desk.transfers.one_off("A", desk.a, desk.b, units(500), NOW)
    assert desk.balances() == first

    desk.transfers.one_off("B", desk.b, desk.a, units(500), NOW, NOW + 100)
    desk.transfers.begin_block(NOW + 99)
    assert desk.balances() == second["immediately"]
    desk.transfers.begin_block(NOW + 100)
    assert desk.balances() == second["after_delay"]
    assert desk.ledger.totals() == desk.ledger.deposited


def test_trf_2_what_recurs_shrinks_by_its_factor() -> None:
    desk = Desk()
    desk.transfers.recur("A", desk.a, desk.b, units(500), Recurrence(3, 4, Fraction(1, 2)), 3)
    seen = []
    for epoch in (3, 4, 5):
        desk.transfers.end_epoch(epoch)
        seen.append(desk.balances())

    assert seen[:2] == cases()["TRF-2"]["expect"]
    assert seen[2] == seen[1]


def test_a_small_transfer_pays_its_share_rounded_up() -> None:
    desk = Desk()
    desk.transfers.one_off("A", desk.a, desk.b, 1001, NOW)

    assert desk.a.balance == units(1000) - 1001 - 2


@pytest.mark.parametrize(
    ("amount", "deliver_at", "reason"),
    [
        (0, 0, TransferReason.AMOUNT_TOO_SMALL),
        (-1, 0, TransferReason.AMOUNT_TOO_SMALL),
        (units(1000), 0, TransferReason.INSUFFICIENT_FUNDS),
        (1, NOW - 1, TransferReason.INVALID_DELAY),
    ],
)
def test_a_transfer_that_cannot_be_is_refused_and_moves_nothing(
    amount: int, deliver_at: int, reason: TransferReason
) -> None:
    desk = Desk()
    transfer = desk.transfers.one_off("A", desk.a, desk.b, amount, NOW, deliver_at)

    assert (transfer.state, transfer.reason) == (TransferState.REJECTED, reason)
    assert desk.balances() == {"A": 1000, "B": 1000}


def test_nobody_transfers_what_is_anothers_or_put_aside() -> None:
    desk = Desk()
    margin = desk.ledger.account("A", "tUSD", AccountType.MARGIN, "M1")
    other = desk.ledger.account("B", "tVOTE", AccountType.GENERAL)

    def refused(source: Account, target: Account, party: str = "A") -> bool:
        return desk.transfers.one_off(party, source, target, 1, NOW).reason is TransferReason.INVALID_ACCOUNT

    assert refused(desk.b, desk.a)
    assert refused(margin, desk.a)
    assert refused(desk.a, margin)
    assert refused(desk.a, other)
    assert refused(desk.a, desk.a)
    assert refused(desk.a, desk.b, party="")


def test_a_party_that_cannot_pay_ends_what_recurs() -> None:
    desk = Desk()
    transfer = desk.transfers.recur("A", desk.a, desk.b, units(600), Recurrence(0), 0)
    desk.transfers.end_epoch(0)
    desk.transfers.end_epoch(1)

    assert (transfer.state, transfer.reason) == (TransferState.STOPPED, TransferReason.INSUFFICIENT_FUNDS)
    assert desk.transfers.recurring == {}


def test_the_network_waits_until_it_can_pay_and_pays_no_fee() -> None:
    desk = Desk()
    treasury = desk.ledger.of_network("tUSD", AccountType.NETWORK_TREASURY)
    desk.transfers.recur("", treasury, desk.b, 100, Recurrence(0), 0)
    desk.transfers.end_epoch(0)
    desk.ledger.deposit(treasury, 100)
    desk.transfers.end_epoch(1)

    assert (treasury.balance, desk.b.balance) == (0, units(1000) + 100)


def test_only_who_gave_it_cancels_a_recurring_transfer() -> None:
    desk = Desk()
    transfer = desk.transfers.recur("A", desk.a, desk.b, 1000, Recurrence(0), 0)

    assert desk.transfers.cancel("B", transfer.id) is TransferReason.NO_SUCH_TRANSFER
    assert desk.transfers.cancel("A", transfer.id) is TransferReason.NONE
    assert transfer.state is TransferState.CANCELLED


@pytest.mark.parametrize(
    ("recurrence", "reason"),
    [
        (Recurrence(4), TransferReason.INVALID_EPOCHS),
        (Recurrence(6, 5), TransferReason.INVALID_EPOCHS),
        (Recurrence(5, factor=Fraction(0)), TransferReason.INVALID_FACTOR),
        (Recurrence(5, dispatch=DispatchStrategy()), TransferReason.NOTHING_TO_PAY_FOR),
    ],
)
def test_a_recurrence_that_cannot_be_is_refused(recurrence: Recurrence, reason: TransferReason) -> None:
    desk = Desk()

    assert desk.transfers.recur("A", desk.a, desk.b, 1000, recurrence, 5).reason is reason


def test_a_reward_pool_takes_only_what_is_dispatched() -> None:
    desk = Desk()
    pool = desk.ledger.of_network("tUSD", AccountType.REWARD_POOL, "F1")

    assert desk.transfers.one_off("A", desk.a, pool, 1000, NOW).reason is TransferReason.NOTHING_TO_PAY_FOR
    assert desk.transfers.recur("A", desk.a, pool, 1000, Recurrence(0, dispatch=DispatchStrategy()), 0).reason == ""


@pytest.mark.parametrize(
    ("allowance", "paid"),
    [
        (Allowance(), 600),
        (Allowance(Fraction(1, 2)), 500),
        (Allowance(Fraction(1, 2), is_whole=True), 0),
        (Allowance(Fraction(7, 10), is_whole=True), 600),
    ],
)
def test_a_vote_lets_go_of_a_share_of_what_there_is(allowance: Allowance, paid: int) -> None:
    desk = Desk()
    treasury = desk.ledger.of_network("tUSD", AccountType.NETWORK_TREASURY)
    desk.ledger.deposit(treasury, 1000)
    desk.transfers.by_vote(treasury, desk.b, 600, allowance, 0)

    assert treasury.balance == 1000 - paid


def test_a_vote_may_pay_every_epoch() -> None:
    desk = Desk()
    treasury = desk.ledger.of_network("tUSD", AccountType.NETWORK_TREASURY)
    desk.ledger.deposit(treasury, 1000)
    desk.transfers.by_vote(treasury, desk.b, 600, Allowance(Fraction(1, 2)), 0, Recurrence(0))
    for epoch in range(3):
        desk.transfers.end_epoch(epoch)

    assert treasury.balance == 125
