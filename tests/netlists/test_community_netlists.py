"""Quadratic funding, peer review, the minter's ecosystem and cred: money is conserved, and each ledger tells the same."""

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
from tokenspice.studies.netlist.netlist_file import load_netlist
from tokenspice.studies.run.run import run_once
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.network import is_built

NAMES = ["quadratic_funding", "peer_review", "minter_ecosystem", "source_cred"]
NETLISTS = {name: load_netlist(PROJECT / "netlists" / name / "netlist.py") for name in NAMES}


def simulate(name: str, **values: str) -> list[LogRow]:
    netlist, rows = NETLISTS[name], list[LogRow]()
    state = netlist.state(netlist.strategy(values))
    SimEngine(state, netlist.log_data, [RowListener(rows.append)]).run()
    return rows


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_money_is_conserved_in_every_tick(name: str, seed: int) -> None:
    netlist = NETLISTS[name]
    state: Any = netlist.state(netlist.strategy({"seed": str(seed), "max_ticks": "400"}))

    def check(_: object) -> None:
        assert sum(agent.wallet.balance("OCEAN") for agent in state.agents.values()) == state.ledger.supply

    SimEngine(state, lambda state: {}, [TickListener(check)]).run()


@pytest.mark.skipif(not is_built(), reason="the in-process chain was not built")
@pytest.mark.parametrize("name", NAMES)
def test_on_a_chain_the_bytes_are_the_same(name: str, config: Config, tmp_path: Path) -> None:
    netlist = NETLISTS[name]
    ss: Any = netlist.strategy({"seed": "2", "max_ticks": "400"})

    off = run_once(netlist, ss, tmp_path / "off", config)
    on = run_once(netlist, replace(ss, ledger="evm"), tmp_path / "on", replace(config, network="revm"))

    assert (off.path / "data.csv").read_bytes() == (on.path / "data.csv").read_bytes()
    assert off.facts["chain"] is None and on.facts["chain"]["network"] == "revm"


OTHER = {
    "time_step": "43200",
    "max_ticks": "390",
    "log_interval": "432000",
    "seed": "4",
    "EMISSION": "linear",
    "REWARD_RULE": "equal",
    "N_MINTS": "3",
    "NUMBER_OF_MEMBERS": "7",
    "NUMBER_OF_PROJECTS": "3",
    "NUMBER_OF_AUTHORS": "7",
    "NUMBER_OF_REVIEWERS": "7",
    "NUMBER_OF_CONTRIBUTORS": "7",
    "TICKS_BETWEEN_ROUNDS": "50",
    "TICKS_BETWEEN_REWARDS": "50",
    "TICKS_BETWEEN_MANUSCRIPTS": "50",
    "REVIEWS_PER_MANUSCRIPT": "2",
    "SYBIL_IDENTITIES": "5",
    "MINTED_BY": "work",
    "POLICY": "immediate",
    "REFERENCES": "2",
    "REVIEWS": "2",
    "INTERVAL": "5",
    "SKILL_MOST": "0.8",
}
# In which each of a netlist's parameters may act.
SETTINGS = {
    "source_cred": {
        "max_ticks": "130",
        "MINTED_BY": "score",
        "POLICY": "recent",
        "REPUTATION": "1",
        "NUMBER_OF_CONTRIBUTORS": "8",
    }
}
TINY = "0.123"  # of every other parameter


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_acts(name: str) -> None:
    setting = {"max_ticks": "400"} | SETTINGS.get(name, {})
    base = simulate(name, **setting)

    idle = [
        parameter
        for parameter in parameter_values(NETLISTS[name].strategy())
        if parameter != "ledger" and simulate(name, **(setting | {parameter: OTHER.get(parameter, TINY)})) == base
    ]

    assert idle == []


