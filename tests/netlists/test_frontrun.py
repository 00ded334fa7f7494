"""frontrun: what each ordering costs whom. Queues exist on revm alone, and other chains say so."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tokenspice.engine.errors import StrategyError
from tokenspice.engine.log import LogRow
from tokenspice.engine.observer import RowListener
from tokenspice.engine.sim_engine import SimEngine
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.units import tokens
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.netlist.netlist_file import load_netlist
from tokenspice.studies.run.open_chain import open_chain
from tokenspice.studies.run.run import run_once
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.errors import ChainError
from tokenspice.web3engine.network import REVM, is_built

needs_revm = pytest.mark.skipif(not is_built(), reason="the in-process chain was not built")


@pytest.fixture(scope="module")
def netlist() -> Netlist:
    return load_netlist(PROJECT / "netlists" / "frontrun" / "netlist.py")


def simulate(netlist: Netlist, config: Config, **values: object) -> tuple[list[LogRow], SimStateBase, Chain]:
    rows: list[LogRow] = []
    settings = {"max_ticks": "150"} | {name.replace("__", "."): str(value) for name, value in values.items()}
    chain = open_chain(replace(config, network=REVM))
    state = netlist.state(netlist.strategy(settings), chain)
    SimEngine(state, netlist.log_data, [RowListener(rows.append)]).run()
    return rows, state, chain


@needs_revm
def test_by_arrival_the_victim_loses_nothing_and_nobody_sandwiches(netlist: Netlist, config: Config) -> None:
    rows, _, _ = simulate(netlist, config, ordering="arrival")

    last = rows[-1]
    assert last["victim_swaps"] > 50
    assert (last["victim_lost_WETH"], last["victim_failed"], last["sandwiches_tried"]) == (0, 0, 0)


@needs_revm
def test_by_priority_it_loses_nearly_all_that_it_tolerates(netlist: Netlist, config: Config) -> None:
    rows, _, _ = simulate(netlist, config, ordering="priority")

    last = rows[-1]
    assert 25 < last["victim_lost_bps"] <= 50
    assert last["sandwiches_landed"] == last["sandwiches_tried"] > 50
    assert last["sandwicher_gain_USD"] > 0


@needs_revm
def test_a_shuffle_lies_between(netlist: Netlist, config: Config) -> None:
    losses = []
    for ordering in ("arrival", "shuffle", "priority"):
        rows, _, _ = simulate(netlist, config, ordering=ordering, max_ticks=600)
        losses.append(rows[-1]["sandwicher_gain_USD"])

    assert losses[0] == 0 < losses[1] < losses[2]


@needs_revm
def test_a_base_fee_makes_small_swaps_not_worth_it(netlist: Netlist, config: Config) -> None:
    tried = []
    for base_fee in (0, 30, 300):
        rows, _, _ = simulate(netlist, config, ordering="priority", base_fee_gwei=base_fee)
        tried.append(rows[-1]["sandwiches_tried"])

    assert tried[0] > tried[1] > tried[2]


@needs_revm
def test_gas_is_paid_in_ether_by_those_who_send(netlist: Netlist, config: Config) -> None:
    free, _, _ = simulate(netlist, config, ordering="arrival", victim__tip_gwei=0, arbitrageur_tip_gwei=0)
    dear, _, _ = simulate(netlist, config, ordering="arrival", base_fee_gwei=30)

    assert free[-1]["victim_gas_USD"] == free[-1]["arbitrageur_gas_USD"] == 0
    assert dear[-1]["victim_gas_USD"] > 0 < dear[-1]["arbitrageur_gas_USD"]
    assert dear[-1]["sandwicher_gas_USD"] == 0


@needs_revm
@pytest.mark.parametrize("ordering", ["arrival", "shuffle", "priority"])
def test_tokens_are_conserved_to_the_wei_and_the_product_never_falls(
    netlist: Netlist, config: Config, ordering: str
) -> None:
    rows, state, chain = simulate(netlist, config, ordering=ordering)

    contracts = [state.pool.contract.address, state.sandwicher.searcher.address]  # type: ignore[attr-defined]
    for symbol in ("WETH", "USD"):
        token = chain.token(symbol).contract
        holders = [chain.wallet(name).address for name in chain.wallets] + contracts
        assert sum(chain.read(token.balanceOf(holder)) for holder in holders) == tokens(10**9)
    fees = [row["lp_fees_USD"] / row["outside_price"] / row["pool_price"] ** -0.5 for row in rows]
    assert all(later >= earlier for earlier, later in zip(fees, fees[1:], strict=False))


@needs_revm
def test_without_a_sandwicher_priority_costs_nothing(netlist: Netlist, config: Config) -> None:
    rows, _, _ = simulate(netlist, config, ordering="priority", is_sandwiched="false")

    assert rows[-1]["victim_lost_WETH"] == 0 == rows[-1]["sandwicher_gain_USD"]


@needs_revm
def test_signing_changes_nothing(netlist: Netlist, config: Config, tmp_path: Path) -> None:
    ss = netlist.strategy({"max_ticks": "30", "sandwicher.bid_share": "0.9", "base_fee_gwei": "30"})

    folders = [
        run_once(netlist, ss, tmp_path / str(signs), replace(config, network=REVM, signs=signs))
        for signs in (False, True)
    ]

    assert (folders[0].path / "data.csv").read_bytes() == (folders[1].path / "data.csv").read_bytes()


@pytest.mark.parametrize("network", ["anvil", "ganache"])
def test_a_chain_without_queues_says_so_before_the_run(
    netlist: Netlist, config: Config, tmp_path: Path, network: str
) -> None:
    with pytest.raises(ChainError, match=f"{network} queues no transactions.*Choose --network revm"):
        run_once(netlist, netlist.strategy({}), tmp_path / "run", replace(config, network=network))


@needs_revm
def test_a_base_fee_that_signed_transactions_would_not_pay_is_refused(
    netlist: Netlist, config: Config, tmp_path: Path
) -> None:
    with pytest.raises(ChainError, match="signed transactions pay at most"):
        ss = netlist.strategy({"base_fee_gwei": "200"})
        run_once(netlist, ss, tmp_path / "run", replace(config, network=REVM, signs=True))


@pytest.mark.parametrize(
    "setting", ["base_fee_gwei", "arbitrageur_tip_gwei", "start_price", "pool_WETH", "pool_fee_millionths"]
)
def test_what_is_below_zero_is_refused(netlist: Netlist, setting: str) -> None:
    with pytest.raises(StrategyError, match=setting):
        netlist.strategy({setting: "-1"})
