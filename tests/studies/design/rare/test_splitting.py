"""Splitting is unbiased, and its error bars come from repetitions."""

from collections.abc import Generator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.studies.design.rare.problems import reserve
from tokenspice.engine.errors import StudyError
from tokenspice.studies.design.rare.repetitions import combined
from tokenspice.studies.design.rare.splitting import Climb, Path, Split, split

Run = tuple[int, tuple[tuple[int, int], ...]]


def path(run: Run, column: str = "expected") -> Path[Run]:
    rows = reserve({"u": 100.0}, *run)
    return Path(run, Climb.of(rows["Tick"].tolist(), (-rows[column]).tolist()), bool((rows["r"] < 0).any()))


def repetition(number: int, n: int, column: str = "expected") -> Split[Run]:
    """One repetition, with runs of numpy alone."""
    first = [path((1_000 * number + place, ()), column) for place in range(n)]
    going: Generator[Any, Any, Split[Run]] = split(first, np.random.default_rng(number))
    children: list[Path[Run]] | None = None
    salt = 0
    while True:
        try:
            asked = next(going) if children is None else going.send(children)
        except StopIteration as ended:
            found: Split[Run] = ended.value
            return found
        children = []
        for one in asked:
            salt += 1
            earlier = tuple(branch for branch in one.parent[1] if branch[0] < one.tick)
            branches = (*earlier, (one.tick, salt)) if one.tick < 100 else one.parent[1]
            children.append(path((one.parent[0], branches), column))


@pytest.mark.slow
@pytest.mark.parametrize("column", ["expected", "r"])
def test_the_mean_of_many_repetitions_is_the_probability_whatever_the_score(column: str) -> None:
    found = combined([repetition(number, 40, column).probability for number in range(120)])

    assert found.interval[0] < 7.416e-3 < found.interval[1]


@given(st.lists(st.tuples(st.integers(0, 99), st.floats(-5, 5)), max_size=20))
def test_a_climb_rises_and_tells_the_first_row_above_a_level(rows: list[tuple[int, float]]) -> None:
    ticks, scores = [tick for tick, _ in rows], [score for _, score in rows]
    climb = Climb.of(range(len(rows)), scores)

    assert list(climb.scores) == sorted(set(climb.scores))
    for level in (-6.0, 0.0, climb.top):
        above = [place for place, score in enumerate(scores) if score > level]
        assert climb.first_above(level) == (above[0] if above else None)
    assert len(ticks) == len(scores)


def test_runs_that_come_no_nearer_have_no_way() -> None:
    first = [Path(number, Climb((0,), (1.0,)), number == 0) for number in range(10)]

    with pytest.raises(StopIteration) as ended:
        next(split(first, np.random.default_rng(0)))

    assert ended.value.value.probability == pytest.approx(0.1)


def test_one_run_is_not_enough() -> None:
    with pytest.raises(StudyError, match="none to go on with"):
        next(split([Path(0, Climb((), ()), False)], np.random.default_rng(0)))


def test_a_repetition_with_over_half_of_the_sum_makes_a_lower_bound() -> None:
    found = combined([0.0, 0.0, 1e-6, 1e-4])

    assert found.dominant == 3
    assert found.is_lower_bound


@given(st.lists(st.floats(0, 1).filter(lambda x: x == 0 or x > 1e-200), min_size=2, max_size=12))
def test_intervals_hold_the_mean_and_no_negative_share(values: list[float]) -> None:
    found = combined(values)

    assert 0 <= found.interval[0] <= found.probability * (1 + 1e-9)
    assert found.probability <= found.interval[1] * (1 + 1e-9)


def test_one_repetition_has_no_spread() -> None:
    with pytest.raises(StudyError, match="have no spread"):
        combined([0.1])
