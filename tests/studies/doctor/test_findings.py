"""`tsp doctor`: what is there is found, and what is not has a line to type."""

import json
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tests.studies.terminal import tsp
from tokenspice.studies.doctor.findings import Finding, core, findings
from tokenspice.web3engine.config import Config


def by_name(config: Config) -> dict[str, Finding]:
    return {one.name: one for one in findings(config)}


def test_what_a_checkout_has_is_found() -> None:
    found = by_name(Config(PROJECT))

    assert not [one for one in found.values() if one.state == "broken"]
    assert found["Python"].state == found["contracts of aavev3"].state == found["anvil"].state == "found"
    assert all(one.remedy for one in found.values() if one.state != "found")


def test_what_is_missing_has_a_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tokenspice.web3engine.npm.HOME", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("TOKENSPICE_DATA", str(tmp_path / "data"))
    found = by_name(Config(tmp_path))

    remedies = {name: found[name].remedy for name in ("anvil", "solc", "contracts of uniswapv3")}
    assert remedies == {name: f"tsp setup {name.removeprefix('contracts of ')}" for name in remedies}
    assert found["Node.js"].state == "missing" and found["the in-process chain"].state == "found"


def test_a_core_that_a_default_run_needs_breaks_it() -> None:
    assert core("tokenspice.nowhere", "the chain", broken=True).state == "broken"
    assert core("tokenspice.nowhere", "the chain", broken=False).state == "missing"


def test_no_value_of_the_environment_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ETH_RPC_URL", "secret-in-a-url")

    said = tsp("doctor", "--json")

    assert said.returncode == 0 and "secret-in-a-url" not in said.stdout
    assert {"name", "state", "detail", "remedy"} == set(json.loads(said.stdout)["result"]["findings"][0])
