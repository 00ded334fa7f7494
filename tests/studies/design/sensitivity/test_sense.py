"""sense: which variables matter to a reserve whose variance is known, and how much is chance."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import PROJECT
from tokenspice.engine.errors import StudyError
from tokenspice.engine.study import Choice, Metric, Range, Study, Uniform, final
from tokenspice.engine.variables import Value
from tokenspice.studies.design.result import Result
from tokenspice.studies.design.sensitivity.sense import sense

RESERVE = PROJECT / "tests" / "netlists" / "reserve" / "netlist.py"


def reserve(settings: Mapping[str, Value], seed: int) -> dict[str, float]:
    z = np.random.default_rng(seed).standard_normal()
    bonus = 30.0 if settings.get("mode") == "rich" else 0.0
    return {"end": float(settings["u"]) + 100 * float(settings["mu"]) + 10 * float(settings["s"]) * z + bonus}


RANDOM = Study(random={"u": Uniform(50, 150), "mu": Uniform(-0.5, 0.5), "s": Uniform(1, 3)})
DESIGN = Study(design={"u": Range(50.0, 150.0), "mu": Range(-0.5, 0.5), "s": Range(1.0, 3.0)})
KNOWN = {"u": (0.3968, 0.3968), "mu": (0.3968, 0.3968), "s": (0.0, 0.0159), "chance": (0.1905, 0.2063)}


def shares(result: Result) -> dict[str, tuple[float, float]]:
    return {row["input"]: (row["S"], row["T"]) for row in result.table.to_pylist()}


def test_chance_is_an_input_beside_the_reserves_parameters() -> None:
    result = sense(reserve, RANDOM, budget=6144, width=0.0)

    found = shares(result)
    assert list(found) == list(KNOWN)
    for name, (first, total) in KNOWN.items():
        assert found[name][0] == pytest.approx(first, abs=0.06)
        assert found[name][1] == pytest.approx(total, abs=0.03)
    assert "What the inputs can explain: 7" in result.report() or "What the inputs can explain: 8" in result.report()


def test_it_stops_once_every_total_is_known_closely_enough() -> None:
    wide = sense(reserve, DESIGN, width=0.3)
    narrow = sense(reserve, DESIGN, budget=64 * 6, width=0.01)

    assert wide.verdict == "done" and wide.runs_made < 1000
    assert narrow.verdict == "undecided" and narrow.exit_code == 4
    assert "runs would do" in narrow.report()


def test_chance_holds_the_random_variables_that_are_not_asked_for() -> None:
    study = Study(design={"u": Range(50.0, 150.0)}, random={"mu": Uniform(-0.5, 0.5), "s": Uniform(1, 3)})

    found = shares(sense(reserve, study, over=("design",), budget=64 * 4 * 16, width=0.0))

    assert list(found) == ["u", "chance"]
    assert found["chance"][1] == pytest.approx(1 - 0.3968, abs=0.08)


def test_one_at_a_time_gives_the_slope_and_common_seeds_make_it_exact() -> None:
    rows = {row["variable"]: row for row in sense(reserve, DESIGN, method="oat").table.to_pylist()}

    assert rows["u"]["slope"] == pytest.approx(1) and rows["mu"]["slope"] == pytest.approx(100)
    assert rows["u"]["high"] - rows["u"]["low"] == pytest.approx(0, abs=1e-9)
    assert rows["s"]["low"] <= 0 <= rows["s"]["high"] or rows["s"]["p_value"] < 0.05


def test_a_choice_is_compared_with_the_nominal_one() -> None:
    study = Study(design={**DESIGN.design, "mode": Choice("plain", "rich")})

    rows = sense(reserve, study, method="oat").table.to_pylist()

    (mode,) = [row for row in rows if row["variable"] == "mode"]
    assert {mode["before"], mode["after"]} == {"plain", "rich"}
    assert abs(mode["difference"]) == pytest.approx(30)


def test_morris_ranks_them() -> None:
    rows = sense(reserve, DESIGN, method="morris").table.to_pylist()

    assert [row["input"] for row in rows][2] == "s"
    assert rows[0]["mu_star"] == pytest.approx(100)


def test_given_takes_what_another_study_ran(tmp_path: Path) -> None:
    sense(reserve, DESIGN, budget=64 * 6, width=0.0, out_dir=tmp_path / "sobol")

    result = sense(reserve, DESIGN, method="given", from_dirs=(tmp_path / "sobol",))

    found = {row["input"]: row["S"] for row in result.table.to_pylist()}
    assert found["u"] == pytest.approx(0.3968, abs=0.15) and found["s"] < 0.15
    assert result.runs_made <= 1


@pytest.mark.slow
def test_a_study_writes_its_page_and_its_picture_and_again_the_same_bytes(tmp_path: Path) -> None:
    study = Study(design={"u": Range(50.0, 150.0)}, metrics={"end": final("r")})
    folders = [tmp_path / name for name in ("one", "two")]

    for folder, workers in zip(folders, (1, 2), strict=True):
        sense(RESERVE, study, method="morris", reps=4, out_dir=folder, workers=workers)

    names = {"report.md", "sense.parquet", "runs.parquet", "elementary_effects.png", "ledger", "study.json"}
    for name in names:
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes(), name
    again = sense(RESERVE, study, method="morris", reps=4, out_dir=folders[0], resume=True, workers=1)
    assert again.runs_made == 0


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"budget": 383}, r"sobol over 3 variables takes at least 64·6 = 384 runs"),
        ({"method": "sobel"}, 'there is no method "sobel". Choose oat'),
        ({"of": "edn"}, 'there is no metric "edn". There are: end'),
        ({"over": ("environment",)}, "no variables of environment"),
        ({"over": ("designs",)}, 'there is no role "designs"'),
        ({"method": "given"}, "Name its folder: --from DIR"),
    ],
)
def test_what_cannot_be_answered_is_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(StudyError, match=words):
        sense(reserve, DESIGN, **changes)  # type: ignore[arg-type]


def test_correlated_inputs_are_refused_or_it_is_said_that_they_are_varied_apart() -> None:
    study = Study(random=RANDOM.random, correlations={("u", "mu"): 0.5})

    with pytest.raises(StudyError, match="independent inputs, and the study correlates u with mu"):
        sense(reserve, study)
    assert (
        "the study correlates u and mu; here each is varied without" in sense(reserve, study, method="morris").report()
    )


def test_a_metric_without_variance_or_without_an_end_is_refused() -> None:
    def flat(settings: Mapping[str, Value], seed: int) -> dict[str, float]:
        return {"end": 3.0, "passage": np.inf}

    with pytest.raises(StudyError, match="end is 3 in all 384 runs, so nothing matters"):
        sense(flat, DESIGN)
    with pytest.raises(StudyError, match="passage is infinite in 384 of 384 runs"):
        sense(flat, DESIGN, of="passage")


def test_a_run_that_fails_is_named() -> None:
    def fails(settings: Mapping[str, Value], seed: int) -> dict[str, float]:
        if float(settings["u"]) > 140:
            raise ValueError("too rich")
        return {"end": float(settings["u"])}

    with pytest.raises(StudyError, match="sobol needs a value of every run, and .* failed: .*too rich"):
        sense(fails, DESIGN)


def test_a_function_as_a_metric_is_asked_of_rows() -> None:
    study = Study(design={"u": Range(50.0, 150.0)}, metrics={"gain": Metric(lambda rows: rows["r"][-1] - rows["r"][0])})

    (row,) = sense(RESERVE, study, method="oat", reps=2, workers=1).table.to_pylist()

    assert row["difference"] == pytest.approx(0)
