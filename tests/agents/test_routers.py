"""A router keeps nothing, loses nothing, and remembers what came in."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.fakes import IdleAgent, new_state
from tokenspice.agents.routers import RouterAgent, split
from tokenspice.engine.errors import NetlistError, StrategyError
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.units import DAY, HOUR, Amount, tokens
from tokenspice.engine.wallet import Wallet

shares = st.lists(st.floats(0, 1), min_size=1, max_size=6).filter(lambda weights: sum(weights) > 0)


def routing(router: RouterAgent, *receivers: str, time_step: int = DAY) -> SimStateBase:
    state = new_state(time_step=time_step)
    for agent in (router, *map(IdleAgent, receivers)):
        state.addAgent(agent)
    return state


def test_a_fifth_goes_to_one_and_the_rest_to_the_other_of_each_token() -> None:
    wallet = Wallet("router", USD=tokens(1), OCEAN=tokens(10))
    state = routing(RouterAgent("router", wallet, lambda: {"a": 0.2, "b": 0.8}), "a", "b")

    state.takeStep()

    held = {name: agent.wallet for name, agent in state.agents.items()}
    for symbol, a, b in (("USD", 0.2, 0.8), ("OCEAN", 2, 8)):
        assert held["a"].balance(symbol) / tokens(1) == pytest.approx(a, rel=1e-15)
        assert held["b"].balance(symbol) / tokens(1) == pytest.approx(b, rel=1e-15)
        assert held["router"].balance(symbol) == 0


def test_two_usd_a_day_are_sixty_in_a_month() -> None:
    wallet = Wallet("router")
    router = RouterAgent("router", wallet, lambda: {"a": 1.0})
    state = routing(router, "a")
    received = []

    for state.tick in range(100):
        received.append(router.monthly_received("USD", state))
        wallet.deposit("USD", tokens(2))
        state.takeStep()

    assert received[:3] == [0, tokens(2), tokens(4)]
    assert received[30:] == [tokens(60)] * 70
    assert router.monthly_received("OCEAN", state) == 0


def test_a_token_that_comes_late_counts_from_the_tick_in_which_it_came() -> None:
    wallet = Wallet("router", USD=0)
    router = RouterAgent("router", wallet, lambda: {"a": 1.0})
    state = routing(router, "a", time_step=HOUR)

    for state.tick in range(50):
        if state.tick == 40:
            wallet.deposit("OCEAN", tokens(7))
        state.takeStep()

    state.tick = 40 + 720  # 30 days later it is still in the window, and an hour later no more
    assert router.monthly_received("OCEAN", state) == tokens(7)
    state.tick += 1
    assert router.monthly_received("OCEAN", state) == 0


def test_shares_may_change_from_step_to_step() -> None:
    wallet, now = Wallet("router"), {"a": 1.0, "b": 0.0}
    state = routing(RouterAgent("router", wallet, lambda: now), "a", "b")

    wallet.deposit("USD", 10)
    state.takeStep()
    now |= {"a": 0.0, "b": 1.0}
    wallet.deposit("USD", 7)
    state.takeStep()

    assert [state.getAgent(name).wallet.balance("USD") for name in ("a", "b")] == [10, 7]


@given(st.integers(0, 10**30), shares)
def test_the_parts_sum_to_the_whole_to_the_base_unit(amount: Amount, weights: list[float]) -> None:
    parts = split(amount, {str(number): weight for number, weight in enumerate(weights)})

    assert sum(parts.values()) == amount
    assert all(part >= 0 for part in parts.values())


@given(st.integers(0, 10**30), shares)
def test_no_part_misses_its_share_by_more_than_a_base_unit(amount: Amount, weights: list[float]) -> None:
    parts = split(amount, {str(number): weight for number, weight in enumerate(weights)})

    for part, weight in zip(parts.values(), weights, strict=True):
        assert abs(part - amount * weight / sum(weights)) <= 1 + amount * 1e-14


@pytest.mark.parametrize("wrong", [{"a": 0.5}, {"a": 0.7, "b": 0.7}, {"a": 1.5, "b": -0.5}, {}])
def test_shares_that_do_not_sum_to_1_are_refused_and_nothing_is_moved(wrong: Mapping[str, float]) -> None:
    wallet = Wallet("router", USD=10)
    state = routing(RouterAgent("router", wallet, lambda: wrong), "a", "b")

    with pytest.raises(StrategyError, match="router splits by the shares .* Give shares that sum to 1"):
        state.takeStep()

    assert wallet.balance("USD") == 10


def test_a_receiver_that_does_not_exist_is_named() -> None:
    state = routing(RouterAgent("router", Wallet("router", USD=10), lambda: {"nobody": 1.0}))

    with pytest.raises(NetlistError, match='no agent is called "nobody"'):
        state.takeStep()
