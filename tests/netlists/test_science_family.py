"""What holds of all science-funding netlists, whatever their parameters."""

import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import PROJECT
from tokenspice.engine.errors import StrategyError
from tokenspice.engine.log import LogRow
from tokenspice.engine.observer import RowListener, TickListener
from tokenspice.engine.sim_engine import SimEngine
from tokenspice.engine.sim_strategy import parameter_values
from tokenspice.engine.units import tokens
from tokenspice.netlists.science.state import ScienceStateBase
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.netlist.netlist_file import load_netlist
from tokenspice.studies.record.run_log import read_log
from tokenspice.studies.run.run import run_once
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.config import Config

NAMES = [
    "opsci_naive",
    "opsci_profit_sharing",
    "opsci_mult_profit_sharing",
    "opsci_mult_time_profit_sharing",
    "opsci_public_funding_ps",
    "growth_public_funding_ps",
    "community_growth_public_funding_ps",
]
NETLISTS = {name: load_netlist(PROJECT / "netlists" / name / "netlist.py") for name in NAMES}

# So that in a few hundred ticks much happens.
QUICK = {"TICKS_BETWEEN_PROPOSALS": "20", "PROPOSAL_SETUP.time": "25", "time_interval": "100", "log_interval": "36000"}


def strategy(netlist: Netlist, **values: str) -> Any:
    """Return a strategy with short rounds, and those of the given values that the netlist has."""
    known = parameter_values(netlist.strategy())
    return netlist.strategy({name: value for name, value in (QUICK | values).items() if name in known})


def simulate(netlist: Netlist, ss: Any, chain: Chain | None = None) -> tuple[list[LogRow], ScienceStateBase]:
    """Return the rows of both tables, and the state at the end; on a chain, ask it in every tick who holds what."""
    rows: list[LogRow] = []
    state = netlist.state(ss, chain)
    assert isinstance(state, ScienceStateBase)

    def log(_: object) -> LogRow:
        return netlist.log_data(state) | netlist_projects(netlist, state)

    def check(_: object) -> None:
        if chain:
            held = {name: chain.wallet(name).balance("OCEAN") for name in state.agents if name != "generator"}
            assert sum(held.values()) == chain.read(chain.token("OCEAN").contract.totalSupply())
            assert held == {name: state.agents[name].wallet.balance("OCEAN") for name in held}

    SimEngine(state, log, [RowListener(rows.append), TickListener(check)]).run()
    return rows, state


def netlist_projects(netlist: Netlist, state: Any) -> LogRow:
    (row,) = netlist.log_functions()["rp"](state) if netlist.tables else [{}]
    assert isinstance(row, dict)
    return row


def total(state: ScienceStateBase) -> int:
    return sum(agent.wallet.balance("OCEAN") for agent in state.agents.values())


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    legacy=st.booleans(),
    n_funded=st.integers(1, 6),
    ratio=st.sampled_from(["0", "0.123456789", "0.4", "1"]),
    fee=st.sampled_from(["0", "0.1", "0.3333333", "1"]),
    to_stakers=st.sampled_from(["0", "0.1", "1"]),
    price=st.sampled_from(["0.000000000000000007", "999.999999999999999999", "4000"]),
    boundary=st.sampled_from(["0", "12345.678"]),
)
def test_money_is_conserved_in_every_tick(
    name: str,
    seed: int,
    legacy: bool,
    n_funded: int,
    ratio: str,
    fee: str,
    to_stakers: str,
    price: str,
    boundary: str,
) -> None:
    ss = strategy(
        NETLISTS[name],
        seed=str(seed),
        legacy=str(legacy),
        max_ticks="250",
        PROPOSALS_FUNDED_AT_A_TIME=str(n_funded),
        RATIO_FUNDS_TO_PUBLISH=ratio,
        TRANSACTION_FEES=fee,
        FEES_TO_STAKERS=to_stakers,
        PRICE_OF_ASSETS=price,
        FUNDING_BOUNDARY=boundary,
        RANDOM_BUYING=str(seed % 2 == 1),
    )
    state = NETLISTS[name].state(ss)
    assert isinstance(state, ScienceStateBase)

    def check(_: object) -> None:
        assert total(state) == state.ledger.supply
        assert all(agent.wallet.balance("OCEAN") >= 0 for agent in state.agents.values())

    first = state.ledger.supply
    SimEngine(state, lambda state: {}, [TickListener(check)]).run()

    newcomers = sum(name.startswith("new_researcher") for name in state.agents)
    assert state.ledger.supply == first + newcomers * tokens(200_000)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10**6), legacy=st.booleans(), price=st.sampled_from(["0.000000000000000007", "1000"]))
