"""oceanv3 against the reference trajectories, and the laws that hold for any parameters."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import DATA, PROJECT
from tests.netlists.golden import (
    assert_rows_equal,
    assert_same_bytes,
    assert_within_bands,
    runs_of_seeds,
    simulate,
)
from tokenspice.agents.pools import pools
from tokenspice.engine.errors import StrategyError
from tokenspice.engine.sim_engine import SimEngine
from tokenspice.engine.units import tokens
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.netlist.netlist_file import load_netlist
from tokenspice.studies.run.open_chain import open_chain
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.config import Config

GOLDEN = DATA / "golden"
NAMES = ("publisher", "consumer", "stakerSpeculator", "speculator", "maliciousPublisher")
LAST_CERTAIN_TICK = 174  # after it, the staker tosses a coin
N_SEEDS = 12


@pytest.fixture(scope="module")
def netlist() -> Netlist:
    return load_netlist(PROJECT / "netlists" / "oceanv3" / "netlist.py")


def test_the_rows_equal_the_golden_ones_until_chance_enters(netlist: Netlist, chain: Chain) -> None:
    rows, _ = simulate(netlist, chain, {"max_ticks": "200"})

    assert_rows_equal(rows, GOLDEN / "oceanv3.csv", LAST_CERTAIN_TICK)


def test_twelve_seeds_lie_within_the_golden_bands(netlist: Netlist, config: Config) -> None:
    assert_within_bands(runs_of_seeds(netlist, config, N_SEEDS, {}), GOLDEN / "oceanv3_bands.csv")


def test_the_log_has_the_golden_file_s_rows(netlist: Netlist, config: Config) -> None:
    ((*rows, last),) = runs_of_seeds(netlist, config, 1, {})

    assert [row["Tick"] for row in rows] == list(range(0, 451, 10))
    assert last["Tick"] == 456  # a last row is the end, on the grid or not


def test_three_pools_open_when_the_timers_say_and_the_second_is_rugged(netlist: Netlist, config: Config) -> None:
    chain = open_chain(config, netlist.path)
    state = netlist.state(netlist.strategy(), chain)
    engine = SimEngine(state, netlist.log_data)
    opened: dict[int, str] = {}
    shares: dict[int, int] = {}
    rugged: dict[int, float] = {}
    malicious = chain.wallet("maliciousPublisher").address
    while state.tick < state.ss.max_ticks:
        tick, before = state.tick, set(state.agents)
        engine.takeStep()
        opened |= dict.fromkeys([tick], name) if (name := "".join(set(state.agents) - before)) else {}
        rugged[tick] = netlist.log_data(state)["n_rugged"]
        if len(pools(state)) > 1:
            shares[tick] = pools(state)[1].shares_of(malicious)

    assert opened == {167: "pool0", 239: "pool1", 335: "pool2"}
    exits = [tick for tick in shares if tick > 239 and shares[tick] < shares[tick - 1]]
    assert exits == list(range(359, 384))
    assert shares[383] == pytest.approx(tokens(100) * 0.9**25, rel=1e-12)
    assert [tick for tick in rugged if rugged[tick]][0] == 359 and rugged[455] == 1


def test_the_first_pool_opens_with_all_ocean_but_one_and_half_the_datatokens(netlist: Netlist, config: Config) -> None:
    """Alone, with an unstaking timer that does not fire, so that what it put in is still there."""
    values = {f"{name}_init_OCEAN": "0" for name in NAMES[1:]} | {
        "max_ticks": "168",
        "publisher.s_between_unstake": "9999999",
    }

    _, state = simulate(netlist, open_chain(config, netlist.path), values)

    (pool,) = pools(state)
    assert (pool.ocean_reserve(), pool.datatoken_reserve()) == (tokens(4999), tokens(50))
    assert pool.spot_price() / 1e18 == pytest.approx(4999 / 7 / (50 / 3) / (1 - 1e-6), rel=1e-12)


def test_who_is_rugged_loses_and_who_rugs_gains(netlist: Netlist, config: Config) -> None:
    runs = runs_of_seeds(netlist, config, N_SEEDS, {})

    for rows in runs:
        assert rows[-1]["maliciousPublisher_OCEAN_networth"] > 5200
        assert rows[-1]["stakerSpeculator_OCEAN_networth"] < 5000


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    minted=st.integers(100, 10**6),
    part_in_pool=st.floats(0.001, 1),
    weights=st.tuples(st.integers(1, 25), st.integers(1, 25)),
    parts=st.tuples(*[st.floats(0, 1)] * 4),
    bought=st.floats(0.001, 1000),
    margin=st.floats(-1, 2),
)
def test_tokens_are_neither_made_nor_lost(
    netlist: Netlist,
    config: Config,
    seed: int,
    minted: int,
    part_in_pool: float,
    weights: tuple[int, int],
    parts: tuple[float, float, float, float],
    bought: float,
    margin: float,
) -> None:
    """The faucet pays consumers, from the one supply; so all OCEAN stays in a wallet or a pool."""
    chain = open_chain(config, netlist.path, seed)
    both = {"DT_init": str(minted), "DT_stake": f"{minted * part_in_pool:.6f}", "part_unstaked": f"{parts[0]:.6f}"}
    both |= {"pool_weight_DT": str(weights[0]), "pool_weight_OCEAN": str(weights[1]), "part_sold": f"{parts[1]:.6f}"}
    values = {f"{who}.{name}": value for name, value in both.items() for who in ("publisher", "maliciousPublisher")}
    values |= {"stakerSpeculator.part_staked": f"{parts[2]:.6f}", "stakerSpeculator.part_unstaked": f"{parts[3]:.6f}"}
    values |= {"speculator.DT_bought": f"{bought:.6f}", "consumer.profit_margin_on_consume": f"{margin:.6f}"}

    _, state = simulate(netlist, chain, {"seed": str(seed), "log_interval": "9999999", **values})

    found = pools(state)
    wallets = [chain.faucet.address, *(chain.wallet(name).address for name in NAMES)]
    holders = [*wallets, *(pool.contract.address for pool in found)]
    ocean = chain.token("OCEAN").contract
    assert sum(chain.read(ocean.balanceOf(holder)) for holder in holders) == tokens(10**9)
    for pool in found:
        assert sum(pool.datatokens_of(holder) for holder in holders) == tokens(minted)
        assert sum(pool.shares_of(holder) for holder in holders) == pool.total_shares()
        assert pool.ocean_reserve() == chain.read(ocean.balanceOf(pool.contract.address))


@pytest.mark.parametrize(("network", "ticks"), [("anvil", {}), ("ganache", {"max_ticks": "250"})])
def test_the_same_seed_writes_the_same_bytes_on_every_chain(
    netlist: Netlist, config: Config, tmp_path: Path, network: str, ticks: dict[str, str]
) -> None:
    assert_same_bytes(netlist, config, tmp_path, network, {"seed": "5", **ticks})


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("publisher.DT_stake", "101", "DT_stake = 101: .* DT_init = 100"),
        ("publisher.pool_weight_OCEAN", "48", "pool_weight_DT = 3 and pool_weight_OCEAN = 48"),
        ("stakerSpeculator.part_staked", "1.5", "stakerSpeculator.part_staked = 1.5: write .* from 0 to 1"),
        ("consumer.profit_margin_on_consume", "-2", "profit_margin_on_consume = -2"),
        (
            "speculator.s_between_speculates",
            "-1",
            "s_between_speculates = -1 seconds: write a whole number of seconds, 0 or more",
        ),
        ("speculator_init_OCEAN", "-1", "speculator_init_OCEAN = -1 OCEAN"),
    ],
)
def test_a_parameter_out_of_range_is_named(netlist: Netlist, name: str, value: str, message: str) -> None:
    with pytest.raises(StrategyError, match=message):
        netlist.strategy({name: value})
