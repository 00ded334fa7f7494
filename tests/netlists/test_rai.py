"""rai: its laws of conservation, its controller's three ways, and what its scenarios do."""

import dataclasses
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import PROJECT
from tokenspice.engine.errors import StrategyError
from tokenspice.engine.log import LogRow
from tokenspice.engine.observer import RowListener
from tokenspice.engine.sim_engine import SimEngine
from tokenspice.protocols.rai import RAY, ControllerTwin, Disagreement
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.netlist.netlist_file import load_netlist
from tokenspice.web3engine.chain import Chain


@pytest.fixture(scope="module")
def netlist() -> Netlist:
    return load_netlist(PROJECT / "netlists" / "rai" / "netlist.py")


@pytest.fixture
def chain(in_process_chain: Chain) -> Iterator[Chain]:
    with in_process_chain.anchor():
        yield in_process_chain


@contextmanager
def ran(netlist: Netlist, chain: Chain, **values: object) -> Iterator[tuple[Any, list[LogRow]]]:
    """The state at a run's end, and its rows; the chain is then as it was."""
    with chain.anchor():
        state: Any = netlist.state(netlist.strategy(texts(values)), chain)
        rows: list[LogRow] = []
        SimEngine(state, netlist.log_data, [RowListener(rows.append)]).run()
        yield state, rows


def texts(values: Mapping[str, object]) -> dict[str, str]:
    return {name.replace("__", "."): str(value) for name, value in values.items()}


def rows_of(netlist: Netlist, chain: Chain, **values: object) -> list[LogRow]:
    with ran(netlist, chain, **values) as (_, rows):
        return rows


def check_books(state: Any, chain: Chain) -> None:
    """Each coin has a debtor and a holder, each ether a holder, and helpers keep nothing."""
    bank = state.bank
    read = chain.read
    supply = read(bank.coin.contract.totalSupply())
    holders = [*(wallet.address for wallet in chain.wallets.values()), bank.pool.contract.address]
    held = {
        token.symbol: sum(read(token.contract.balanceOf(holder)) for holder in holders)
        for token in (bank.coin, bank.weth)
    }
    assert held["RAI"] == supply
    assert held["WETH"] + read(bank.weth.contract.balanceOf(bank.collateral_join.address)) == 10**28
    for helper in (bank.actions, bank.pool.exchange):
        assert (
            read(bank.coin.contract.balanceOf(helper.address))
            == read(bank.weth.contract.balanceOf(helper.address))
            == 0
        )

    view = state.system.look(chain)
    owed = view.principal * view.accumulated_rate + read(bank.engine.globalUnbackedDebt())
    assert read(bank.engine.globalDebt()) == owed
    accounts = [*holders, bank.accounting.address, bank.actions.address]
    inside = sum(read(bank.engine.coinBalance(account)) for account in accounts)
    assert supply * RAY + inside == owed
    safes = state.system.safes(chain, [owner.address for owner in state.owners.values()])
    assert sum(principal for _, principal in safes) <= view.principal
    assert sum(locked for locked, _ in safes) <= view.collateral


@given(
    st.fixed_dictionaries(
        {
            "shock__eth": st.sampled_from([0.0, -0.6, -0.4, 1.0]),
            "shock__drain": st.sampled_from([0.0, 0.9]),
            "shock__demand": st.sampled_from([0.0, -0.4, 0.4]),
            "whale__budget": st.sampled_from([0.0, 0.5]),
            "seed": st.integers(0, 1000),
        }
    )
)
@settings(max_examples=6)
def test_every_coin_has_a_debtor_and_every_ether_a_holder_whatever_happens(
    netlist: Netlist, in_process_chain: Chain, values: dict[str, float]
) -> None:
    hours = {"shock__eth_hour": 3, "shock__drain_hour": 5, "shock__demand_hour": 7, "whale__first_hour": 2}
    with ran(netlist, in_process_chain, max_ticks=30, **hours, **values) as (state, rows):
        check_books(state, in_process_chain)
        assert len(rows) == 31


