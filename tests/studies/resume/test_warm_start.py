"""A run from a start writes what a run without one writes, deploys nothing, and is refused where it would differ."""

import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tests.studies.resume.test_resume import interrupted, record, stop_at
from tests.studies.terminal import tsp
from tokenspice.engine.errors import ConfigError, RunError
from tokenspice.engine.observer import TickListener
from tokenspice.engine.units import HOUR
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.netlist.netlist_file import load_netlist
from tokenspice.studies.resume.resume import read_unfinished, resume_run
from tokenspice.studies.resume.warm_start import load_warm_start, save_warm_start
from tokenspice.studies.run.run import RunOptions, run_once
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.network import is_built

GRANT = PROJECT / "netlists" / "simplegrant" / "netlist.py"
POOL = PROJECT / "netlists" / "simplepool" / "netlist.py"
BUSY = PROJECT / "tests" / "studies" / "busy" / "netlist.py"

pytestmark = pytest.mark.skipif(not is_built(), reason="the in-process chain was not built")


@pytest.fixture(params=[GRANT, POOL, BUSY], ids=["simplegrant", "simplepool", "busy"])
def netlist(request: pytest.FixtureRequest) -> Netlist:
    return load_netlist(request.param)


@pytest.fixture(scope="module")
def pool() -> Netlist:
    return load_netlist(POOL)


def data(netlist: Netlist, config: Config, out: Path, values: dict[str, str], start: Path | None = None) -> bytes:
    ss = netlist.strategy(values)
    folder = run_once(netlist, ss, out, config, RunOptions(start=load_warm_start(start) if start else None))
    return (folder.path / "data.csv").read_bytes()


@pytest.mark.parametrize("signs", [False, True])
def test_a_run_from_a_start_writes_the_same_bytes(
    netlist: Netlist, config: Config, tmp_path: Path, signs: bool
) -> None:
    config = replace(config, signs=signs)
    save_warm_start(netlist, netlist.strategy({"seed": "3"}), config, tmp_path / "start")

    warm = data(netlist, config, tmp_path / "warm", {"seed": "3"}, tmp_path / "start")

    assert warm == data(netlist, config, tmp_path / "cold", {"seed": "3"})


def test_one_start_serves_many_runs(pool: Netlist, config: Config, tmp_path: Path) -> None:
    start = save_warm_start(pool, pool.strategy(), config, tmp_path / "start")

    folders = [run_once(pool, pool.strategy(), tmp_path / str(n), config, RunOptions(start=start)) for n in range(3)]

    assert len({(folder.path / "data.csv").read_bytes() for folder in folders}) == 1


def test_another_seed_draws_otherwise_and_as_a_run_without_a_start(
    pool: Netlist, config: Config, tmp_path: Path
) -> None:
    save_warm_start(pool, pool.strategy(), config, tmp_path / "start")

    five = data(pool, config, tmp_path / "five", {"seed": "5"}, tmp_path / "start")

    assert five != data(pool, config, tmp_path / "zero", {}, tmp_path / "start")
    assert five == data(pool, config, tmp_path / "cold", {"seed": "5"})


def test_parameters_that_the_wiring_does_not_use_may_differ(pool: Netlist, config: Config, tmp_path: Path) -> None:
    save_warm_start(pool, pool.strategy(), config, tmp_path / "start")
    values = {"publisher.DT_stake": "50", "max_ticks": "300", "log_interval": "7200"}

    warm = data(pool, config, tmp_path / "warm", values, tmp_path / "start")

    assert warm == data(pool, config, tmp_path / "cold", values)


def test_parameters_that_the_wiring_uses_may_not(pool: Netlist, config: Config, tmp_path: Path) -> None:
    start = save_warm_start(pool, pool.strategy(), config, tmp_path / "start")

    with pytest.raises(
        RunError, match=r"is not wired as it was.*The start was made with pub_init_OCEAN = 10000"
    ) as caught:
        run_once(pool, pool.strategy({"pub_init_OCEAN": "500"}), tmp_path / "o", config, RunOptions(start=start))

    assert "OCEAN.transfer" in str(caught.value)
    assert not (tmp_path / "o").exists()


