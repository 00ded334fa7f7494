"""The formulas of wsloop, and what its KPIs count over months and years."""

import math

import pytest

from tests.engine.fakes import new_state
from tokenspice.agents.grants import GrantTakingAgent
from tokenspice.agents.marketplaces import MarketplacesAgent, MarketplacesStrategy
from tokenspice.agents.supply import TokenSupply
from tokenspice.engine.units import MONTH, YEAR, in_tokens, tokens
from tokenspice.engine.wallet import Wallet
from tokenspice.netlists.wsloop.netlist import KPIs, SimState, SimStrategy


class Measured:
    """KPIs of an economy that a test moves by hand, a day at a time."""

    def __init__(self, ss: SimStrategy = SimStrategy()) -> None:
        self.marketplaces = MarketplacesAgent(
            "markets", MarketplacesStrategy(2.0, 3.0, "toll"), lambda: 0.0, lambda sales: 0.0
        )
        self.worker = GrantTakingAgent("worker", Wallet("worker"), lambda: 1.0)
        self.supply = TokenSupply("OCEAN", tokens(1000))
        self.price = 0.5
        self.kpis = KPIs(ss, self.marketplaces, [self.worker], self.supply, lambda: self.price)

    def day(self, spends: float = 0.0, mints: int = 0, burns: int = 0) -> None:
        self.worker.spent_at_tick = spends
        self.supply.mint(tokens(mints))
        self.supply.burn(tokens(burns), tokens(2 * burns))
        self.kpis.takeStep(new_state())


@pytest.mark.parametrize(
    ("ratio", "growth"), [(0.0, -0.25), (0.075, 0.125), (0.15, 0.3125), (1e6, 0.5), (math.inf, 0.5)]
)
def test_growth_saturates_with_the_ratio_of_rnd_to_revenue(ratio: float, growth: float) -> None:
    ss = SimStrategy(growth_rate_if_0_sales=-0.25, max_growth_rate=0.5, tau=0.075)

    assert ss.annual_growth_rate(ratio) == pytest.approx(growth, abs=1e-12)


def test_sales_revenue_and_stake_follow_from_consume_sales() -> None:
    ss = SimStrategy()

    assert (ss.swap_sales(2.0), ss.total_sales(2.0), ss.total_staked(2.0)) == (200, 202, 202)
    assert ss.network_revenue(1.0) == pytest.approx(0.13)


def test_before_the_first_tick_nothing_was_measured_and_growth_is_infinite() -> None:
    kpis = Measured().kpis

    assert (kpis.sales(MONTH), kpis.monthly_rnd(), kpis.monthly_minted(), kpis.fundamentals_valuation()) == (0, 0, 0, 0)
    assert (kpis.rnd_to_sales_ratio(), kpis.network_revenue_growth(MONTH)) == (0, math.inf)
    assert kpis.annual_growth_rate() == SimStrategy().growth_rate_if_0_sales


def test_sales_of_a_period_are_the_seconds_in_it() -> None:
    measured = Measured()
    for _ in range(400):
        measured.day()

    kpis = measured.kpis
    assert kpis.sales(MONTH) == pytest.approx(6 * MONTH, rel=1e-12)
    assert kpis.one_marketplace_sales(YEAR) == pytest.approx(3 * YEAR, rel=1e-12)
    assert kpis.network_revenue(MONTH) == pytest.approx(0.13 * 6 * MONTH, rel=1e-12)
    assert kpis.fundamentals_valuation() == pytest.approx(30 * 0.13 * 6 * YEAR, rel=1e-12)
    # The month before ends within a second that the last one holds too.
    assert kpis.sales(MONTH, ago=MONTH) == pytest.approx(6 * (MONTH + 1), rel=1e-12)


def test_growth_compares_a_period_with_the_one_before() -> None:
    measured = Measured()
    for _ in range(30):
        measured.day()
    measured.marketplaces.n_marketplaces *= 1.5
    for _ in range(30):
        measured.day()

    assert measured.kpis.network_revenue_growth(MONTH) == pytest.approx(0.5, rel=1e-5)
    assert measured.kpis.network_revenue_growth(YEAR) == math.inf


def test_rnd_is_what_was_spent_in_the_last_thirty_ticks_over_the_revenue() -> None:
    measured = Measured()
    for day in range(45):
        measured.day(spends=float(day))

    assert measured.kpis.monthly_rnd() == sum(range(15, 45))
    assert measured.kpis.rnd_to_sales_ratio() == pytest.approx(sum(range(15, 45)) / (0.13 * 6 * MONTH), rel=1e-12)


def test_rnd_without_any_revenue_is_infinitely_much() -> None:
    measured = Measured(SimStrategy(percent_consume_sales_for_network=0.0, swap_to_consume_sales_ratio=0.0))
    measured.day(spends=1.0)

    assert measured.kpis.rnd_to_sales_ratio() == math.inf
    assert measured.kpis.annual_growth_rate() == pytest.approx(SimStrategy().max_growth_rate, rel=1e-15)


def test_minting_and_burning_of_a_month_are_those_of_its_thirty_days() -> None:
    measured = Measured()
    measured.day(mints=100, burns=7)
    for _ in range(29):
        measured.day(mints=1, burns=2)
    assert (measured.kpis.monthly_minted(), measured.kpis.monthly_burned()) == (tokens(129), tokens(65))

    measured.day(mints=1, burns=2)
    assert (measured.kpis.monthly_minted(), measured.kpis.monthly_burned()) == (tokens(30), tokens(60))
    assert measured.kpis.monthly_burned_USD() == tokens(120)


def test_what_was_minted_is_worth_the_price_of_its_day_and_in_legacy_of_the_present() -> None:
    fixed, legacy = Measured(), Measured(SimStrategy(legacy=True))
    for measured in (fixed, legacy):
        measured.day(mints=100)
        measured.price = 0.75
        measured.day(mints=10)

    assert fixed.kpis.monthly_minted_USD() == 100 * 0.5 + 10 * 0.75
    assert legacy.kpis.monthly_minted_USD() == 110 * 0.75


def test_the_price_counts_this_ticks_sales_only_after_all_agents_have_stepped() -> None:
    state = SimState(SimStrategy(init_speculation_valuation=1.0))
    worker = state.agents.filter_by_class(GrantTakingAgent)["opc_workers"]

    state.takeStep()

    came_in = {symbol: in_tokens(amount) for symbol, amount in worker.wallet.total_in.items()}
    price = 1.0 / in_tokens(state.supply.total)
    assert worker.spent_at_tick == pytest.approx(came_in["USD"] + came_in["OCEAN"] * price, rel=1e-12)
    assert state.overall_valuation() > 1000
