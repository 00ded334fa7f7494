"""Stop orders on the market: who may have one, what sets it free, and when it ends."""

from decimal import Decimal
from typing import Any

import pytest

from tests.markets.exchange.floor import Floor
from tokenspice.markets.exchange import TradingMode
from tokenspice.markets.exchange.numbers import factor
from tokenspice.markets.exchange.orders import OrderStatus, OrderType, Reason, Side, TimeInForce
from tokenspice.markets.exchange.price_monitoring import FactorBand, PriceTrigger
from tokenspice.markets.exchange.stop_orders import StopDirection, StopExpiry, StopStatus, Trigger

ABOVE, BELOW = StopDirection.RISES_ABOVE, StopDirection.FALLS_BELOW
PENDING, TRIGGERED = StopStatus.PENDING, StopStatus.TRIGGERED


def holding(volume: int = 5) -> Floor:
    """A market last traded at 100, in which ada is long, and in which much can be bought at 200 and sold at 50."""
    floor = Floor(last=100)
    floor.sell("maker", volume, 100)
    floor.buy("ada", volume, 100)
    floor.buy("maker", 1000, 50)
    floor.sell("maker", 1000, 200)
    floor.trades.clear()
    return floor


def move(floor: Floor, price: int) -> None:
    """Let strangers trade at a price."""
    floor.sell("stranger", 1, price)
    floor.buy("other stranger", 1, price)


def test_stop_1_it_needs_a_position_or_an_open_order() -> None:
    floor = holding()
    floor.enrich("bob")
    stop = floor.stop("bob", ABOVE, 120)
    assert (stop.status, stop.reason) == (StopStatus.REJECTED, Reason.STOP_WITHOUT_POSITION)
    floor.buy("bob", 1, 60)
    assert floor.stop("bob", ABOVE, 120).status is PENDING


@pytest.mark.parametrize("direction, price, before", [(ABOVE, 120, 119), (BELOW, 80, 81)])
def test_stop_1_it_fires_at_its_trigger_and_not_before(direction: StopDirection, price: int, before: int) -> None:
    floor = holding()
    stop = floor.stop("ada", direction, price, size=2)
    move(floor, before)
    assert stop.status is PENDING
    move(floor, price)
    assert stop.status is TRIGGERED and stop.order.status is OrderStatus.FILLED
    assert floor.volume("ada") == 3 and floor.trades[-1] == ("maker", "ada", 2, 50)


def test_stop_1_one_leg_of_a_pair_stops_the_other() -> None:
    floor = holding()
    above, below = floor.pair("ada", 120, 80)
    move(floor, 79)
    assert (above.status, below.status, floor.volume("ada")) == (StopStatus.STOPPED, TRIGGERED, 4)


def test_stop_1_a_party_has_only_so_many() -> None:
    floor = holding()
    floor.exchange.venue.parameters.set("spam.protection.max.stopOrdersPerMarket", "4")
    assert [leg.status for leg in floor.pair("ada", 120, 80)] == [PENDING, PENDING]
    stops = [floor.stop("ada", ABOVE, price) for price in (121, 122, 123)]
    assert [stop.status for stop in stops] == [PENDING, PENDING, StopStatus.REJECTED]
    assert stops[-1].reason is Reason.TOO_MANY_STOPS


def test_stop_1_it_waits_while_an_auction_lasts_for_the_trade_that_ends_it() -> None:
    floor = holding()
    floor.market.begin_auction(TradingMode.LONG_BLOCK_AUCTION, 5)
    reached = floor.stop("ada", BELOW, 110)
    stop = floor.stop("ada", ABOVE, 120)
    floor.buy("x", 1, 130)
    floor.sell("y", 1, 130)
    floor.buy("maker", 1, 120)
    floor.wait(4)
    assert (reached.status, stop.status) == (PENDING, PENDING)
    floor.wait()
    assert floor.is_continuous and (reached.status, stop.status) == (PENDING, TRIGGERED)


def test_an_opening_auction_takes_none() -> None:
    floor = Floor(opens_at_once=False)
    floor.buy("ada", 1, 100)
    assert floor.stop("ada", ABOVE, 120).reason is Reason.STOP_IN_OPENING_AUCTION


def test_stop_2_a_pending_stop_is_listed() -> None:
    floor = Floor(last=300000, decimals=6)
    floor.sell("maker", 1, 300000)
    floor.buy("A", 1, 300000)
    stop = floor.stop("A", ABOVE, 400000, size=1, order_price=5000000, type=OrderType.LIMIT, tif=TimeInForce.IOC)
    assert floor.market.stops.of("A") == [stop] and stop.status is PENDING


