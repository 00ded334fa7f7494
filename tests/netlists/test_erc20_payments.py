"""erc20_payments: nothing is made or lost, whoever goes first."""

from dataclasses import replace

import pytest

from tests.conftest import PROJECT
from tokenspice.engine.errors import StrategyError
from tokenspice.engine.log import LogRow
from tokenspice.engine.observer import RowListener
from tokenspice.engine.sim_engine import SimEngine
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.netlist.netlist_file import load_netlist
from tokenspice.studies.run.open_chain import open_chain
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.network import REVM, is_built


@pytest.fixture(scope="module")
def netlist() -> Netlist:
    return load_netlist(PROJECT / "netlists" / "erc20_payments" / "netlist.py")


@pytest.mark.skipif(not is_built(), reason="the in-process chain was not built")
@pytest.mark.parametrize("ordering", ["arrival", "shuffle", "priority"])
def test_all_that_there_is_stays_among_them(netlist: Netlist, config: Config, ordering: str) -> None:
    rows: list[LogRow] = []
    chain = open_chain(replace(config, network=REVM))
    state = netlist.state(netlist.strategy({"ordering": ordering, "max_ticks": "100"}), chain)
    SimEngine(state, netlist.log_data, [RowListener(rows.append)]).run()

    assert {row["total_TOK"] for row in rows} == {5_000.0}
    assert all(0 <= row["poorest_TOK"] <= row["median_TOK"] <= row["richest_TOK"] for row in rows)
    assert rows[0]["gini"] == 0 < rows[-1]["gini"] < 1
    # 50 payers, each active in a tenth of 100 ticks: 500 payments, give or take four standard deviations.
    assert rows[-1]["n_paid"] + rows[-1]["n_refused"] == pytest.approx(500, abs=4 * 450**0.5)


@pytest.mark.parametrize("values", [{"n_payers": "1"}, {"activity": "1.5"}, {"most_TOK": "0"}])
def test_what_makes_no_sense_is_refused(netlist: Netlist, values: dict[str, str]) -> None:
    with pytest.raises(StrategyError):
        netlist.strategy(values)
