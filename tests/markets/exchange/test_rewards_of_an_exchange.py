"""Transfers, epochs and rewards, through the exchange."""

from fractions import Fraction
from typing import Any

import pytest

from tests.markets.exchange.cases import cases
from tests.markets.exchange.venue import DATED, Venue
from tokenspice.markets.exchange import AccountType, Asset, Exchange, FactorFees, MarketConfig, Side, SimpleRisk
from tokenspice.markets.exchange.numbers import to_units
from tokenspice.markets.exchange.rewards.strategy import DispatchStrategy, RewardMetric


def units(amount: float) -> int:
    return to_units(amount, 5)


class Bank:
    """Parties A and B with 1000 tokens of 5 decimals each."""

    def __init__(self) -> None:
        self.exchange = Exchange()
        self.exchange.add_asset(Asset("USD", 5))
        for party in "AB":
            self.exchange.deposit(party, "USD", units(1000))

    def balances(self) -> dict[str, float]:
        return {party: self.exchange.general(party, "USD").balance / 10**5 for party in "AB"}

    def pass_epoch(self) -> None:
        for _ in range(120):
            self.exchange.advance(1)


def test_trf_1_one_off_and_delayed() -> None:
    bank, (first, second) = Bank(), cases()["TRF-1"]["expect"]
    bank.exchange.transfer("A", "USD", units(500), "B")
    assert bank.balances() == first
    bank.exchange.transfer("B", "USD", units(500), "A", deliver_at=bank.exchange.now + 100)
    assert bank.balances() == second["immediately"]
    bank.exchange.advance(100)
    assert bank.balances() == second["after_delay"]


def test_trf_2_every_epoch_by_a_factor() -> None:
    bank = Bank()
    bank.exchange.transfer_every_epoch("A", "USD", units(500), "B", factor=Fraction(1, 2))
    seen = []
    for _ in range(2):
        bank.pass_epoch()
        seen.append(bank.balances())

    assert seen == cases()["TRF-2"]["expect"]


def test_trf_3_a_taker_is_rewarded_up_to_a_multiple_of_its_fees() -> None:
    given, expect = cases()["TRF-3"]["given"], cases()["TRF-3"]["expect"]
    bank = Bank()
    exchange = bank.exchange
    for party in ("taker", "maker"):
        exchange.deposit(party, "USD", units(10**6))
    settings: dict[str, Any] = {"decimals": 5, "position_decimals": 0, "fees": FactorFees(), "liquidity_fee": 0.002}
    config = MarketConfig("simple", "USD", opens_at_once=True, product=DATED, risk=SimpleRisk(), **settings)
    market = exchange.add_market(config)
    strategy = DispatchStrategy(RewardMetric.MAKER_FEES_PAID, "USD", cap_reward_fee_multiple=10)
    exchange.transfer_every_epoch("A", "USD", units(100), dispatch=strategy)
    price = to_units(given["price"], 5)
    exchange.submit("maker", market.id, Side.SELL, given["taker_volume"], price)
    exchange.submit("taker", market.id, Side.BUY, given["taker_volume"], price)
    bank.pass_epoch()

    assert bank.balances()["A"] == expect["A_after"]
    assert exchange.ledger.find("taker", "USD", AccountType.VESTING) == units(expect["taker_vesting"])
    assert exchange.ledger.totals() == exchange.ledger.deposited


@pytest.mark.parametrize(
    ("metric", "winner"),
    [
        (RewardMetric.MAKER_FEES_PAID, "ada"),
        (RewardMetric.MAKER_FEES_RECEIVED, "ben"),
        (RewardMetric.RELATIVE_RETURN, "ada"),
        (RewardMetric.REALISED_RETURN, "ada"),
    ],
)
def test_each_metric_rewards_who_it_is_for(metric: RewardMetric, winner: str) -> None:
    venue = Venue(fees=FactorFees(0.1, 0.0, 0.0, 0.0))
    venue.fund(ada=1_000_000, ben=1_000_000, carl=1_000_000, sponsor=1_000_000)
    venue.exchange.transfer_every_epoch("sponsor", "USD", 1000, dispatch=DispatchStrategy(metric))
    venue.open("ada", "ben", 5, 100)
    venue.blocks(10)
    venue.order("ben", "buy", 5, 110)
    venue.order("ada", "sell", 5, 110)
    venue.blocks(110)

    vesting = {party: venue.exchange.ledger.find(party, "USD", AccountType.VESTING) for party in ("ada", "ben", "carl")}
    assert max(vesting, key=lambda party: vesting[party]) == winner
    assert vesting[winner] > 900
    assert venue.is_conserved()


def test_average_notional_is_what_was_held_over_the_epoch() -> None:
    venue = Venue()
    venue.fund(ada=1_000_000, ben=1_000_000, sponsor=1_000_000)
    strategy = DispatchStrategy(RewardMetric.AVERAGE_NOTIONAL)
    venue.exchange.transfer_every_epoch("sponsor", "USD", 1000, dispatch=strategy)
    venue.open("ada", "ben", 6, 100)
    venue.blocks(59)
    venue.order("ben", "buy", 6, 100)
    venue.order("ada", "sell", 6, 100)
    venue.blocks(60)
    scores = venue.exchange.network.metrics.scores(RewardMetric.AVERAGE_NOTIONAL, "USD", (), 1)

    assert scores == {"ada": Fraction(600 * 59, 120), "ben": Fraction(600 * 59, 120)}


def test_transfers_that_cannot_be_say_why() -> None:
    bank = Bank()

    assert bank.exchange.transfer("A", "EUR", 5, "B").reason == "there is no asset with this symbol"
    assert bank.exchange.transfer("A", "USD", units(1000), "B").reason.startswith("the account holds less")
    assert bank.exchange.cancel_transfer("A", "F1") == "the party has no recurring transfer with this id"