def test_a_glance_at_the_end_of_a_step_sees_what_a_look_would(netlist: Netlist, chain: Chain) -> None:
    values = {
        "shock.eth": -0.45,
        "shock.eth_hour": 5,
        "shock.demand": -0.2,
        "shock.demand_hour": 20,
        "whale.budget": 0.2,
    }
    more = {"shock.drain": 0.5, "shock.drain_hour": 12, "max_ticks": 60, "eth.sigma": 0.03}
    state: Any = netlist.state(netlist.strategy(texts(values | more)), chain)
    changes = set()

    for _ in range(60):
        SimEngine(state, netlist.log_data).takeStep()
        assert state.close.view == state.system.look(chain)
        changes.add(state.close._n_changes)

    assert len(changes) > 10 and state.liquidator.n_liquidations


def test_contracts_twin_and_both_give_the_same_rows(netlist: Netlist, chain: Chain) -> None:
    values = {"max_ticks": 30, "gains__period": 3600, "gains__kp": 1e-5}
    evm, python, both = (rows_of(netlist, chain, controller=mode, **values) for mode in ("evm", "python", "both"))

    assert evm == python == both
    assert evm[-1]["n_rate_updates"] > 20 and evm[-1]["n_rate_bound_hits"] > 0


@pytest.mark.parametrize("law", ["raw", "scaled", "basic", "proportional"])
def test_contract_and_twin_agree_under_each_law(netlist: Netlist, chain: Chain, law: str) -> None:
    rows = rows_of(netlist, chain, controller="both", max_ticks=12, gains__law=law)

    assert rows[-1]["n_rate_updates"] >= 2 and rows[-1]["redemption_rate"] != rows[0]["redemption_rate"]


def test_hais_controller_drives_the_same_contracts(netlist: Netlist, chain: Chain) -> None:
    with ran(netlist, chain, controller="both", max_ticks=8, gains__preset="hai") as (state, rows):
        assert state.terms.law == "scaled" and rows[-1]["n_rate_updates"] >= 7
        assert rows[-1]["redemption_rate"] == 1.0, "HAI's noise barrier of 0.995 lets no such rate pass"


