"""The worst that an environment can do is found, and what is said of it is confirmed with fresh seeds."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.studies.design.cases import RESERVE
from tokenspice.engine.errors import StudyError
from tokenspice.engine.study import Choice, Normal, Range, Spec, Study
from tokenspice.studies.design.corner_file import read_corners
from tokenspice.studies.design.worst import worst


def branin(settings: Mapping[str, Any], seed: int) -> dict[str, float]:
    """Branin's function with noise of standard deviation 5; it is 308.129 at most, at (-5, 0)."""
    x, y = float(settings["x"]), float(settings["y"])
    square = (y - 5.1 * x**2 / (4 * math.pi**2) + 5 * x / math.pi - 6) ** 2
    noise = float(np.random.default_rng(np.random.SeedSequence(seed)).standard_normal())
    return {"value": square + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10 + 5 * noise}


BRANIN = Study(environment={"x": Range(-5.0, 10.0), "y": Range(0.0, 15.0)}, specs=[Spec("value", at_most=0.0)])


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_worst_of_a_box_is_found_and_its_confirmed_interval_holds_it(seed: int) -> None:
    row = min(worst(branin, BRANIN, seed=seed).table.to_pylist(), key=lambda one: float(one["confirmed"]))

    assert (row["x"], row["y"]) == (pytest.approx(-5.0, abs=0.05), pytest.approx(0.0, abs=0.05))
    assert row["low of value"] <= 308.13 <= row["high of value"]


def bowl(settings: Mapping[str, Any], seed: int) -> dict[str, float]:
    """Worst inside the box: 7 at (0.3, 0.6) where kind is b, 5 where it is a."""
    depth = 7.0 if settings["kind"] == "b" else 5.0
    return {"loss": depth - 20 * ((float(settings["x"]) - 0.3) ** 2 + (float(settings["y"]) - 0.6) ** 2)}


def test_choices_are_searched_too_and_the_worst_may_lie_inside() -> None:
    box: dict[str, Any] = {"x": Range(0.0, 1.0), "y": Range(0.0, 1.0), "kind": Choice("a", "b")}
    result = worst(bowl, Study(environment=box, specs=[Spec("loss", at_most=2.0)]), reps=1, budget=200)
    row = min(result.table.to_pylist(), key=lambda one: float(one["confirmed"]))

    assert result.verdict == "fails"
    assert row["kind"] == "b"
    assert (row["x"], row["y"]) == (pytest.approx(0.3, abs=0.1), pytest.approx(0.6, abs=0.1))


def test_random_variables_may_be_searched_within_their_tails() -> None:
    study = Study(
        environment={"mu": Range(-1.0, 0.0)}, random={"s": Normal(2.0, 0.2)}, specs=[Spec("end", at_least=0.0)]
    )

    def end(settings: Mapping[str, Any], seed: int) -> dict[str, float]:
        return {"end": 10 + 10 * float(settings["mu"]) - float(settings["s"])}

    row = min(worst(end, study, over=["random"], reps=1).table.to_pylist(), key=lambda one: float(one["confirmed"]))

    assert row["mu"] == pytest.approx(-1.0, abs=0.02)
    assert row["s"] == pytest.approx(2 + 0.2 * 3.09, abs=0.02)  # of which 99.9 % lie below


def test_the_page_says_what_the_random_sets_show_and_corners_fail_again(tmp_path: Path) -> None:
    result = worst(RESERVE, None, budget=100, reps=2, extract=2, out_dir=tmp_path / "w", settings={"max_ticks": 3})

    assert "with 95 % confidence less than 31.23 % of the box is worse" in result.report()
    assert "optimistic" in result.report()
    assert [one.seed is not None for one in read_corners(tmp_path / "w" / "corners.toml")] == [True, True]


@pytest.mark.parametrize(
    ("study", "text"),
    [
        (Study(specs=[Spec("end", at_least=0)]), "there is no environment variable"),
        (Study(environment={"mu": Range(0, 1)}), "what is bad, a spec says"),
    ],
)
def test_what_cannot_be_asked_is_refused(study: Study, text: str) -> None:
    with pytest.raises(StudyError, match=text):
        worst(branin, study)
    with pytest.raises(StudyError, match="worst takes at least 128 runs"):
        worst(branin, BRANIN, budget=127)
