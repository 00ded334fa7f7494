"""Outside prices: their law, and how pools move them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenspice.agents.prices import GeometricBrownianMotion, OracleAgent, PriceAgent, TransientImpact, as_answer
from tokenspice.engine.errors import StrategyError
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.sim_strategy import SimStrategyBase
from tokenspice.engine.units import YEAR
from tokenspice.web3engine.chain import Chain

NORMAL = st.floats(-6, 6)


def steps(agent: PriceAgent, count: int, seed: int = 0) -> list[float]:
    state = SimStateBase(SimStrategyBase(time_step=YEAR // 100, seed=seed))
    prices = []
    for _ in range(count):
        agent.takeStep(state)
        state.tick += 1
        prices.append(agent.price)
    return prices


@given(price=st.floats(1e-9, 1e9), mu=st.floats(-1, 1), years=st.floats(0, 10), z=NORMAL)
def test_without_volatility_a_price_drifts_by_its_rate(price: float, mu: float, years: float, z: float) -> None:
    assert GeometricBrownianMotion(mu, 0).step(price, years, z) == pytest.approx(price * math.exp(mu * years))


@given(price=st.floats(1e-9, 1e9), sigma=st.floats(0, 2), years=st.floats(1e-6, 1), one=NORMAL, other=NORMAL)
def test_two_steps_are_one_step_of_both_lengths(
    price: float, sigma: float, years: float, one: float, other: float
) -> None:
    motion = GeometricBrownianMotion(0.1, sigma)

    twice = motion.step(motion.step(price, years, one), years, other)

    assert twice == pytest.approx(motion.step(price, 2 * years, (one + other) / math.sqrt(2)))


def test_its_logarithm_has_the_mean_and_deviation_of_the_law() -> None:
    motion, draws = GeometricBrownianMotion(0.2, 0.8), np.random.default_rng(1).standard_normal(40_000)

    logs = np.log([motion.step(1.0, 0.5, z) for z in draws])

    assert logs.mean() == pytest.approx((0.2 - 0.32) * 0.5, abs=4 * logs.std() / 200)
    assert logs.std() == pytest.approx(0.8 * math.sqrt(0.5), rel=0.02)


def test_a_volatility_below_zero_is_refused() -> None:
    with pytest.raises(StrategyError, match=r"sigma = -0.1"):
        GeometricBrownianMotion(sigma=-0.1)


def test_the_same_seed_and_name_give_the_same_path() -> None:
    def path(name: str, seed: int) -> list[float]:
        return steps(PriceAgent(name, 100.0, GeometricBrownianMotion()), 20, seed)

    assert path("a", 1) == path("a", 1)
    assert path("a", 1) != path("b", 1) != path("a", 2)


def test_a_pool_that_nobody_else_pushes_has_no_impact() -> None:
    agent: PriceAgent = PriceAgent("a", 100.0, GeometricBrownianMotion(), pool_price=lambda: agent.traded)

    steps(agent, 50)

    assert agent.traded == agent.price


def test_a_push_draws_the_price_with_it_and_fades() -> None:
    pushes = [10.0, 0.0, 0.0]
    state = SimStateBase(SimStrategyBase(time_step=YEAR // 100))
    state.tick = 1  # in the first tick, nobody can have pushed yet
    agent: PriceAgent = PriceAgent(
        "a", 100.0, GeometricBrownianMotion(sigma=0), TransientImpact(0.1, 2.0), lambda: agent.traded + pushes.pop(0)
    )

    seen = []
    for _ in range(3):
        agent.takeStep(state)
        seen.append(agent.traded - agent.price)

    assert seen == pytest.approx([1.0, math.exp(-0.02), math.exp(-0.04)])


def test_however_hard_a_pool_is_pushed_the_price_stays_positive() -> None:
    agent = PriceAgent("a", 100.0, GeometricBrownianMotion(), pool_price=lambda: 1e-6)

    steps(agent, 50)

    assert agent.traded >= agent.price / 2 > 0


def test_an_oracle_posts_what_the_price_is(chain: Chain) -> None:
    wallet = chain.wallet("oracle")
    aggregator = chain.deploy("oracle/Aggregator", wallet.address, as_answer(1.0))
    prices = [3265.25, 0.5]
    agent = OracleAgent("oracle", wallet, aggregator, lambda: prices.pop(0))

    answers = []
    for _ in range(2):
        agent.takeStep(SimStateBase(SimStrategyBase(), chain))
        answers.append(chain.read(aggregator.latestAnswer()))

    assert answers == [326_525_000_000, 50_000_000]


@given(price=st.floats(1e-12, 1e12))
def test_an_answer_is_positive_and_near(price: float) -> None:
    assert 1 <= as_answer(price) <= max(price * 1e8, 1) * (1 + 1e-15)
