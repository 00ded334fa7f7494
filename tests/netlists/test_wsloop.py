"""wsloop gives TokenSPICE's numbers where it is asked to, and keeps its books to the base unit always."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import DATA, PROJECT
from tokenspice.agents.burners import BurnerAgent
from tokenspice.agents.grants import GrantGivingAgent, GrantTakingAgent
from tokenspice.agents.routers import RouterAgent
from tokenspice.engine.agent import AgentBase
from tokenspice.engine.errors import StrategyError
from tokenspice.engine.log import LogRow
from tokenspice.engine.observer import RowListener
from tokenspice.engine.sim_engine import SimEngine
from tokenspice.engine.sim_state import AgentDict
from tokenspice.engine.sim_strategy import with_values
from tokenspice.engine.units import DAY, HOUR, MONTH, Amount, tokens
from tokenspice.engine.wallet import Wallet
from tokenspice.netlists.wsloop.netlist import SimState, SimStrategy, netlist_createLogData
from tokenspice.studies.netlist.netlist_file import load_netlist
from tokenspice.studies.plot.draw import draw_plots
from tokenspice.studies.record.run_log import read_log
from tokenspice.studies.run.run import run_once
from tokenspice.web3engine.config import Config

GOLDEN = DATA / "golden"
NETLIST = PROJECT / "netlists" / "wsloop" / "netlist.py"

# DARC-SPICE's older wsloop: hours, a single toll on sales, and valuations that add up.
DARC = {
    "legacy": "true",
    "time_step": str(HOUR),
    "max_ticks": "240",
    "log_interval": str(DAY),
    "percent_consume_sales_for_network": "0.002",
    "swap_to_consume_sales_ratio": "0",
    "overall_valuation": "sum",
}
DARC_COLUMNS = {
    "onemkt_rev": "onemkt_cons_sales",
    "allmkts_rev": "allmkts_cons_sales",
    "ocean_rev": "network_rev",
    "ocean_rev_growth": "network_rev_growth",
    "ps30_valuation": "fundamentals_valuation",
    "rnd_to_sales_ratio": "rnd_to_cons_sales_ratio",
}


def simulate(state: SimState) -> list[LogRow]:
    rows: list[LogRow] = []
    SimEngine(state, lambda state: netlist_createLogData(as_loop(state)), [RowListener(rows.append)]).run()
    return rows


def as_loop(state: object) -> SimState:
    assert isinstance(state, SimState)
    return state


def assert_equals_golden(rows: list[LogRow], name: str) -> None:
    """Compare every column of every golden row, to 1e-9 relative."""
    header, golden = read_log(GOLDEN / name)
    by_tick = {row["Tick"]: row for row in rows}
    found = np.array([[by_tick[tick][ours(column)] for column in header] for tick in golden[:, 0]])
    for number, column in enumerate(header):
        np.testing.assert_allclose(found[:, number], golden[:, number], rtol=1e-9, atol=0, err_msg=column)


def ours(column: str) -> str:
    """What a column of DARC-SPICE's is called here; our own names stay as they are."""
    name, slash, period = column.partition("/")
    return DARC_COLUMNS.get(name, name) + slash + period


def test_two_years_are_tokenspices_in_every_column_and_row() -> None:
    rows = simulate(SimState(SimStrategy(legacy=True)))

    assert_equals_golden(rows, "wsloop.csv")
    assert len(rows) == 74
    assert list(rows[0]) == read_log(GOLDEN / "wsloop.csv")[0]


def test_ten_years_are_tokenspices_in_every_column_and_row() -> None:
    ss = with_values(SimStrategy(), {"legacy": "true", "max_ticks": "3650", "log_interval": str(MONTH)})

    assert_equals_golden(simulate(SimState(ss)), "wsloop_10y.csv")


def test_the_older_loop_of_darc_spice_is_a_strategy_value() -> None:
    assert_equals_golden(simulate(SimState(with_values(SimStrategy(), DARC))), "wsloop_darc_main.csv")


def test_in_any_order_of_the_agents_the_numbers_lie_in_tokenspices_bands() -> None:
    with (GOLDEN / "wsloop_order_bands.csv").open() as file:
        bands = list(csv.DictReader(file))
    for seed in range(6):
        state = SimState(SimStrategy(legacy=True))
        names = state.rng(f"order {seed}").permutation(list(state.agents))
        state.agents = AgentDict({str(name): state.agents[str(name)] for name in names})
        rows = {int(row["Tick"]): row for row in simulate(state)}

        for band in bands:
            least, most = float(band["min"]), float(band["max"])
            value = rows[int(band["tick"])][band["kpi"]]
            # Twenty orders do not show the least and the most of all.
            assert value == most or least - 0.01 * abs(least) <= value <= most + 0.01 * abs(most), (seed, band)