def test_on_a_chain_the_rows_are_the_same_and_money_is_conserved_in_every_tick(
    name: str, in_process_chain: Chain, seed: int, legacy: bool, price: str
) -> None:
    ss = strategy(NETLISTS[name], seed=str(seed), legacy=str(legacy), PRICE_OF_ASSETS=price, max_ticks="200")

    with in_process_chain.anchor():
        on_chain, _ = simulate(NETLISTS[name], replace(ss, ledger="evm"), in_process_chain)

    assert on_chain == simulate(NETLISTS[name], ss)[0]


@pytest.mark.parametrize("network", ["anvil", "ganache"])
def test_a_node_gives_the_same_bytes_as_no_chain(network: str, config: Config, tmp_path: Path) -> None:
    netlist = NETLISTS["opsci_profit_sharing"]
    ss = strategy(netlist, seed="5", max_ticks="60")

    off = run_once(netlist, ss, tmp_path / "off", replace(config, network="no such network"))
    on = run_once(netlist, replace(ss, ledger="evm"), tmp_path / "on", replace(config, network=network))

    assert (off.path / "data.csv").read_bytes() == (on.path / "data.csv").read_bytes()
    assert off.facts["chain"] is None and on.facts["chain"]["network"] == network


# For each parameter, a value that is not its default, and what else has to be set for it to matter.
OTHER: dict[str, tuple[str, dict[str, str]]] = {
    "time_step": ("7200", {}),
    "max_ticks": ("390", {}),
    "log_interval": ("72000", {}),
    "seed": ("4", {}),
    "legacy": ("true", {}),
    "FUNDING_BOUNDARY": ("460000", {"treasury_init_OCEAN": "500000"}),
    "PROPOSALS_FUNDED_AT_A_TIME": ("2", {}),
    "PROPOSAL_SETUP.grant_requested": ("20000", {}),
    "PROPOSAL_SETUP.assets_generated": ("3", {}),
    "PROPOSAL_SETUP.no_researchers": ("0", {}),
    "PROPOSAL_SETUP.integration": ("0.5", {}),
    "PROPOSAL_SETUP.novelty": ("0.5", {}),
    "PROPOSAL_SETUP.time": ("33", {}),
    "treasury_init_OCEAN": ("100000", {}),
    "researcher_init_OCEAN": ("5000", {}),
    "private_init_OCEAN": ("100000", {"NO_PRIVATE_RESEARCHERS": "6"}),
    "staker_init_OCEAN": ("1", {"FEES_TO_STAKERS": "0.1"}),
    "market_init_OCEAN": ("1", {}),
    "member_init_OCEAN": ("1", {}),
    "TICKS_BETWEEN_PROPOSALS": ("30", {}),
    "NUMBER_OF_RESEARCHERS": ("7", {}),
    "NO_PUBLIC_RESEARCHERS": ("7", {}),
    "NO_PRIVATE_RESEARCHERS": ("7", {}),
    "PRICE_OF_ASSETS": ("500", {}),
    "RATIO_FUNDS_TO_PUBLISH": ("0.7", {}),
    "TRANSACTION_FEES": ("0.2", {}),
    "FEES_TO_STAKERS": ("0.3", {}),
    "RANDOM_BUYING": ("true", {}),
    # Among projects that all take the same time there is nothing to prefer, and those that are drawn take long.
    "PREFERRED_DURATION": (
        "shorter",
        {"PREFERRED_DURATION": "longer", "PROPOSAL_SETUP.time": "0", "log_interval": "3600000"}
        | {"seed": "1", "max_ticks": "15000"},
    ),
    "PRIVATE_PUBLISH_COST.data": ("15000", {"NO_PRIVATE_RESEARCHERS": "6"}),
    "PRIVATE_PUBLISH_COST.algo": ("15000", {"NO_PRIVATE_RESEARCHERS": "6"}),
    "PRIVATE_PUBLISH_COST.compute": ("15000", {"NO_PRIVATE_RESEARCHERS": "6"}),
    "ASSET_COSTS.private_market.data": ("5000", {"NO_PRIVATE_RESEARCHERS": "20"}),
    "ASSET_COSTS.private_market.algo": ("5000", {"NO_PRIVATE_RESEARCHERS": "20"}),
    "ASSET_COSTS.private_market.compute": ("5000", {"NO_PRIVATE_RESEARCHERS": "20"}),
    "ASSET_COSTS.public_market.data": ("5000", {"NO_PRIVATE_RESEARCHERS": "20"}),
    "ASSET_COSTS.public_market.algo": ("5000", {"NO_PRIVATE_RESEARCHERS": "20"}),
    "ASSET_COSTS.public_market.compute": ("5000", {"NO_PRIVATE_RESEARCHERS": "20"}),
    "CONTINUING_FACTOR": ("0.01", {}),
    "generator_cond_type": ("market", {}),
    "generator_type": ("exp", {}),
    "time_interval": ("50", {}),
    "start_gen": ("3", {}),
}


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_acts(name: str) -> None:
    netlist = NETLISTS[name]
    idle = []
    for parameter in parameter_values(netlist.strategy()):
        if parameter == "ledger":  # where money lives changes no number
            continue
        value, needs = OTHER[parameter]
        base = {"seed": "3", "max_ticks": "400"} | needs
        plain, _ = simulate(netlist, strategy(netlist, **base))
        changed, _ = simulate(netlist, strategy(netlist, **(base | {parameter: value})))
        if plain == changed:
            idle.append(parameter)

    assert idle == []


