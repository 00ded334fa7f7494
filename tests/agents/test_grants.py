"""A granter gives all that it has, in equal parts and on time; a taker spends what it gets at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.fakes import IdleAgent
from tokenspice.agents.grants import GrantGivingAgent, GrantTakingAgent
from tokenspice.engine.errors import NetlistError
from tokenspice.engine.sim_engine import SimEngine
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.sim_strategy import SimStrategyBase
from tokenspice.engine.units import DAY, HOUR, Amount, Seconds, tokens
from tokenspice.engine.wallet import Wallet


def circuit(granter: GrantGivingAgent, time_step: Seconds = DAY, max_ticks: int = 15) -> tuple[SimStateBase, Wallet]:
    """A granter, a receiver who keeps what it gets, and the receiver's wallet."""
    state = SimStateBase(SimStrategyBase(time_step=time_step, max_ticks=max_ticks))
    keeper = IdleAgent("keeper")
    state.addAgent(granter)
    state.addAgent(keeper)
    assert isinstance(keeper.wallet, Wallet)
    return state, keeper.wallet


def giving_ticks(granter: GrantGivingAgent, time_step: Seconds = DAY, max_ticks: int = 15) -> list[int]:
    """The ticks at which the receiver's balance grew."""
    state, received = circuit(granter, time_step, max_ticks)
    engine = SimEngine(state, lambda state: {})
    ticks = []
    while state.tick < max_ticks:
        before = received.balance("OCEAN")
        engine.takeStep()
        if received.balance("OCEAN") > before:
            ticks.append(state.tick - 1)
    return ticks


def test_the_first_grant_is_given_in_the_first_step() -> None:
    wallet = Wallet("granter", OCEAN=tokens(1))
    state, received = circuit(GrantGivingAgent("granter", wallet, "keeper", 3 * DAY, 4))

    state.takeStep()

    assert wallet.balance("OCEAN") == tokens("0.75")
    assert received.balance("OCEAN") == tokens("0.25")


def test_four_grants_three_days_apart_come_at_days_0_3_6_and_9() -> None:
    wallet = Wallet("granter", OCEAN=tokens(1))

    ticks = giving_ticks(GrantGivingAgent("granter", wallet, "keeper", 3 * DAY, 4))

    assert ticks == [0, 3, 6, 9]
    assert wallet.balance("OCEAN") == 0


@pytest.mark.parametrize(
    ("time_step", "ticks"),
    [(HOUR, [0, 72, 144, 216]), (DAY, [0, 3, 6, 9]), (2 * DAY, [0, 2, 4, 6]), (7 * DAY, [0, 1, 2, 3])],
)
def test_grants_come_at_the_first_tick_that_is_long_enough_after_the_last(time_step: Seconds, ticks: list[int]) -> None:
    granter = GrantGivingAgent("granter", Wallet("granter", OCEAN=tokens(1)), "keeper", 3 * DAY, 4)

    assert giving_ticks(granter, time_step, max_ticks=300) == ticks


@given(st.integers(0, 10**30), st.integers(0, 10**30), st.integers(1, 50))
def test_whatever_the_total_and_the_number_of_grants_the_last_one_empties_the_purse(
    ocean: Amount, usd: Amount, n_actions: int
) -> None:
    wallet = Wallet("granter", OCEAN=ocean, USD=usd)
    state, received = circuit(GrantGivingAgent("granter", wallet, "keeper", 0, n_actions))

    for state.tick in range(n_actions):
        assert wallet.balance("OCEAN") + received.balance("OCEAN") == ocean
        assert wallet.balance("USD") + received.balance("USD") == usd
        state.takeStep()

    assert wallet.balances() == {"OCEAN": 0, "USD": 0}
    assert (received.balance("OCEAN"), received.balance("USD")) == (ocean, usd)


@given(st.integers(0, 10**30), st.integers(1, 50))
def test_no_grant_differs_from_another_by_more_than_a_base_unit(total: Amount, n_actions: int) -> None:
    wallet = Wallet("granter", OCEAN=total)
    state, received = circuit(GrantGivingAgent("granter", wallet, "keeper", 0, n_actions))

    grants = []
    for state.tick in range(n_actions):
        before = received.balance("OCEAN")
        state.takeStep()
        grants.append(received.balance("OCEAN") - before)

    assert max(grants) - min(grants) <= 1


def test_when_all_is_given_nothing_more_happens() -> None:
    wallet = Wallet("granter", OCEAN=tokens(1))
    state, received = circuit(GrantGivingAgent("granter", wallet, "keeper", DAY, 2))

    for state.tick in range(2):
        state.takeStep()
    wallet.deposit("OCEAN", tokens(5))
    for state.tick in range(2, 10):
        state.takeStep()

    assert wallet.balance("OCEAN") == tokens(5)
    assert received.total_in == {"OCEAN": tokens(1)}


def test_a_granter_that_lost_some_gives_what_is_left() -> None:
    wallet = Wallet("granter", OCEAN=tokens(1))
    state, received = circuit(GrantGivingAgent("granter", wallet, "keeper", 0, 2))

    wallet.withdraw("OCEAN", tokens("0.9"))
    for state.tick in range(2):
        state.takeStep()

    assert (wallet.balance("OCEAN"), received.balance("OCEAN")) == (0, tokens("0.1"))


def test_a_receiver_that_does_not_exist_is_named_and_nothing_is_given() -> None:
    wallet = Wallet("granter", OCEAN=tokens(1))
    state, _ = circuit(GrantGivingAgent("granter", wallet, "nobody", DAY, 4))

    with pytest.raises(NetlistError, match='tick 0, agent granter: no agent is called "nobody"'):
        state.takeStep()

    assert wallet.balance("OCEAN") == tokens(1)


def test_a_taker_spends_all_at_the_present_price_and_then_nothing() -> None:
    wallet = Wallet("taker", USD=tokens(10), OCEAN=tokens(20))
    taker = GrantTakingAgent("taker", wallet, ocean_price=lambda: 3.0)
    state, _ = circuit(GrantGivingAgent("granter", Wallet("granter"), "keeper", DAY, 1))

    taker.takeStep(state)
    assert taker.spent_at_tick == 70.0
    taker.takeStep(state)

    assert taker.spent_at_tick == 0.0
    assert (wallet.balance("USD"), wallet.balance("OCEAN")) == (0, 0)


def test_a_taker_has_spent_nothing_before_its_first_step() -> None:
    assert GrantTakingAgent("taker", Wallet("taker", USD=1), lambda: 1.0).spent_at_tick == 0.0


def test_a_taker_asks_for_the_price_at_each_step() -> None:
    prices = iter([2.0, 5.0])
    wallet = Wallet("taker")
    taker = GrantTakingAgent("taker", wallet, ocean_price=lambda: next(prices))
    state, _ = circuit(GrantGivingAgent("granter", Wallet("granter"), "keeper", DAY, 1))

    spent = []
    for _ in range(2):
        wallet.deposit("OCEAN", tokens(1))
        taker.takeStep(state)
        spent.append(taker.spent_at_tick)

    assert spent == [2.0, 5.0]


def test_a_taker_keeps_tokens_that_it_does_not_spend() -> None:
    wallet = Wallet("taker", DT=tokens(7))
    state, _ = circuit(GrantGivingAgent("granter", Wallet("granter"), "keeper", DAY, 1))

    GrantTakingAgent("taker", wallet, lambda: 1.0).takeStep(state)

    assert wallet.balance("DT") == tokens(7)