def test_what_legacy_changes() -> None:
    fixed, legacy = simulate(SimState(SimStrategy()))[-1], simulate(SimState(SimStrategy(legacy=True)))[-1]

    for column in ("Num_mkts", "network_rev/mo", "speculation_valuation", "dao_USD/mo", "allmkts_tot_sales/mo"):
        assert fixed[column] == legacy[column], column
    assert fixed["tot_OCEAN_minted"] < legacy["tot_OCEAN_minted"] * 0.7
    # What is staked is a day's sales, and swaps are counted once.
    assert fixed["tot_staked"] == pytest.approx(101 * fixed["allmkts_cons_sales/mo"] / 30)
    assert legacy["tot_staked"] == pytest.approx(101**2 * legacy["allmkts_cons_sales/mo"] / 30.5)
    # What is minted in a month is worth about what the price says.
    assert fixed["OCEAN_minted_USD/mo"] == pytest.approx(fixed["OCEAN_minted/mo"] * fixed["OCEAN_price"], rel=0.01)


def test_ramps_may_add_up_without_the_rest_of_legacy() -> None:
    ss = with_values(SimStrategy(), {"minting.ramps_add_up": "true", "max_ticks": "400"})

    some, all_ = simulate(SimState(ss))[-1], simulate(SimState(SimStrategy(legacy=True, max_ticks=400)))[-1]

    assert some["tot_OCEAN_minted"] == all_["tot_OCEAN_minted"] > 0
    assert some["tot_staked"] < all_["tot_staked"]


def test_speculation_alone_decides_for_two_years_and_grows_every_tick() -> None:
    last = simulate(SimState(SimStrategy()))[-1]

    assert last["speculation_valuation"] == pytest.approx(150e6 * (1 + 0.1 / 365) ** 730, rel=1e-12)
    assert last["overall_valuation"] == last["speculation_valuation"] > last["fundamentals_valuation"]


amounts = st.integers(0, 10**26)


@st.composite
def strategies(draw: st.DrawFn) -> SimStrategy:
    """Any loop, for as long as it takes to mint, burn and pay grants."""
    for_opf, for_bdb = draw(amounts), draw(amounts)
    return SimStrategy(
        time_step=draw(st.sampled_from([HOUR, DAY, 7 * DAY, MONTH, 45 * DAY])),
        max_ticks=40,
        legacy=draw(st.booleans()),
        percent_consume_sales_for_network=draw(st.floats(0, 1)),
        init_sales_per_marketplace_per_s=draw(st.floats(0, 1)),
        percent_burn=draw(st.floats(0, 1)),
        overall_valuation=draw(st.sampled_from(["max", "sum"])),
        TOTAL_OCEAN_SUPPLY=10**27 + draw(amounts),
        INIT_OCEAN_SUPPLY=10**27,
        OPF_TREASURY_USD=draw(amounts),
        OPF_TREASURY_OCEAN=for_opf,
        OPF_TREASURY_OCEAN_FOR_OCEAN_DAO=draw(st.integers(0, for_opf)),
        opf_n_grants=draw(st.integers(1, 50)),
        BDB_TREASURY_USD=draw(amounts),
        BDB_TREASURY_OCEAN=for_bdb,
        bdb_n_grants=draw(st.integers(1, 50)),
    )


def wallets(state: SimState, *kinds: type[AgentBase]) -> list[Wallet]:
    """Of the agents of some kinds."""
    return [
        agent.wallet for agent in state.allAgents() if isinstance(agent, kinds) and isinstance(agent.wallet, Wallet)
    ]


def spent(state: SimState, kind: type[AgentBase], symbol: str) -> Amount:
    """What agents of this kind, who end what comes in, have let go."""
    return sum(wallet.total_in.get(symbol, 0) - wallet.balance(symbol) for wallet in wallets(state, kind))


def held(state: SimState, symbol: str) -> Amount:
    """What everyone has."""
    return sum(agent.wallet.balance(symbol) for agent in state.allAgents())


