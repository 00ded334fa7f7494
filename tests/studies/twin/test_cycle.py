"""The whole cycle: a report that stands alone, numbers that repeat, and wrong input that leaves nothing."""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from plotly.graph_objects import Figure
from typer.testing import CliRunner, Result

from tests.studies.twin.servers import serving
from tokenspice.engine.errors import RunError
from tokenspice.studies.cli import app
from tokenspice.studies.commands import twin as commands
from tokenspice.studies.twin import bundled
from tokenspice.studies.twin.cycle import remarks
from tokenspice.studies.twin.results import rewrite_report

SCENARIOS = '[[scenario]]\nname = "base"\n[[scenario]]\nname = "ether falls"\neth_shock = -0.3\neth_shock_hour = 2\n'


def tsp(*words: object) -> Result:
    return CliRunner().invoke(app, ["twin", "rai", *map(str, words)])


def run(folder: Path, *words: object) -> Path:
    scenarios = folder.parent / "scenarios.toml"
    scenarios.write_text(SCENARIOS)
    few = ("-l", "-e", 5, "--paths", 4, "--controller", "python", "--workers", 1, "--scenario", scenarios)
    done = tsp(folder, *few, *words)
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture(scope="module")
def outdir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run(tmp_path_factory.mktemp("twin") / "rai")


def test_the_report_needs_no_network_and_holds_plotly_once(outdir: Path) -> None:
    text = (outdir / "report.html").read_text()

    assert not re.findall(r"<(?:script|img|link|iframe)[^>]+(?:src|href)=", text)
    assert len(text) < 12_000_000 and text.count("* plotly.js v") == 1


def test_the_report_has_all_sections_and_every_chart_is_one(outdir: Path) -> None:
    text = (outdir / "report.html").read_text()
    specs = [json.loads(one) for one in re.findall(r'<script type="application/json">(.*?)</script>', text)]

    titles = re.findall(r"<h2 id=.*?>(.*?)</h2>", text)
    assert titles == [
        *("Provenance", "Data quality", "Controller check", "Backtest", "Fitted processes"),
        *("What may come", "Scenarios", "Parameters"),
    ]
    assert len(specs) == 20 and all(Figure(spec).data for spec in specs)
    assert all(any(y is not None for trace in spec["data"] for y in trace["y"]) for spec in specs)


def test_the_numbers_say_how_good_the_twin_is(outdir: Path) -> None:
    record = json.loads((outdir / "report.json").read_text())
    (rate,) = [
        score
        for one in record["backtests"]
        if one["record"] == "mainnet"
        for score in one["scores"]
        if score["series"] == "redemption_rate"
    ]

    assert rate["mae"] <= 7.5e-6 and rate["skill"]["constant price"] > 0 and rate["skill"]["first rate"] > 0
    assert all("observed rates" in text for text in record["shortfalls"])
    assert len(record["provenance"]["sha256"]) == 64 and record["provenance"]["seed"] == 0
    assert record["data_quality"]["gaps_over_6h"]


def test_the_bands_are_those_of_the_paths(outdir: Path) -> None:
    paths, bands = pd.read_parquet(outdir / "paths.parquet"), pd.read_csv(outdir / "bands.csv")
    last = paths[(paths["scenario"] == "ether falls") & (paths["hour"] == 5)]["eth_price"]
    row = bands[(bands["scenario"] == "ether falls") & (bands["series"] == "eth_price") & (bands["hour"] == 5)]

    assert len(last) == 4 and row["q50"].item() == pytest.approx(np.quantile(last, 0.5))
    assert len(paths) == 2 * 4 * 6


def test_the_same_seed_gives_the_same_bytes(outdir: Path, tmp_path: Path) -> None:
    again = run(tmp_path / "rai")

    for path in outdir.iterdir():
        assert path.read_bytes() == (again / path.name).read_bytes(), path.name


def test_the_report_is_written_anew_from_the_folder_to_the_same_bytes(outdir: Path) -> None:
    before = (outdir / "report.html").read_bytes()
    (outdir / "report.html").write_text("")

    assert rewrite_report(outdir) == outdir / "report.html"
    assert (outdir / "report.html").read_bytes() == before


def test_a_folder_of_something_else_is_no_report(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="is no folder of tsp twin rai"):
        rewrite_report(tmp_path)


