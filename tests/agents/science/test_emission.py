"""Emission, rewards, burning: what is minted is what the schedule says, and no rounding loses a unit."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.agents.science.helpers import state_of, step, wallet
from tokenspice.agents.science.emission import (
    ContributorAgent,
    DataShopAgent,
    EmissionAgent,
    HalvingEmission,
    LinearEmission,
    RewardRule,
    ShopRules,
    reward_shares,
)
from tokenspice.agents.science.ledger import OCEAN, open_ledger
from tokenspice.engine.streams import RandomStreams
from tokenspice.engine.units import tokens


@given(st.integers(0, 10**30), st.integers(1, 500))
def test_a_linear_emission_mints_the_whole_in_parts_that_differ_by_one_at_most(total: int, n: int) -> None:
    parts = [LinearEmission(total, n).amount(k) for k in range(n + 5)]

    assert sum(parts) == total and max(parts[:n]) - min(parts[:n]) <= 1 and not any(parts[n:])


@given(st.integers(0, 10**30), st.integers(1, 50))
def test_a_halving_emission_halves_and_never_mints_more_than_the_whole(total: int, n: int) -> None:
    parts = [HalvingEmission(total, n).amount(k) for k in range(100 * n)]

    assert sum(parts) <= total
    assert all(later == earlier // 2 for earlier, later in zip(parts, parts[n:], strict=False))


def contributors(outputs: list[int]) -> list[ContributorAgent]:
    made = []
    for number, n_recent in enumerate(outputs):
        name = f"c{number}"
        made.append(ContributorAgent(name, wallet(name, number), 0.0, RandomStreams(0)(name)))
        made[-1].n_recent = n_recent
    return made


@pytest.mark.parametrize(
    ("rule", "wanted"),
    [
        ("equal", [1, 1, 1]),
        ("by_output", [3, 5, 5]),
        ("by_stake", [0, tokens(1), tokens(2)]),
        ("winner_takes_all", [0, 1, 0]),
    ],
)
def test_the_rule_says_who_is_rewarded(rule: RewardRule, wanted: list[int]) -> None:
    assert reward_shares(rule, contributors([3, 5, 5])) == wanted


def test_where_nobody_worked_output_is_not_rewarded() -> None:
    assert reward_shares("winner_takes_all", contributors([0, 0])) == [0, 0]
    assert reward_shares("by_output", contributors([0, 0])) == [0, 0]


@given(
    total=st.integers(0, 10**24),
    price=st.integers(1, 10**22),
    rule=st.sampled_from(["equal", "by_output", "by_stake", "winner_takes_all"]),
    ratios=st.tuples(*[st.fractions(0, 1, max_denominator=100)] * 4),
    seed=st.integers(0, 100),
)
def test_supply_is_what_was_there_and_minted_less_what_was_burned(
    total: int, price: int, rule: RewardRule, ratios: tuple[Fraction, Fraction, Fraction, Fraction], seed: int
) -> None:
    spends, treasury_spends, burns, to_treasury = ratios
    ledger, rng = open_ledger(None), RandomStreams(seed)
    people = [ContributorAgent(f"c{n}", ledger.wallet(f"c{n}", n * 10**21 + n), 0.5, rng(f"c{n}")) for n in range(4)]
    treasury = ledger.wallet("dao", 10**22 + 7)
    emission = EmissionAgent(
        "dao",
        treasury,
        ledger=ledger,
        schedule=HalvingEmission(total, 3),
        contributors=people,
        rule=rule,
        spends=treasury_spends,
        period=4,
    )
    shop = DataShopAgent(
        "shop",
        ledger.wallet("shop"),
        ledger=ledger,
        contributors=people,
        treasury=treasury,
        rules=ShopRules(price, spends, burns, to_treasury * (1 - burns), 4),
    )
    first, state = ledger.supply, state_of(*people, emission, shop)

    for _ in range(30):
        step(state)
        assert ledger.supply == first + emission.minted - shop.burned
        assert sum(agent.wallet.balance(OCEAN) for agent in state.agents.values()) == ledger.supply
        assert shop.wallet.balance(OCEAN) == 0
