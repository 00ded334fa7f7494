"""An order that would trade outside the price bounds starts an auction, or is refused."""

from decimal import Decimal
from typing import Any

import pytest

from tests.markets.exchange.floor import Floor
from tokenspice.markets.exchange import MarketState, Order, TradingMode
from tokenspice.markets.exchange.orders import OrderStatus, OrderType, Reason, Side, TimeInForce
from tokenspice.markets.exchange.price_monitoring import LogNormalBand, PriceBand, PriceTrigger

GTC, GTT, IOC, FOK, GFN, GFA = TimeInForce
NARROW, WIDE = PriceTrigger(60, 0.95, 30), PriceTrigger(600, 0.95, 300)


class TwoBands(PriceBand):
    """Ten per cent over a minute, twenty over ten."""

    def factors(self, trigger: PriceTrigger) -> tuple[Decimal, Decimal]:
        part = Decimal("0.1") if trigger.horizon == 60 else Decimal("0.2")
        return 1 - part, 1 + part


def bounded(*triggers: PriceTrigger) -> Floor:
    """A market last traded at 1000, with bounds of ten and twenty per cent."""
    return Floor(last=1000, price_triggers=triggers or (NARROW, WIDE), price_band=TwoBands())


def breach(floor: Floor, price: int = 1150, **rest: Any) -> Order:
    floor.sell("maker", 5, price)
    return floor.buy("taker", 5, price, **rest)


def test_pmon_2_a_persistent_order_outside_the_band_starts_an_auction() -> None:
    floor = Floor(price_triggers=(PriceTrigger(5, 0.95, 30),), price_band=LogNormalBand(0, 2.0))
    floor.trade(10000000000)
    assert floor.market.price_bounds() == (9984405895, 10015612113)
    floor.sell("a", 1, 9984405894)
    order = floor.buy("b", 1, 9984405894)
    assert floor.trades == [] and order.status is OrderStatus.ACTIVE
    assert (floor.market.mode, floor.market.state) == (TradingMode.MONITORING_AUCTION, MarketState.SUSPENDED)
    floor.wait(29)
    assert not floor.is_continuous and floor.market.mark == 10000000000
    floor.wait()
    assert floor.is_continuous and floor.trades == [("b", "a", 1, 9984405894)]
    assert floor.market.mark == 9984405894


@pytest.mark.parametrize("tif, type", [(IOC, OrderType.LIMIT), (FOK, OrderType.LIMIT), (IOC, OrderType.MARKET)])
def test_an_order_that_does_not_rest_is_refused_and_the_market_stays_open(tif: TimeInForce, type: OrderType) -> None:
    floor = bounded()
    floor.sell("maker", 5, 1150)
    order = floor.buy("taker", 5, 1150 if type is OrderType.LIMIT else 0, tif=tif, type=type)
    assert (order.status, order.reason) == (OrderStatus.REJECTED, Reason.OUTSIDE_PRICE_BOUNDS)
    assert floor.is_continuous and floor.trades == []


def test_nothing_trades_when_only_the_last_price_would_be_outside() -> None:
    floor = bounded()
    floor.sell("near", 1, 1050)
    order = breach(floor, 1101)
    assert floor.trades == [] and order.remaining == 5 and not floor.is_continuous


def test_a_price_on_the_bound_is_inside() -> None:
    floor = bounded()
    breach(floor, 1100)
    assert floor.is_continuous and floor.trades == [("taker", "maker", 5, 1100)]


def test_a_gfn_order_starts_the_auction_that_ends_it() -> None:
    floor = bounded()
    order = breach(floor, tif=GFN)
    assert order.status is OrderStatus.CANCELLED and not floor.is_continuous
    floor.wait(30)
    assert floor.is_continuous and floor.trades == [] and floor.touch == (None, 1150)


def test_the_auction_lasts_as_the_first_breached_trigger_says() -> None:
    floor = bounded()
    breach(floor, 1150)
    floor.wait(29)
    assert not floor.is_continuous
    floor.wait()
    assert floor.is_continuous and floor.trades == [("taker", "maker", 5, 1150)]


def test_each_further_breach_at_its_end_makes_it_longer() -> None:
    floor = bounded()
    breach(floor, 1250)
    floor.wait(30)
    auction = floor.market.auction
    assert auction and auction.trigger == NARROW and auction.extensions == [WIDE]
    floor.wait(299)
    assert not floor.is_continuous
    floor.wait()
    assert floor.is_continuous and floor.market.mark == 1250


def test_after_the_auction_its_price_is_the_reference() -> None:
    floor = bounded()
    breach(floor, 1150)
    floor.wait(30)
    assert floor.market.price_bounds() == (1035, 1265)
    breach(floor, 1260)
    assert floor.is_continuous


def test_orders_that_are_withdrawn_let_the_auction_end_without_a_trade() -> None:
    floor = bounded()
    order = breach(floor)
    floor.cancel(order)
    floor.wait(30)
    assert floor.is_continuous and floor.trades == [] and floor.market.price_bounds() == (900, 1100)


def test_an_amended_order_may_start_an_auction_too() -> None:
    floor = bounded()
    floor.sell("maker", 5, 1150)
    order = floor.buy("taker", 5, 900)
    floor.amend(order, price=1150)
    assert not floor.is_continuous and floor.trades == [] and floor.touch == (1150, 1150)


def test_a_long_silence_auction_is_prolonged_by_a_breach() -> None:
    floor = bounded()
    floor.exchange.advance(11)
    floor.sell("maker", 5, 1150)
    floor.buy("taker", 5, 1150)
    floor.wait(60)
    assert floor.market.mode is TradingMode.LONG_BLOCK_AUCTION
    floor.wait(30)
    assert floor.is_continuous and floor.trades == [("taker", "maker", 5, 1150)]


def test_no_bound_holds_before_the_first_mark() -> None:
    floor = Floor(price_triggers=(NARROW,), price_band=TwoBands())
    floor.trade(5)
    assert floor.market.price_bounds() == (5, 5)
    assert floor.send("a", Side.BUY, 1, 7).status is OrderStatus.ACTIVE
