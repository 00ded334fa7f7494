"""Fits of a walk whose posterior is known: 50 steps of mean 0.3 and standard deviation 2, prior N(0, 1)."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tokenspice.engine import Choice, Normal, Range, Study, StudyError, final
from tokenspice.studies.design import fit
from tokenspice.studies.design.bayes.population import population_monte_carlo
from tokenspice.studies.design.bayes.posterior import adjusted, distances_from, ranks_are_uniform, scale_of_metrics

STEPS = 50
STUDY = Study(random={"mu": Normal(0, 1)}, metrics={"end": final("r")})


def walk(settings: Any, seed: int) -> dict[str, Any]:
    steps = settings.get("mu", 0.0) + 2 * np.random.default_rng(seed).standard_normal(STEPS)
    return {"Tick": np.arange(STEPS + 1.0), "r": np.concatenate([[0.0], np.cumsum(steps)])}


def data_of_mean(mean: float) -> dict[str, Any]:
    found = walk({"mu": 0.0}, 5)
    drift = (mean * STEPS - found["r"][-1]) / STEPS
    return {"Tick": found["Tick"], "r": found["r"] + drift * found["Tick"]}


@pytest.mark.slow
def test_the_posterior_of_a_walks_drift_is_the_known_one(tmp_path: Path) -> None:
    result = fit(walk, data_of_mean(0.3), STUDY, out_dir=tmp_path / "out")

    row = result.table.to_pylist()[0]
    assert row["mean"] == pytest.approx(0.2778, abs=0.06)
    assert row["sd"] == pytest.approx(0.2722, abs=0.06)
    assert result.runs_made <= 40_000
    assert result.tables["posterior"]["weight"].to_numpy().sum() == pytest.approx(1)
    assert "not identified" not in result.report()


def test_regression_takes_off_what_distance_remains() -> None:
    rng = np.random.default_rng(0)
    points = rng.standard_normal((2_000, 1))
    metrics = STEPS * points + 2 * np.sqrt(STEPS) * rng.standard_normal((2_000, 1))
    scale, goal = scale_of_metrics(metrics), np.array([15.0])
    first = points, distances_from(metrics, goal, scale)
    (nearest,) = population_monte_carlo(first, lambda new: np.zeros(len(new)), rng, budget=2_000)

    moved = adjusted(nearest.points, nearest.weights, metrics[nearest.places], goal, scale)

    assert nearest.points.std() > 0.3
    assert moved.std() == pytest.approx(0.2722, abs=0.03)
    assert moved.mean() == pytest.approx(0.2778, abs=0.05)


def test_what_the_data_does_not_tell_is_not_identified() -> None:
    study = Study(
        design={"x": Range(0, 1), "o": Choice("a", "b")}, random={"mu": Normal(0, 1)}, metrics={"end": final("r")}
    )

    result = fit(walk, data_of_mean(0.3), study, priors="design", budget=2_200)

    assert min(result.table["left"].to_pylist()) > 0.9
    assert result.report().count("**not identified**") == 2


def test_the_nearest_point_is_confirmed_with_fresh_seeds() -> None:
    result = fit(walk, data_of_mean(0.3), STUDY, method="best", budget=1_500)

    values = dict(zip(result.table["variable"].to_pylist(), result.table["value"].to_pylist(), strict=True))
    assert float(values["mu"]) == pytest.approx(0.3, abs=0.25)
    assert "which is optimistic" in result.report()


def test_places_that_are_not_even_are_noticed() -> None:
    rng = np.random.default_rng(0)

    assert ranks_are_uniform(rng.random(20)) > 0.05
    assert ranks_are_uniform(rng.random(20) ** 4) < 0.01


@pytest.mark.slow
def test_known_truths_lie_evenly_in_their_posteriors() -> None:
    result = fit(walk, data_of_mean(0.3), STUDY, calibrate=True, budget=42_200)

    assert result.tables["calibration"].num_rows >= 18
    assert "Nothing speaks against the posteriors." in result.report()


@pytest.mark.parametrize(
    ("data", "options", "message"),
    [
        (data_of_mean(10.0), {"budget": 2_200}, r"out of reach: end is 500, and the prior's runs reach from -\d+"),
        ({"x": [1.0]}, {}, "end cannot be told from the data"),
        ({"r": []}, {}, "the data has no rows"),
        ({"r": ["a"]}, {}, "holds no numbers"),
        (data_of_mean(0.3), {"budget": 100}, "at least 2100 runs"),
        (data_of_mean(0.3), {"method": "guess"}, "Choose abc or best"),
        (data_of_mean(0.3), {"priors": "design"}, "no design variable"),
        (data_of_mean(0.3), {"of": ["nothing"]}, 'no metric "nothing"'),
        (Path("nothing.parquet"), {}, "cannot be read"),
    ],
)
def test_wrong_words_and_unfit_data_are_refused(data: Any, options: Any, message: str) -> None:
    with pytest.raises(StudyError, match=message):
        fit(walk, data, STUDY, **options)
