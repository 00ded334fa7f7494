"""`tsp twin`: what a user sees of a backtest, right input and wrong."""

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from tokenspice.engine.errors import RunError
from tokenspice.studies.cli import app
from tokenspice.studies.twin import bundled
from tokenspice.studies.twin.backtest_folder import limits, run_backtest


def test_a_backtest_leaves_scores_tables_and_pictures(tmp_path: Path) -> None:
    told = list(run_backtest(bundled("rai_live_graph"), tmp_path / "out"))

    record = json.loads((tmp_path / "out" / "backtest.json").read_text())
    assert [score["series"] for score in record["scores"]["open loop"]] == ["redemption_rate"]
    assert record["gaps_over_6h"] and len(record["sha256"]) == 64
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "backtest.json",
        "closed_loop.csv",
        "closed_loop.png",
        "open_loop.csv",
        "open_loop.png",
    }
    assert any("skill against: constant price +0." in line for line in told)


def test_the_same_record_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        list(run_backtest(bundled("retrieval_2021-06-13T191905"), tmp_path / name))

    for name in ("backtest.json", "closed_loop.csv"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_a_stretch_of_one_snapshot_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    history = bundled("states")

    with pytest.raises(RunError, match="A replay needs two"):
        list(run_backtest(history.since_block(int(history.block[-1])), tmp_path / "out"))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--data", "none.csv"], "none.csv cannot be read as a CSV"),
        (["--since-block", "99999999"], "states ends at block"),
    ],
)
def test_wrong_words_are_answered_in_one_line(tmp_path: Path, arguments: list[str], told: str) -> None:
    answer = CliRunner().invoke(app, ["twin", "backtest", str(tmp_path / "out"), *arguments])

    assert answer.exit_code == 1 and told in answer.output
    assert answer.output.count("\n") == 1


def test_an_axis_shows_the_replay_too_where_it_leaves_what_was_observed() -> None:
    low, high = limits(np.full(100, 3.0), np.linspace(2.9, 3.0, 100))

    assert 2.8 < low < 2.91 and 3.0 < high < 3.1
