"""dynamic_pool: agents one at a time do what the kernel does at once, contracts what floats do; tokens are conserved."""

from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import PROJECT
from tests.markets.cases import prices, runs
from tests.markets.test_fingerprint import scenario_of
from tokenspice.agents.dynamic_pools import CollectorAgent, Surroundings, wire_pool
from tokenspice.engine import Floats, SimEngine, SimStateBase, SimStrategyBase, StrategyError, in_tokens
from tokenspice.engine.log import LogRow
from tokenspice.engine.observer import RowListener, TickListener
from tokenspice.markets import Scenario, simulate
from tokenspice.markets.errors import MarketError, PriceDataError, StrategyConfigError
from tokenspice.markets.pools import CowPool, WeightedPool
from tokenspice.protocols.dynamicpool import open_evm, open_float
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.netlist.netlist_file import load_netlist
from tokenspice.studies.run.open_chain import open_chain
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.config import Config

MINUTES = 1500  # of a run that is followed by agents: past the first update of weights
# One of a kind: noise traders and the protocol, arbitrage every seventh minute, users' swaps, another way of weights, none.
DAILY = (
    "momentum_3_fees_noise_pf",
    "momentum_3_fees_freq7",
    "momentum_3_trades",
    "momentum_3_approx_optimal",
    "balancer_3_fees_gas_arbfee",
)
WHOLE = ("momentum_3_fees_noise_pf", "momentum_3_hourly_chunks", "momentum_3_trades", "balancer_3_fees_gas_arbfee")


def weighted_runs() -> list[str]:
    """The recorded runs of weighted pools, but for those of benchmarks."""
    found = []
    for id, run in runs().items():
        with suppress(MarketError, AssertionError, KeyError):
            scenario, _ = scenario_of(run)
            if isinstance(scenario.pool, WeightedPool) and not scenario.benchmark:
                found.append(id)
    return found


WEIGHTED = weighted_runs()


@pytest.fixture
def chain(in_process_chain: Chain) -> Iterator[Chain]:
    with in_process_chain.anchor():
        yield in_process_chain


@pytest.fixture(scope="module")
def netlist() -> Netlist:
    return load_netlist(PROJECT / "netlists" / "dynamic_pool" / "netlist.py")


def followed(scenario: Scenario, minutes: int, chain: Chain | None = None) -> tuple[Floats, Floats]:
    """[minutes, n] reserves by agents, one at a time, and by the kernel."""
    history = simulate(scenario, prices())
    table = prices().of(scenario.tokens).from_midnight().close
    chunk = scenario.strategy.chunk_minutes if scenario.strategy else 1440
    first, minutes = history.window.first, min(minutes, history.window.minutes)
    seen = table[: first + 1 : chunk]
    ss = replace(SimStrategyBase(), time_step=60, max_ticks=minutes)
    state = SimStateBase(ss, *([chain] if chain else []))
    system = open_evm(chain, scenario, seen) if chain else open_float(scenario, seen, lambda: state.elapsed)
    wire_pool(state, system, scenario, table[first : history.window.end])
    rows: list[list[float]] = []

    def keep(_: SimStateBase) -> None:
        rows.append([in_tokens(amount) for amount in system.pool.reserves()])

    SimEngine(state, lambda _: LogRow(), [TickListener(keep)]).run()
    return np.array(rows), history.history.reserves[:minutes]


@pytest.mark.parametrize("id", [id for id in WEIGHTED if id in DAILY])
def test_agents_one_at_a_time_do_what_the_kernel_does(id: str) -> None:
    scenario, _ = scenario_of(runs()[id])

    agents, kernel = followed(scenario, MINUTES)

    np.testing.assert_allclose(agents, kernel, rtol=1e-9)


@pytest.mark.parametrize("id", [id for id in WEIGHTED if id not in DAILY])
def test_they_do_so_in_every_recorded_run(id: str) -> None:
    scenario, _ = scenario_of(runs()[id])

    agents, kernel = followed(scenario, MINUTES)

    np.testing.assert_allclose(agents, kernel, rtol=1e-9)