def test_a_chain_that_draws_the_order_keeps_the_starts_seed(config: Config, tmp_path: Path) -> None:
    busy = load_netlist(BUSY)
    start = save_warm_start(busy, busy.strategy(), config, tmp_path / "start")

    with pytest.raises(RunError, match='orders transactions by "shuffle".*--seed 0, or make a start with --seed 4'):
        run_once(busy, busy.strategy({"seed": "4"}), tmp_path / "o", config, RunOptions(start=start))


def test_a_run_from_a_start_writes_checkpoints_and_goes_on(pool: Netlist, config: Config, tmp_path: Path) -> None:
    start = save_warm_start(pool, pool.strategy({"seed": "3"}), config, tmp_path / "start")
    ss = pool.strategy({"seed": "8", "max_ticks": "400"})
    whole = run_once(pool, ss, tmp_path / "whole", config, RunOptions(start=start))
    for every in (24 * HOUR, None):
        out = tmp_path / f"every {every}"
        with pytest.raises(KeyboardInterrupt):
            run_once(
                pool, ss, out, config, RunOptions(checkpoint_every=every, start=start), [TickListener(stop_at(350))]
            )

        resume_run(read_unfinished(out), config)

        assert (out / "data.csv").read_bytes() == (whole.path / "data.csv").read_bytes()
        assert record(out)["resumed_from_tick"] == (336 if every else 0)


def test_a_start_deploys_nothing_in_another_process(pool: Netlist, config: Config, tmp_path: Path) -> None:
    cold = data(pool, config, tmp_path / "cold", {"max_ticks": "100"})
    save_warm_start(pool, pool.strategy({"max_ticks": "100"}), config, tmp_path / "start")
    program = (
        "import sys; from pathlib import Path\n"
        "from tokenspice.web3engine.config import find_project, read_config\n"
        "from tokenspice.studies.netlist.netlist_file import load_netlist\n"
        "from tokenspice.studies.run.run import RunOptions, run_once\n"
        "from tokenspice.studies.resume.warm_start import load_warm_start\n"
        "from tokenspice.web3engine.backends.revm import RevmBackend\n"
        "def send(self, wallet, call):\n"
        "    assert False, 'something was sent to the chain'\n"
        "RevmBackend.send = send\n"
        "netlist, start, out = sys.argv[1:]\n"
        "netlist, config = load_netlist(Path(netlist)), read_config(find_project())\n"
        "ss = netlist.strategy({'max_ticks': '100'})\n"
        "run_once(netlist, ss, Path(out), config, RunOptions(start=load_warm_start(Path(start))))\n"
    )
    command = [sys.executable, "-c", program, str(POOL), str(tmp_path / "start"), str(tmp_path / "o")]

    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "o" / "data.csv").read_bytes() == cold


def test_transactions_of_a_run_from_a_start_are_those_of_one_without(
    pool: Netlist, config: Config, tmp_path: Path
) -> None:
    start = save_warm_start(pool, pool.strategy(), config, tmp_path / "start")

    for name, given in {"warm": start, "cold": None}.items():
        run_once(pool, pool.strategy(), tmp_path / name, config, RunOptions(transactions=True, start=given))

    warm, cold = ((tmp_path / name / "transactions/part-00000.parquet").read_bytes() for name in ("warm", "cold"))
    assert warm == cold


def test_a_start_under_other_rules_is_refused(pool: Netlist, config: Config, tmp_path: Path) -> None:
    start = save_warm_start(pool, pool.strategy(), replace(config, hardfork="cancun"), tmp_path / "start")

    with pytest.raises(ConfigError, match="HARDFORK = cancun, and tokenspice.ini says shanghai"):
        run_once(pool, pool.strategy(), tmp_path / "o", config, RunOptions(start=start))