def test_a_stage_begins_from_what_another_has_written(tmp_path: Path) -> None:
    words = ["ingest", str(tmp_path / "in.json"), "--data", "retrieval_2021-06-13T191905"]
    assert CliRunner().invoke(app, ["twin", *words]).exit_code == 0
    few = ["--data", str(tmp_path / "in.json"), "--eth", "gbm", "-e", "3", "--paths", "2", "--controller", "python"]

    done = CliRunner().invoke(app, ["twin", "extrapolate", str(tmp_path / "out"), *few, "--workers", "1"])

    assert done.exit_code == 0, done.output
    assert len(pd.read_parquet(tmp_path / "out" / "paths.parquet")) == 2 * 4


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["extrapolate", "{out}", "--eth", "levy"], 'ether\'s process is "levy". Write chosen, gbm'),
        (["identify", "{out}", "--data", "own.json"], "own.json cannot be read"),
        (["identify", "{out}", "--data", "{bad}"], "is no recording (name: Field required)"),
        (["report", "{out}"], "is no folder of tsp twin rai"),
    ],
)
def test_a_stage_with_wrong_input_is_one_line(tmp_path: Path, words: list[str], told: str) -> None:
    (tmp_path / "bad.json").write_text("{}")
    places = {"out": tmp_path / "out", "bad": tmp_path / "bad.json"}

    done = CliRunner().invoke(app, ["twin", *(word.format(**places) for word in words)])

    assert done.exit_code == 1 and told in done.output and done.output.count("\n") == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--data", "none.csv"], "none.csv is no file, and no record. There are: mainnet"),
        (["--controller", "levy"], 'controller = "levy": write one of evm, python, both.'),
        (["--refresh", "--offline"], "--refresh asks, and --offline and --use-last-data do not"),
        (["--gains", "own.csv"], "a recording has its own gains. Leave it away"),
        (["--contracts", "own.toml"], "--contracts is for logs:URL alone"),
        (["--data", "http://127.0.0.1:1"], "Write subgraph:URL or logs:URL"),
        (["--data", "subgraph:http://127.0.0.1:1/{key}"], "TOKENSPICE_SUBGRAPH_KEY is not set"),
        (["--data", "subgraph:http://127.0.0.1:1", "--offline"], "holds no recording"),
        (["--data", "logs:http://127.0.0.1:1"], "Give --contracts FILE"),
        (["--scenario", "none.toml"], "none.toml cannot be read as scenarios"),
        (["-p", "1000000", "--data", "retrieval_2021-06-07T163916"], "Give a longer record"),
    ],
)
def test_wrong_input_is_one_line_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], told: str
) -> None:
    monkeypatch.delenv("TOKENSPICE_SUBGRAPH_KEY", raising=False)
    done = tsp(tmp_path / "out", "--kept", tmp_path / "kept", *words)

    assert done.exit_code == 1 and told in done.output
    assert [line for line in done.output.splitlines() if not re.match(r"\d of 5|retrieval", line)] == [
        line for line in done.output.splitlines() if line.startswith("tsp: ")
    ]
    assert not (tmp_path / "out").exists() and not list(tmp_path.glob(".*"))


def test_an_endpoint_that_answers_errors_leaves_no_report(tmp_path: Path) -> None:
    with serving(lambda body, headers: (200, {"errors": [{"message": "overloaded"}]})) as url:
        done = tsp(tmp_path / "out", "--data", f"subgraph:{url}", "--kept", tmp_path / "kept")

    assert done.exit_code == 1 and "GraphQL error: 'overloaded'" in done.output
    assert not list(tmp_path.iterdir())


def test_a_gap_is_said_with_what_to_do(tmp_path: Path) -> None:
    row = "{},3.0,1.0,3.1,2021-05-{} {}:00:00\n"
    text = "block_number,RedemptionPrice,RedemptionRateHourlyRate,marketPriceUsd,timestamp\n"
    (tmp_path / "own.csv").write_text(
        text + row.format(12, 20, "09") + row.format(10, 20, "00") + row.format(15, 21, "09")
    )

    done = tsp(tmp_path / "out", "--data", tmp_path / "own.csv")

    assert "2 gaps over 6 h, the longest 24.0 h" in done.output and "not in the order of their blocks" in done.output
    assert "Nothing is filled in." in done.output and done.exit_code == 1 and "Take more days" in done.output


def test_the_stretch_after_the_last_gap_is_named() -> None:
    history = bundled("mainnet")
    (told,) = [line for line in remarks(history) if "--past-days" in line]
    days = float(told.split()[1])

    assert history.gaps and not history.last_days(days).gaps


def test_more_days_than_a_record_has_are_said() -> None:
    history = bundled("mainnet")

    assert "All 111.2 days are taken, for --past-days 500 asks for more." in remarks(history, 500.0)
    assert remarks(history, 14.0) == remarks(history)


def test_a_controller_that_is_none_is_refused_before_any_work(tmp_path: Path) -> None:
    done = tsp(tmp_path / "out", "--controller", "levy")

    assert done.exit_code == 1 and "1 of 5" not in done.output


@pytest.mark.parametrize("verb", ["rai", "identify", "extrapolate", "report"])
def test_a_library_that_is_not_installed_is_said_before_any_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    monkeypatch.setattr(commands, "find_spec", lambda name: None if name == "arch" else name)

    done = CliRunner().invoke(app, ["twin", verb, str(tmp_path / "out")])

    assert done.exit_code == 1
    assert done.output == "tsp: arch is not installed. Write pip install 'tokenspice[twin]'.\n"


def test_scenarios_that_disagree_are_said(tmp_path: Path) -> None:
    path = tmp_path / "two.toml"
    path.write_text('[[scenario]]\nname = "base"\nkp = 1e-7\n[[scenario]]\nname = "base"\nkp = 2e-7\n')

    done = tsp(tmp_path / "out", "--scenario", path)
    assert done.exit_code == 1 and "base is the name of two scenarios" in done.output


def test_a_folder_that_exists_is_refused_before_any_work(tmp_path: Path) -> None:
    done = tsp(tmp_path)

    assert done.exit_code == 1 and "exists. Write a new folder" in done.output and "1 of 5" not in done.output