def test_a_trigger_that_is_breached_already_fires_at_once() -> None:
    floor = holding()
    assert floor.stop("ada", ABOVE, 100).status is TRIGGERED
    assert floor.stop("ada", BELOW, 50).status is TRIGGERED
    assert floor.volume("ada") == 3


def test_both_ends_of_a_sweep_are_looked_at() -> None:
    floor = holding()
    move(floor, 150)
    stop = floor.stop("ada", BELOW, 120)
    floor.sell("s", 1, 110)
    floor.sell("s", 1, 190)
    floor.buy("b", 2, 190)
    assert stop.status is TRIGGERED


def test_the_mark_price_sets_nothing_free() -> None:
    floor = holding()
    stop = floor.stop("ada", ABOVE, 120)
    floor.market.clearing.settle(150)
    floor.market.after_transaction(floor.market.position("ada"))
    assert stop.status is PENDING


def test_a_stop_may_set_another_one_free() -> None:
    floor = holding()
    first = floor.stop("ada", BELOW, 90)
    second = floor.stop("ada", BELOW, 60)
    move(floor, 90)
    assert (first.status, second.status, floor.volume("ada")) == (TRIGGERED, TRIGGERED, 3)


def test_a_trailing_stop_follows_the_price() -> None:
    floor = holding()
    stop = floor.stop("ada", BELOW, trail=factor("0.1"))
    move(floor, 150)
    move(floor, 136)
    assert stop.status is PENDING
    move(floor, 135)
    assert stop.status is TRIGGERED


def test_its_size_may_be_a_part_of_the_position_at_the_time_of_the_trigger() -> None:
    floor = holding(4)
    stop = floor.stop("ada", ABOVE, 120, fraction=factor("0.5"))
    floor.sell("maker", 6, 100)
    floor.buy("ada", 6, 100)
    move(floor, 120)
    assert stop.order.size == 5 and floor.volume("ada") == 5


def test_a_sized_stop_ends_when_the_position_turns() -> None:
    floor = holding(4)
    stop, plain = floor.stop("ada", ABOVE, 120, fraction=factor("0.5")), floor.stop("ada", ABOVE, 120)
    floor.buy("maker", 6, 100)
    floor.sell("ada", 6, 100)
    assert (stop.status, stop.reason) == (StopStatus.CANCELLED, Reason.POSITION_TURNED)
    assert plain.status is PENDING


def test_stops_end_with_the_last_position_and_order() -> None:
    floor = holding()
    stop = floor.stop("ada", ABOVE, 120)
    order = floor.sell("ada", 1, 150)
    floor.buy("maker", 5, 100)
    floor.sell("ada", 5, 100)
    assert floor.volume("ada") == 0 and stop.status is PENDING
    floor.cancel(order)
    assert (stop.status, stop.reason) == (StopStatus.CANCELLED, Reason.POSITION_CLOSED)


def test_a_maker_that_is_left_with_nothing_loses_its_stops_too() -> None:
    floor = holding()
    stop = floor.stop("ada", ABOVE, 120)
    floor.sell("ada", 5, 100)
    floor.buy("maker", 5, 100)
    assert floor.volume("ada") == 0 and stop.status is StopStatus.CANCELLED


def test_a_stop_without_a_position_at_its_trigger_is_stopped() -> None:
    floor = holding()
    floor.buy("bob", 1, 40)
    stop = floor.stop("bob", ABOVE, 120)
    move(floor, 120)
    assert (stop.status, stop.reason) == (StopStatus.STOPPED, Reason.NO_POSITION_LEFT)


@pytest.mark.parametrize(
    "on_expiry, status, volume", [(StopExpiry.CANCEL, StopStatus.EXPIRED, 5), (StopExpiry.SUBMIT, TRIGGERED, 4)]
)
def test_an_expiry_ends_it_or_submits_its_order(on_expiry: StopExpiry, status: StopStatus, volume: int) -> None:
    floor = holding()
    stop = floor.stop("ada", ABOVE, 120, expires=floor.exchange.now + 2, on_expiry=on_expiry)
    floor.wait()
    assert stop.status is PENDING
    floor.wait()
    assert (stop.status, floor.volume("ada")) == (status, volume)


