"""The second writing of the formulas gives the numbers of the cases; so it may judge the exchange elsewhere too."""

import math
from fractions import Fraction

import pytest

from tests.markets.exchange import reference
from tests.markets.exchange.cases import Case, cases, of_kind
from tests.markets.exchange.reference import Book


def exact(value: object) -> Fraction:
    return Fraction(str(value))


def rows_of(*kinds: str) -> list[Case]:
    return [cases()[id] for id in of_kind(*kinds)]


def test_risk_factors() -> None:
    for case in rows_of("risk_factor"):
        for row, expected in zip(case["events"], case["expect"]["rows"], strict=True):
            assert reference.risk_factors(*row) == pytest.approx(expected, abs=case["expect"]["tolerance"])


def test_price_bands() -> None:
    for case in rows_of("price_bounds"):
        found = [list(reference.price_band(*row)) for row in case["events"]]
        assert found == case["expect"]["rows"]


def test_uncrossing_of_plain_orders() -> None:
    case = cases()["UNX-1"]
    buys, sells = ([(e["price"], e["size"]) for e in case["events"] if e["side"] == side] for side in ("buy", "sell"))
    volume, low, high, price = reference.uncrossing(buys, sells)
    assert {"volume": volume, "range": [low, high], "price": price} == case["expect"]


def test_margin_levels() -> None:
    for case in (cases()[id] for id in ("MARG-1", "MARG-2")):
        given, expect = case["given"], case["expect"]
        risk = (exact(given["risk"]["long"]), exact(given["risk"]["short"]))
        least = reference.maintenance(
            given["position"], given["buys"], given["sells"], Fraction(given["mark"]), risk, exact(given["slippage"])
        )
        factors = [exact(given["scaling"][name]) for name in ("search", "initial", "release")]
        assert reference.levels(least, factors) == tuple(
            expect[name] for name in ("maintenance", "search", "initial", "release")
        )


def test_socialisation() -> None:
    # The winners of SOC-1 in the order of their positions: the opening buyer, and who bought from the insolvent.
    assert reference.socialised([80, 8000], 5080) == [50, 8000 - 2970]


def test_profit_and_loss() -> None:
    for case in rows_of("pnl"):
        start = case["given"]["start"]
        book, found = Book(start["position"], Fraction(start.get("average_entry", 0))), []
        for side, size, price in case["events"]:
            book.trade(size if side == "buy" else -size, price)
            found.append([book.size, book.unrealised(price), book.realised])
        assert found == case["expect"]


def test_penalties_of_liquidity_providers() -> None:
    case = cases()["SLA-1"]
    assert [reference.sla_penalty(*map(exact, row)) for row in case["events"]] == case["expect"]


def test_fees_of_liquidity() -> None:
    for case in rows_of("liquidity_fee_factor"):
        lps = case["given"]["lps"]
        found = [reference.marginal_fee(lps, target) for target in case["events"]]
        assert found == case["expect"]["marginal_cost"]
        assert reference.weighted_fee(lps) == pytest.approx(case["expect"]["weighted_average"])


def test_probabilities_of_trading() -> None:
    for case in rows_of("probability_of_trading"):
        g = case["given"]
        best, valid = (g["best_bid"], g["best_ask"]), (g["min_valid"], g["max_valid"])
        rest = (best, valid, g["mu"], g["tau"], g["sigma"], g["min_probability"])
        assert [reference.probability_of_trading(side, price, *rest) for side, price in case["events"]] == case[
            "expect"
        ]


def test_pools() -> None:
    case = cases()["AMM-1"]
    given, expect, pool = case["given"], case["expect"], case["given"]["pools"][0]
    risk = reference.risk_factors(*given["risk_model"].values())
    leverages = [reference.pool_leverage(r, given["slippage"], given["initial_factor"], None) for r in risk]
    lower = reference.pool_range(pool["commitment"], pool["lower"], pool["base"], leverages[0], is_lower=True)
    upper = reference.pool_range(pool["commitment"], pool["base"], pool["upper"], leverages[1], is_lower=False)
    assert leverages == pytest.approx(expect["leverage"], abs=1e-6)
    assert [lower.position, upper.position] == pytest.approx(expect["theoretical_position_at_bounds"], abs=0.01)
    assert [99, math.floor(lower.between(99, 100))] == expect["best_bid"]
    assert [101, math.floor(upper.between(100, 101))] == expect["best_ask"]
