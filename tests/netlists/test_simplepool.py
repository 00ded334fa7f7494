"""simplepool against the reference trajectories, on every backend."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import DATA, PROJECT
from tokenspice.agents.pools import PoolAgent
from tokenspice.engine.log import LogRow
from tokenspice.engine.observer import RowListener
from tokenspice.engine.sim_engine import SimEngine
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.units import tokens
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.netlist.netlist_file import load_netlist
from tokenspice.studies.record.run_log import read_log
from tokenspice.studies.run.run import run_once
from tokenspice.web3engine.artifacts import Artifacts
from tokenspice.web3engine.backends.base import ChainBackend
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.network import is_built, open_backend
from tokenspice.web3engine.transaction import Transaction

GOLDEN = DATA / "golden"
LAST_CERTAIN_TICK = 336  # after it, the publisher draws random numbers
N_SEEDS = 12


@pytest.fixture(scope="module")
def netlist() -> Netlist:
    return load_netlist(PROJECT / "netlists" / "simplepool" / "netlist.py")


def simulate(netlist: Netlist, chain: Chain, seed: int) -> tuple[list[LogRow], SimStateBase]:
    rows: list[LogRow] = []
    ss = netlist.strategy({"seed": str(seed)})
    state = netlist.state(ss, chain)
    SimEngine(state, netlist.log_data, [RowListener(rows.append)]).run()
    return rows, state


def test_the_rows_equal_the_golden_ones_until_chance_enters(netlist: Netlist, chain: Chain) -> None:
    header, golden = read_log(GOLDEN / "simplepool.csv")

    rows, _ = simulate(netlist, chain, seed=0)

    assert [row["Tick"] for row in rows] == list(golden[:, 0])
    certain = [[row[name] for name in header] for row in rows if row["Tick"] <= LAST_CERTAIN_TICK]
    np.testing.assert_allclose(certain, golden[: len(certain)], atol=1e-9, rtol=0)


def test_twelve_seeds_lie_within_the_golden_bands(netlist: Netlist, backend: ChainBackend, chain: Chain) -> None:
    runs = []
    for seed in range(N_SEEDS):
        with chain.anchor():
            rows, _ = simulate(netlist, Chain(backend, chain.artifacts, seed), seed)
            runs.append({row["Tick"]: row for row in rows})

    with (GOLDEN / "simplepool_bands.csv").open() as file:
        for band in csv.DictReader(file):
            values = np.array([run[int(band["tick"])][band["kpi"]] for run in runs])
            # Both are means of samples, so they differ by both standard errors; the file has 8 digits.
            tolerance = 4 * np.hypot(float(band["stdev"]), values.std(ddof=1)) / np.sqrt(N_SEEDS)
            assert abs(values.mean() - float(band["mean"])) <= tolerance + 1e-3, band


def test_no_ocean_is_made_or_lost(netlist: Netlist, chain: Chain) -> None:
    _, state = simulate(netlist, chain, seed=3)

    ocean = chain.token("OCEAN").contract
    pools = [agent.pool.contract.address for agent in state.agents.filter_by_class(PoolAgent).values()]
    holders = [chain.faucet.address, chain.wallet("pub1").address, *pools]
    assert sum(chain.read(ocean.balanceOf(holder)) for holder in holders) == tokens(10**9)


def record(transaction: Transaction) -> tuple[object, ...]:
    """All of a transaction that a backend may not choose for itself."""
    receipt, label = (
        transaction.receipt,
        (transaction.call.label, transaction.sender, transaction.time, transaction.index),
    )
    outcome = (receipt.succeeded, receipt.gas_used, receipt.contract_address, receipt.logs)
    return (label, *outcome, receipt.block_number, receipt.transaction_hash)


def test_the_chains_agree_on_every_receipt(netlist: Netlist, config: Config, artifacts: Artifacts) -> None:
    def records(network: str) -> list[tuple[object, ...]]:
        seen: list[tuple[object, ...]] = []
        backend = open_backend(replace(config, network=network, signs=True))
        try:
            chain = Chain(backend, artifacts, 0, lambda each: seen.append(record(each)))
            simulate(netlist, chain, seed=0)
        finally:
            backend.close()
        return seen

    # The same transactions, in the same blocks, with the same addresses, gas, status and logs.
    anvil = records("anvil")
    assert len(anvil) > 20
    assert records("ganache") == anvil
    if is_built():
        assert records("revm") == anvil


@pytest.mark.skipif(not is_built(), reason="the in-process chain was not built")
def test_on_revm_signing_changes_nothing_but_the_hashes(netlist: Netlist, config: Config, artifacts: Artifacts) -> None:
    def records(signs: bool) -> list[tuple[object, ...]]:
        seen: list[tuple[object, ...]] = []
        backend = open_backend(replace(config, network="revm", signs=signs))
        chain = Chain(backend, artifacts, 0, lambda each: seen.append(record(each)[:-1]))
        simulate(netlist, chain, seed=0)
        return seen

    assert records(signs=True) == records(signs=False)


@pytest.mark.parametrize("network", ["anvil", "ganache", "auto"])
def test_the_same_seed_writes_the_same_bytes_on_every_chain(
    netlist: Netlist, config: Config, tmp_path: Path, network: str
) -> None:
    ss = netlist.strategy({"seed": "5"})

    first = run_once(netlist, ss, tmp_path / "first", replace(config, network=network))
    second = run_once(netlist, ss, tmp_path / "second", replace(config, network="anvil"))

    assert (first.path / "data.csv").read_bytes() == (second.path / "data.csv").read_bytes()


def test_another_seed_draws_otherwise(netlist: Netlist, chain: Chain) -> None:
    with chain.anchor():
        first, _ = simulate(netlist, Chain(chain.backend, chain.artifacts, 1), seed=1)
    second, _ = simulate(netlist, Chain(chain.backend, chain.artifacts, 2), seed=2)

    assert first != second
