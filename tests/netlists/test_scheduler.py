"""scheduler gives TokenSPICE's numbers on every chain, and the vesting wallet keeps its books to the wei."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import DATA, PROJECT
from tokenspice.agents.vesting import VestingWalletAgent
from tokenspice.engine.errors import StrategyError
from tokenspice.engine.log import LogRow
from tokenspice.engine.observer import RowListener
from tokenspice.engine.sim_engine import SimEngine
from tokenspice.engine.sim_strategy import with_values
from tokenspice.engine.units import DAY, HOUR, MONTH, YEAR
from tokenspice.netlists.scheduler.netlist import SimState, SimStrategy, netlist_createLogData
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.netlist.netlist_file import load_netlist
from tokenspice.studies.record.run_log import read_log
from tokenspice.studies.run.open_chain import open_chain
from tokenspice.studies.run.run import run_once
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.network import is_built
from tokenspice.web3engine.rules import GENESIS_TIME

GOLDEN = DATA / "golden" / "scheduler.csv"


@pytest.fixture(scope="module")
def netlist() -> Netlist:
    return load_netlist(PROJECT / "netlists" / "scheduler" / "netlist.py")


def simulate(state: SimState) -> list[LogRow]:
    rows: list[LogRow] = []
    SimEngine(state, lambda _: netlist_createLogData(state), [RowListener(rows.append)]).run()
    return rows


def test_the_rows_are_tokenspices_counted_from_the_chains_first_second(chain: Chain) -> None:
    header, golden = read_log(GOLDEN)
    began = chain.now

    rows = simulate(SimState(SimStrategy(), chain))

    found = np.array([[row[name] for name in header] for row in rows])
    clock = header.index("timestamp")
    assert began == golden[0, clock] == GENESIS_TIME
    np.testing.assert_array_equal(found[:, clock], golden[:, clock])
    np.testing.assert_allclose(found, golden, rtol=1e-12, atol=0)


def test_vesting_starts_a_year_after_the_time_that_the_chain_has_reached(chain: Chain) -> None:
    chain.advance(1234 * DAY)
    began = chain.now

    rows = {int(row["Tick"]): row for row in simulate(SimState(SimStrategy(), chain))}

    assert rows[0]["timestamp"] == began
    assert rows[12]["OCEAN_vested"] == 0
    assert rows[15]["OCEAN_vested"] == pytest.approx(0.2328767, abs=5e-8)
    assert rows[72]["OCEAN_released"] == pytest.approx(4.8356164, abs=5e-8)
    assert rows[75]["beneficiary_OCEAN"] == 5


@pytest.mark.parametrize("network", ["auto", "ganache"])
def test_every_chain_writes_the_same_bytes(netlist: Netlist, config: Config, tmp_path: Path, network: str) -> None:
    first = run_once(netlist, netlist.strategy(), tmp_path / "first", replace(config, network=network))
    second = run_once(netlist, netlist.strategy(), tmp_path / "second", replace(config, network="anvil"))

    assert (first.path / "data.csv").read_bytes() == (second.path / "data.csv").read_bytes()


@pytest.mark.skipif(not is_built(), reason="the in-process chain was not built")
@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    funded=st.integers(0, 10**27),
    time_step=st.sampled_from([HOUR, DAY, MONTH, YEAR]),
    s_until_start=st.integers(0, 3 * YEAR),
    duration_seconds=st.integers(0, 8 * YEAR),
)
def test_at_every_tick_wallet_and_beneficiary_hold_what_was_funded_and_what_is_due(
    seed: int, funded: int, time_step: int, s_until_start: int, duration_seconds: int
) -> None:
    chain = open_chain(Config(PROJECT), seed=seed)
    ss = SimStrategy(time_step, 12, time_step, seed, funded, s_until_start, duration_seconds)
    try:
        state = SimState(ss, chain)
        engine, start = SimEngine(state, lambda state: {}), chain.now + s_until_start
        while state.tick < ss.max_ticks:
            now = chain.now
            engine.takeStep()

            vault = state.agents.filter_by_class(VestingWalletAgent)["vw1"]
            got = state.getAgent("beneficiary1").wallet.balance("OCEAN")
            due = 0 if now < start else funded if now >= start + duration_seconds else None
            assert vault.held(state.ocean) + got == funded
            assert got == vault.released(state.ocean) == (due_in(funded, now - start, ss) if due is None else due)
            assert state.getAgent("funder1").wallet.balance("OCEAN") == 0
    finally:
        chain.close()


def due_in(funded: int, elapsed: int, ss: SimStrategy) -> int:
    return funded * elapsed // ss.duration_seconds


@pytest.mark.parametrize("name", ["s_until_start", "duration_seconds"])
@pytest.mark.parametrize("value", ["-1", "99999999999"])
def test_a_time_that_is_no_time_is_refused(name: str, value: str) -> None:
    with pytest.raises(
        StrategyError, match=f"{name} = {value} seconds: write a whole number of seconds, from 0 to 3153600000"
    ):
        with_values(SimStrategy(), {name: value})


def test_it_ends_with_the_first_row_after_ten_years() -> None:
    ss = SimStrategy()

    assert ss.max_ticks * ss.time_step % ss.log_interval == 0
    assert 0 <= ss.max_ticks * ss.time_step - 10 * YEAR < ss.log_interval
