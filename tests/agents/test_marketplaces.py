"""Marketplaces grow at a compound rate, and pay toll on what they sell."""

import pytest

from tests.engine.fakes import IdleAgent, new_state
from tokenspice.agents.marketplaces import MarketplacesAgent, MarketplacesStrategy
from tokenspice.engine.errors import StrategyError
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.units import DAY, HOUR, Seconds, in_tokens, tokens

START = MarketplacesStrategy(n_marketplaces=10.0, sales_per_marketplace_per_s=2.0, toll_agent="toll")


def selling(growth: float, toll: float, time_step: Seconds = DAY) -> tuple[SimStateBase, MarketplacesAgent, IdleAgent]:
    state = new_state(time_step=time_step)
    marketplaces = MarketplacesAgent("markets", START, lambda: growth, lambda sales: toll * sales)
    receiver = IdleAgent("toll")
    state.addAgent(marketplaces)
    state.addAgent(receiver)
    return state, marketplaces, receiver


@pytest.mark.parametrize("growth", [0.415, -0.118, 0.0])
@pytest.mark.parametrize(("time_step", "ticks_per_year"), [(DAY, 365), (HOUR, 8760)])
def test_a_year_of_ticks_compounds_to_the_annual_rate(growth: float, time_step: Seconds, ticks_per_year: int) -> None:
    state, marketplaces, _ = selling(growth, toll=0.0, time_step=time_step)

    for _ in range(ticks_per_year):
        marketplaces.takeStep(state)

    assert marketplaces.n_marketplaces == pytest.approx(10 * (1 + growth), rel=1e-11)
    assert marketplaces.sales_per_marketplace_per_s == pytest.approx(2 * (1 + growth), rel=1e-11)
    assert marketplaces.sales_per_s == pytest.approx(20 * (1 + growth) ** 2, rel=1e-11)


def test_a_toll_on_the_sales_of_the_tick_is_paid_and_counted() -> None:
    state, marketplaces, receiver = selling(growth=0.0, toll=0.002)

    state.takeStep()

    paid = receiver.wallet.balance("USD")
    assert in_tokens(paid) == pytest.approx(0.002 * 20 * DAY, rel=1e-15)
    assert marketplaces.tolls == paid
    assert marketplaces.wallet.balance("USD") == 0


def test_growth_comes_before_the_sales_of_the_same_tick() -> None:
    state, _, receiver = selling(growth=1.0, toll=1.0, time_step=365 * DAY)

    state.takeStep()

    assert receiver.wallet.balance("USD") == tokens(2 * 2 * 20 * 365 * DAY)


def test_there_are_no_fewer_than_no_marketplaces() -> None:
    with pytest.raises(StrategyError, match="n_marketplaces = -1"):
        MarketplacesStrategy(-1.0, 1.0, "toll")
