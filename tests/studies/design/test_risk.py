"""The tail of a normal loss is what is known of it; a proposal is compared seed by seed."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tokenspice.engine.errors import StudyError
from tokenspice.engine.streams import RandomStreams
from tokenspice.engine.study import Metric, Normal, Study
from tokenspice.engine.units import Floats
from tokenspice.studies.design import risk
from tokenspice.studies.design.result import Result
from tokenspice.studies.design.risk.losses import HighestWithin, days_of
from tokenspice.studies.design.risk.measures import shortfall, value_at_risk

# u - r_end of a reserve that drifts by -0.5 and diffuses by 2 in each of 100 ticks: N(50, 20²).
KNOWN = {0.95: (82.897, 91.254), 0.99: (96.527, 103.304)}
ONE = Study(metrics={"loss": Metric(lambda rows: 0.0)})


def reserve(settings: Mapping[str, Any], seed: int) -> dict[str, float]:
    draws = RandomStreams(seed)("reserve").standard_normal(100)  # as the netlist of that name draws them
    return {"loss": settings.get("scale", 1.0) * float(50 - 2 * draws.sum())}


@pytest.mark.slow
def test_a_normal_loss_has_the_tail_that_is_known() -> None:
    found = risk(reserve, ONE, loss="loss", budget=4_096)

    for row in found.table.to_pylist():
        value, beyond = KNOWN[row["level"]]
        assert row["VaR low"] <= value <= row["VaR high"]
        assert row["ES low"] <= beyond <= row["ES high"]
        assert (row["VaR high"] - row["VaR low"]) / 2 <= 0.06 * value
    assert found.verdict == "done"


def small(**options: Any) -> Result:
    return risk(reserve, ONE, **{"loss": "loss", "levels": (90,), "budget": 1_000, **options})


def test_a_proposal_that_loses_less_is_seen_in_pairs() -> None:
    found = small(settings={"scale": 1.0}, propose={"scale": 0.97}, max_step=0.03)

    (change,) = found.tables["changes"].to_pylist()
    assert found.verdict == "holds"
    assert change["VaR"] == pytest.approx(-0.03 * found.table.to_pylist()[0]["VaR"])
    assert found.exit_code == 0


def test_a_proposal_that_loses_more_fails() -> None:
    assert small(settings={"scale": 1.0}, propose={"scale": 1.2}).exit_code == 3


def test_scenarios_have_a_row_each_and_the_same_seeds() -> None:
    found = small(scenarios={"calm": {"scale": 1.0}, "storm": {"scale": 2.0}})

    calm, storm = found.table.to_pylist()
    assert (calm["scenario"], storm["scenario"]) == ("calm", "storm")
    assert storm["VaR"] == pytest.approx(2 * calm["VaR"])


def test_it_stops_when_the_tail_is_known_well_enough() -> None:
    assert small(budget=50_000, rel=0.1).table.to_pylist()[0]["runs"] < 5_000


def test_pictures_tables_and_the_worst_runs_are_written(tmp_path: Path) -> None:
    study = Study(random={"scale": Normal(1, 0.1)}, metrics=ONE.metrics)

    found = risk(reserve, study, loss="loss", levels=(90,), budget=512, out_dir=tmp_path / "o")

    names = {path.name for path in (tmp_path / "o").iterdir()}
    assert {"losses.png", "loss_over_variable.png", "risk.parquet", "report.md", "runs.parquet"} <= names
    assert "reserve({'scale': " in found.report()


@pytest.mark.slow
def test_a_study_that_is_resumed_makes_no_run_and_writes_the_same_bytes(tmp_path: Path) -> None:
    small(out_dir=tmp_path / "o")
    before = {path.name: path.read_bytes() for path in (tmp_path / "o").iterdir() if path.name != "tool.log"}

    again = small(out_dir=tmp_path / "o", resume=True)

    assert again.runs_made == 0
    assert before == {path.name: path.read_bytes() for path in (tmp_path / "o").iterdir() if path.name != "tool.log"}


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"levels": (99.9,)}, "at least 50000 runs"),
        ({"levels": (100,)}, "per cent from 50 to below 100"),
        ({"max_step": 0.03}, "nothing is"),
        ({"propose": {"scale": 1.04}, "max_step": 0.03, "settings": {"scale": 1.0}}, "4.00% from the present 1.0"),
        ({"horizon": "soon"}, 'horizon = "soon"'),
        ({"horizon": "1d"}, "loss is a metric, which looks at the whole run"),
        ({"over": "x"}, 'over names "x"'),
    ],
)
def test_what_cannot_be_asked_is_refused(options: dict[str, Any], says: str) -> None:
    with pytest.raises(StudyError, match=says):
        small(**options)


def test_a_horizon_cuts_the_rows_and_is_not_beyond_the_end() -> None:
    rows: dict[str, Floats] = {"Day": np.array([0.0, 1.0, 2.0]), "x": np.array([1.0, 3.0, 9.0])}

    assert HighestWithin("x", 1.0)(rows) == 3
    assert HighestWithin("x", None)(rows) == 9
    with pytest.raises(StudyError, match="the run ends after 2"):
        HighestWithin("x", 3.0)(rows)
    assert days_of("12h") == 0.5


def test_var_and_es_of_a_hundred_losses_are_those_of_the_textbook() -> None:
    losses = np.arange(1.0, 101.0)

    assert value_at_risk(losses, 0.95) == 95
    assert shortfall(losses, 0.95) == 98