@pytest.mark.parametrize("id", [id for id in WHOLE if id in WEIGHTED])
def test_they_do_so_for_twenty_days(id: str) -> None:
    scenario, _ = scenario_of(runs()[id])

    agents, kernel = followed(scenario, 28_800)

    np.testing.assert_allclose(agents, kernel, rtol=1e-9)


@pytest.mark.parametrize(
    "id",
    [
        "momentum_3_fees",
        "momentum_3_fees_noise_pf",
        "momentum_3_fees_freq7",
        "difference_momentum_direct",
        "triple_threat_mean_reversion_channel_direct",
        "min_variance_3",
    ],
)
def test_contracts_do_what_the_kernel_does_within_the_tolerances(id: str, chain: Chain) -> None:
    scenario, _ = scenario_of(runs()[id])

    agents, kernel = followed(scenario, MINUTES, chain)

    np.testing.assert_allclose(agents, kernel, rtol=1e-9)


def test_what_contracts_do_not_have_is_refused_in_one_line(chain: Chain) -> None:
    scenario, _ = scenario_of(runs()["momentum_3_approx_optimal"])
    with pytest.raises(StrategyConfigError, match="straight lines"):
        followed(scenario, 10, chain)
    with pytest.raises(StrategyConfigError, match="Ensemble has no contract"):
        followed(scenario_of(runs()["ensemble_momentum_3"])[0], 10, chain)
    cow = replace(scenario, tokens=("BTC", "USDC"), pool=CowPool(), strategy=None)
    with pytest.raises(StrategyConfigError, match="CowPool"):
        open_float(cow, np.ones((1, 2)), lambda: 0)


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
        supplies = [chain.read(token.contract.totalSupply()) for token in chain.tokens.values()]
        pool = state.system.pool.contract.address  # type: ignore[attr-defined]
        owners = [wallet.address for wallet in chain.wallets.values()] + [pool]
        held = [sum(chain.read(token.contract.balanceOf(owner)) for owner in owners) for token in chain.tokens.values()]
        assert held == supplies, "tokens are conserved to the unit"
    return rows, state


@pytest.mark.parametrize("rule", ["momentum", "power_channel", "mean_reversion_channel", "min_variance", "none"])
def test_a_run_in_contracts_has_the_rows_of_one_in_floats(netlist: Netlist, config: Config, rule: str) -> None:
    values = {"max_ticks": 200, "rule__kind": rule, "rule__chunk_minutes": 60, "rule__moving_minutes": 60}

    floats, _ = simulated(netlist, config, **values)
    contracts, _ = simulated(netlist, config, **values, pool_in="evm")

    for here, there in zip(floats, contracts, strict=True):
        assert list(here.values()) == pytest.approx(list(there.values()), rel=1e-9, abs=1e-7)
    assert rule == "none" or floats[-1]["n_updates"] == 3


@pytest.mark.parametrize("moves", ["poked", "timed"])
def test_weights_that_move_by_time_move_alike_in_both(netlist: Netlist, config: Config, moves: str) -> None:
    values = {"max_ticks": 130, "rule__chunk_minutes": 60, "rule__moving_minutes": 40, "weights_move": moves}

    floats, _ = simulated(netlist, config, **values)
    contracts, _ = simulated(netlist, config, **values, pool_in="evm")

    assert floats[-1]["weight_BTC"] == pytest.approx(contracts[-1]["weight_BTC"], abs=1e-12)
    assert floats[-1]["pool_USD"] == pytest.approx(contracts[-1]["pool_USD"], rel=1e-9)


SETTINGS = st.fixed_dictionaries(
    {
        "seed": st.integers(0, 1000),
        "fee": st.sampled_from([0.0, 0.0005, 0.01]),
        "protocol_share": st.sampled_from([0.0, 0.3, 1.0]),
        "budget_USD": st.sampled_from([0.0, 100.0, 1e6]),
        "noise__activity": st.sampled_from([0.0, 0.5]),
        "liquidity__activity": st.sampled_from([0.0, 0.3]),
        "arbitrage__latency_ticks": st.integers(0, 2),
        "weights_move": st.sampled_from(["poked", "timed"]),
    }
)


