"""simplegrant gives TokenSPICE's numbers, the same at every run, and its folder says how to get them again."""

import json
from pathlib import Path

import numpy as np
import pytest

from tokenspice.engine.sim_strategy import parameter_values
from tokenspice.netlists.simplegrant.netlist import SimStrategy
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.netlist.netlist_file import load_netlist
from tokenspice.studies.plot.draw import draw_plots
from tokenspice.studies.record.run_folder import RunFolder
from tokenspice.studies.record.run_log import read_log
from tokenspice.studies.run.run import run_once
from tokenspice.web3engine.config import Config

PROJECT = Path(__file__).parents[2]
GOLDEN = PROJECT / "tests" / "data" / "golden" / "simplegrant.csv"


@pytest.fixture
def netlist() -> Netlist:
    return load_netlist(PROJECT / "netlists" / "simplegrant" / "netlist.py")


def run(netlist: Netlist, out_dir: Path, **values: str) -> RunFolder:
    # A network that does not exist, for this netlist must not ask for one.
    return run_once(netlist, netlist.strategy(values), out_dir, Config(PROJECT, network="none"))


def test_the_table_is_tokenspices_to_the_last_digit(netlist: Netlist, tmp_path: Path) -> None:
    folder = run(netlist, tmp_path / "run")

    header, values = read_log(folder.path / "data.csv")
    golden_header, golden_values = read_log(GOLDEN)
    assert header == golden_header
    assert np.array_equal(values, golden_values)


def test_two_runs_write_the_same_bytes(netlist: Netlist, tmp_path: Path) -> None:
    one, other = (run(netlist, tmp_path / name, seed="3").path / "data.csv" for name in ("one", "other"))

    assert one.read_bytes() == other.read_bytes()


def test_run_json_holds_the_seed_and_every_parameter(netlist: Netlist, tmp_path: Path) -> None:
    folder = run(netlist, tmp_path / "run", seed="7", granter_n_actions="5", granter_init_OCEAN="2.5")

    facts = json.loads((folder.path / "run.json").read_text())
    assert (facts["outcome"], facts["seed"], facts["last_tick"], facts["chain"]) == ("finished", 7, 240, None)
    assert facts["netlist"] == str(netlist.path)
    assert list(facts["sources"]) == ["netlist.py"]
    assert facts["strategy"] == {
        "time_step": 3600,
        "max_ticks": 240,
        "log_interval": 86_400,
        "seed": 7,
        "granter_init_OCEAN": "2.5",
        "granter_s_between_grants": 259_200,
        "granter_n_actions": 5,
    }


def test_the_recorded_parameters_make_the_same_run_again(netlist: Netlist, tmp_path: Path) -> None:
    first = run(netlist, tmp_path / "first", max_ticks="100", granter_init_OCEAN="0.1", granter_n_actions="3")
    recorded = json.loads((first.path / "run.json").read_text())["strategy"]

    again = run(netlist, tmp_path / "again", **{name: str(value) for name, value in recorded.items()})

    assert (again.path / "data.csv").read_bytes() == (first.path / "data.csv").read_bytes()


def test_the_defaults_are_ten_days_of_hours_and_four_grants() -> None:
    shown = parameter_values(SimStrategy())

    assert (shown["max_ticks"] * shown["time_step"], shown["granter_init_OCEAN"]) == (864_000, "1")


def test_it_needs_no_chain_and_draws_two_charts(netlist: Netlist, tmp_path: Path) -> None:
    header, values = read_log(run(netlist, tmp_path / "run").path / "data.csv")

    paths = draw_plots(netlist.plot_instructions(header, values), header, values, tmp_path / "plots")

    assert not netlist.needs_chain
    assert [path.name for path in paths] == ["OCEAN_left_to_grant_LINEAR.png", "USD_left_to_grant_LINEAR.png"]