@settings(max_examples=40, deadline=None)
@given(strategies())
def test_after_every_step_the_books_balance_to_the_base_unit(ss: SimStrategy) -> None:
    state = SimState(ss)
    engine = SimEngine(state, lambda state: {})
    begun = {symbol: held(state, symbol) for symbol in ("USD", "OCEAN")}
    assert begun == {
        "USD": ss.OPF_TREASURY_USD + ss.BDB_TREASURY_USD,
        "OCEAN": ss.OPF_TREASURY_OCEAN + ss.BDB_TREASURY_OCEAN,
    }

    while state.tick < ss.max_ticks:
        engine.takeStep()

        supply = state.supply
        assert supply.total == ss.INIT_OCEAN_SUPPLY + supply.minted - supply.burned
        assert supply.minted <= ss.unminted_OCEAN_supply
        workers_OCEAN = spent(state, GrantTakingAgent, "OCEAN")
        assert begun["OCEAN"] + supply.minted == held(state, "OCEAN") + workers_OCEAN
        burner_USD, workers_USD = spent(state, BurnerAgent, "USD"), spent(state, GrantTakingAgent, "USD")
        assert burner_USD == supply.burned_USD
        assert begun["USD"] + state.marketplaces.tolls == held(state, "USD") + workers_USD + burner_USD
        # Nothing rests but in the treasuries.
        passing = wallets(state, RouterAgent, BurnerAgent, GrantTakingAgent)
        assert len(passing) == 7 and not any(any(wallet.balances().values()) for wallet in passing)
        assert held(state, "OCEAN") == sum(wallet.balance("OCEAN") for wallet in wallets(state, GrantGivingAgent))


@settings(max_examples=15, deadline=None)
@given(strategies())
def test_what_is_logged_agrees_with_itself(ss: SimStrategy) -> None:
    for row in simulate(SimState(ss)):
        price = row["overall_valuation"] / row["tot_OCEAN_supply"]
        assert row["OCEAN_price"] == pytest.approx(price, rel=1e-12)
        parts = row["dao_USD/mo"] + row["dao_OCEAN/mo"] * row["OCEAN_price"]
        assert row["dao_total_in_USD/mo"] == pytest.approx(parts, rel=1e-12)
        assert 0 <= row["OCEAN_minted/mo"] <= row["tot_OCEAN_minted"]
        assert 0 <= row["OCEAN_burned/mo"] <= row["tot_OCEAN_burned"]
        growth = row["mkts_annual_growth_rate"]
        assert ss.growth_rate_if_0_sales <= growth <= ss.max_growth_rate


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"percent_burn": "1.2"}, "percent_burn = 1.2 fraction: write a finite number, from 0 to 1"),
        ({"percent_burn": "-0.1"}, "percent_burn = -0.1 fraction: write a finite number, from 0 to 1"),
        ({"tau": "0"}, "tau = 0: write a finite number, more than 0"),
        ({"growth_rate_if_0_sales": "-1"}, "growth_rate_if_0_sales = -1 per year: write a finite number, more than -1"),
        ({"growth_rate_if_0_sales": "0.5"}, "no more than max_growth_rate = 0.415"),
        ({"INIT_OCEAN_SUPPLY": "2e9"}, "INIT_OCEAN_SUPPLY = 2000000000 is part of TOTAL_OCEAN_SUPPLY = 1410000000"),
        ({"OPF_TREASURY_OCEAN": "5e7"}, "OPF_TREASURY_OCEAN_FOR_OCEAN_DAO = 100000000 is part of"),
        ({"BDB_TREASURY_OCEAN": "6e8"}, "together are 800000000"),
        ({"OPF_TREASURY_USD": "-1"}, "OPF_TREASURY_USD = -1 USD: write an amount in USD, such as 12.5, 0 or more"),
        ({"minting.H": "0"}, "minting.H = 0 years: write a finite number, more than 0"),
        ({"overall_valuation": "mean"}, "write one of max, sum"),
    ],
)
def test_parameters_that_make_no_sense_are_refused(values: dict[str, Any], message: str) -> None:
    with pytest.raises(StrategyError, match=message):
        with_values(SimStrategy(), values)


def test_nine_charts_are_tokenspices_and_all_can_be_drawn_although_growth_begins_infinite(
    config: Config, tmp_path: Path
) -> None:
    netlist = load_netlist(NETLIST)
    folder = run_once(netlist, netlist.strategy({"max_ticks": "60"}), tmp_path / "run", config)
    header, values = read_log(folder.path / "data.csv")

    paths = draw_plots(netlist.plot_instructions(header, values), header, values, tmp_path / "plots")

    assert not netlist.needs_chain
    assert np.isinf(values[0, header.index("network_rev_growth/mo")])
    names = [path.stem for path in paths]
    assert names[1:4] == ["OCEAN_Price_LOG", "Valuation_LOG", "Monthly_OceanDAO_Income_LOG"]
    assert names.index("Monthly_R&D_Spend_LOG") == 13  # the last of TokenSPICE's thirteen


def test_supplies_are_tokenspices() -> None:
    ss = SimStrategy()

    assert ss.INIT_OCEAN_SUPPLY == tokens("690900000") == ss.TOTAL_OCEAN_SUPPLY * 49 // 100
    assert ss.unminted_OCEAN_supply == tokens("719100000")
