"""The record identifies the code and the data that a run's numbers depend on."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import PROJECT
from tokenspice.engine.errors import RunError
from tokenspice.studies.netlist.netlist_file import load_netlist
from tokenspice.studies.record import provenance
from tokenspice.studies.run.run import run_once
from tokenspice.web3engine.artifacts import Artifacts
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
    monkeypatch.setattr(provenance, "our_hash", lambda file: ("engine/units.py", "another"))

    assert record(folder, config, tmp_path / "b") != before


def test_the_systems_and_the_libraries_versions_are_in_it(folder: Path, config: Config, tmp_path: Path) -> None:
    versions = record(folder, config, tmp_path / "a")["versions"]

    assert {"python", "system", "numpy", "scipy"} <= versions.keys()


def test_data_that_has_changed_is_refused_by_name_and_new_files_are_not(folder: Path) -> None:
    netlist = load_netlist(folder / "netlist.py")
    known = provenance.data_beside(netlist.path)
    (folder / "more.csv").write_text("3\n")
    (folder / "run.log").write_text("begins")
    provenance.check_data(netlist, known, "this run began")

    (folder / "prices.csv").write_text("1\n3\n")

    with pytest.raises(RunError, match=r"prices\.csv has changed since this run began"):
        provenance.check_data(netlist, known, "this run began")


def test_what_a_run_wrote_below_the_netlist_is_no_data(folder: Path, config: Config) -> None:
    before = provenance.data_beside(folder / "netlist.py")
    record(folder, config, folder / "runs" / "1")

    assert provenance.data_beside(folder / "netlist.py") == before == {"prices.csv": before["prices.csv"]}


def test_a_forks_record_which_grows_is_no_data(folder: Path) -> None:
    before = provenance.data_beside(folder / "netlist.py")
    (folder / "live.fork").write_bytes(provenance.FORK_RECORD + b"1")

    assert provenance.data_beside(folder / "netlist.py") == before


def test_contracts_of_one_name_are_told_apart_and_their_sources_are_hashed(folder: Path, config: Config) -> None:
    for number in (1, 2):
        (folder / f"v{number}").mkdir()
        source = f"pragma solidity ^0.8.0; contract One {{ uint256 public constant N = {number}; }}"
        (folder / f"v{number}" / "Ones.sol").write_text(source)
    artifacts = Artifacts(config.project, config.build_folder, netlist=folder)
    for name in ("v1/One", "v2/One", "Token"):
        artifacts.find(name)

    facts = provenance.contract_facts(artifacts, config.project)

    assert list(facts) == ["mine/v1/Ones.sol:One", "mine/v2/Ones.sol:One", "token/Token"]
    assert len({each["sha256"] for each in facts.values()}) == 3
    assert all(len(each["sources_sha256"]) == 64 for each in facts.values())
