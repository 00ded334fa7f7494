"""Cycles, and what they say together."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.markets.cases import cases
from tokenspice.markets.errors import StrategyConfigError
from tokenspice.markets.prices.table import timestamp
from tokenspice.studies.pools.walk_forward import WalkForward, cycle_segments, efficiency, regime

DAY_MS = 86_400_000


@pytest.mark.parametrize("kind", ["rolling", "expanding"])
def test_cycles_are_the_recorded_ones(kind: str) -> None:
    case = cases()["wf_cycles"]
    inputs = case["inputs"]
    start, end = timestamp(inputs["start"]), timestamp(inputs["end"])

    found = cycle_segments(0, (end - start) // 60_000, WalkForward(inputs["n_cycles"], kind == "expanding"), 0.0)

    expected = [[(timestamp(date) - start) // 60_000 for date in row] for row in case["expected"][kind]]
    assert [[s.train.first, s.train.end, s.test.first, s.test.end] for s in found] == expected


@given(st.integers(1, 6), st.booleans(), st.floats(0, 0.9), st.integers(10, 40), st.integers(0, 1000))
def test_tests_tile_the_period_and_no_training_reaches_its_test(
    cycles: int, anchored: bool, held: float, days: int, first: int
) -> None:
    parts = cycle_segments(first, days * 1440 + 7, WalkForward(cycles, anchored), held)

    assert len(parts) == cycles and parts[-1].test.end == first + days * 1440
    assert all(a.test.end == b.test.first for a, b in zip(parts, parts[1:], strict=False))
    assert all(p.train.first >= first and p.known_end == p.test.first for p in parts)


def test_too_few_days_are_refused() -> None:
    with pytest.raises(StrategyConfigError, match="need 4 days"):
        cycle_segments(0, 3 * 1440, WalkForward(3), 0.2)
    with pytest.raises(StrategyConfigError, match="cycles is 0"):
        WalkForward(0)


def test_efficiencies_are_the_recorded_ones() -> None:
    case = cases()["wfe"]

    found = [efficiency(a, b) for a, b in zip(case["inputs"]["is"], case["inputs"]["oos"], strict=True)]

    assert found[0] == pytest.approx(case["expected"]["wfe"][0]) and np.isnan(found[1])


@pytest.mark.parametrize(
    ("volatility", "growth", "tags"),
    [(0.1, 0.5, ("low_vol", "bull")), (0.6, -0.5, ("medium_vol", "bear")), (1.5, 0.0, ("high_vol", "sideways"))],
)
def test_regimes_have_names(volatility: float, growth: float, tags: tuple[str, str]) -> None:
    days = 101
    wave = np.tile([1.0, -1.0], 50) * volatility / np.sqrt(365)
    logs = np.concatenate([[0.0], np.cumsum(wave + growth / 100)])
    prices = np.exp(np.repeat(logs, 1440))[: (days - 1) * 1440 + 1, None] * np.ones(2)

    assert regime(prices) == tags
