"""The Gini coefficient."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenspice.agents.statistics import gini

amounts = st.lists(st.integers(0, 10**6), min_size=1, max_size=20)


@pytest.mark.parametrize(
    ("shares", "wanted"), [([1, 1, 1], 0.0), ([0, 0, 0, 8], 0.75), ([1, 3], 0.25), ([0, 0], 0.0), ([5], 0.0)]
)
def test_known_values(shares: list[float], wanted: float) -> None:
    assert gini(shares) == wanted


@given(amounts)
def test_it_is_half_the_relative_mean_difference(shares: list[int]) -> None:
    n, total = len(shares), sum(shares)
    difference = sum(abs(one - other) for one in shares for other in shares)

    assert gini(shares) == pytest.approx(difference / (2 * n * total) if total else 0)


@given(amounts, st.integers(1, 100))
def test_the_unit_does_not_matter(shares: list[int], factor: int) -> None:
    assert gini([factor * share for share in shares]) == pytest.approx(gini(shares))


@given(st.lists(st.integers(0, 10**6), min_size=1))
def test_floats_and_ints_agree(amounts: list[int]) -> None:
    assert gini([float(amount) for amount in amounts]) == pytest.approx(gini(amounts))
