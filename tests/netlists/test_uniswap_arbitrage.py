"""uniswap_arbitrage: VERBS' prices to the tenth digit, runs that finish, and tokens that are conserved."""

import csv
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import DATA, PROJECT
from tokenspice.agents.prices import GeometricBrownianMotion
from tokenspice.agents.traders import ArbitrageurAgent
from tokenspice.engine.log import LogRow
from tokenspice.engine.observer import RowListener
from tokenspice.engine.sim_engine import SimEngine
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.sim_strategy import SimStrategyBase
from tokenspice.engine.units import tokens
from tokenspice.protocols.uniswap_v3 import UniswapV3
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.netlist.netlist_file import load_netlist
from tokenspice.studies.run.open_chain import open_chain
from tokenspice.studies.run.run import run_once
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.config import Config

START = 3265.3553089469306  # DAI per WETH, in VERBS' cache


@pytest.fixture
def chain(config: Config) -> Iterator[Chain]:
    """The first chain that is installed; that all agree, one test says."""
    with closing(open_chain(config)) as chain:
        yield chain


@pytest.fixture(scope="module")
def netlist() -> Netlist:
    return load_netlist(PROJECT / "netlists" / "uniswap_arbitrage" / "netlist.py")


def simulate(netlist: Netlist, chain: Chain, **values: object) -> tuple[list[LogRow], SimStateBase]:
    rows: list[LogRow] = []
    settings = {name.replace("__", "."): str(value) for name, value in values.items()}
    state = netlist.state(netlist.strategy(settings), chain)
    SimEngine(state, netlist.log_data, [RowListener(rows.append)]).run()
    return rows, state


def test_the_pools_prices_are_those_of_verbs(chain: Chain) -> None:
    with (DATA / "golden" / "verbs_uniswap.csv").open() as file:
        golden = list(csv.DictReader(file))

    for row in golden:
        with chain.anchor():
            first, last = first_and_last_price(chain, int(row["seed"]))
        assert 1 / first == pytest.approx(float(row["first_WETH_per_DAI"]), rel=1e-10)
        assert 1 / last == pytest.approx(float(row["last_WETH_per_DAI"]), rel=1e-10)


def first_and_last_price(chain: Chain, seed: int) -> tuple[float, float]:
    """Let an arbitrageur follow the price of VERBS' seed for a hundred steps of a hundredth of a year."""
    uniswap = UniswapV3(chain)
    pool = uniswap.create_pool(chain.deploy_token("WETH"), chain.deploy_token("DAI"), 3_000, START)
    provider = chain.wallet("provider", WETH=tokens(10**4), DAI=tokens(10**8))
    uniswap.add_liquidity(provider, pool, tokens(10**4), tokens(10**8))
    wallet = chain.wallet("trader", WETH=tokens(10**5), DAI=tokens(10**8))
    pool.approve(wallet)
    motion, price, pool_prices = GeometricBrownianMotion(0.0, 0.3), START, []
    for z in np.random.default_rng(seed).standard_normal(100):
        price = motion.step(price, 0.01, float(z))
        ArbitrageurAgent("trader", wallet, pool, lambda now=price: now).takeStep(SimStateBase(SimStrategyBase()))  # type: ignore[misc]
        pool_prices.append(pool.price(chain))
    return pool_prices[0], pool_prices[-1]


@pytest.mark.parametrize("sigma", [0.3, 0.5, 1.0, 2.0])
def test_runs_finish_at_any_volatility_and_the_pool_follows(netlist: Netlist, chain: Chain, sigma: float) -> None:
    for seed in range(3):
        with chain.anchor():
            rows, _ = simulate(netlist, chain, seed=seed, price__sigma=sigma)

        assert [row["pool_price"] for row in rows] == pytest.approx([row["outside_price"] for row in rows], rel=1e-9)
        assert (rows[-1]["n_trades"], rows[-1]["n_refused"]) == (100, 0)


def test_what_the_arbitrageur_gains_the_pool_loses(netlist: Netlist, chain: Chain) -> None:
    rows, _ = simulate(netlist, chain, seed=1, max_ticks=20)

    for row in rows:
        lost = (rows[0]["pool_WETH"] - row["pool_WETH"]) * row["outside_price"] + rows[0]["pool_DAI"] - row["pool_DAI"]
        assert row["arbitrageur_gain_DAI"] == pytest.approx(lost, abs=1e-3)


def test_tokens_are_conserved_to_the_wei(netlist: Netlist, chain: Chain) -> None:
    _, state = simulate(netlist, chain, seed=2, max_ticks=20)

    for symbol in ("WETH", "DAI"):
        token = chain.token(symbol).contract
        holders = [chain.wallet(name).address for name in chain.wallets] + [state.pool.contract.address]  # type: ignore[attr-defined]
        assert sum(chain.read(token.balanceOf(holder)) for holder in holders) == tokens(10**15)


def test_one_that_heeds_the_fee_gains_more(netlist: Netlist, chain: Chain) -> None:
    gains = []
    for heeds_fee in (True, False):
        with chain.anchor():
            rows, _ = simulate(netlist, chain, seed=1, heeds_fee=heeds_fee)
            gains.append(rows[-1]["arbitrageur_gain_DAI"])

    assert gains[0] > gains[1]


def test_the_same_seed_writes_the_same_bytes_on_every_chain(netlist: Netlist, config: Config, tmp_path: Path) -> None:
    ss = netlist.strategy({"max_ticks": "8"})

    written = [
        (run_once(netlist, ss, tmp_path / network, replace(config, network=network)).path / "data.csv").read_bytes()
        for network in ("auto", "anvil", "ganache")
    ]

    assert written[0] == written[1] == written[2]