def test_a_cancel_takes_both_legs() -> None:
    floor = holding()
    legs = floor.pair("ada", 120, 80)
    assert floor.exchange.cancel_stop("ada", floor.market.id, legs[0].id) is Reason.NONE
    assert {leg.status for leg in legs} == {StopStatus.CANCELLED}
    assert floor.exchange.cancel_stop("ada", floor.market.id, legs[0].id) is Reason.NO_SUCH_STOP
    assert floor.exchange.cancel_stop("ada", floor.market.id) is Reason.NO_SUCH_STOP


@pytest.mark.parametrize(
    "trigger, reason",
    [
        ({"price": 0}, Reason.INVALID_TRIGGER),
        ({"price": -1}, Reason.INVALID_TRIGGER),
        ({"price": 120, "trail": 1}, Reason.INVALID_TRIGGER),
        ({"trail": factor(1)}, Reason.INVALID_TRIGGER),
        ({"price": 120, "tif": TimeInForce.GFA, "type": OrderType.LIMIT}, Reason.STOP_GFA),
        ({"price": 120, "expires": 5}, Reason.INVALID_EXPIRY),
        ({"price": 120, "size": 0}, Reason.INVALID_SIZE),
        ({"price": 120, "fraction": factor("1.1")}, Reason.INVALID_FRACTION),
        ({"price": 120, "fraction": factor("0.5"), "reduce_only": False}, Reason.INVALID_FRACTION),
    ],
)
def test_what_means_nothing_is_refused(trigger: dict[str, Any], reason: Reason) -> None:
    floor = holding()
    stop = floor.stop("ada", ABOVE, **trigger)
    assert (stop.status, stop.reason) == (StopStatus.REJECTED, reason) and not floor.market.stops


def test_the_wrapped_order_may_add_to_the_position() -> None:
    floor = holding()
    stop = floor.stop("ada", ABOVE, 120, side=Side.BUY, size=3, reduce_only=False)
    move(floor, 125)
    assert stop.status is TRIGGERED and floor.volume("ada") == 8


def test_legs_of_one_direction_are_no_pair() -> None:
    floor = holding()
    triggers = [Trigger(ABOVE, Side.SELL, 1, price) for price in (120, 130)]
    legs = floor.exchange.submit_stop("ada", floor.market.id, *triggers)
    assert [leg.reason for leg in legs] == [Reason.INVALID_LEGS] * 2 and not floor.market.stops


def test_stops_whose_turn_comes_when_another_began_an_auction_wait_for_its_end() -> None:
    band = FactorBand(Decimal("0.9"), Decimal("1.1"))
    floor = Floor(last=100, price_triggers=(PriceTrigger(60, 0.95, 5),), price_band=band)
    floor.buy("maker", 9, 50)
    floor.sell("maker", 9, 100)
    floor.buy("ada", 9, 100)
    plunge = floor.stop(
        "ada", BELOW, 95, size=4, type=OrderType.LIMIT, tif=TimeInForce.GTC, order_price=50, reduce_only=False
    )
    other = floor.stop("ada", BELOW, 95, size=5)
    move(floor, 95)
    assert not floor.is_continuous and plunge.order.status is OrderStatus.ACTIVE
    assert other.status is TRIGGERED and other.order.reason is Reason.NONE
    floor.wait(5)
    assert floor.is_continuous and other.order.status is OrderStatus.FILLED and floor.volume("ada") == 0


def test_a_stop_ends_with_the_auction_that_took_its_partys_last_order() -> None:
    floor = Floor(last=100)
    floor.market.begin_auction(TradingMode.LONG_BLOCK_AUCTION, 2)
    floor.buy("ada", 1, 90, tif=TimeInForce.GFA)
    stop = floor.stop("ada", BELOW, 50)
    floor.wait(2)
    assert floor.is_continuous and (stop.status, stop.reason) == (StopStatus.CANCELLED, Reason.POSITION_CLOSED)


def test_what_stops_trade_as_an_auction_ends_is_settled_with_it() -> None:
    """The market is marked every 60 seconds: at 120 as it is uncrossed, and at 50 once the stop has sold."""
    floor = Floor(last=100, mark_seconds=60)
    floor.sell("maker", 5, 100)
    floor.buy("ada", 5, 100)
    floor.buy("bidder", 1000, 50)
    floor.market.begin_auction(TradingMode.LONG_BLOCK_AUCTION, 2)
    stop = floor.stop("ada", ABOVE, 120, size=5)
    move(floor, 120)
    floor.wait(2)
    assert (stop.status, floor.trades[-1], floor.market.mark) == (TRIGGERED, ("bidder", "ada", 5, 50), 50)
    assert floor.market.clearing.is_settled