@pytest.mark.parametrize("planted", ["kp", "ki", "leak"])
def test_both_stops_at_a_planted_difference(
    netlist: Netlist, chain: Chain, planted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = ControllerTwin.__init__

    def off_by_one(self: ControllerTwin, now: int, terms: Any, *rest: Any) -> None:
        made(self, now, dataclasses.replace(terms, **{planted: getattr(terms, planted) - 1}), *rest)

    monkeypatch.setattr(ControllerTwin, "__init__", off_by_one)
    values = {"controller": "both", "start__integral": 1e6, "max_ticks": 12}

    with pytest.raises(Disagreement, match="contract has"):
        rows_of(netlist, chain, **values)


def test_a_jump_of_ether_is_all_that_differs_in_its_path(netlist: Netlist, chain: Chain) -> None:
    plain, shocked = (
        rows_of(netlist, chain, max_ticks=8, seed=3, shock__eth=jump, shock__eth_hour=4) for jump in (0.0, -0.5)
    )

    assert [row["eth_price"] for row in plain[:4]] == [row["eth_price"] for row in shocked[:4]]
    for row, halved in zip(plain[4:], shocked[4:], strict=True):
        assert halved["eth_price"] == pytest.approx(row["eth_price"] / 2)


def test_safes_that_ether_leaves_behind_are_sold(netlist: Netlist, chain: Chain) -> None:
    values = {"shock__eth": -0.5, "shock__eth_hour": 2, "safe__activity": 0.0, "leverager__activity": 0.0}
    with ran(netlist, chain, max_ticks=12, **values) as (state, rows):
        assert state.liquidator.n_liquidations >= 2
        assert rows[-1]["liquidated_ETH"] > 10_000
        assert rows[-1]["debt_RAI"] < rows[0]["debt_RAI"]


def test_a_late_oracle_sells_them_later(netlist: Netlist, chain: Chain) -> None:
    values = {"shock__eth": -0.5, "shock__eth_hour": 2, "safe__activity": 0.0, "max_ticks": 20}
    soon, late = (rows_of(netlist, chain, system__oracle_delay=delay, **values) for delay in (3600, 6 * 3600))

    first = [next(row["Tick"] for row in rows if row["liquidated_ETH"]) for rows in (soon, late)]
    assert first[0] < first[1]


def test_drained_pools_are_shallower_and_demand_lifts_the_price(netlist: Netlist, chain: Chain) -> None:
    values = {"max_ticks": 6, "peg__sigma": 0.0, "eth__sigma": 0.0}
    plain = rows_of(netlist, chain, **values)[-1]
    drained = rows_of(netlist, chain, shock__drain=0.5, shock__drain_hour=2, **values)[-1]
    bought = rows_of(netlist, chain, shock__demand=0.1, shock__demand_hour=2, **values)[-1]
    sold = rows_of(netlist, chain, shock__demand=-0.1, shock__demand_hour=2, **values)[-1]

    assert drained["pool_RAI"] == pytest.approx(plain["pool_RAI"] / 2, rel=0.05)
    assert sold["market_price"] < plain["market_price"] < bought["market_price"]
    assert sold["debt_RAI"] > plain["debt_RAI"]


def test_the_whale_holds_the_price_up_within_its_budget(netlist: Netlist, chain: Chain) -> None:
    values = {"max_ticks": 20, "whale__budget": 0.3, "whale__first_hour": 4, "whale__n_hours": 10}
    plain = rows_of(netlist, chain, max_ticks=20)
    with ran(netlist, chain, **values) as (state, rows):
        assert rows[12]["market_price"] > plain[12]["market_price"] * 1.01
        assert state.agents["whale"].wallet.balance("WETH") >= 0


def test_the_controller_sees_the_average_that_it_begins_with(netlist: Netlist, chain: Chain) -> None:
    row = rows_of(netlist, chain, max_ticks=0, start__average_price=3.2, start__market_price=2.9)[0]

    assert row["oracle_price"] == pytest.approx(3.2, rel=1e-9)
    assert row["market_price"] == pytest.approx(2.9, rel=1e-9)
    assert row["pool_RAI"] == pytest.approx(5_760_000)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"time_step": 1800}, "steps by the hour"),
        ({"start.debt_RAI": 6_000_000}, "start.debt_RAI"),
        ({"lowest_ratio": 1.2}, "lowest_ratio"),
        ({"lowest_ratio": 5}, "start.collateral_ratio"),
        ({"system.safety_ratio": 1.2}, "safety_ratio"),
        ({"system.twap_slots": 7, "system.twap_window": 57601}, "slots of whole seconds"),
        ({"eth.kind": "bootstrap"}, "eth_series=FILE"),
        ({"eth.kind": "garch", "eth.alpha": 0.5}, r"alpha \+ beta"),
        ({"controller": "solidity"}, "evm, python, both"),
    ],
)
def test_parameters_that_do_not_fit_are_refused_in_a_line(
    netlist: Netlist, values: dict[str, object], says: str
) -> None:
    with pytest.raises(StrategyError, match=says):
        netlist.strategy(texts(values))


def test_a_series_that_is_too_short_or_no_numbers_is_refused(netlist: Netlist, chain: Chain, tmp_path: Path) -> None:
    series = tmp_path / "prices.txt"
    series.write_text("2430\n2431\n2432\n")
    rows = rows_of(netlist, chain, max_ticks=2, eth__kind="given", eth_series=series)
    assert [row["eth_price"] for row in rows] == [2430, 2431, 2432]

    with pytest.raises(StrategyError, match="holds 3 prices, and 5 hours take 6"):
        rows_of(netlist, chain, max_ticks=5, eth__kind="given", eth_series=series)
    series.write_text("2430\nabc\n")
    with pytest.raises(StrategyError, match="one number a line"):
        rows_of(netlist, chain, max_ticks=2, eth__kind="given", eth_series=series)
