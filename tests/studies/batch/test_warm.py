"""A warm batch writes what a cold one writes, wires each parameter set once, and is refused where it would differ."""

import json
import shlex
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from tests.conftest import PROJECT
from tests.studies.batch.conftest import digests
from tests.studies.terminal import environment, tsp
from tokenspice.engine.errors import ConfigError, RunError, StrategyError
from tokenspice.studies.batch.design import Design
from tokenspice.studies.batch.netlist_subject import netlist_subject
from tokenspice.studies.batch.run_specs import Run
from tokenspice.studies.batch.runs import run_batch
from tokenspice.studies.batch.warm_starts import Starts
from tokenspice.studies.batch.workers import Workers
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.netlist.netlist_file import load_netlist
from tokenspice.studies.run.open_chain import open_chain
from tokenspice.web3engine.backends.revm import RevmBackend
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.network import is_built
from tokenspice.web3engine.wallet import EvmWallet

POOL = PROJECT / "netlists" / "simplepool" / "netlist.py"
OCEAN = PROJECT / "netlists" / "oceanv4" / "netlist.py"
BUSY = PROJECT / "tests" / "studies" / "busy" / "netlist.py"
SWEEP = {"pub_init_OCEAN": "5000,9000"}

pytestmark = pytest.mark.skipif(not is_built(), reason="the in-process chain was not built")


@pytest.fixture(scope="module")
def pool() -> Netlist:
    return load_netlist(POOL)


def warm(seeds: list[int], max_ticks: int = 60, seed: int = 0) -> Design:
    return Design(SWEEP, {"max_ticks": max_ticks}, seeds, seed=seed, warm=True)


@pytest.mark.parametrize("path", [POOL, OCEAN], ids=["simplepool", "oceanv4"])
def test_with_the_wirings_seed_rows_are_those_of_a_cold_batch(tmp_path: Path, path: Path, workers: Workers) -> None:
    design = Design({}, {"max_ticks": 100}, seeds=[5], seed=5)

    for name, one in {"cold": design, "warm": replace(design, warm=True)}.items():
        run_batch(load_netlist(path), one, tmp_path / name, workers)

    cold, warm = (digests(tmp_path / name) for name in ("cold", "warm"))
    assert [name for name in cold if cold[name] != warm[name]] == ["batch.json"]


def test_with_another_seed_wallets_are_the_wirings_and_draws_the_runs_own(
    pool: Netlist, config: Config, tmp_path: Path
) -> None:
    study = netlist_subject(pool, config, {}, Starts(tmp_path / "starts", 7))
    cold = pool.state(pool.strategy({"seed": "7"}), open_chain(config, POOL, 7))

    warm = []
    for run in (a_run(3), a_run(4)):
        start = study.start(run)
        assert start
        warm.append(start.state(pool, study.strategy(run), config)[0])

    wallets = [state.getAgent("pub1").wallet for state in (cold, *warm)]
    assert len({wallet.address for wallet in wallets if isinstance(wallet, EvmWallet)}) == 1
    assert len({state.rng("x").normal() for state in (cold, *warm)}) == 3


def a_run(seed: int, place: int = 0) -> Run:
    return Run(seed, place, seed, {}, {})


