"""Isolated margin."""

import pytest

from tests.markets.exchange.cases import cases
from tests.markets.exchange.trading import Trading
from tokenspice.markets.exchange import FullCollateral, Order, Position, Reason, factor
from tokenspice.markets.exchange.amendments import Amendment
from tokenspice.markets.exchange.isolated import free_order_margin
from tokenspice.markets.exchange.margin_mode import to_cross_margin, to_isolated_margin


def isolate(trading: Trading, party: str, part: float) -> Reason:
    return to_isolated_margin(trading.market.clearing, trading.market.position(party), factor(part))


def money(position: Position) -> list[int]:
    """Margin, order margin and general account."""
    assert position.order_margin
    return [position.margin.balance, position.order_margin.balance, position.general.balance]


@pytest.mark.parametrize(("part", "margin"), [(0.9, 14310), (0.7, 11130)])
def test_the_position_margin_is_the_factor_times_the_entry_value(part: float, margin: int) -> None:
    """MARG-2."""
    trading = Trading()
    trading.trade("buyer", "seller", 1, 15900)

    assert isolate(trading, "seller", part) is Reason.NONE
    assert money(trading.market.position("seller")) == [margin, 0, trading.funds - margin]


@pytest.mark.parametrize("part", [0.11, 0.35, 1.01, 0.0])
def test_a_factor_must_exceed_what_maintenance_needs(part: float) -> None:
    trading = Trading()
    trading.trade("buyer", "seller", 1, 15900)

    assert isolate(trading, "seller", part) is Reason.INVALID_MARGIN_FACTOR
    assert trading.market.position("seller").isolation == 0


def test_a_factor_must_give_the_initial_margin() -> None:
    trading = Trading()
    trading.trade("buyer", "seller", 1, 15900)

    assert isolate(trading, "seller", 0.36) is Reason.BELOW_INITIAL_MARGIN


def test_order_margin_moves_to_the_position_as_orders_trade() -> None:
    """MARG-7."""
    case = cases()["MARG-7"]
    expect = case["expect"]
    trading = Trading()
    trading.trade("buyer", "party", 1, 15900)
    assert isolate(trading, "party", case["given"]["factor"]) is Reason.NONE
    position = trading.market.position("party")
    trading.sell("party", 10, 15910)
    assert money(position)[1] == expect[0]["order_margin"]
    order = trading.sell("party", 5, 15912)
    assert money(position)[1] - expect[0]["order_margin"] == expect[1]["order_margin_added"]
    trade_of(trading, order, 3)
    assert money(position)[0] - 14310 == expect[2]["position_margin_added"]
    assert money(position)[1] - expect[0]["order_margin"] == expect[2]["order_margin"]
    before = money(position)[1]
    trading.buy("party", 2, 15900)  # it would close a part of the position
    assert money(position)[1] - before == expect[3]["order_margin_added"]


def trade_of(trading: Trading, order: Order, size: int) -> None:
    """Let a resting order trade alone, whatever its place in the book, without a new mark."""
    market = trading.market
    market.book.fill(order, size)
    market.clearing.exchange(market.position("buyer"), order.position, size, order.price)
    free_order_margin(market, order.position)


def test_the_margin_account_is_not_topped_up_and_the_general_account_is_safe() -> None:
    trading = Trading()
    trading.trade("long", "rich", 10, 100)
    assert isolate(trading, "long", 0.5) is Reason.NONE
    trading.mark(95)
    position = trading.market.position("long")
    assert money(position) == [450, 0, trading.funds - 500]
    trading.mark(60)

    assert position.volume == 0 and money(position) == [0, 0, trading.funds - 500]
    assert trading.is_conserved()


def test_closing_a_part_gives_its_share_back_once_it_is_settled() -> None:
    trading = Trading()
    trading.trade("long", "rich", 10, 100)
    isolate(trading, "long", 0.5)
    trading.trade("rich", "long", 4, 120)
    position = trading.market.position("long")

    assert position.margin.balance == (500 + 200) - 700 * 4 // 10
    trading.trade("rich", "long", 6, 120)
    assert money(position) == [0, 0, trading.funds + 200]


def test_cancelled_orders_give_their_margin_back() -> None:
    trading = Trading()
    trading.trade("long", "rich", 10, 100)
    isolate(trading, "long", 0.5)
    order = trading.buy("long", 10, 90)
    position = trading.market.position("long")
    assert money(position)[1] == 450
    trading.exchange.cancel("long", trading.market.id, order.id)

    assert money(position)[1] == 0


