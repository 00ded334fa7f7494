"""KPIs count the ticks that they have seen, and sum over any stretch of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.fakes import new_state
from tokenspice.engine.kpis import KPIsBase, PrefixSums
from tokenspice.engine.observer import RowListener
from tokenspice.engine.sim_engine import SimEngine
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.units import HOUR


def test_a_step_is_one_tick_and_its_seconds() -> None:
    kpis = KPIsBase(HOUR)
    assert (kpis.tick, kpis.elapsed) == (0, 0)

    for _ in range(3):
        kpis.takeStep(new_state())

    assert (kpis.tick, kpis.elapsed) == (3, 3 * HOUR)


def test_when_a_row_is_written_kpis_have_seen_all_ticks_before_it() -> None:
    seen: list[tuple[int, int]] = []

    def log_data(state: SimStateBase) -> dict[str, float]:
        seen.append((state.tick, state.kpis.tick))
        return {}

    SimEngine(new_state(max_ticks=3), log_data, [RowListener(lambda row: None)]).run()

    assert seen == [(0, 0), (1, 1), (2, 2), (3, 3)]


def sums(values: list[int]) -> PrefixSums[int]:
    ticks = PrefixSums(0)
    for value in values:
        ticks.append(value)
    return ticks


@given(st.lists(st.integers(-(10**30), 10**30), max_size=30), st.integers(-5, 35), st.integers(-5, 35))
def test_a_stretch_of_ticks_sums_those_of_them_that_exist(values: list[int], first: int, end: int) -> None:
    ticks = sums(values)

    expected = sum(values[max(first, 0) : max(end, 0)]) if first < end else None
    if expected is not None:
        assert ticks.between(first, end) == expected
    assert (len(ticks), ticks.total) == (len(values), sum(values))


def test_the_last_ticks_are_those_that_there_are() -> None:
    assert [sums([1, 2, 4]).last(n_ticks) for n_ticks in (0, 1, 2, 3, 9)] == [0, 4, 6, 7, 7]


@pytest.mark.parametrize(
    ("start", "end", "integral"), [(0, 23, 240), (0, 22, 230), (1, 24, 230), (2, 24, 220), (-9, -1, 0), (-9, 0, 10)]
)
def test_an_integral_over_seconds_includes_the_first_and_the_last(start: int, end: int, integral: float) -> None:
    assert sums([10] * 8).integral(start, end, time_step=3) == integral


@given(st.lists(st.integers(0, 99), max_size=8), st.integers(-9, 40), st.integers(0, 40), st.integers(1, 5))
def test_an_integral_is_the_sum_over_each_second(rates: list[int], start: int, length: int, time_step: int) -> None:
    per_second = [rate for rate in rates for _ in range(time_step)]
    end = start + length

    expected = sum(per_second[max(start, 0) : max(end + 1, 0)])
    assert sums(rates).integral(start, end, time_step) == expected