def test_nothing_is_deployed_in_a_warm_run(
    pool: Netlist, config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = netlist_subject(pool, config, {"max_ticks": "5"}, Starts(tmp_path / "starts", 0))
    n_sent, send = [0], RevmBackend.send

    def counted(self: RevmBackend, *args: object, **kwargs: object) -> object:
        n_sent[0] += 1
        return send(self, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(RevmBackend, "send", counted)
    counts = []
    for seed in range(3):
        study.run(a_run(seed), tmp_path / str(seed), [])
        counts.append(n_sent[0])

    assert counts[0] > 3 and counts[0] == counts[1] == counts[2]
    assert [path.name for path in (tmp_path / "starts").glob("*.start")] == ["000000.start"]


@pytest.mark.parametrize("n", [1, 8])
def test_the_bytes_do_not_depend_on_the_workers(
    pool: Netlist, config: Config, tmp_path: Path, workers: Workers, n: int
) -> None:
    run_batch(pool, warm([1, 2, 3]), tmp_path / "two", workers)

    run_batch(pool, warm([1, 2, 3]), tmp_path / str(n), Workers(n, config=config))

    assert digests(tmp_path / str(n)) == digests(tmp_path / "two")
    assert not (tmp_path / "two" / "starts").exists()


def test_a_warm_batch_that_was_interrupted_is_resumed_to_the_same_bytes(
    pool: Netlist, tmp_path: Path, workers: Workers
) -> None:
    run_batch(pool, warm([1, 2, 3]), tmp_path / "whole", workers)
    folder = tmp_path / "o"
    shutil.copytree(interrupted(pool, folder, workers), tmp_path / "without starts")
    shutil.rmtree(tmp_path / "without starts" / "starts")

    for path in (folder, tmp_path / "without starts"):
        run_batch(pool, warm([1, 2, 3]), path, workers, resume=True)
        assert digests(path) == digests(tmp_path / "whole")


def interrupted(pool: Netlist, folder: Path, workers: Workers) -> Path:
    def stop(progress: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_batch(pool, warm([1, 2, 3]), folder, workers, watch=stop)
    assert list((folder / "parts").iterdir())
    return folder


def test_a_cold_batch_is_not_resumed_warm_nor_with_another_wiring(
    pool: Netlist, tmp_path: Path, workers: Workers
) -> None:
    run_batch(pool, warm([1]), tmp_path / "o", workers)

    with pytest.raises(RunError, match="another batch: warm in"):
        run_batch(pool, replace(warm([1]), warm=False), tmp_path / "o", workers, resume=True)
    with pytest.raises(RunError, match="another batch: seed in"):
        run_batch(pool, warm([1], seed=1), tmp_path / "o", workers, resume=True)


def test_a_failed_warm_run_is_repeated_by_its_command(config: Config, tmp_path: Path, workers: Workers) -> None:
    shutil.copytree(POOL.parent, tmp_path / "pool")
    path = tmp_path / "pool" / "netlist.py"
    path.write_text(
        path.read_text().replace(
            "    return LogRow(\n", "    assert state.tick < 24 or state.rng('x').normal() < 0\n    return LogRow(\n"
        )
    )
    seeds = list(range(1, 9))
    (group,) = run_batch(load_netlist(path), Design({}, {"max_ticks": 30}, seeds, warm=True), tmp_path / "o", workers)

    failed = [sample for sample in group.samples if sample.error]
    assert 0 < len(failed) < len(seeds)
    bundle = tmp_path / "o" / "failed" / f"{failed[0].run:06}"
    command = shlex.split((bundle / "command.txt").read_text())
    assert command[-2:] == ["--start", str(tmp_path / "o" / "starts" / "000000.start")]
    again = subprocess.run(
        [sys.executable, PROJECT / "tsp", *command[1:]],
        cwd=tmp_path,
        env=environment(None),
        capture_output=True,
        text=True,
    )
    assert again.returncode == 1 and str(failed[0].error) in again.stderr
    assert (tmp_path / command[3] / "data.csv").read_bytes() == (bundle / "data.csv").read_bytes()


def test_what_cannot_be_wired_once_is_refused_before_anything_runs(
    pool: Netlist, faulty: Netlist, config: Config, tmp_path: Path, workers: Workers
) -> None:
    design, out = Design(seeds=[1, 2], warm=True), tmp_path / "o"

    with pytest.raises(ConfigError, match="faulty needs no chain.*Leave --warm out"):
        run_batch(faulty, design, out, workers)
    with pytest.raises(ConfigError, match="a chain of --network anvil cannot be saved"):
        run_batch(pool, design, out, Workers(2, config=replace(config, network="anvil")))
    with pytest.raises(ConfigError, match='orders transactions by "shuffle".*Leave --warm out'):
        run_batch(load_netlist(BUSY), design, out, workers)
    with pytest.raises(StrategyError, match="only a netlist is wired beforehand"):
        run_batch(lambda chain, seed: 0, design, None, workers)

    assert list(tmp_path.iterdir()) == []


def test_a_chain_that_draws_the_order_serves_runs_of_the_wirings_seed(tmp_path: Path, workers: Workers) -> None:
    (group,) = run_batch(load_netlist(BUSY), Design(seeds=[6], seed=6, warm=True), tmp_path / "o", workers)

    assert group.samples[0].error is None


def test_warm_on_the_command_line_and_in_a_file(tmp_path: Path) -> None:
    study = tmp_path / "study.toml"
    study.write_text('netlist = "simplepool"\nseeds = "0,1"\nwarm = true\nworkers = 1\n[set]\nmax_ticks = 30\n')

    by_file = tsp("batch", study, tmp_path / "file", "-q")
    by_options = tsp(
        "batch", "simplepool", tmp_path / "o", "--seeds", "0,1", "--set", "max_ticks=30", "-j", 1, "-q", "--warm"
    )

    assert (by_file.returncode, by_options.returncode) == (0, 0), by_file.stderr + by_options.stderr
    assert digests(tmp_path / "file") == digests(tmp_path / "o")
    assert json.loads((tmp_path / "o" / "batch.json").read_text())["warm"] is True
    assert len(pd.read_parquet(tmp_path / "o" / "runs.parquet")) == 2
