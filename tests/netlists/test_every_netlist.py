"""What holds of every netlist in netlists/, whatever its question."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import PROJECT
from tests.netlists.pictures import faults_of_saved_pictures
from tokenspice.engine.observer import TickListener
from tokenspice.engine.parameters import parameters
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.netlist.netlist_file import load_netlist
from tokenspice.studies.plot.folder import draw_folder
from tokenspice.studies.record.marks import read_marks
from tokenspice.studies.record.run_log import read_log
from tokenspice.studies.resume.resume import read_unfinished, resume_run
from tokenspice.studies.run.run import RunOptions, run_once
from tokenspice.studies.show.parameter_table import parameter_table
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.network import is_built

PATHS = sorted((PROJECT / "netlists").glob("*/netlist.py"))
MOST_TICKS = 400  # of a run on a chain that is interrupted
MOST_TICKS_OFF_CHAIN = 9_000  # of one without, in which the slowest have funded a second time before they are
QUEUES = {"erc20_payments", "frontrun"}  # these run on revm alone
TIME_COLUMNS = ["Tick", "Second", "Min", "Hour", "Day", "Month", "Year"]


@pytest.fixture(params=PATHS, ids=lambda path: path.parent.name)
def netlist(request: pytest.FixtureRequest) -> Netlist:
    if request.param.parent.name in QUEUES and not is_built():
        pytest.skip("it queues transactions, and the in-process chain was not built")
    return load_netlist(request.param)


def test_it_runs_logs_and_draws_and_the_same_seed_gives_the_same_bytes(
    netlist: Netlist, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults = faults_of_saved_pictures(monkeypatch, netlist.path.parent.name)
    ss = netlist.strategy({"max_ticks": "5", "log_interval": "1"})
    runs = [run_once(netlist, ss, tmp_path / name, config).path for name in ("first", "second")]

    header, values = read_log(runs[0] / "data.csv")
    drawn = list(draw_folder(netlist, runs[0], tmp_path / "plots"))

    assert header[:7] == TIME_COLUMNS and list(values[:, 0]) == [0, 1, 2, 3, 4, 5]
    assert (runs[0] / "data.csv").read_bytes() == (runs[1] / "data.csv").read_bytes()
    assert drawn and all(path.stat().st_size > 5_000 for path in drawn)
    assert not faults


@pytest.mark.skipif(not is_built(), reason="the in-process chain was not built")
@pytest.mark.parametrize("legacy", [False, True], ids=["default", "legacy"])
def test_interrupted_and_resumed_it_writes_the_same_bytes(
    netlist: Netlist, legacy: bool, config: Config, tmp_path: Path
) -> None:
    if legacy and not hasattr(netlist.strategy(), "legacy"):
        pytest.skip("it has no behaviour of old")
    values = {"legacy": "true"} if legacy else {}
    most = MOST_TICKS if netlist.starts_chain(netlist.strategy()) else MOST_TICKS_OFF_CHAIN
    n_ticks = min(netlist.strategy().max_ticks, most)
    ss = netlist.strategy({"max_ticks": str(n_ticks)} | values)
    whole = run_once(netlist, ss, tmp_path / "whole", config)

    def stop(state: SimStateBase) -> None:
        if state.tick == n_ticks * 3 // 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_once(
            netlist,
            ss,
            tmp_path / "o",
            config,
            RunOptions(checkpoint_every=ss.time_step * (n_ticks // 40 + 1)),
            [TickListener(stop)],
        )
    resume_run(read_unfinished(tmp_path / "o"), config)

    for name in ("data.csv", *(table.file_name(name) for name, table in netlist.tables.items())):
        assert (tmp_path / "o" / name).read_bytes() == (whole.path / name).read_bytes()
    assert read_marks(tmp_path / "o") == read_marks(whole.path)


def test_every_column_is_drawn(netlist: Netlist, config: Config, tmp_path: Path) -> None:
    ss = netlist.strategy({"max_ticks": "1"})
    header, values = read_log(run_once(netlist, ss, tmp_path / "run", config).path / "data.csv")

    charts = netlist.plot_instructions(header, values).y_params

    assert {column for chart in charts for column in chart.columns} == set(header[7:])


def test_every_column_of_its_other_tables_is_drawn(netlist: Netlist, config: Config, tmp_path: Path) -> None:
    if not netlist.tables:
        return
    folder = run_once(netlist, netlist.strategy({"max_ticks": "3"}), tmp_path / "run", config).path

    for name, table in netlist.tables.items():
        header, values = read_log(folder / table.file_name(name))
        charts = netlist.table_charts(name, header, values)
        assert charts and {column for chart in charts.y_params for column in chart.columns} == set(header[7:])


def test_its_page_holds_the_table_of_its_parameters(netlist: Netlist) -> None:
    page = (netlist.path.parent / "about.md").read_text()

    table = parameter_table(parameters(netlist.strategy()))

    assert table in page, f"write the table of `tsp show {netlist.path.parent.name} parameters.md` into about.md"


def test_every_parameter_has_a_meaning_and_a_default_in_range(netlist: Netlist) -> None:
    found = parameters(netlist.strategy())

    assert [parameter.name for parameter in found if not parameter.doc] == []
    assert all(parameter.checked(parameter.default) == parameter.default for parameter in found)


def test_it_runs_from_a_copy_outside_the_checkout(netlist: Netlist, config: Config, tmp_path: Path) -> None:
    shutil.copytree(netlist.path.parent, tmp_path / "copy", ignore=shutil.ignore_patterns("__pycache__"))

    copy = load_netlist(tmp_path / "copy" / "netlist.py")
    folder = run_once(copy, copy.strategy({"max_ticks": "2"}), tmp_path / "run", config)

    assert np.isfinite(read_log(folder.path / "data.csv")[1]).any()
