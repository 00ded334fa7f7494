"""Scenario discovery where the box is known."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tokenspice.engine import Choice, Range, Spec, Study, StudyError
from tokenspice.studies.design import discover
from tokenspice.studies.design.scenarios.prim import find_boxes
from tokenspice.studies.design.scenarios.stability import split

FIVE = {f"x{number}": Range(0, 1) for number in range(1, 6)}
SPEC = [Spec("y", at_most=0.5)]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few half-samples: how often limits return is not asked."""
    from tokenspice.studies.design.scenarios import stability

    monkeypatch.setattr(stability.returns, "__defaults__", (2,))


def corner(settings: Any, seed: int) -> dict[str, float]:
    return {"y": float(settings["x1"] < 0.3 and settings["x2"] > 0.6)}


@pytest.mark.parametrize(("flipped", "tolerance"), [(0.0, 0.02), (0.05, 0.03)])
def test_a_corner_is_found_to_its_limits(quick: None, flipped: float, tolerance: float) -> None:
    def noisy(settings: Any, seed: int) -> dict[str, float]:
        return {"y": abs(corner(settings, seed)["y"] - (np.random.default_rng(seed).random() < flipped))}

    result = discover(noisy, Study(design=FIVE, specs=SPEC), budget=1000)

    rows = {row["variable"]: row for row in result.table.to_pylist()}
    assert rows.keys() == {"x1", "x2"}
    assert rows["x1"]["high"] == pytest.approx(0.3, abs=tolerance)
    assert rows["x2"]["low"] == pytest.approx(0.6, abs=tolerance)
    if not flipped:
        assert min(rows["x1"]["coverage"], rows["x1"]["density"]) >= 0.9


def test_a_choice_is_named_and_a_finished_folder_says_the_same_without_a_run(quick: None, tmp_path: Path) -> None:
    def with_choice(settings: Any, seed: int) -> dict[str, float]:
        return {"y": float(settings["o"] == "b" and settings["x1"] > 0.5)}

    study = Study(design={"x1": Range(0, 1)}, environment={"o": Choice("a", "b", "c")}, specs=SPEC)
    made = discover(with_choice, study, budget=500, out_dir=tmp_path / "made")
    taken = discover(with_choice, study, from_dirs=(tmp_path / "made",))

    rows = {row["variable"]: row for row in made.table.to_pylist()}
    assert rows["o"]["choices"] == ["b"]
    assert rows["x1"]["low"] == pytest.approx(0.5, abs=0.02)
    assert taken.table.equals(made.table)
    assert taken.runs_made == 0


def test_failures_that_come_from_anywhere_have_no_box(quick: None) -> None:
    def chance(settings: Any, seed: int) -> dict[str, float]:
        return {"y": np.random.default_rng(seed).random() * 0.6}

    result = discover(chance, Study(design=FIVE, specs=SPEC), budget=500)

    assert result.table.num_rows == 0
    assert "they come from anywhere" in result.report()


def test_two_corners_are_two_boxes() -> None:
    rng = np.random.default_rng(0)
    table = {f"x{number}": rng.random(600) for number in range(4)}
    fails = ((table["x0"] < 0.3) & (table["x1"] > 0.7)) | ((table["x0"] > 0.75) & (table["x1"] < 0.3))

    boxes = find_boxes(table, fails)

    assert [sorted(box.limits) for box in boxes] == [["x0", "x1"], ["x0", "x1"]]
    assert (boxes[0].holds(table) | boxes[1].holds(table))[fails].mean() >= 0.95


def test_a_third_of_the_runs_judges_what_the_others_found() -> None:
    found_by = split(1000, np.random.default_rng(0))

    assert found_by.sum() == 700


def test_too_few_failures_are_named_with_the_tools_that_find_more() -> None:
    def seldom(settings: Any, seed: int) -> dict[str, float]:
        return {"y": float(settings["x1"] > 0.99)}

    with pytest.raises(StudyError, match=r"only \d of 500 runs fail: use worst, or rare"):
        discover(seldom, Study(design=FIVE, specs=SPEC), budget=500)


@pytest.mark.parametrize(
    ("study", "options", "message"),
    [
        (Study(design=FIVE), {}, "no spec that a run could fail"),
        (Study(design=FIVE, specs=SPEC), {"of": "z"}, "no spec of z"),
        (Study(design=FIVE, specs=[Spec("y", at_most=1, over="mean")]), {}, "no single run fails"),
        (Study(design=FIVE, specs=SPEC), {"budget": 100}, "at least 500 runs"),
    ],
)
def test_wrong_words_are_refused(study: Study, options: Any, message: str) -> None:
    with pytest.raises(StudyError, match=message):
        discover(corner, study, **options)