@pytest.mark.parametrize(
    ("name", "setting", "complaint"),
    [
        ("quadratic_funding", {"GIVING_RATE": "1.5"}, "GIVING_RATE = 1.5"),
        (
            "quadratic_funding",
            {"pool_init_OCEAN": "-1"},
            "pool_init_OCEAN = -1 OCEAN: write an amount in OCEAN, such as 12.5, 0 or more",
        ),
        ("quadratic_funding", {"SYBIL_IDENTITIES": "0"}, "SYBIL_IDENTITIES = 0"),
        ("peer_review", {"REVIEWS_PER_MANUSCRIPT": "21"}, "nobody reviews a manuscript twice"),
        ("peer_review", {"ACCEPTANCE_THRESHOLD": "7"}, "ACCEPTANCE_THRESHOLD = 7"),
        ("source_cred", {"SKILL_LEAST": "0.95"}, "SKILL_LEAST = 0.95 is more than SKILL_MOST = 0.9"),
        ("source_cred", {"cred.alpha": "0"}, "cred.alpha = 0: write a finite number, more than 0, at most 1"),
        ("minter_ecosystem", {"BURN_RATIO": "0.6", "TREASURY_RATIO": "0.6"}, "more than a whole sale"),
        ("minter_ecosystem", {"PRICE_OF_ASSETS": "0"}, "PRICE_OF_ASSETS = 0 OCEAN: write .* more than 0"),
        ("minter_ecosystem", {"REWARD_RULE": "fair"}, "one of equal, by_output, by_stake, winner_takes_all"),
    ],
)
def test_a_parameter_that_makes_no_sense_is_refused(name: str, setting: dict[str, str], complaint: str) -> None:
    with pytest.raises(StrategyError, match=complaint):
        NETLISTS[name].strategy(setting)


def test_a_sybil_gains_at_the_others_expense() -> None:
    matched = "project7_matched_OCEAN"
    gains = [simulate("quadratic_funding", seed="1", SYBIL_IDENTITIES=n)[-1] for n in ("1", "2", "10")]

    assert gains[0][matched] < gains[1][matched] < gains[2][matched]
    assert gains[0]["contributions_OCEAN"] == pytest.approx(gains[2]["contributions_OCEAN"])


def test_the_pool_pays_no_more_than_its_budget_per_round() -> None:
    rows = simulate("quadratic_funding", seed="1", match_per_round_OCEAN="1000", max_ticks="900")

    assert rows[-1]["n_rounds"] == 9
    assert rows[-1]["matched_OCEAN"] == pytest.approx(9000, abs=1e-9)
    assert rows[-1]["pool_OCEAN"] == pytest.approx(500_000 - 9000, abs=1e-9)


def test_better_paid_reviewers_decide_sooner() -> None:
    days = [simulate("peer_review", REWARD_PER_REVIEW=reward)[-1]["mean_days_to_decision"] for reward in ("50", "300")]

    assert days[1] < days[0] / 2


def test_the_price_times_the_supply_is_the_value() -> None:
    for row in simulate("minter_ecosystem", max_ticks="800"):
        assert row["price_USD_per_OCEAN"] * row["supply_OCEAN"] == pytest.approx(row["value_USD"])
        assert row["supply_OCEAN"] == pytest.approx(500_000 + row["minted_OCEAN"] - row["burned_OCEAN"])
    assert row["minted_OCEAN"] <= 500_000 == tokens(500_000) // 10**18


def test_a_cluster_that_cites_itself_is_paid_more_for_the_same_work() -> None:
    shares = [
        simulate("source_cred", max_ticks="300", SELF_CITATION=chance)[-1]["cluster_grain_share"]
        for chance in ("0", "0.5", "1")
    ]

    assert shares[0] < shares[1] < shares[2]


def test_balanced_grain_follows_cred() -> None:
    last = simulate("source_cred", max_ticks="400")[-1]

    assert last["cluster_grain_share"] == pytest.approx(last["cluster_cred_share"], abs=1e-9)
