"""From what parties did to what they are rewarded with."""

from fractions import Fraction

import pytest

from tokenspice.markets.exchange.config import Asset
from tokenspice.markets.exchange.ledger import AccountType, Ledger
from tokenspice.markets.exchange.network_parameters import NetworkParameters
from tokenspice.markets.exchange.rewards.lottery import Lottery
from tokenspice.markets.exchange.rewards.metrics import Activity, Metrics
from tokenspice.markets.exchange.rewards.rewards import Rewards
from tokenspice.markets.exchange.rewards.strategy import (
    DispatchStrategy,
    EntityScope,
    IndividualScope,
    RewardMetric,
)
from tokenspice.markets.exchange.rewards.vesting import Vesting
from tokenspice.markets.exchange.staking import VOTE, Staking

ASSETS = {"tUSD": Asset("tUSD", 5), VOTE: Asset(VOTE, 5)}
TEAMS = {"red": ("a", "b"), "blue": ("c",)}


class Desk:
    """Three parties that paid fees of 60, 30 and 10 in market M1, in an epoch that is over."""

    def __init__(self) -> None:
        self.ledger, self.metrics = Ledger(), Metrics()
        self.staking = Staking(self.ledger)
        self.vesting = Vesting(self.ledger, NetworkParameters(), ASSETS)
        self.rewards = Rewards(self.ledger, ASSETS, self.metrics, self.vesting, self.staking, Lottery(0))
        self.rewards.teams = TEAMS
        self.metrics.markets["M1"] = Activity("tUSD", proposer="p")
        self.record(a=60, b=30, c=10)

    def record(self, **paid: int) -> None:
        for party, fee in paid.items():
            record = self.metrics.markets["M1"].of(party)
            record.maker_paid, record.taker_fees, record.returns, record.notional_seconds = fee, 3 * fee, fee - 20, 600
        self.metrics.markets["M1"].value = 1000
        self.metrics.end_epoch(60)

    def paid(self, strategy: DispatchStrategy, amount: int = 1000) -> dict[str, int]:
        """What each party has after a pool was paid out, and what is left in it as ""."""
        pool = self.rewards.pool(strategy, "tUSD")
        self.ledger.deposit(pool, amount)
        self.rewards.pay_out()
        found = {party: self.ledger.find(party, "tUSD", AccountType.VESTING) for party in "abcp"}
        return {party: balance for party, balance in ({**found, "": pool.balance}).items() if balance}


def test_fees_that_were_paid_are_rewarded_in_proportion() -> None:
    assert Desk().paid(DispatchStrategy(asset_for_metric="tUSD")) == {"a": 600, "b": 300, "c": 100}


def test_nobody_gets_more_than_the_multiple_of_its_fees() -> None:
    found = Desk().paid(DispatchStrategy(cap_reward_fee_multiple=2.0, asset_for_metric="tUSD"))

    assert found == {"a": 360, "b": 180, "c": 60, "": 400}


def test_other_markets_and_assets_do_not_count() -> None:
    assert Desk().paid(DispatchStrategy(markets=("M2",))) == {"": 1000}
    assert Desk().paid(DispatchStrategy(asset_for_metric="tEUR")) == {"": 1000}


def test_a_window_sums_fees_over_its_epochs() -> None:
    desk = Desk()
    desk.record(c=100)

    assert desk.paid(DispatchStrategy()) == {"c": 1000}
    assert Desk.paid(desk, DispatchStrategy(window_length=2)) == {"a": 300, "b": 150, "c": 1550}


def test_who_has_staked_too_little_takes_no_part() -> None:
    desk = Desk()
    desk.ledger.deposit(desk.staking.held("b"), 50)

    assert desk.paid(DispatchStrategy(staking_requirement=50)) == {"b": 1000}


@pytest.mark.parametrize(
    ("metric", "paid"),
    [
        (RewardMetric.RELATIVE_RETURN, {"a": 714, "b": 285, "": 1}),  # 4, 1 and −1, lifted to 5, 2 and 0
        (RewardMetric.AVERAGE_NOTIONAL, {"a": 333, "b": 333, "c": 333, "": 1}),
        (RewardMetric.MARKET_VALUE, {"p": 1000}),
        (RewardMetric.RETURN_VOLATILITY, {"": 1000}),
        (RewardMetric.ELIGIBLE_ENTITIES, {"a": 333, "b": 333, "c": 333, "": 1}),
        (RewardMetric.VALIDATOR_RANKING, {"": 1000}),
    ],
)
def test_each_metric_has_its_own_scores(metric: RewardMetric, paid: dict[str, int]) -> None:
    assert Desk().paid(DispatchStrategy(metric=metric)) == paid


def test_steady_returns_score_higher() -> None:
    desk = Desk()
    desk.record(a=60, b=32, c=11)
    scores = desk.metrics.scores(RewardMetric.RETURN_VOLATILITY, "", (), 2)

    # returns per worth of 10: a 4 and 4, b 1 and 1.2, c −1 and −0.9
    assert scores == {"a": 0, "b": 100, "c": 400}


def test_teams_share_by_the_mean_of_their_best() -> None:
    everybody = DispatchStrategy(entity_scope=EntityScope.TEAMS)
    best = DispatchStrategy(entity_scope=EntityScope.TEAMS, n_top_performers=0.5)

    assert Desk().rewards.parts_of_teams(everybody) == {
        "a": Fraction(9, 22),
        "b": Fraction(9, 22),
        "c": Fraction(2, 11),
    }
    assert Desk().rewards.parts_of_teams(best)["c"] == Fraction(1, 7)


def test_scopes_ask_for_a_team_or_for_none() -> None:
    desk = Desk()
    desk.record(a=1, d=1)

    assert list(desk.rewards.individuals(DispatchStrategy(individual_scope=IndividualScope.NOT_IN_TEAM))) == ["d"]
    assert list(desk.rewards.individuals(DispatchStrategy(individual_scope=IndividualScope.IN_TEAM))) == ["a"]


def test_a_reward_waits_for_its_lock_and_then_vests_by_parts() -> None:
    desk = Desk()
    desk.paid(DispatchStrategy(lock_period=1))

    def after_epoch() -> int:
        desk.vesting.end_epoch()
        return desk.ledger.find("a", "tUSD", AccountType.VESTED)

    assert [after_epoch() for _ in range(3)] == [0, 60, 114]
