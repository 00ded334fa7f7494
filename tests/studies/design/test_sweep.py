"""Sweeps of functions with known answers."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tokenspice.engine import Choice, Range, Study, StudyError
from tokenspice.studies.design import load_surrogate, sweep

BOX = Study(design={"u": Range(50, 150), "mu": Range(-0.5, 0.5)})


def reserve(settings: Any, seed: int) -> dict[str, float]:
    """End a walk of 100 steps with drift."""
    return {"end": settings["u"] + 100 * settings["mu"] + 2 * np.random.default_rng(seed).standard_normal(100).sum()}


def branin(settings: Any, seed: int) -> dict[str, float]:
    a, b = settings["x"], settings["y"]
    valley = (b - 5.1 / (4 * np.pi**2) * a * a + 5 / np.pi * a - 6) ** 2
    return {"f": valley + 10 * (1 - 1 / (8 * np.pi)) * np.cos(a) + 10}


def ishigami(settings: Any, seed: int) -> dict[str, float]:
    a, b, c = (settings[name] for name in "abc")
    return {"y": np.sin(a) + 7 * np.sin(b) ** 2 + 0.1 * c**4 * np.sin(a)}


def noise(settings: Any, seed: int) -> dict[str, float]:
    return {"y": np.random.default_rng([seed, int(settings["a"] * 1e9)]).normal()}


def test_the_mean_of_a_drifting_reserve_is_known_to_its_slope(tmp_path: Path) -> None:
    result = sweep(reserve, BOX, budget=640, out_dir=tmp_path / "out")

    learnt = load_surrogate(tmp_path / "out" / "surrogate.json")
    low, high = (learnt.predict("end", {"u": 100.0, "mu": mu}).mean for mu in (-0.4, 0.4))
    assert result.verdict == "done"
    assert result.table["q2"][0].as_py() >= 0.9
    assert (high - low) / 0.8 == pytest.approx(100, rel=0.02)


def test_branin_is_known_from_64_points_and_cross_validation_says_so() -> None:
    study = Study(design={"x": Range(-5, 10), "y": Range(0, 15)})
    from tokenspice.studies.design.surrogate.axes import Axis, as_columns
    from tokenspice.studies.design.surrogate.validation import folds_of, train

    rng = np.random.default_rng(1)
    axes = [Axis("x", -5, 10), Axis("y", 0, 15)]
    result = sweep(branin, study, reps=1, budget=64)
    points = sobol_points(axes, 64)
    trained = train("gp", as_columns(axes, points), values_of(branin, points, "f"), np.zeros(64), folds_of(64, 0))
    unseen = [{"x": rng.uniform(-5, 10), "y": rng.uniform(0, 15)} for _ in range(500)]
    true = values_of(branin, unseen, "f")
    q2 = 1 - ((true - trained.predict(as_columns(axes, unseen))) ** 2).sum() / ((true - true.mean()) ** 2).sum()
    assert q2 >= 0.99
    assert abs(trained.validated.q2 - q2) <= 0.02
    assert result.verdict == "done"


def test_ishigami_asks_for_more_than_64_points() -> None:
    ends = {name: Range(-np.pi, np.pi) for name in "abc"}

    result = sweep(ishigami, Study(design=ends), reps=1, budget=64)

    assert (result.verdict, result.exit_code) == ("undecided", 4)
    assert "--budget 128" in result.report()


def test_of_mere_noise_no_effect_is_told() -> None:
    result = sweep(noise, Study(design={"a": Range(0, 1), "c": Choice("p", "q")}), budget=128)

    assert result.verdict == "undecided"
    assert "no effect is shown" in result.report()
    assert result.tables["effects"].num_rows == 0


def test_what_does_not_vary_is_said_to_be_flat() -> None:
    result = sweep(lambda settings, seed: {"y": 3.0}, Study(design={"a": Range(0, 1)}))

    assert result.verdict == "done"
    assert "none of the variables matters" in result.report()


def test_a_surrogate_refuses_what_lies_outside_its_box(tmp_path: Path) -> None:
    sweep(reserve, BOX, budget=128, out_dir=tmp_path / "out")
    learnt = load_surrogate(tmp_path / "out" / "surrogate.json")

    with pytest.raises(StudyError, match="u = 200.0 lies outside the box"):
        learnt.predict("end", {"u": 200.0, "mu": 0.0})
    assert learnt.as_bytes() == (tmp_path / "out" / "surrogate.json").read_bytes()


def test_a_metric_that_is_infinite_has_no_mean() -> None:
    with pytest.raises(StudyError, match="infinite"):
        sweep(lambda settings, seed: {"day": np.inf if settings["a"] > 0.5 else 1.0}, Study(design={"a": Range(0, 1)}))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"model": "spline"}, "Choose gp, boost or auto"),
        ({"of": ["nothing"]}, 'no metric "nothing"'),
        ({"over": ["chance"]}, "no role of variables"),
        ({"over": ["random"]}, "no random variable to vary"),
        ({"budget": 10}, "at least 128 runs"),
    ],
)
def test_wrong_words_are_refused(options: Any, message: str) -> None:
    with pytest.raises(StudyError, match=message):
        sweep(reserve, BOX, **options)


def sobol_points(axes: Any, n: int) -> list[dict[str, float]]:
    from scipy.stats import qmc

    places = qmc.Sobol(len(axes), rng=np.random.default_rng(0)).random(n)
    return [{a.name: a.low + (a.high - a.low) * u for a, u in zip(axes, place, strict=True)} for place in places]


def values_of(function: Any, points: Any, name: str) -> Any:
    return np.array([function(point, 0)[name] for point in points])


def test_an_interval_knows_how_few_the_seeds_were(tmp_path: Path) -> None:
    inside = 0
    for seed in range(8):
        out = tmp_path / str(seed)
        sweep(reserve, BOX, budget=128, seed=seed, out_dir=out)
        low, high = load_surrogate(out / "surrogate.json").predict("end", {"u": 100.0, "mu": 0.1})[1:]
        inside += low <= 110 <= high
    assert inside >= 6
