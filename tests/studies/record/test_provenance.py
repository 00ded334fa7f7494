"""The record identifies the code and the data that a run's numbers depend on."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import PROJECT
from tokenspice.studies.netlist.netlist_file import load_netlist
from tokenspice.studies.record import provenance
from tokenspice.studies.run.run import run_once
from tokenspice.web3engine.config import Config

NETLIST = (
    "from pathlib import Path\n"
    "from tokenspice.netlists.simplegrant.netlist import *\n"
    "from tokenspice.netlists.simplegrant.netlist import SimState, SimStrategy\n"
    "from tokenspice.netlists.simplegrant.netlist import netlist_charts, netlist_createLogData\n"
)


def record(folder: Path, config: Config, out: Path) -> dict[str, Any]:
    netlist = load_netlist(folder / "netlist.py")
    path = run_once(netlist, netlist.strategy({"max_ticks": "1"}), out, config).path
    facts: dict[str, Any] = json.loads((path / "run.json").read_text())
    del facts["wall_time_s"]
    return facts


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "netlist.py").write_text(NETLIST)
    (tmp_path / "mine" / "prices.csv").write_text("1\n2\n")
    return tmp_path / "mine"


def test_two_runs_of_one_code_have_one_record(folder: Path, config: Config, tmp_path: Path) -> None:
    assert record(folder, config, tmp_path / "a") == record(folder, config, tmp_path / "b")


def test_the_sources_that_were_imported_and_the_built_core_are_in_it(
    folder: Path, config: Config, tmp_path: Path
) -> None:
    code = record(folder, config, tmp_path / "a")["code"]

    assert {"engine/sim_engine.py", "agents/grants.py", "netlists/simplegrant/netlist.py"} <= code.keys()
    assert code["agents/grants.py"] == provenance.sha256(PROJECT / "agents" / "grants.py")


@pytest.mark.parametrize("name", ["prices.csv", "netlist.py"])
def test_a_changed_file_beside_the_netlist_is_another_record(
    folder: Path, config: Config, tmp_path: Path, name: str
) -> None:
    before = record(folder, config, tmp_path / "a")
    (folder / name).write_text((folder / name).read_text() + "\n")

    assert record(folder, config, tmp_path / "b") != before


def test_a_changed_source_of_ours_is_another_record(
    folder: Path, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = record(folder, config, tmp_path / "a")
    monkeypatch.setattr(provenance, "known_sha256", lambda path: "another")

    assert record(folder, config, tmp_path / "b") != before


def test_the_systems_and_the_libraries_versions_are_in_it(folder: Path, config: Config, tmp_path: Path) -> None:
    versions = record(folder, config, tmp_path / "a")["versions"]

    assert {"python", "system", "numpy", "scipy"} <= versions.keys()
