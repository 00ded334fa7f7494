"""Corners are the ends of the environment or those that are named; each is judged by itself, with the same seeds."""

from pathlib import Path
from typing import Any

import pytest

from tests.studies.design.cases import STUDY, reserve_end
from tokenspice.engine.errors import StudyError
from tokenspice.engine.study import Choice, Range, Spec, Study
from tokenspice.studies.design.corner_file import Corner, corners_file, read_corner, read_corners
from tokenspice.studies.design.corners import corners, ends_of
from tokenspice.studies.design.space import Box


def test_all_combinations_of_ends_are_looked_at_up_to_sixty_four() -> None:
    box: dict[str, Any] = {"x": Range(0.0, 1.0), "kind": Choice("a", "b", "c"), "y": Range(5.0, 7.0)}
    points = ends_of(Box(box))

    assert len(points) == 12
    assert points[0] == Corner("x=0.0, kind=a, y=5.0", {"x": 0.0, "kind": "a", "y": 5.0})


def test_of_more_each_end_alone_and_all_low_and_all_high() -> None:
    points = ends_of(Box({f"x{n}": Range(0.0, 1.0) for n in range(7)}))

    assert len(points) == 2 * 7 + 2
    assert points[1].settings == {"x0": 1.0}
    assert points[-1] == Corner("all high", {f"x{n}": 1.0 for n in range(7)})


def test_a_corner_is_judged_by_its_runs() -> None:
    result = corners(reserve_end, STUDY, reps=200)
    low, high = result.table.to_pylist()

    assert (low["corner"], low["verdict"]) == ("mu=-1.0", "fails")
    assert (high["corner"], high["verdict"]) == ("mu=0.0", "holds")
    assert high["mean"] - low["mean"] == pytest.approx(100.0), "the seeds are the same"
    assert (result.verdict, result.exit_code) == ("fails", 3)


def test_few_seeds_show_that_it_holds_only_where_little_is_asked() -> None:
    easy = corners(reserve_end, STUDY, corners={"calm": {"mu": 0.0}})

    assert (easy.verdict, easy.exit_code) == ("undecided", 4)
    assert "if all runs meet it, --reps 36 shows that it holds" in easy.report()
    assert corners(reserve_end, STUDY, corners={"calm": {"mu": 0.0}}, reps=36).verdict == "holds"


def test_an_extracted_corner_fails_again(tmp_path: Path) -> None:
    corners(reserve_end, STUDY, extract=2, out_dir=tmp_path / "c")
    again = corners(reserve_end, STUDY, corners=tmp_path / "c" / "corners.toml")

    assert [row["runs"] for row in again.table.to_pylist()] == [1, 1]
    assert again.verdict == "fails"


def test_a_limit_on_the_mean_is_judged_by_its_interval() -> None:
    specs = [Spec("end", at_least=40.0, over="mean"), Spec("end", at_most=40.0, over="mean")]
    result = corners(reserve_end, Study(specs=specs), corners={"here": {"mu": -0.5}}, reps=40)

    assert [row["verdict"] for row in result.table.to_pylist()] == ["holds", "fails"]


def test_corners_are_written_and_read(tmp_path: Path) -> None:
    known = [Corner("hot, dry", {"price.sigma": 1.5, "oracle": "outside", "bad": True}, 7, ((3, 1),), ("b",))]
    (tmp_path / "c.toml").write_bytes(corners_file(known, ["why\nnot"]))

    assert read_corners(tmp_path / "c.toml") == known
    assert read_corner("hot:price.sigma=1.5,oracle=outside") == Corner(
        "hot", {"price.sigma": "1.5", "oracle": "outside"}
    )


@pytest.mark.parametrize("text", ["hot", "hot:", ":a=1", "hot:a", "hot:a=1,b"])
def test_words_that_are_no_corner_are_refused(text: str) -> None:
    with pytest.raises(StudyError, match="write NAME:PARAMETER=VALUE"):
        read_corner(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [("x = 1\n", "a table for each corner"), ("[a]\nx = [1, 2]\n", "write one value"), ("[a]\nseed = 'b'\n", "seed")],
)
def test_files_that_hold_something_else_are_refused(text: str, found: str, tmp_path: Path) -> None:
    (tmp_path / "c.toml").write_text(text)

    with pytest.raises(StudyError, match=found):
        read_corners(tmp_path / "c.toml")


def test_nothing_to_look_at_is_refused() -> None:
    with pytest.raises(StudyError, match="there is no environment and no corner"):
        corners(reserve_end, Study(specs=STUDY.specs))
    with pytest.raises(StudyError, match="corners ask whether specs hold"):
        corners(reserve_end, Study(environment=STUDY.environment))
    with pytest.raises(StudyError, match="corners takes at least 40 runs"):
        corners(reserve_end, STUDY, budget=39)
