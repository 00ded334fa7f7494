"""oceanv4 against the reference trajectories, and the laws that hold for any parameters."""

from pathlib import Path

import numpy as np
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
from tokenspice.engine.units import in_tokens, tokens
from tokenspice.protocols.ocean_v4_releases import NO_CAP, RELEASES, OceanV4Version
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.netlist.netlist_file import load_netlist
from tokenspice.studies.run.open_chain import open_chain
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.config import Config

GOLDEN = DATA / "golden"
NAMES = ("publisher", "stakerSpeculator", "speculator")
LEGACY = {"legacy": "true"}
LAST_RELEASE = {"release": "1.1.15"}
LAST_CERTAIN_TICK = 46  # after it, the staker tosses a coin
LAST_TICK_BEFORE_A_CLAIM = 34
N_SEEDS = 12


@pytest.fixture(scope="module")
def netlist() -> Netlist:
    return load_netlist(PROJECT / "netlists" / "oceanv4" / "netlist.py")


@pytest.mark.parametrize(("values", "last_tick"), [(LEGACY, LAST_CERTAIN_TICK), ({}, LAST_TICK_BEFORE_A_CLAIM)])
def test_the_rows_equal_the_golden_ones_until_chance_enters(
    netlist: Netlist, chain: Chain, values: dict[str, str], last_tick: int
) -> None:
    rows, _ = simulate(netlist, chain, {"max_ticks": "60", **values})

    assert_rows_equal(rows, GOLDEN / "oceanv4_patched.csv", last_tick)


def test_twelve_seeds_of_the_legacy_variant_lie_within_the_golden_bands(netlist: Netlist, config: Config) -> None:
    runs = runs_of_seeds(netlist, config, N_SEEDS, LEGACY)

    assert [row["Tick"] for row in runs[0]] == list(range(0, 1441, 12))
    assert_within_bands(runs, GOLDEN / "oceanv4_patched_bands.csv")


@pytest.mark.parametrize("seed", range(N_SEEDS))
def test_all_that_vests_is_paid_block_by_block_and_no_seed_ends_the_run(
    netlist: Netlist, config: Config, seed: int
) -> None:
    """Of the original's runs, a third ended with a claim after the last block."""
    rows, _ = simulate(netlist, open_chain(config, netlist.path, seed), {"seed": str(seed)})

    paid = [row["DT_publisher"] for row in rows]
    assert paid == sorted(paid)
    assert paid[2] == 0 < paid[3] < 5  # it opens the pool in tick 23 and claims twelve hours later
    assert paid[-1] == pytest.approx(100, abs=1e-15)


def test_a_claim_is_made_every_twelve_hours(netlist: Netlist, config: Config) -> None:
    values = {"max_ticks": "200", "log_interval": "3600", "stakerSpeculator_init_OCEAN": "0"}

    rows, _ = simulate(netlist, open_chain(config, netlist.path), values)

    paid = [row["DT_publisher"] for row in rows]
    claims = [tick for tick in range(200) if paid[tick + 1] > paid[tick]]
    assert claims == list(range(35, 200, 12))


def test_staking_ocean_alone_hardly_moves_the_price(netlist: Netlist, config: Config) -> None:
    rows, _ = simulate(netlist, open_chain(config, netlist.path), {"speculator_init_OCEAN": "0"})

    def spread(column: str) -> float:
        values = [row[column] for row in rows if row["n_pools"]]
        return max(values) / min(values)

    assert spread("pool_OCEAN") > 1.2 and spread("DT_price") < 1.03
    assert rows[-1]["BPT_1ss_contract"] == pytest.approx(50 + rows[-1]["BPT_stakerSpeculator"], rel=1e-12)


def test_on_1_1_15_staking_ocean_alone_leaves_the_price_and_the_staker_s_wealth_as_they_were(
    netlist: Netlist, config: Config
) -> None:
    values = {"speculator_init_OCEAN": "0", **LAST_RELEASE}

    rows, _ = simulate(netlist, open_chain(config, netlist.path), values)

    opened = [row for row in rows if row["n_pools"]]
    price = 10 / (1 - 0.03 - 0.01 - 0.001 - 0.03)  # the LP fee twice, and Ocean's community's
    assert max(row["pool_OCEAN"] for row in opened) > 1.2 * 4999
    assert [row["DT_price"] for row in opened] == pytest.approx([price] * len(opened), rel=1e-14)
    # Shares are valued on the price that counts fees, so only what the staker has brought and not yet taken is.
    in_pool = opened[-1]["pool_OCEAN"] - 4999
    assert opened[-1]["stakerSpeculator_OCEAN"] + in_pool == pytest.approx(5000, rel=1e-14)
    assert opened[-1]["BPT_stakerSpeculator"] == pytest.approx(50 * in_pool / 4999, rel=1e-12)


@pytest.mark.parametrize("seed", range(N_SEEDS))
def test_on_1_1_15_every_seed_reaches_the_end_and_nothing_vests(netlist: Netlist, config: Config, seed: int) -> None:
    values = {"seed": str(seed), **LAST_RELEASE}

    rows, _ = simulate(netlist, open_chain(config, netlist.path, seed), values)

    assert rows[-1]["Tick"] == 1440 and rows[-1]["n_pools"] == 1
    assert {row["DT_publisher"] for row in rows} == {0.0}
    assert rows[-1]["DT_1ss_contract"] == in_tokens(NO_CAP)


