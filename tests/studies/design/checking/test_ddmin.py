"""What is left does it, and nothing of it can be left out."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenspice.studies.design.checking.ddmin import ddmin, one_by_one

NEEDED = st.sets(st.integers(0, 19), max_size=4)


@pytest.mark.parametrize("least", [ddmin, one_by_one])
@given(needed=NEEDED)
def test_exactly_what_is_needed_is_left(least: Callable[..., tuple[int, ...]], needed: set[int]) -> None:
    assert set(least(range(20), lambda part: needed <= set(part))) == needed


@pytest.mark.parametrize("least", [ddmin, one_by_one])
@given(either=st.tuples(NEEDED, NEEDED))
def test_of_two_ways_one_is_left_that_is_minimal(
    least: Callable[..., tuple[int, ...]], either: tuple[set[int], set[int]]
) -> None:
    def does(part: tuple[int, ...]) -> bool:
        return any(way <= set(part) for way in either)

    left = least(range(20), does)

    assert does(left)
    assert not any(does(left[:place] + left[place + 1 :]) for place in range(len(left)))