@settings(max_examples=12)
@given(SETTINGS)
def test_whatever_happens_no_token_is_made_or_lost(netlist: Netlist, config: Config, values: dict[str, object]) -> None:
    quick = {"max_ticks": 150, "rule__chunk_minutes": 30, "rule__moving_minutes": 30}
    first, _ = all_tokens(netlist, config, max_ticks=0, **values)

    last, rows = all_tokens(netlist, config, **quick, **values)

    assert last == first
    assert rows[-1]["pool_USD"] > 0


def all_tokens(netlist: Netlist, config: Config, **values: object) -> tuple[list[int], list[LogRow]]:
    """What all wallets hold together, base units, at the end of a run."""
    rows, state = simulated(netlist, config, **values)
    pool = state.system.pool
    wallets = {agent.wallet.name: agent.wallet for agent in state.allAgents() if agent.wallet}
    wallets |= {wallet.name: wallet for wallet in (state.system.provider, pool.wallet, pool.protocol)}
    return [sum(wallet.balance(symbol) for wallet in wallets.values()) for symbol in pool.symbols], rows


def test_without_chance_a_run_is_the_kernels_history(netlist: Netlist, config: Config) -> None:
    values = {"noise__activity": 0, "liquidity__activity": 0, "budget_USD": 1e9, "max_ticks": 1000}
    rows, state = simulated(netlist, config, **values)
    scenario = replace(state.ss.scenario, end="2023-01-22")

    history = simulate(scenario, prices()).history

    assert rows[-1]["pool_USD"] == pytest.approx(history.value_USD[999], rel=1e-9)


@pytest.mark.parametrize(
    ("values", "error", "reason"),
    [
        ({"time_step": 90}, StrategyError, "multiple of 60"),
        ({"max_ticks": 10**6}, StrategyError, "Write at most"),
        ({"start": "2024-01-01"}, PriceDataError, "is not among the prices"),
        ({"start": "monday"}, PriceDataError, "is no date"),
        ({"prices": "nowhere.csv"}, PriceDataError, "is no file"),
        ({"rule__chunk_minutes": 77, "rule__moving_minutes": 77}, StrategyError, "amid a chunk"),
        ({"rule__moving_minutes": 500}, StrategyError, "moving_minutes = 500, chunk_minutes = 120"),
        ({"rule__minimum_weight": 0.5}, StrategyError, "minimum_weight"),
        ({"pool_in": "rust"}, StrategyError, "pool_in"),
    ],
)
def test_wrong_parameters_are_refused_in_one_line(
    netlist: Netlist, config: Config, values: dict[str, object], error: type[Exception], reason: str
) -> None:
    with pytest.raises(error, match=reason) as raised:
        simulated(netlist, config, **values)

    assert "\n" not in str(raised.value)


def test_a_process_of_prices_takes_the_place_of_data(netlist: Netlist, config: Config) -> None:
    rows, _ = simulated(
        netlist, config, prices="process", max_ticks=150, seed=3, rule__chunk_minutes=60, rule__moving_minutes=60
    )

    assert rows[0]["price_BTC"] != 20_000 and rows[-1]["n_updates"] == 2


def test_surroundings_may_bring_agents_of_ones_own() -> None:
    scenario, _ = scenario_of(runs()["balancer_3_fees"])
    state = SimStateBase(replace(SimStrategyBase(), time_step=60))
    system = open_float(scenario, np.ones((1, 3)), lambda: 0)
    wire_pool(state, system, scenario, np.ones((5, 3)), Surroundings(extra=(CollectorAgent("mine", system.pool),)))

    assert list(state.agents) == ["market", "arbitrageur", "update_runner", "mine"]
