"""Cases that are formulas: each row of inputs goes to the function that is the rule."""

from typing import Any

import numpy as np
import pytest

from tests.markets.exchange.cases import Case
from tokenspice.markets.exchange import ONE, factor
from tokenspice.markets.exchange.governance.votes import Outcome, Thresholds, Votes
from tokenspice.markets.exchange.liquidity.fee_factor import ConstantFee, FeeBid, MarginalCost, WeightedAverage
from tokenspice.markets.exchange.liquidity.probability_of_trading import PriceView, TradingModel, probability_of_trading
from tokenspice.markets.exchange.liquidity.sla import penalty
from tokenspice.markets.exchange.liquidity.target_stake import OpenInterestWindow, target_stake
from tokenspice.markets.exchange.lognormal_risk import LogNormalRisk
from tokenspice.markets.exchange.price_monitoring import LogNormalBand, PriceBounds, PriceTrigger
from tokenspice.markets.exchange.uncrossing import MidOfRange, crossing
from tokenspice.markets.processes import ArithmeticWalk
from tokenspice.markets.quoting import (
    DepthRule,
    FiniteHorizonDepths,
    MakerProblem,
    StationaryDepths,
    background_levels,
)


def price_process(case: Case) -> None:
    given = case["given"]
    normals = np.random.RandomState(given["seed"]).standard_normal(given["n"] + 1)
    path = ArithmeticWalk(given["start"], given["sigma"], given["drift"]).along(normals.tolist())
    assert path == pytest.approx(case["expect"], abs=1e-6)


def background_market(case: Case) -> None:
    given, expect = case["given"], case["expect"]
    levels = background_levels(given["kappa"], given["spread"] / 2, given["tick"], given["levels"])
    assert [distance for distance, _ in levels] == pytest.approx(expect["level_distance"])
    assert [volume for _, volume in levels] == pytest.approx(expect["level_volume"], abs=1e-8)


def optimal_depths(case: Case) -> None:
    for settings in case["expect"].values():
        params = settings["params"]
        problem = MakerProblem(
            kappa=params["kappa"],
            arrivals=params["lam"],
            phi=params["phi"],
            alpha=params["alpha"],
            q_low=params["ql"],
            q_high=params["qu"],
        )
        assert_depths(StationaryDepths(problem), 0.0, settings["stationary"])
        for row in settings["finite_horizon"]:
            rule = FiniteHorizonDepths(problem, params["T"], step=0.1 if row["t"] % 1 else 1.0)
            assert_depths(rule, params["T"] - row["t"], row)


def assert_depths(rule: DepthRule, remaining: float, expected: dict[str, Any]) -> None:
    for q, bid in expected["bid_depth"].items():
        found = rule.depths(int(q), remaining)
        for depth, wanted in ((found.bid, bid), (found.ask, expected["ask_depth"][q])):
            assert depth == (None if wanted is None else pytest.approx(wanted, abs=1e-6))


def price_bounds(case: Case) -> None:
    found = []
    for reference, horizon, probability, mu, sigma in case["events"]:
        bounds = PriceBounds(PriceTrigger(horizon, probability, extension=1), LogNormalBand(mu, sigma))
        bounds.refer_to(reference)
        found.append([bounds.low, bounds.high])
    assert found == case["expect"]["rows"]


def trading_probability(case: Case) -> None:
    g = case["given"]
    view = PriceView(g["best_bid"], g["best_ask"], g["min_valid"], g["max_valid"])
    model = TradingModel(g["mu"], g["sigma"], g["tau"], g["min_probability"])
    found = [probability_of_trading(side == "buy", price, view, model) for side, price in case["events"]]
    assert found == pytest.approx(case["expect"], abs=1e-9)


def liquidity_fee(case: Case) -> None:
    expect = case["expect"]
    bids = [FeeBid(stake, factor(fee)) for stake, fee in case["given"]["lps"]]
    if "marginal_cost" in expect:
        assert [MarginalCost().fee(bids, target) / ONE for target in case["events"]] == expect["marginal_cost"]
    if "weighted_average" in expect:
        assert WeightedAverage().fee(bids, 0) / ONE == pytest.approx(expect["weighted_average"])
    if "constant" in expect:
        assert ConstantFee(expect["constant"]).fee(bids, 0) / ONE == expect["constant"]


def stake_wanted(case: Case) -> None:
    """The most open interest of a window, or the stake that follows from it, in 10⁻⁶ of an asset unit."""
    given = case["given"]
    if "samples" in given:
        found = [most_open_interest(given, minutes(event["opened"])) for event in case["events"]]
        assert found == case["expect"]["max_oi"]
    else:
        notional = round(given["reference_price"] * given["max_oi"] * 10**6)
        wanted = target_stake(notional, factor(given["scaling"]), factor(given["max_risk_factor"]))
        assert wanted / 10**6 == case["expect"]


def most_open_interest(given: Case, opened: int) -> int:
    window = OpenInterestWindow(given["window_s"], opened)
    for time, interest in given["samples"]:
        if minutes(time) >= opened:
            window.record(minutes(time), interest)
    return window.most(minutes(given["now"]))


def minutes(clock: str) -> int:
    """The seconds of a time such as 4:32."""
    hour, minute = clock.split(":")
    return int(hour) * 3600 + int(minute) * 60


def sla(case: Case) -> None:
    rows = [[factor(number) for number in row] for row in case["events"]]
    assert [penalty(*row) / ONE for row in rows] == case["expect"]


def uncrossing(case: Case) -> None:
    """Orders without parties: volume, range and price."""
    bids, asks = (depth(case["events"], side) for side in ("buy", "sell"))
    found, price = crossing(bids, asks), MidOfRange().uncross(bids, asks, case["given"].get("tick", 1))
    assert found and price and price.volume == found.volume
    result = {"volume": found.volume, "range": [found.low, found.high], "price": price.price}
    assert {name: result[name] for name in case["expect"]} == case["expect"]


def depth(orders: list[Case], side: str) -> list[tuple[int, int]]:
    """Prices and sizes of one side's levels, from the best on."""
    levels: dict[int, int] = {}
    for order in orders:
        if order["side"] == side:
            levels[order["price"]] = levels.get(order["price"], 0) + order["size"]
    return sorted(levels.items(), reverse=side == "buy")


def votes(case: Case) -> None:
    """Rows of votes (party, weight, yes or no), in the order in which they come."""
    given = case["given"]
    needed = Thresholds(factor(given["required_participation"]), factor(given["required_majority"]))
    found = []
    for row in case["events"]:
        cast = Votes()
        for party, _, vote in row["votes"]:
            cast.vote(party, vote == "yes")
        weights = {party: weight for party, weight, _ in row["votes"]}
        outcome = cast.tally(weights, given["supply"]).outcome(needed)
        found.append("passed" if outcome is Outcome.PASSED else "rejected")
    assert found == case["expect"]


def risk_factors(case: Case) -> None:
    expect = case["expect"]
    for (aversion, tau, mu, sigma), row in zip(case["events"], expect["rows"], strict=True):
        found = [value / ONE for value in LogNormalRisk(aversion, tau, mu, sigma).factors()]
        assert found == pytest.approx(row, abs=expect["tolerance"])