@pytest.mark.parametrize(
    ("name", "setting", "complaint"),
    [
        ("opsci_naive", {"PROPOSALS_FUNDED_AT_A_TIME": "0"}, "PROPOSALS_FUNDED_AT_A_TIME = 0"),
        ("opsci_naive", {"TICKS_BETWEEN_PROPOSALS": "1"}, "a whole number of ticks, 2 or more"),
        ("opsci_naive", {"FUNDING_BOUNDARY": "-1"}, "FUNDING_BOUNDARY = -1 OCEAN"),
        ("opsci_naive", {"NUMBER_OF_RESEARCHERS": "none"}, "a whole number"),
        ("opsci_naive", {"PROPOSAL_SETUP.time": "5"}, "there is no parameter"),
        ("opsci_profit_sharing", {"PRICE_OF_ASSETS": "0"}, "more than 0"),
        ("opsci_profit_sharing", {"RATIO_FUNDS_TO_PUBLISH": "1.01"}, "from 0 to 1"),
        ("opsci_profit_sharing", {"TRANSACTION_FEES": "nan"}, "a finite number"),
        ("opsci_profit_sharing", {"ledger": "paper"}, "one of off_chain, evm"),
        ("opsci_mult_profit_sharing", {"PROPOSAL_SETUP.novelty": "2"}, "PROPOSAL_SETUP.novelty"),
        ("opsci_mult_time_profit_sharing", {"PROPOSAL_SETUP.time": "-1"}, "PROPOSAL_SETUP.time"),
        (
            "opsci_public_funding_ps",
            {"ASSET_COSTS.private_market.data": "0"},
            "ASSET_COSTS.private_market.data = 0 OCEAN: write",
        ),
        ("growth_public_funding_ps", {"generator_type": "log"}, "one of linear, inc, exp, dec"),
        ("growth_public_funding_ps", {"time_interval": "0"}, "time_interval = 0"),
        ("community_growth_public_funding_ps", {"CONTINUING_FACTOR": "0"}, "CONTINUING_FACTOR = 0"),
    ],
)
def test_a_parameter_that_makes_no_sense_is_refused(name: str, setting: dict[str, str], complaint: str) -> None:
    with pytest.raises(StrategyError, match=complaint):
        NETLISTS[name].strategy(setting)


@pytest.mark.parametrize("name", NAMES)
def test_another_seed_draws_otherwise_and_legacy_draws_otherwise_than_streams(name: str) -> None:
    variants = [{"seed": "1"}, {"seed": "2"}, {"seed": "1", "legacy": "true"}, {"seed": "2", "legacy": "true"}]

    runs = [simulate(NETLISTS[name], strategy(NETLISTS[name], max_ticks="100", **values))[0] for values in variants]

    assert all(one != other for one, other in itertools.combinations(runs, 2))


def test_projects_are_recorded_beside_the_rows(config: Config, tmp_path: Path) -> None:
    netlist = NETLISTS["community_growth_public_funding_ps"]

    folder = run_once(netlist, strategy(netlist, seed="1", max_ticks="300"), tmp_path / "run", config)

    header, values = read_log(folder.path / "rpdata.csv")
    assert header[:9] == ["Tick", "Second", "Min", "Hour", "Day", "Month", "Year", "total_rp", "total_rp_engagement"]
    assert values[-1][7] == (len(header) - 12) / 2 > 5
    charts = netlist.table_charts("rp", header, values)
    assert charts and {column for chart in charts.y_params for column in chart.columns} == set(header[7:])


def test_a_netlist_without_projects_writes_no_table_of_them(config: Config, tmp_path: Path) -> None:
    folder = run_once(
        NETLISTS["opsci_naive"], strategy(NETLISTS["opsci_naive"], max_ticks="9"), tmp_path / "run", config
    )

    assert not (folder.path / "rpdata.csv").exists()
