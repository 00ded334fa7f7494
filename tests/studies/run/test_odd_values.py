"""A run that fails names the parameters that are far from the netlist's own values."""

import re
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tokenspice.engine.errors import AgentError, RunError, TokenSpiceError
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.netlist.netlist_file import load_netlist
from tokenspice.studies.run.odd_values import naming_odd_values, odd_values
from tokenspice.studies.run.run import run_once
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.network import is_built

RAW = re.compile(r"\b[A-Z]\w*(Error|Exception): ")  # how an exception that nobody foresaw begins
PATHS = sorted((PROJECT / "netlists").glob("*/netlist.py"))
EXTREMES = [
    ("frontrun", "price.sigma", "1e12"),
    ("frontrun", "price.sigma", "1e300"),
    ("frontrun", "price.mu", "1e12"),
    ("frontrun", "time_step", "1000000000"),
    ("frontrun", "base_fee_gwei", "1e300"),
    ("frontrun", "arbitrageur_tip_gwei", "1e300"),
    ("frontrun", "victim.tip_gwei", "1e300"),
    ("frontrun", "start_price", "1e300"),
    ("pool_network", "max_ticks", "1000000000000"),
    ("pool_network", "time_step", "3153600000"),
    ("pool_network", "value_USD", "1e-300"),
    ("pool_network", "value_USD", "1e300"),
    ("pool_network", "volatility", "1e300"),
    ("dynamic_pool", "value_USD", "1e300"),
    ("dynamic_pool", "rule.chunk_minutes", "1"),
    ("quadratic_funding", "TICKS_BETWEEN_ROUNDS", f"1{'0' * 30}"),
    ("peer_review", "TICKS_BETWEEN_MANUSCRIPTS", f"1{'0' * 30}"),
]


def netlist_called(name: str) -> Netlist:
    return load_netlist(PROJECT / "netlists" / name / "netlist.py")


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.parent.name)
@pytest.mark.parametrize("value", ["0", "-1", "999999999999", "9" * 40])
def test_no_netlist_takes_a_step_that_no_calendar_holds(path: Path, value: str) -> None:
    with pytest.raises(TokenSpiceError, match=f"time_step = {value} seconds: write a whole number"):
        load_netlist(path).strategy({"time_step": value})


@pytest.mark.skipif(not is_built(), reason="the in-process chain was not built")
@pytest.mark.parametrize(("name", "parameter", "value"), EXTREMES)
def test_an_extreme_value_is_named_and_ends_in_no_raw_error(
    name: str, parameter: str, value: str, config: Config, tmp_path: Path
) -> None:
    netlist = netlist_called(name)

    with pytest.raises(TokenSpiceError) as caught:
        ss = netlist.strategy({"max_ticks": "20", parameter: value})
        run_once(netlist, ss, tmp_path / "run", config)

    assert parameter.rpartition(".")[2] in str(caught.value) and not RAW.search(str(caught.value))


def test_what_is_far_is_named_with_the_netlists_own_value() -> None:
    netlist = netlist_called("frontrun")
    ss = netlist.strategy(
        {"start_price": "1e9", "trader_USD": "0.5", "price.mu": "1e7", "max_ticks": "60", "seed": "9"}
    )

    assert odd_values(netlist, ss) == (
        "start_price = 1000000000.0 USD per WETH (its own: 3265.3553089469306), price.mu = 10000000.0 per year (its own: 0), "
        "trader_USD = 0.5 USD (its own: 30000000)"
    )
    assert odd_values(netlist, netlist.strategy()) == ""


def test_an_error_that_has_nothing_to_do_with_parameters_is_left_as_it_is() -> None:
    netlist = netlist_called("frontrun")
    ss = netlist.strategy({"start_price": "1e9"})

    with pytest.raises(RunError, match=r"^the disk is full$"), naming_odd_values(netlist, ss):
        raise RunError("the disk is full")
    with pytest.raises(AgentError, match=r"^no\. Far from the netlist's own: start_price = .* Write a value nearer"):
        with naming_odd_values(netlist, ss):
            raise AgentError("no.")
