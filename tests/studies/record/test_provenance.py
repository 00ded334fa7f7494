"""The record identifies the code and the data that a run's numbers depend on."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import PROJECT
from tokenspice.engine.errors import RunError
from tokenspice.studies.netlist.netlist_file import load_netlist
from tokenspice.studies.record import code_record, provenance
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
    for name in ("wall_time_s", "started", "command"):
        del facts[name]
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
    files = record(folder, config, tmp_path / "a")["files"]

    assert {"engine/sim_engine.py", "agents/grants.py", "netlists/simplegrant/netlist.py"} <= files.keys()
    assert files["agents/grants.py"] == provenance.sha256(PROJECT / "agents" / "grants.py")


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
    monkeypatch.setattr(code_record, "module_hash", lambda *file: "another")

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
    (folder / "live.fork").write_bytes(b"tokenspice fork 1\n")

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


READING = NETLIST + "import os\n{code}\n"


def facts_of(folder: Path, config: Config, out: Path, code: str) -> dict[str, Any]:
    (folder / "netlist.py").write_text(READING.format(code=code))
    return record(folder, config, out)


@pytest.mark.parametrize("name", ["prices.log", ".hidden", "notes.md"])
def test_a_file_that_the_code_opens_is_in_it_whatever_it_is_called(
    folder: Path, config: Config, tmp_path: Path, name: str
) -> None:
    read = f"TEXT = (Path(__file__).parent / {name!r}).read_text()"
    (folder / name).write_text("1")
    before = facts_of(folder, config, tmp_path / "a", read)["read"]
    (folder / name).write_text("2")
    after = facts_of(folder, config, tmp_path / "b", read)["read"]

    assert before[str(folder / name)] != after[str(folder / name)]


def test_a_variable_of_the_environment_that_the_code_asks_for_is_in_it(
    folder: Path, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = "os.environ.get('SHOCK'), os.getenv('NOT_THERE'), os.environ.get('API_KEY')"
    monkeypatch.setenv("API_KEY", "tell nobody")
    monkeypatch.setenv("SHOCK", "1")
    before = facts_of(folder, config, tmp_path / "a", ask)["environment"]
    monkeypatch.setenv("SHOCK", "2")
    after = facts_of(folder, config, tmp_path / "b", ask)["environment"]

    assert before["SHOCK"] != after["SHOCK"] and before.keys() == {"SHOCK", "NOT_THERE", "API_KEY"}
    assert (before["NOT_THERE"], before["API_KEY"]) == (None, "set")


def test_modules_of_the_users_own_are_in_it_wherever_they_lie(
    folder: Path, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "my_agents_of_provenance.py").write_text("N = 1\n")
    monkeypatch.syspath_prepend(tmp_path / "lib")

    files = facts_of(folder, config, tmp_path / "a", "import my_agents_of_provenance")["files"]

    path = tmp_path / "lib" / "my_agents_of_provenance.py"
    assert files[str(path)] == provenance.sha256(path)


def test_a_module_that_was_edited_after_it_was_imported_is_known_by_what_ran(tmp_path: Path) -> None:
    import importlib.util
    import py_compile

    path = tmp_path / "edited.py"
    path.write_text("N = 1\n")
    cached = py_compile.compile(str(path), str(tmp_path / "edited.pyc"))
    spec = importlib.util.spec_from_file_location("edited", path)
    assert spec and cached
    assert code_record.module_hash(str(path), cached, 1) == provenance.sha256(path)
    path.write_text("N = 1000\n")

    assert code_record.module_hash(str(path), cached, 2) == (
        f"{provenance.sha256(path)}, compiled when it was {provenance.sha256(Path(cached))}"
    )


def test_the_command_says_all_that_was_changed_and_no_key(folder: Path, config: Config, tmp_path: Path) -> None:
    from dataclasses import replace

    from tokenspice.engine.variation import Branch, Variation
    from tokenspice.studies.run.command import command
    from tokenspice.studies.run.run import RunOptions

    netlist = load_netlist(PROJECT / "netlists" / "simplepool" / "netlist.py")
    ss = netlist.strategy({"seed": "3", "pub_init_OCEAN": "0.5"})
    away = replace(config, network="https://node.example/v2/1234secret", signs=True)
    options = RunOptions(transactions=True, variation=Variation((Branch(3, 7),)))
    said = str(command(netlist, ss, Path("runs/1"), away, options))

    assert "simplepool/netlist.py runs/1-again --seed 3 --set pub_init_OCEAN=0.5 --branch 3:7 --network" in said
    assert "secret" not in said and said.endswith("--sign --transactions")