def test_a_datatoken_without_a_cap_leaves_the_others_on_its_chart_to_be_seen(netlist: Netlist, config: Config) -> None:
    for values, n_lines in ({}, 5), (LAST_RELEASE, 4):
        rows, _ = simulate(netlist, open_chain(config, netlist.path), {"max_ticks": "48", **values})
        header, table = list(rows[0]), np.array([list(row.values()) for row in rows])

        (chart,) = (chart for chart in netlist.plot_instructions(header, table).y_params if chart.title == "Datatokens")

        assert len(chart.columns) == len(chart.labels) == n_lines


@pytest.mark.parametrize("version", RELEASES)
@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    cap=st.integers(600, 10**6),
    vested_part=st.floats(0, 0.0999),
    blocks=st.integers(1, 2000),
    fees=st.tuples(*[st.floats(0.0001, 0.1)] * 2),
    parts=st.tuples(*[st.floats(0, 1)] * 4),
    bought=st.floats(0.001, 1000),
    s_between_claims=st.integers(0, 10**6),
)
def test_tokens_are_neither_made_nor_lost(
    netlist: Netlist,
    config: Config,
    version: OceanV4Version,
    seed: int,
    cap: int,
    vested_part: float,
    blocks: int,
    fees: tuple[float, float],
    parts: tuple[float, float, float, float],
    bought: float,
    s_between_claims: int,
) -> None:
    """All OCEAN stays in a wallet or the pool; all datatokens there or in the side-staking contract."""
    asked = {"publisher.DT_cap": str(cap), "publisher.vested_amount": f"{cap * vested_part:.6f}"}
    values = {
        **(asked if RELEASES[version].vests else {}),
        "release": version,
        "publisher.vested_blocks": str(blocks),
        "publisher.fee_LP": f"{fees[0]:.6f}",
        "publisher.fee_market": f"{fees[1]:.6f}",
        "publisher.part_sold": f"{parts[0]:.6f}",
        "publisher.s_between_sellDT": "36000",
        "publisher.s_between_unstake": "36000",
        "publisher.s_between_getVesting": str(s_between_claims),
        "stakerSpeculator.part_staked": f"{parts[1]:.6f}",
        "stakerSpeculator.part_unstaked": f"{parts[2]:.6f}",
        "speculator.part_sold": f"{parts[3]:.6f}",
        "speculator.DT_bought": f"{bought:.6f}",
        "log_interval": "9999999",
        "seed": str(seed),
    }
    chain = open_chain(config, netlist.path, seed)

    _, state = simulate(netlist, chain, values)

    (pool,) = pools(state)
    wallets = [chain.faucet.address, *(chain.wallet(name).address for name in NAMES)]
    holders = [*wallets, pool.contract.address, pool.controller]
    ocean = chain.token("OCEAN").contract
    assert sum(chain.read(ocean.balanceOf(holder)) for holder in holders) == tokens(10**9)
    assert sum(pool.datatokens_of(holder) for holder in holders) == (tokens(cap) if RELEASES[version].vests else NO_CAP)
    assert sum(pool.shares_of(holder) for holder in holders) == pool.total_shares()


@pytest.mark.parametrize("version", RELEASES)
@pytest.mark.parametrize(("network", "ticks"), [("anvil", {}), ("ganache", {"max_ticks": "120"})])
def test_the_same_seed_writes_the_same_bytes_on_every_chain(
    netlist: Netlist, config: Config, tmp_path: Path, network: str, ticks: dict[str, str], version: OceanV4Version
) -> None:
    assert_same_bytes(netlist, config, tmp_path, network, {"seed": "5", "release": version, **ticks})


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("publisher.vested_amount", "101", "vested_amount = 101: at most a tenth of DT_cap = 1000"),
        ("publisher.vested_blocks", "0", "vested_blocks = 0 blocks: write a whole number of blocks, 1 or more"),
        ("publisher.fee_LP", "0.2", "fee_LP = 0.2: pools of release 1.0.0-alpha.20 take 0.000001 to 0.1"),
        ("publisher.fee_market", "0", "fee_market = 0: pools of release 1.0.0-alpha.20 take 0.000001 to 0.1"),
        ("publisher.DT_cap", "0", "DT_cap = 0"),
        ("publisher.most_pools", "-1", "most_pools = -1 pools: write a whole number of pools, 0 or more"),
        ("release", "1.1", "write one of 1.0.0-alpha.20, 1.1.15"),
    ],
)
def test_a_parameter_out_of_range_is_named(netlist: Netlist, name: str, value: str, message: str) -> None:
    with pytest.raises(StrategyError, match=message):
        netlist.strategy({name: value})


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("publisher.vested_amount", "50", "vested_amount = 50: nothing vests in release 1.1.15. Write 0, or"),
        ("publisher.DT_cap", "5000", "DT_cap = 5000: datatokens of release 1.1.15 have no cap. Leave it out, or"),
        ("publisher.fee_LP", "0.00001", "fee_LP = 0.00001: pools of release 1.1.15 take 0.0001 to 0.1"),
        ("publisher.fee_market", "0.2", "fee_market = 0.2: pools of release 1.1.15 take 0, or 0.0001 to 0.1"),
        ("publisher.DT_per_OCEAN", "0.000001", "DT_per_OCEAN = 0.000001: release 1.1.15 takes 0.000001000000000001"),
        ("legacy", "true", "legacy = true: .* Write legacy=false"),
    ],
)
def test_a_parameter_that_1_1_15_would_refuse_or_ignore_is_named(
    netlist: Netlist, name: str, value: str, message: str
) -> None:
    with pytest.raises(StrategyError, match=message):
        netlist.strategy({name: value, **LAST_RELEASE})
