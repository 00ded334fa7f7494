"""An incoming order meets resting ones: price, then time; and what becomes of the rest."""

import pytest

from tests.markets.exchange.floor import Floor
from tokenspice.markets.exchange.orders import OrderStatus, OrderType, Reason, Side, TimeInForce

GTC, GTT, IOC, FOK, GFN, GFA = TimeInForce
STOPPED, REJECTED = OrderStatus.STOPPED, OrderStatus.REJECTED


def asks(*prices: int) -> Floor:
    """A book with five units asked by another party at each price."""
    floor = Floor(last=100)
    for number, price in enumerate(prices):
        floor.sell(f"ask {number}", 5, price)
    return floor


def test_better_prices_come_first_and_then_earlier_orders() -> None:
    floor = asks(102, 101, 101, 103)
    floor.buy("t", 12, 102)
    assert floor.trades == [("t", "ask 1", 5, 101), ("t", "ask 2", 5, 101), ("t", "ask 0", 2, 102)]
    assert floor.touch == (None, 102)


def test_match_1_a_fok_order_larger_than_the_book_is_stopped_without_a_trade() -> None:
    floor = asks(101, 102, 103)
    order = floor.buy("t", 1000, tif=FOK)
    assert (order.status, order.reason, floor.trades) == (STOPPED, Reason.NO_LIQUIDITY, [])
    assert floor.buy("t", 15, tif=FOK).status is OrderStatus.FILLED


def test_match_3_a_smaller_size_keeps_the_place_in_the_queue() -> None:
    floor = Floor(last=10)
    first, _ = floor.buy("a", 5, 10), floor.buy("b", 5, 10)
    assert floor.amend(first, size_change=-1) is Reason.NONE
    floor.sell("c", 4, 10)
    assert floor.trades == [("a", "c", 4, 10)]


@pytest.mark.parametrize("change", [{"size_change": 1}, {"size": 6}, {"price": 9}])
def test_match_3b_a_larger_size_or_another_price_loses_it(change: dict[str, int]) -> None:
    floor = Floor(last=10)
    first, _ = floor.buy("a", 5, 10), floor.buy("b", 5, 10)
    floor.amend(first, **change)
    floor.sell("c", 5, 10)
    assert floor.trades == [("b", "c", 5, 10)]


def test_match_4_a_post_only_order_that_would_trade_is_stopped_as_a_whole() -> None:
    floor = asks(100)
    order = floor.buy("b", 10, 100, post_only=True)
    assert (order.status, order.reason, floor.trades) == (STOPPED, Reason.WOULD_CROSS, [])
    assert floor.buy("b", 10, 99, post_only=True).status is OrderStatus.ACTIVE


@pytest.mark.parametrize(
    "tif, status",
    [
        (GTC, OrderStatus.ACTIVE),
        (GTT, OrderStatus.ACTIVE),
        (GFN, OrderStatus.ACTIVE),
        (IOC, OrderStatus.PARTIALLY_FILLED),
    ],
)
def test_what_is_left_rests_or_ends_as_its_time_in_force_says(tif: TimeInForce, status: OrderStatus) -> None:
    floor = asks(101)
    order = floor.buy("t", 7, 101, tif=tif, expires=floor.exchange.now + 9 if tif is GTT else 0)
    assert (order.status, order.remaining) == (status, 2)
    assert (floor.market.book.best_bid() == 101) is (status is OrderStatus.ACTIVE)


def test_an_order_stops_before_one_of_its_own_party_and_keeps_its_trades() -> None:
    floor = asks(101)
    own = floor.sell("t", 5, 102)
    order = floor.buy("t", 20, 110)
    assert (order.status, order.reason, order.remaining) == (STOPPED, Reason.SELF_TRADE, 15)
    assert floor.trades == [("t", "ask 0", 5, 101)] and own.remaining == 5
    assert floor.buy("t", 1, 110, tif=FOK).reason is Reason.SELF_TRADE


def test_the_price_of_a_trade_is_that_of_the_resting_order() -> None:
    floor = asks(101)
    floor.buy("t", 1, 150)
    floor.buy("t", 1)
    assert [trade[3] for trade in floor.trades] == [101, 101] and floor.market.last_price == 101


def test_a_market_order_that_finds_nothing_is_stopped() -> None:
    floor = Floor(last=100)
    order = floor.sell("t", 1)
    assert (order.status, order.reason) == (STOPPED, Reason.NO_LIQUIDITY)


@pytest.mark.parametrize("size, tif, traded", [(10, IOC, 3), (2, IOC, 2), (3, FOK, 3), (4, FOK, 0)])
def test_a_reduce_only_order_trades_no_more_than_the_position(size: int, tif: TimeInForce, traded: int) -> None:
    floor = asks(101)
    floor.buy("t", 3, 101)
    floor.buy("bidder", 50, 100)
    order = floor.sell("t", size, type=OrderType.MARKET, tif=tif, reduce_only=True)
    assert floor.volume("t") == 3 - traded and order.size - order.remaining == traded
    full = OrderStatus.FILLED if traded == size else OrderStatus.PARTIALLY_FILLED
    assert order.status is (full if traded else STOPPED)


def test_a_reduce_only_order_that_would_add_is_stopped() -> None:
    floor = asks(101, 102)
    floor.buy("t", 3, 101)
    for order in (floor.buy("t", 1, tif=IOC, reduce_only=True), floor.buy("nobody", 1, tif=IOC, reduce_only=True)):
        assert (order.status, order.reason) == (STOPPED, Reason.WOULD_NOT_REDUCE)


def test_a_gtt_order_ends_in_the_first_block_at_its_expiry() -> None:
    floor = Floor(last=100)
    order = floor.buy("t", 1, 90, tif=GTT, expires=floor.exchange.now + 3)
    floor.wait(2)
    assert order.level is not None
    floor.wait()
    assert order.status is OrderStatus.EXPIRED and floor.touch == (None, None)
    assert floor.market.position("t").buys == 0 and floor.market.position("t").orders == {}


def test_orders_of_a_party_can_be_cancelled_all_at_once() -> None:
    floor = Floor(last=100)
    orders = [floor.buy("t", 1, 90), floor.sell("t", 1, 110), floor.buy("other", 1, 80)]
    assert floor.exchange.cancel_all("t") == 2
    assert [order.status for order in orders] == [OrderStatus.CANCELLED, OrderStatus.CANCELLED, OrderStatus.ACTIVE]
    assert floor.exchange.cancel("t", floor.market.id, orders[0].id) is Reason.NO_SUCH_ORDER


def test_an_order_that_cannot_be_covered_is_refused_whole() -> None:
    floor = asks(101)
    floor.exchange.deposit("poor", "USD", 1)
    order = floor.exchange.submit("poor", floor.market.id, Side.BUY, 5, 101)
    assert (order.status, order.reason, floor.trades) == (REJECTED, Reason.MARGIN_CHECK_FAILED, [])
