"""Searches, on problems whose best is known."""

import numpy as np
import pytest

from tests.studies.design.optimisation.problems import BRANIN, branin
from tokenspice.engine.errors import StudyError
from tokenspice.studies.design.optimisation.searches import Sampler, search_called
from tokenspice.studies.design.space import Box

BOX = Box(BRANIN.design)


@pytest.mark.parametrize("sampler", ["tpe", "cmaes"])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_branins_well_is_found_in_two_hundred_runs(sampler: Sampler, seed: int) -> None:
    search = search_called(sampler, [0, 0], 1, None, 200, seed)
    best = np.inf
    for _ in range(200 // search.block):
        values = [branin(BOX.settings(point), 0)["y"] for point in search.ask()]
        search.tell([[value] for value in values], [[0.0]] * len(values))
        best = min(best, *values)

    assert best - 0.397887 < 0.02


@pytest.mark.parametrize("sampler", ["tpe", "cmaes", "nsga2"])
def test_the_same_seed_asks_the_same(sampler: Sampler) -> None:
    def asked() -> list[tuple[float, ...]]:
        search = search_called(sampler, [0, 0, 0], 1, (0.2, 0.3, 0.4), 60, 7)
        points = []
        for _ in range(3):
            points += search.ask()
            search.tell([[sum(point)] for point in points[-search.block :]], [[-1.0]] * search.block)
        return points

    first = asked()
    assert first == asked()
    assert sampler == "cmaes" or first[0] == (0.2, 0.3, 0.4)


def test_choices_are_asked_for_and_the_better_one_more_often() -> None:
    search = search_called("tpe", [3], 1, None, 80, 0)
    asked: list[float] = []
    for _ in range(10):
        points = search.ask()
        search.tell([[abs(point[0] - 0.5)] for point in points], [[0.0]] * len(points))
        asked += [point[0] for point in points]

    assert {round(point, 3) for point in asked} == {0.167, 0.5, 0.833}
    assert sum(point == 0.5 for point in asked[40:]) > 25


def test_a_constraint_is_kept_by_order_alone() -> None:
    search = search_called("cmaes", [0, 0], 1, None, 200, 0)
    kept = []
    for _ in range(30):
        points = search.ask()
        # Large is best, and more than a half in all is not allowed.
        search.tell([[-sum(point)] for point in points], [[sum(point) - 0.5] for point in points])
        kept += [sum(point) for point in points if sum(point) <= 0.5]

    assert max(kept) > 0.49


@pytest.mark.parametrize(
    ("sampler", "axes", "goals", "words"),
    [
        ("cmaes", [0, 3], 1, "over numbers alone"),
        ("cmaes", [0], 2, "one goal"),
        ("gp", [0], 2, "gp searches for one goal"),
        ("nsga3", [0], 2, 'there is no sampler "nsga3"'),
    ],
)
def test_what_a_sampler_cannot_do_is_refused(sampler: Sampler, axes: list[int], goals: int, words: str) -> None:
    with pytest.raises(StudyError, match=words):
        search_called(sampler, axes, goals, None, 100, 0)
