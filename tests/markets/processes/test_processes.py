"""Processes of one price: the cases PATH-1 and PATH-2, and the laws that each promises."""

from typing import Any

import numpy as np
import pytest

from tests.markets.exchange.cases import cases
from tokenspice.engine.errors import StrategyError
from tokenspice.engine.streams import RandomStreams
from tokenspice.engine.units import DAY, HOUR, MINUTE, YEAR
from tokenspice.markets.errors import PriceDataError
from tokenspice.markets.processes import (
    ArithmeticWalk,
    DoubleGamma,
    FuzzSeries,
    GeometricBrownianMotion,
    GeometricWalk,
    JumpDiffusion,
    OrnsteinUhlenbeck,
    Process,
    RegimeChangeWalk,
    SwitchingVolatility,
    sigma_of_step,
)

ALL: list[Process] = [
    ArithmeticWalk(),
    RegimeChangeWalk(floor=1),
    OrnsteinUhlenbeck(),
    GeometricWalk(),
    JumpDiffusion(),
    SwitchingVolatility(),
    DoubleGamma(),
    FuzzSeries(),
]


def rng(name: str = "prices") -> np.random.Generator:
    return RandomStreams(1)(name)


def logs(process: Process, length: int, time_step: int = HOUR) -> Any:
    return np.diff(np.log(process.path(rng(), length, time_step)))


@pytest.mark.parametrize("id", ["PATH-1", "PATH-2"])
def test_a_walk_along_given_numbers_is_the_published_path(id: str) -> None:
    given = cases()[id]["given"]
    walk = ArithmeticWalk(given["start"], given["sigma"], given["drift"])

    path = walk.along(np.random.RandomState(given["seed"]).standard_normal(given["n"] + 1).tolist())

    assert path == pytest.approx(cases()[id]["expect"], abs=1e-6)


@pytest.mark.parametrize("process", ALL, ids=lambda process: type(process).__name__)
def test_a_path_has_its_length_and_begins_at_the_start(process: Process) -> None:
    path = process.path(rng(), 60, HOUR)

    assert len(path) == 60
    assert path[0] == getattr(process, "start")  # noqa: B009  (a parameter of each, not of the interface)
    assert process.path(rng(), 60, HOUR) == path
    assert process.path(rng("others"), 60, HOUR) != path
    assert len(process.path(rng(), 1, HOUR)) == 1


def test_a_walk_that_falls_to_zero_is_refused_unless_it_has_a_floor() -> None:
    with pytest.raises(PriceDataError, match=r"ArithmeticWalk: the price of step \d+ is -.*floor"):
        ArithmeticWalk(start=3, drift=-1).path(rng(), 10, HOUR)
    assert min(ArithmeticWalk(start=3, drift=-1, floor=0.5).path(rng(), 10, HOUR)) == 0.5


def test_a_walk_rounds_prices_where_it_is_told_to() -> None:
    path = ArithmeticWalk(decimals=2).path(rng(), 50, HOUR)

    assert path == [round(price, 2) for price in path]


def test_a_regime_changes_at_its_step_and_not_before() -> None:
    crash = RegimeChangeWalk(start=1000, break_step=20, sigma_before=0, sigma_after=0, drift_before=1, drift_after=-2)

    path = crash.path(rng(), 30, HOUR)

    assert np.diff(path).tolist() == [1] * 19 + [-2] * 10
    assert RegimeChangeWalk(break_step=99, sigma_before=0).path(rng(), 5, HOUR) == [100] * 5


def test_a_reverting_number_settles_at_its_mean_and_follows_its_drift() -> None:
    path = OrnsteinUhlenbeck(theta=0.1, mu=5, sigma=0.3, start=50).path(rng(), 20_000, HOUR)
    drifting = OrnsteinUhlenbeck(theta=0.5, mu=0, sigma=0, start=0, drift=2).path(rng(), 200, HOUR)

    assert np.mean(path[500:]) == pytest.approx(5, abs=0.1)
    assert np.std(path[500:]) == pytest.approx(0.3 / np.sqrt(1 - 0.9**2), rel=0.05)
    assert np.diff(drifting)[-1] == pytest.approx(2)


def test_a_geometric_walk_has_the_drift_and_volatility_of_its_motion() -> None:
    steps = logs(GeometricWalk(motion=GeometricBrownianMotion(mu=0.5, sigma=0.8)), 50_000, DAY)

    assert steps.std() == pytest.approx(0.8 * np.sqrt(DAY / YEAR), rel=0.01)
    assert steps.mean() == pytest.approx((0.5 - 0.32) * DAY / YEAR, abs=3 * steps.std() / np.sqrt(50_000))


def test_jumps_leave_the_mean_as_it_was_and_make_heavy_tails() -> None:
    process = JumpDiffusion(motion=GeometricBrownianMotion(0, 0.3), jumps=20, jump_mean=-0.05, jump_sigma=0.05)
    steps = logs(process, 100_000, DAY)

    assert np.exp(steps).mean() == pytest.approx(1, abs=4 * steps.std() / np.sqrt(100_000))
    assert ((steps - steps.mean()) ** 4).mean() / steps.var() ** 2 > 5
    assert logs(JumpDiffusion(jumps=0), 1000).std() == pytest.approx(0.3 * np.sqrt(HOUR / YEAR), rel=0.1)


def test_volatility_is_wild_in_its_share_of_the_time() -> None:
    process = SwitchingVolatility(calm=3 * HOUR, wild=HOUR)

    assert np.mean(process.is_wild(rng(), 100_000, MINUTE)) == pytest.approx(0.25, abs=0.02)


def test_a_double_gamma_has_the_promised_variance_and_kurtosis() -> None:
    steps = logs(DoubleGamma(shape=0.5, scale=0.01), 400_000)

    assert steps.var() == pytest.approx(2 * 0.5 * 0.01**2, rel=0.02)
    assert (steps**4).mean() / steps.var() ** 2 == pytest.approx(3 + 3 / 0.5, rel=0.06)
    assert steps.mean() == pytest.approx(0, abs=1e-4)


def test_a_fuzz_series_trends_only_between_quiet_parts_and_spikes_thrice() -> None:
    drifts = FuzzSeries().drifts(rng(), 1000)
    path = np.array(FuzzSeries(sigma=0, most_drift=0).path(rng(), 500, MINUTE))

    assert 0 < np.mean(np.array(drifts) != 0) < 0.67
    assert drifts[:50] == [0.0] * 50
    assert sorted(np.round(path[path != 1500] / 1500, 2)) in (
        [0.95, 0.95, 1.05],
        [0.95, 1.05, 1.05],
        [0.95] * 3,
        [1.05] * 3,
    )


def test_a_price_beyond_what_tokens_can_pay_is_refused() -> None:
    with pytest.raises(StrategyError, match="DoubleGamma: the logarithm"):
        DoubleGamma(scale=20).path(rng(), 1000, HOUR)


def test_the_sigma_of_a_step_is_the_annual_volatility_over_its_time() -> None:
    assert sigma_of_step(70_000, 2, YEAR // 400) == pytest.approx(2 * 70_000 / 20)
