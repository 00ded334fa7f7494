"""A run's transactions, sent again by Foundry, do what they did."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tokenspice.engine.variation import Variation
from tokenspice.studies.design.checking.foundry import foundry_project
from tokenspice.studies.netlist.netlist_file import load_netlist
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.network import is_built

FORGE = shutil.which("forge")

pytestmark = pytest.mark.skipif(not is_built(), reason="the in-process chain was not built")


def project(name: str, config: Config, **values: str) -> dict[str, bytes] | str:
    netlist = load_netlist(PROJECT / "netlists" / name / "netlist.py")
    return foundry_project(netlist, netlist.strategy(values), config, Variation(), "no bad debt")


def test_every_transaction_has_its_thirteen_lines(config: Config) -> None:
    found = project("simplepool", config, max_ticks="1000")

    assert isinstance(found, dict)
    n, _, _, *lines = found["transactions.txt"].decode().splitlines()
    assert len(lines) == 13 * int(n)
    assert lines[4].startswith("tick 0, ")
    assert set(lines[10::13]) <= {"0", "1"}


def test_a_sender_s_nonces_count_from_zero(config: Config) -> None:
    found = project("simplepool", config, max_ticks="1000")

    assert isinstance(found, dict)
    lines = found["transactions.txt"].decode().splitlines()[3:]
    senders, nonces = lines[5::13], list(map(int, lines[6::13]))
    for sender in set(senders):
        own = [nonce for who, nonce in zip(senders, nonces, strict=True) if who == sender]
        assert own == list(range(len(own)))


def test_a_run_without_a_chain_has_no_transactions(config: Config) -> None:
    assert project("simplegrant", config) == "the run has no chain"


@pytest.mark.nodes
@pytest.mark.skipif(FORGE is None, reason="forge is not installed")
@pytest.mark.parametrize(("name", "ticks"), [("simplepool", "1000"), ("aave_liquidation", "12")])
def test_forge_sends_them_again_and_a_changed_one_is_noticed(
    config: Config, tmp_path: Path, name: str, ticks: str
) -> None:
    found = project(name, config, max_ticks=ticks)
    assert isinstance(found, dict)
    for file, content in found.items():
        (tmp_path / file).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / file).write_bytes(content)

    assert forged(tmp_path) == 0
    lines = (tmp_path / "transactions.txt").read_text().splitlines()
    lines[3 + 12] = "0x" + "11" * 32  # the logs of the first one
    (tmp_path / "transactions.txt").write_text("\n".join(lines))
    assert forged(tmp_path) != 0


def forged(folder: Path) -> int:
    assert FORGE
    compilers = sorted((PROJECT / "build" / "solc").glob("solc-0.8.*"))
    local = ["--offline", "--use", str(compilers[-1])] if compilers else []
    command = [FORGE, "script", "script/Replay.s.sol", "--tc", "Replay", *local]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode
