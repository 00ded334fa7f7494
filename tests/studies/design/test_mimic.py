"""A mimic of the reserve, whose end is known to be normal."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import kstest, norm

from tokenspice.engine import NetlistError, StudyError
from tokenspice.studies.design import Result, mimic, yields
from tokenspice.studies.netlist.netlist_file import load_netlist

RESERVE = Path(__file__).parents[2] / "netlists" / "reserve" / "netlist.py"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    """A mimic from 640 runs, of a copy that tests may change."""
    folder = tmp_path_factory.mktemp("mimic")
    shutil.copytree(RESERVE.parent, folder / "reserve", ignore=shutil.ignore_patterns("__pycache__"))
    result = mimic(folder / "reserve" / "netlist.py", out_dir=folder / "out", budget=640, workers=1)
    return result, folder / "out"


def test_nine_in_ten_values_that_it_had_not_seen_lie_in_its_band(made: tuple[Result, Path]) -> None:
    result, _ = made

    assert result.verdict == "done"
    assert 0.85 <= result.table["inside_90"][0].as_py() <= 0.95
    assert max(result.tables["metrics"]["ks"].to_pylist()) <= 0.1


def test_its_ends_are_distributed_as_the_true_ones(made: tuple[Result, Path]) -> None:
    from tokenspice.engine.sim_engine import SimEngine

    netlist = load_netlist(made[1] / "netlist.py")
    ends = []
    for seed in range(400):
        state = netlist.state(netlist.strategy({"seed": str(seed)}))
        SimEngine(state, netlist.log_data).run()
        ends.append(netlist.log_data(state)["r"])
    assert kstest(ends, norm(50, 20).cdf).statistic <= 0.1


def test_other_tools_take_it(made: tuple[Result, Path]) -> None:
    result = yields(made[1] / "netlist.py", fixed=200, workers=1)

    assert result.runs_made >= 200
    assert "end" in result.report()


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"u": "20"}, "u = 20.0 lies outside the box"),
        ({"s": "3"}, "the mimic was learnt with 2.0"),
    ],
)
def test_it_refuses_what_it_was_not_learnt_for(
    made: tuple[Result, Path], setting: dict[str, str], message: str
) -> None:
    netlist = load_netlist(made[1] / "netlist.py")

    with pytest.raises(Exception, match=message):
        netlist.state(netlist.strategy(setting))


def test_a_finished_one_is_the_same_bytes_when_asked_again(made: tuple[Result, Path]) -> None:
    _, out = made
    names = ("netlist.py", "model.json", "about.md", "runs.parquet", "ledger")
    before = {name: (out / name).read_bytes() for name in names}

    again = mimic(out.parent / "reserve" / "netlist.py", out_dir=out, budget=640, workers=1, resume=True)

    assert again.runs_made == 0
    assert {name: (out / name).read_bytes() for name in names} == before


def test_once_the_original_has_changed_it_is_refused(made: tuple[Result, Path], tmp_path: Path) -> None:
    _, out = made
    original = out.parent / "reserve" / "netlist.py"
    text = original.read_text()
    original.write_text(text + "\n# changed\n")
    try:
        with pytest.raises(NetlistError, match="has changed since it was mimicked"):
            load_netlist(out / "netlist.py")
    finally:
        original.write_text(text)


def test_a_function_has_no_rows_to_mimic(tmp_path: Path) -> None:
    with pytest.raises(StudyError, match="only a netlist can be mimicked"):
        mimic(lambda settings, seed: {"y": np.nan}, out_dir=tmp_path / "out")
