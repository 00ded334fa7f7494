"""At which mark price a position is closed out."""

from fractions import Fraction

import pytest

from tests.markets.exchange.trading import Trading
from tokenspice.markets.exchange import OpenOrder, RiskFactors, factor, liquidation_estimate, liquidation_price

RISK = RiskFactors(factor("0.1"), factor("0.1"))
SLIPPAGE = factor("0.25")


def test_the_estimate_is_the_formula() -> None:
    price = liquidation_price(10, 100, Fraction(440), factor("0.35"))

    assert price == Fraction(440 - 10 * 100) / (Fraction(35, 10) - 10)


@pytest.mark.parametrize("volume", [10, -10])
def test_the_best_case_lies_further_away_than_the_worst(volume: int) -> None:
    found = liquidation_estimate(volume, 100, Fraction(440), RISK, SLIPPAGE)

    assert abs(found.best - 100) > abs(found.worst - 100)


def test_a_position_with_all_its_worth_behind_it_is_never_closed_out() -> None:
    assert liquidation_price(10, 100, Fraction(1000), factor("0.35")) == 0


def test_orders_that_fill_on_the_way_bring_the_price_nearer() -> None:
    orders = [OpenOrder(95, 4), OpenOrder(105, -10)]
    without = liquidation_estimate(10, 100, Fraction(600), RISK, SLIPPAGE)
    having = liquidation_estimate(10, 100, Fraction(600), RISK, SLIPPAGE, orders)

    assert without.worst < having.worst < 95


def test_orders_beyond_the_liquidation_price_never_fill() -> None:
    without = liquidation_estimate(10, 100, Fraction(440), RISK, SLIPPAGE)

    assert liquidation_estimate(10, 100, Fraction(440), RISK, SLIPPAGE, [OpenOrder(10, 500)]) == without


def test_a_fill_that_is_too_much_is_where_it_ends() -> None:
    found = liquidation_estimate(1, 100, Fraction(60), RISK, SLIPPAGE, [OpenOrder(90, 1000)])

    assert found.best == found.worst == 90


def test_a_party_without_position_goes_the_way_of_its_order() -> None:
    found = liquidation_estimate(0, 100, Fraction(440), RISK, SLIPPAGE, [OpenOrder(90, 10)])

    assert found.worst == liquidation_price(10, 90, Fraction(440), SLIPPAGE + RISK.long)


@pytest.mark.parametrize(("side", "step"), [("long", -1), ("short", 1)])
def test_close_out_comes_within_the_estimate(side: str, step: int) -> None:
    """A bot moves the price by the smallest step until the party is gone (AC001 to AC004)."""
    trading = Trading()
    trading.fund(party=45_000)
    buyer, seller = ("party", "rich") if side == "long" else ("rich", "party")
    trading.trade(buyer, seller, 100, 1000)
    found = liquidation_estimate(100 if side == "long" else -100, 1000, Fraction(45_000), RISK, SLIPPAGE)
    price = 1000
    while trading.market.position("party").volume:
        price += step
        trading.mark(price)

    low, high = sorted(found)
    assert low - 1 <= price <= high + 1


@pytest.mark.parametrize(("sign", "funds"), [(1, 25_000), (-1, 25_000), (1, 100_000), (-1, 100_000)])
def test_close_out_comes_within_the_estimate_also_where_orders_fill_on_the_way(sign: int, funds: int) -> None:
    """AC005: the position grows by an order, before it is closed out."""
    trading = Trading()
    trading.fund(party=funds)
    buyer, seller = ("party", "rich") if sign > 0 else ("rich", "party")
    trading.trade(buyer, seller, 50, 1000)
    order = OpenOrder(1000 - 30 * sign, 8 * sign)
    (trading.buy if sign > 0 else trading.sell)("party", 8, order.price)
    found = liquidation_estimate(50 * sign, 1000, Fraction(funds), RISK, SLIPPAGE, [order])
    position, market, price = trading.market.position("party"), trading.market, 1000
    while position.volume and price > 1:
        price -= sign
        trading.mark(price)

    low, high = sorted(found)
    assert low - 1 <= (market.mark if position.volume == 0 else 0) <= high + 1
