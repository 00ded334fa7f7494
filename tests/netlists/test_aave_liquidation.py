"""aave_liquidation: runs that finish at any volatility, and the identities of what is pledged, owed and paid."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tokenspice.engine.errors import StrategyError
from tokenspice.engine.log import LogRow
from tokenspice.engine.observer import RowListener
from tokenspice.engine.sim_engine import SimEngine
from tokenspice.engine.units import tokens
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.netlist.netlist_file import load_netlist
from tokenspice.studies.run.open_chain import open_chain
from tokenspice.studies.run.run import run_once
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.config import Config


@pytest.fixture
def chain(config: Config) -> Iterator[Chain]:
    """The first chain that is installed; that all agree, one test says."""
    with closing(open_chain(config)) as chain:
        yield chain


@pytest.fixture(scope="module")
def netlist() -> Netlist:
    return load_netlist(PROJECT / "netlists" / "aave_liquidation" / "netlist.py")


def simulate(netlist: Netlist, chain: Chain, **values: object) -> list[LogRow]:
    rows: list[LogRow] = []
    settings = {name.replace("__", "."): str(value) for name, value in values.items()}
    SimEngine(netlist.state(netlist.strategy(settings), chain), netlist.log_data, [RowListener(rows.append)]).run()
    return rows


@pytest.mark.parametrize("sigma", [0.3, 0.5, 1.0])
@pytest.mark.parametrize("adversarial", [False, True])
def test_runs_finish_at_any_volatility(netlist: Netlist, chain: Chain, sigma: float, adversarial: bool) -> None:
    rows = simulate(netlist, chain, price__sigma=sigma, adversarial=adversarial, seed=1)

    assert [row["Tick"] for row in rows] == list(range(101))
    assert rows[-1]["debt_USD"] > 0


def test_prices_agree_where_the_oracle_reads_the_pool(netlist: Netlist, chain: Chain) -> None:
    for row in simulate(netlist, chain, n_borrowers=2, max_ticks=10):
        assert row["oracle_price"] == pytest.approx(row["pool_price"], abs=2e-8)


def test_an_outside_oracle_posts_the_outside_price(netlist: Netlist, chain: Chain) -> None:
    for row in simulate(netlist, chain, n_borrowers=2, max_ticks=10, oracle="outside"):
        assert row["oracle_price"] == pytest.approx(row["outside_price"], abs=2e-8)


def test_liquidations_lower_debts_and_collateral_and_pay_the_liquidator(netlist: Netlist, chain: Chain) -> None:
    rows = simulate(netlist, chain, price__sigma=1.0, price__mu=-1.0, n_borrowers=4)

    last = rows[-1]
    assert last["n_liquidations"] > 0 and last["liquidator_gain_DAI"] > 0
    assert last["debt_USD"] < max(row["debt_USD"] for row in rows)
    for row in rows:
        assert row["bad_debt_USD"] <= row["debt_USD"] and 0 <= row["usage"] <= 1


def test_tokens_are_conserved_to_the_wei(netlist: Netlist, chain: Chain) -> None:
    state = netlist.state(netlist.strategy({"price.sigma": "1.0", "n_borrowers": "3", "max_ticks": "40"}), chain)
    SimEngine(state, netlist.log_data).run()

    market, pool = state.market, state.pool  # type: ignore[attr-defined]
    for symbol in ("WETH", "DAI"):
        token = chain.token(symbol)
        holders = [chain.wallet(name).address for name in chain.wallets]
        holders += [pool.contract.address, market.share_token(token).address]
        assert sum(chain.read(token.contract.balanceOf(holder)) for holder in holders) == tokens(10**15)


@pytest.mark.parametrize(
    ("name", "value"),
    [("n_borrowers", "0"), ("start_price", "0"), ("WETH.ltv_bps", "9000"), ("DAI.optimal_usage_bps", "10000")],
)
def test_what_the_market_could_not_be_opened_with_is_refused(netlist: Netlist, name: str, value: str) -> None:
    with pytest.raises(StrategyError, match=name.split(".")[-1]):
        netlist.strategy({name: value})


def test_the_same_seed_writes_the_same_bytes_on_every_chain(netlist: Netlist, config: Config, tmp_path: Path) -> None:
    ss = netlist.strategy({"max_ticks": "8", "n_borrowers": "3", "price.mu": "-5"})

    written = [
        (run_once(netlist, ss, tmp_path / network, replace(config, network=network)).path / "data.csv").read_bytes()
        for network in ("auto", "anvil", "ganache")
    ]

    assert written[0] == written[1] == written[2]
