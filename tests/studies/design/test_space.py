"""Points become values of a parameter's type, and draws depend on the run's seed alone."""

from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from scipy import stats

from tokenspice.engine.errors import StrategyError, StudyError
from tokenspice.engine.units import Amount
from tokenspice.engine.variables import (
    Beta,
    Choice,
    Discrete,
    Empirical,
    LogNormal,
    Normal,
    Random,
    Range,
    Triangular,
    Uniform,
)
from tokenspice.studies.batch.design import distinct_seeds
from tokenspice.studies.design.draws import Seeds, child_seed, random_settings
from tokenspice.studies.design.space import Box, Cloud

TYPES = {"a": Amount, "n": int, "x": float, "b": bool, "c": Literal["pool", "outside"]}
BOX = Box(
    {
        "a": Range("2000", "50000", log=True),
        "n": Range(1, 4),
        "x": Range(0.0, 1.0, step=0.25),
        "b": Choice(False, True),
        "c": Choice("pool", "outside"),
    },
    TYPES,
)


def test_a_point_is_values_of_the_parameters_types() -> None:
    assert BOX.settings([0.5, 0.99, 0.5, 0.5, 0.0]) == {"a": "10000", "n": 4, "x": 0.5, "b": True, "c": "pool"}


def test_each_step_and_whole_number_is_as_likely_as_another() -> None:
    values = [BOX.settings([0.0, u, u, 0.0, 0.0]) for u in (np.arange(1000) + 0.5) / 1000]

    assert np.bincount([int(one["n"]) for one in values])[1:].tolist() == [250] * 4
    assert np.unique([float(one["x"]) for one in values], return_counts=True)[1].tolist() == [200] * 5


def test_values_have_their_points() -> None:
    for u in np.random.default_rng(np.random.SeedSequence(0)).random((50, 5)):
        point = BOX.point(BOX.settings(u))
        assert BOX.point(BOX.settings(point)) == pytest.approx(point)
        assert point[0] == pytest.approx(u[0])


def test_sobol_points_grow_without_redrawing() -> None:
    assert (BOX.sobol(32, 7)[:12] == BOX.sobol(12, 7)).all()
    assert len(BOX.sobol(13, 7)) == 13


@pytest.mark.parametrize(
    ("random", "law"),
    [
        (Normal(1, 2), stats.norm(1, 2)),
        (LogNormal(median=3, spread=0.5), stats.lognorm(0.5, scale=3)),
        (Uniform(-1, 3), stats.uniform(-1, 4)),
        (Triangular(0, 1, 4), stats.triang(0.25, 0, 4)),
        (Beta(2, 3, low=-1, high=1), stats.beta(2, 3, -1, 2)),
        (Normal(0, 1, within=(-1, 2)), stats.truncnorm(-1, 2)),
    ],
)
def test_draws_are_of_the_law_that_is_declared(random: Random, law: stats.rv_continuous) -> None:
    cloud = Cloud({"x": random})
    values = [float(random_settings(cloud, seed)["x"]) for seed in range(2_000)]

    assert stats.kstest(values, law.cdf).pvalue > 0.01


def test_correlated_draws_have_spearmans_rank_correlation() -> None:
    cloud = Cloud({"x": LogNormal(1, 1), "y": Uniform(0, 1)}, {("x", "y"): -0.6})
    pairs = [random_settings(cloud, seed) for seed in range(4_000)]

    rank = stats.spearmanr([float(one["x"]) for one in pairs], [float(one["y"]) for one in pairs]).statistic
    assert rank == pytest.approx(-0.6, abs=0.03)


def test_a_draw_depends_on_the_runs_seed_and_not_on_other_variables() -> None:
    alone, together = Cloud({"x": Normal(0, 1)}), Cloud({"w": Uniform(0, 1), "x": Normal(0, 1)})

    assert random_settings(alone, 5)["x"] == random_settings(together, 5)["x"]
    assert random_settings(alone, 5) != random_settings(alone, 6)


def test_correlations_that_cannot_hold_together_are_refused_by_name() -> None:
    pairs = {("a", "b"): 0.7, ("b", "c"): 0.7, ("a", "c"): -0.95}
    cloud = Cloud({name: Normal(0, 1) for name in "abc"}, pairs)

    with pytest.raises(StudyError, match="the correlation of a and c"):
        cloud.settings([0, 0, 0])


def test_correlations_that_hold_only_together_are_taken() -> None:
    pairs = {("a", "b"): 0.9, ("b", "c"): 0.9, ("a", "c"): 0.9}

    assert len(Cloud({name: Normal(0, 1) for name in "abc"}, pairs).settings([0, 0, 0])) == 3


def test_weights_and_observed_values_are_drawn(tmp_path: Path) -> None:
    (tmp_path / "seen.csv").write_text("day,price\n1,10\n2,30\n3,20\n")
    cloud = Cloud({"c": Discrete({"pool": 3, "outside": 1}), "p": Empirical("seen.csv", "price")}, {}, TYPES, tmp_path)
    draws = [random_settings(cloud, seed) for seed in range(400)]

    assert 0.68 < np.mean([one["c"] == "pool" for one in draws]) < 0.82
    assert {one["p"] for one in draws} == {10.0, 20.0, 30.0}


def test_amounts_whole_numbers_and_choices_are_read_as_their_parameters() -> None:
    cloud = Cloud({"a": LogNormal("5000", 0.8), "n": Uniform(1, 9)}, {}, TYPES)
    settings = random_settings(cloud, 3)

    assert isinstance(settings["a"], str) and float(settings["a"]) > 0
    assert isinstance(settings["n"], int)
    with pytest.raises(StrategyError, match='c = "inside"'):
        Box({"c": Choice("pool", "inside")}, TYPES).settings([0.9])


def test_seeds_are_those_of_a_batch_and_children_have_others() -> None:
    seeds = Seeds(11)

    assert seeds.first(500) == distinct_seeds(11, 500)
    assert seeds[3_000] == distinct_seeds(11, 3_001)[3_000]
    assert seeds.first(500) == distinct_seeds(11, 500)
    assert not set(Seeds(11, "confirmation").first(500)) & set(seeds.first(500))
    assert child_seed(11, "search") != child_seed(11, "confirmation")
