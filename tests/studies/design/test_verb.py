"""A design verb hands its tool the study that was asked for, and ends with the verdict's exit code."""

from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from tests.studies.design.cases import RESERVE
from tokenspice.engine.study import Range, Spec, Study
from tokenspice.studies.cli import app as tsp
from tokenspice.studies.commands.design.verb import design_verb
from tokenspice.studies.design.result import Result, Verdict


class Asked:
    """What the tool was called with."""

    study: Study = Study()
    common: dict[str, Any] = {}
    verdict: Verdict = "done"


def a_tool(netlist: Any, study: Study, common: Any, depth: int = 3) -> Result:
    """Do something."""
    Asked.study, Asked.common = study, {**common, "depth": depth}
    return Result("a_tool", None, Asked.verdict, "# A page\n\nnumbers\n\n## Notes\n\nmore\n", {}, common["out_dir"], 7)


def called(*words: str) -> Any:
    app = typer.Typer()
    app.command("tool")(design_verb(a_tool))
    app.command("other")(lambda: None)
    return CliRunner().invoke(app, ["tool", str(RESERVE), *words])


@pytest.mark.parametrize(("verdict", "code"), [("done", 0), ("holds", 0), ("fails", 3), ("undecided", 4)])
def test_the_exit_code_is_the_verdict(verdict: Verdict, code: int, tmp_path: Path) -> None:
    Asked.verdict = verdict
    result = called(str(tmp_path / "out"))

    assert result.exit_code == code
    assert result.output == f"# A page\n\nnumbers\n\n{verdict}; 7 runs made: {tmp_path / 'out'}\n"


def test_options_change_the_netlists_study_word_by_word(tmp_path: Path) -> None:
    Asked.verdict = "done"
    words = ["--environment", "mu=-2:0", "--spec", "end >= 5 in 0.5", "--set", "max_ticks=4", "--seed", "9", "-j", "1"]
    called(str(tmp_path / "out"), *words, "--depth", "5", "--budget", "77", "--resume")

    assert Asked.study.environment == {"mu": Range("-2", "0")}
    assert Asked.study.specs == [Spec("end", at_least=5, in_share=0.5)]
    assert list(Asked.study.design) == ["u"]
    named = {name: Asked.common[name] for name in ("seed", "budget", "depth", "settings", "resume", "dry_run")}
    assert named == {
        **{"seed": 9, "budget": 77, "depth": 5},
        **{"settings": {"max_ticks": "4"}, "resume": True, "dry_run": False},
    }


@pytest.mark.parametrize(("words", "code"), [(["--spec", "end"], 1), (["--depth", "x"], 2), (["--frequency", "3"], 2)])
def test_wrong_words_are_refused(words: list[str], code: int, tmp_path: Path) -> None:
    assert called(str(tmp_path / "out"), *words).exit_code == code


@pytest.mark.parametrize("verb", ["sweep", "discover", "mimic"])
def test_roles_are_read_with_spaces_and_looked_at_before_the_cost_is_said(verb: str, tmp_path: Path) -> None:
    asked = [verb, str(RESERVE), str(tmp_path / "out"), "--dry-run", "--over"]

    spaced = CliRunner().invoke(tsp, [*asked, "design, environment"])
    wrong = CliRunner().invoke(tsp, [*asked, "design,chance"])

    assert spaced.exit_code == 0, spaced.output
    assert (wrong.exit_code, "no role of variables" in wrong.output) == (1, True)