def test_an_amendment_costs_what_it_adds() -> None:
    trading = Trading()
    trading.fund(poor=600)
    trading.trade("poor", "rich", 1, 100)
    isolate(trading, "poor", 0.5)
    order = trading.buy("poor", 10, 99)
    position = trading.market.position("poor")
    amend = trading.exchange.amend

    assert amend("poor", trading.market.id, order.id, Amendment(price=120)) is Reason.MARGIN_CHECK_FAILED
    assert amend("poor", trading.market.id, order.id, Amendment(price=105)) is Reason.NONE
    assert money(position) == [50, 525, 25]


def test_an_order_without_funds_is_refused() -> None:
    trading = Trading()
    trading.fund(poor=600)
    trading.trade("poor", "rich", 1, 100)
    isolate(trading, "poor", 0.5)

    assert trading.buy("poor", 12, 99).reason is Reason.MARGIN_CHECK_FAILED
    assert trading.buy("poor", 11, 99).reason is Reason.NONE


def test_going_back_to_cross_margin_brings_all_money_together() -> None:
    trading = Trading()
    trading.trade("long", "rich", 10, 100)
    isolate(trading, "long", 0.9)
    trading.buy("long", 10, 90)
    position = trading.market.position("long")

    assert to_cross_margin(trading.market.clearing, position) is Reason.NONE
    assert (position.isolation, money(position)[1]) == (0, 0)
    assert position.margin.balance == (10 * 100 * 35 // 100 + 10 * 100 // 10) * 12 // 10
    assert trading.is_conserved()


def test_switching_is_refused_without_funds() -> None:
    trading = Trading()
    trading.fund(poor=500)
    trading.trade("poor", "rich", 10, 100)

    assert isolate(trading, "poor", 0.9) is Reason.INSUFFICIENT_FUNDS
    assert trading.market.position("poor").isolation == 0


def test_a_switch_leaves_no_loss_to_others() -> None:
    trading = Trading()
    trading.mark(100)
    trading.market.mark_seconds = 1000
    trading.trade("trader", "rich", 10, 150)
    trading.trade("other", "trader", 10, 90)
    assert isolate(trading, "trader", 0.5) is Reason.NONE

    assert sum(money(trading.market.position("trader"))) == trading.funds - 600
    assert trading.is_conserved()


def test_a_fully_collateralised_market_has_no_modes() -> None:
    trading = Trading(margin=FullCollateral())

    assert isolate(trading, "anybody", 0.9) is Reason.FULL_COLLATERAL


def test_an_amended_order_that_only_closes_needs_no_margin() -> None:
    trading = Trading()
    trading.trade("buyer", "seller", 10, 100)
    isolate(trading, "seller", 0.5)
    order = trading.buy("seller", 5, 50)
    trading.exchange.withdraw("seller", "USD", trading.market.position("seller").general.balance)

    assert trading.exchange.amend("seller", trading.market.id, order.id, Amendment(price=60, size=10)) is Reason.NONE
    assert (
        trading.exchange.amend("seller", trading.market.id, order.id, Amendment(size=11)) is Reason.MARGIN_CHECK_FAILED
    )
    assert (order.price, order.size, money(trading.market.position("seller"))) == (60, 10, [500, 0, 0])


def test_an_amended_order_is_covered_to_the_unit() -> None:
    """13 at 100 in place of 10 at 90, with a factor of 1."""
    for funds, reason, held in ((1299, Reason.MARGIN_CHECK_FAILED, 900), (1300, Reason.NONE, 1300)):
        trading = Trading()
        trading.trade("buyer", "seller", 1, 200)
        trading.fund(alone=funds)
        isolate(trading, "alone", 1.0)
        order = trading.buy("alone", 10, 90)

        assert trading.exchange.amend("alone", trading.market.id, order.id, Amendment(price=100, size=13)) is reason
        assert money(trading.market.position("alone")) == [0, held, funds - held]


@pytest.mark.parametrize(("price", "earned"), [(110, 100), (90, -100)])
def test_a_position_that_turns_keeps_the_margin_of_its_new_side_alone(price: int, earned: int) -> None:
    """Long 10 at 100 sells 12: 10 are closed, with all that they had and earned, and half of 2 times the price stays."""
    trading = Trading()
    trading.fund(alone=10_000)
    trading.trade("alone", "seller", 10, 100)
    isolate(trading, "alone", 0.5)
    trading.sell("alone", 15, price)
    trading.buy("buyer", 12, price)
    assert money(trading.market.position("alone")) == [price, 3 * price // 2, 10_000 + earned - 5 * price // 2]
