"""pool_network: cycles where there are some, floats as contracts, and no token made or lost."""

from contextlib import closing
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import PROJECT
from tokenspice.engine import SimEngine
from tokenspice.engine.log import LogRow
from tokenspice.engine.observer import RowListener
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.netlist.netlist_file import load_netlist
from tokenspice.studies.run.open_chain import open_chain
from tokenspice.web3engine.config import Config


@pytest.fixture(scope="module")
def netlist() -> Netlist:
    return load_netlist(PROJECT / "netlists" / "pool_network" / "netlist.py")


def simulated(netlist: Netlist, config: Config, **values: object) -> tuple[list[LogRow], Any]:
    rows: list[LogRow] = []
    ss = netlist.strategy({name.replace("__", "."): str(value) for name, value in values.items()})
    if not netlist.starts_chain(ss):
        state = netlist.state(ss)
        SimEngine(state, netlist.log_data, [RowListener(rows.append)]).run()
        return rows, state
    with closing(open_chain(config)) as chain:
        state = netlist.state(ss, chain)
        SimEngine(state, netlist.log_data, [RowListener(rows.append)]).run()
    return rows, state


BUSY = {"traders__activity": 1, "traders__mean_USD": 5000, "volatility": 0, "arbitrageur_market": "closed"}


@pytest.mark.parametrize(("network", "longest"), [("twins", 2), ("triangle", 3), ("star", 0)])
def test_between_pools_alone_gains_come_from_cycles(
    netlist: Netlist, config: Config, network: str, longest: int
) -> None:
    rows, state = simulated(netlist, config, network=network, max_ticks=40, gas_USD=0, traders__routed=0, **BUSY)

    assert (rows[-1]["longest_round"], rows[-1]["n_rounds_refused"]) == (longest, 0)
    assert (rows[-1]["arbitrageur_gain_USD"] > 1) == (longest > 0)
    others = [state.arbitrageur.wallet.balance(symbol) for symbol in ("BTC", "ETH", "SOL")]
    first = [200_000 / price for price in (20_000, 1_500, 20)]
    assert [amount / 1e18 for amount in others] == pytest.approx(first, rel=1e-7)


def test_the_best_route_gives_more_than_one_pool(netlist: Netlist, config: Config) -> None:
    values = {"network": "basket", "max_ticks": 40, "traders__activity": 1, "volatility": 0}

    routed, _ = simulated(netlist, config, traders__routed=1, **values)
    direct, _ = simulated(netlist, config, traders__routed=0, **values)

    assert routed[-1]["volume_USD"] == direct[-1]["volume_USD"] and routed[-1]["hops_per_swap"] > 1.5
    assert routed[-1]["routed_lost_USD"] < 0.7 * direct[-1]["direct_lost_USD"]


def test_a_small_budget_makes_smaller_rounds(netlist: Netlist, config: Config) -> None:
    values = {"network": "triangle", "max_ticks": 30, "traders__activity": 1, "traders__routed": 0}

    rich, _ = simulated(netlist, config, **values, budget_USD=100_000)
    poor, state = simulated(netlist, config, **values, budget_USD=100_000, arbitrageur_market="closed")

    assert rich[-1]["n_rounds"] > 0 and poor[-1]["n_rounds_refused"] == rich[-1]["n_rounds_refused"] == 0
    assert all(amount >= 0 for amount in state.arbitrageur.wallet.balances().values())


@pytest.mark.parametrize("market", ["open", "closed"])
def test_contracts_give_the_rows_that_floats_give(netlist: Netlist, config: Config, market: str) -> None:
    values = {"max_ticks": 12, "log_interval": 600, "traders__activity": 1, "arbitrageur_market": market}

    floats, _ = simulated(netlist, config, **values)
    contracts, _ = simulated(netlist, config, **values, pools_in="evm")

    for here, there in zip(floats, contracts, strict=True):
        assert list(here.values()) == pytest.approx(list(there.values()), rel=1e-8, abs=1e-4)


@settings(max_examples=10)
@given(
    st.fixed_dictionaries(
        {
            "seed": st.integers(0, 1000),
            "network": st.sampled_from(["twins", "triangle", "star", "basket"]),
            "arbitrageur_market": st.sampled_from(["open", "closed"]),
            "fee": st.sampled_from([0.0, 0.003, 0.05]),
            "gas_USD": st.sampled_from([0.0, 5.0]),
            "budget_USD": st.sampled_from([0.0, 500.0, 1e6]),
            "traders__mean_USD": st.sampled_from([100.0, 50_000.0]),
        }
    )
)
def test_whatever_happens_no_token_is_made_or_lost(netlist: Netlist, config: Config, values: dict[str, object]) -> None:
    _, state = simulated(netlist, config, max_ticks=0, **values)
    first = all_tokens(state)

    _, state = simulated(netlist, config, max_ticks=12, traders__activity=1, **values)

    assert all_tokens(state) == first


def all_tokens(state: Any) -> list[int]:
    """What all wallets hold together, base units."""
    wallets = [agent.wallet for agent in state.allAgents()] + [system.provider for system in state.systems]
    wallets += [wallet for pool in state.pools for wallet in (pool.wallet, pool.protocol)]
    return [sum(wallet.balance(symbol) for wallet in wallets) for symbol in ("BTC", "ETH", "SOL", "USDC")]