def test_a_netlist_that_was_edited_is_refused(config: Config, tmp_path: Path) -> None:
    shutil.copytree(POOL.parent, tmp_path / "pool")
    path = tmp_path / "pool" / "netlist.py"
    netlist = load_netlist(path)
    start = save_warm_start(netlist, netlist.strategy(), config, tmp_path / "start")
    path.write_text(path.read_text() + "\n")

    with pytest.raises(RunError, match=f"{re.escape(str(path))} has changed since this start was made"):
        run_once(load_netlist(path), netlist.strategy(), tmp_path / "o", config, RunOptions(start=start))


def test_wiring_that_asks_through_web3_is_repeated_and_resumed_too(config: Config, tmp_path: Path) -> None:
    shutil.copytree(POOL.parent, tmp_path / "pool")
    path = tmp_path / "pool" / "netlist.py"
    more = (
        "        w3 = chain.w3\n"
        "        w3.eth.send_transaction({'from': chain.faucet.address, 'to': wallet.address, 'value': 5})\n"
        "        self.block, self.w3 = w3.eth.block_number, w3\n"
        "        self.token = w3.eth.contract(protocol.ocean.contract.address, abi=protocol.ocean.contract.abi.entries)\n"
    )
    path.write_text(path.read_text().replace("        self.kpis = KPIs", f"{more}        self.kpis = KPIs"))
    netlist = load_netlist(path)
    once = run_once(netlist, netlist.strategy(), tmp_path / "once", config)
    start = save_warm_start(netlist, netlist.strategy(), config, tmp_path / "start")

    warm = run_once(netlist, netlist.strategy(), tmp_path / "warm", config, RunOptions(start=start))
    resume_run(read_unfinished(interrupted(netlist, tmp_path / "o", config, 200, every=HOUR)), config)

    for folder in (warm.path, tmp_path / "o"):
        assert (folder / "data.csv").read_bytes() == (once.path / "data.csv").read_bytes()


def test_wiring_that_tries_things_and_mines_is_repeated_too(config: Config, tmp_path: Path) -> None:
    shutil.copytree(POOL.parent, tmp_path / "pool")
    path = tmp_path / "pool" / "netlist.py"
    more = (
        "        with chain.anchor():\n"
        "            chain.faucet.transfer(wallet, 'OCEAN', 7)\n"
        "        pending = wallet.submit(protocol.ocean.contract.approve(wallet.address, 1))\n"
        "        chain.advance(60)\n"
        "        assert pending.receipt and pending.receipt.succeeded\n"
    )
    path.write_text(path.read_text().replace("        self.addAgent(", f"{more}        self.addAgent("))
    netlist = load_netlist(path)
    start = save_warm_start(netlist, netlist.strategy(), config, tmp_path / "start")

    folders = [
        run_once(netlist, netlist.strategy(), tmp_path / str(n), config, RunOptions(start=n)) for n in (start, None)
    ]

    assert len({(folder.path / "data.csv").read_bytes() for folder in folders}) == 1


def test_wire_and_run_on_the_command_line(tmp_path: Path) -> None:
    wired = tsp("wire", "simplepool", tmp_path / "start", "--seed", 4)
    warm = tsp("run", "simplepool", tmp_path / "warm", "--seed", 4, "--start", tmp_path / "start")
    cold = tsp("run", "simplepool", tmp_path / "cold", "--seed", 4)

    assert (wired.returncode, warm.returncode, cold.returncode) == (0, 0, 0), warm.stderr
    assert (tmp_path / "warm" / "data.csv").read_bytes() == (tmp_path / "cold" / "data.csv").read_bytes()
    again = tsp("wire", "simplepool", tmp_path / "start")
    other = tsp("run", "simplegrant", tmp_path / "other", "--start", tmp_path / "start")
    gone = tsp("run", "simplepool", tmp_path / "gone", "--start", tmp_path / "nosuch")
    assert (again.returncode, other.returncode, gone.returncode) == (1, 1, 1)
    assert "exists. Write a new file" in again.stderr and "cannot be read" in gone.stderr
    assert "simplepool" in other.stderr
