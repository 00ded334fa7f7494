"""Free numbers and their coordinates."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.studies.pools.training.examples import GAIN, MEMORY, scenario
from tokenspice.markets.errors import StrategyConfigError
from tokenspice.markets.strategies.memory import decay_of_memory, logistic
from tokenspice.markets.strategies.rules import Momentum
from tokenspice.studies.pools.training.space import (
    CoordinateMap,
    FreeNumber,
    Space,
    default_map,
    to_coordinate,
    to_value,
)


@given(st.sampled_from(list(CoordinateMap)), st.floats(0.02, 0.98), st.sampled_from([1440, 60]))
def test_a_coordinate_gives_its_number_back(kind: CoordinateMap, part: float, chunk: int) -> None:
    value = part if kind is CoordinateMap.logit else 1.0 + 200 * part

    x = to_coordinate(kind, np.array(value), chunk)

    assert to_value(np, kind, x, 1.0, chunk) == pytest.approx(value, rel=1e-9)


def test_a_memory_s_coordinate_is_the_logit_of_its_decay() -> None:
    x = to_coordinate(CoordinateMap.logit_decay, np.array([0.5, 10.0, 200.0]), 1440)

    np.testing.assert_allclose(logistic(x), decay_of_memory(np.array([0.5, 10.0, 200.0]), 1440), rtol=1e-9)


def test_a_point_becomes_a_scenario_and_signs_stay() -> None:
    space = Space(scenario(Momentum(5.0, (10.0, -20.0, 3.0))), (MEMORY, GAIN))

    rule = space.scenario_at(space.start).strategy.rule  # type: ignore[union-attr]

    assert isinstance(rule, Momentum)
    np.testing.assert_allclose(rule.gain_per_day, (10.0, -20.0, 3.0))
    np.testing.assert_allclose(rule.memory_days, (5.0, 5.0, 5.0))


def test_a_number_may_be_shared_and_lie_anywhere() -> None:
    fee = FreeNumber("frictions.fee", 1e-4, 0.01, CoordinateMap.logit, per_token=False)
    shared = FreeNumber("strategy.rule.memory_days", 1.0, 50.0, CoordinateMap.logit_decay, per_token=False)
    space = Space(scenario(), (fee, shared))

    assert space.size == 2
    assert space.scenario_at(space.start).frictions.fee == pytest.approx(0.003)


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("strategy.rule.memory", "no memory"),
        ("strategy.rule.average_memory_days", "no number"),
        ("pool.moves", "no number"),
    ],
)
def test_what_is_no_number_is_not_free(path: str, says: str) -> None:
    with pytest.raises(StrategyConfigError, match=says):
        Space(scenario(), (FreeNumber(path, 1.0, 2.0, CoordinateMap.identity),))


def test_ranges_that_a_map_does_not_reach_are_refused() -> None:
    for kind, low, high in (
        (CoordinateMap.log2, 0.0, 1.0),
        (CoordinateMap.logit, 0.1, 1.0),
        (CoordinateMap.identity, 2.0, 1.0),
    ):
        with pytest.raises(StrategyConfigError, match="write|Write|reach"):
            FreeNumber("pool.x", low, high, kind)


def test_a_field_without_a_usual_range_needs_one() -> None:
    assert default_map("strategy.rule.fast_memory_days")[0] is CoordinateMap.logit_decay
    with pytest.raises(StrategyConfigError, match="low and high"):
        default_map("frictions.noise_ratio")
