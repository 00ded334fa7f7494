from typing import Any

import pytest

from tests.markets.exchange.floor import Floor
from tokenspice.markets.exchange.orders import OrderStatus, Reason, Side, TimeInForce
from tokenspice.markets.exchange.pegs import PegReference

GTC, GTT, IOC, FOK, GFN, GFA = TimeInForce
BID, MID = PegReference.BEST_BID, PegReference.MID


def test_an_amended_price_may_trade() -> None:
    floor = Floor(last=100)
    floor.sell("a", 3, 105)
    order = floor.buy("b", 5, 95)
    assert floor.amend(order, price=105) is Reason.NONE
    assert floor.trades == [("b", "a", 3, 105)]
    assert (order.remaining, order.price, floor.touch) == (2, 105, (105, None))


def test_a_size_counts_what_has_traded() -> None:
    floor = Floor(last=100)
    order = floor.buy("b", 5, 95)
    floor.sell("a", 3, 95)
    floor.amend(order, size=10)
    assert (order.size, order.remaining, floor.market.position("b").buys) == (10, 7, 7)
    floor.amend(order, size_change=-2)
    assert (order.size, order.remaining) == (8, 5)
    assert floor.market.book.bids.best().volume == 5  # type: ignore[union-attr]


@pytest.mark.parametrize("change", [{"size": 3}, {"size": 0}, {"size_change": -2}, {"size_change": -100}])
def test_a_size_of_which_nothing_is_left_cancels(change: dict[str, int]) -> None:
    floor = Floor(last=100)
    order = floor.buy("b", 5, 95)
    floor.sell("a", 3, 95)
    assert floor.amend(order, **change) is Reason.NONE
    assert order.status is OrderStatus.CANCELLED and floor.touch == (None, None)


@pytest.mark.parametrize(
    "change, reason",
    [
        ({"size": 3, "size_change": 1}, Reason.SIZE_AND_CHANGE),
        ({"size": -1}, Reason.INVALID_SIZE),
        ({"price": 0}, Reason.INVALID_PRICE),
        ({"price": 93}, Reason.INVALID_PRICE),
        ({"offset": 5}, Reason.INVALID_AMENDMENT),
        ({"reference": BID}, Reason.INVALID_AMENDMENT),
        ({"tif": IOC}, Reason.INVALID_AMENDMENT),
        ({"tif": GFN}, Reason.INVALID_AMENDMENT),
        ({"tif": GTT}, Reason.INVALID_EXPIRY),
        ({"expires": 10**10}, Reason.INVALID_EXPIRY),
        ({"tif": GTT, "expires": 5}, Reason.INVALID_EXPIRY),
    ],
)
def test_what_is_refused_leaves_the_order_as_it_was(change: dict[str, Any], reason: Reason) -> None:
    floor = Floor(last=100, tick_size=5)
    order = floor.buy("b", 5, 95)
    assert floor.amend(order, **change) is reason
    assert (order.size, order.remaining, order.price, order.tif, order.expires) == (5, 5, 95, GTC, 0)
    assert floor.touch == (95, None)


def test_a_gtc_order_can_be_given_an_end_and_lose_it_again() -> None:
    floor = Floor(last=100)
    order, other = floor.buy("b", 5, 95), floor.buy("b", 5, 95)
    for each in (order, other):
        assert floor.amend(each, tif=GTT, expires=floor.exchange.now + 2) is Reason.NONE
    assert floor.amend(other, tif=GTC) is Reason.NONE
    floor.wait(2)
    assert (order.status, other.status) == (OrderStatus.EXPIRED, OrderStatus.ACTIVE)


def test_of_several_expiries_the_last_one_holds() -> None:
    floor = Floor(last=100)
    order = floor.buy("b", 5, 95, tif=GTT, expires=floor.exchange.now + 2)
    floor.amend(order, expires=floor.exchange.now + 4)
    floor.wait(3)
    assert order.level is not None
    floor.wait()
    assert order.status is OrderStatus.EXPIRED


def test_without_margin_the_old_order_stays() -> None:
    floor = Floor(last=100)
    floor.exchange.deposit("b", "USD", 100)
    order = floor.exchange.submit("b", floor.market.id, Side.BUY, 5, 95)
    assert floor.amend(order, size=50) is Reason.MARGIN_CHECK_FAILED
    assert (order.size, order.remaining, floor.market.book.best_bid()) == (5, 5, 95)
    assert floor.market.position("b").buys == 5


def test_a_pegged_order_changes_its_reference_and_offset() -> None:
    floor = Floor(last=100)
    floor.buy("a", 1, 90)
    floor.sell("a", 1, 110)
    order = floor.peg("b", Side.BUY, 1, BID, 2)
    assert order.price == 88
    assert floor.amend(order, offset=1) is Reason.NONE and order.price == 89
    assert floor.amend(order, reference=MID, offset=5) is Reason.NONE and order.price == 95
    assert floor.amend(order, price=99) is Reason.INVALID_AMENDMENT
    assert floor.amend(order, offset=0) is Reason.INVALID_PEG
    assert order.price == 95


def test_a_post_only_order_that_is_moved_into_the_other_side_is_stopped() -> None:
    floor = Floor(last=100)
    floor.sell("a", 3, 105)
    order = floor.buy("b", 5, 95, post_only=True)
    floor.amend(order, price=105)
    assert (order.status, floor.trades, floor.touch) == (OrderStatus.STOPPED, [], (None, 105))
