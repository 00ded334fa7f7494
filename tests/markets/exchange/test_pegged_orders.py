"""Pegged orders follow the book of the others."""

from decimal import Decimal

import pytest

from tests.markets.exchange.floor import Floor
from tokenspice.markets.exchange import TradingMode
from tokenspice.markets.exchange.liquidity_source import LiquiditySource
from tokenspice.markets.exchange.orders import Fill, Order, OrderStatus, Reason, Side, TimeInForce
from tokenspice.markets.exchange.pegs import Peg, PegReference
from tokenspice.markets.exchange.price_monitoring import FactorBand, PriceTrigger

BID, ASK, MID = PegReference.BEST_BID, PegReference.BEST_ASK, PegReference.MID
PARKED, ACTIVE = OrderStatus.PARKED, OrderStatus.ACTIVE


def quoted(bid: int = 90, ask: int = 110) -> Floor:
    floor = Floor(last=100)
    floor.buy("b", 5, bid)
    floor.sell("s", 5, ask)
    return floor


@pytest.mark.parametrize(
    "bid, ask, tick, side, offset, price",
    [
        (100, 190, 10, Side.BUY, 10, 140),
        (100, 190, 10, Side.SELL, 10, 150),
        (100, 105, 1, Side.BUY, 1, 102),
        (100, 105, 1, Side.SELL, 1, 103),
    ],
)
def test_peg_1_a_mid_is_rounded_away_from_its_owner_before_the_offset(
    bid: int, ask: int, tick: int, side: Side, offset: int, price: int
) -> None:
    floor = Floor(last=100, tick_size=tick)
    floor.buy("b", 1, bid)
    floor.sell("s", 1, ask)
    order = floor.peg("p", side, 1, MID, offset)
    assert (order.price, order.status) == (price, ACTIVE)


def test_pegged_orders_are_no_reference_of_others() -> None:
    floor = quoted()
    inside = floor.peg("p", Side.BUY, 1, MID, 3)
    behind = floor.peg("q", Side.BUY, 1, BID, 1)
    assert (inside.price, behind.price, floor.touch) == (97, 89, (97, 110))


def test_a_pegged_order_moves_with_its_reference_and_goes_to_the_back() -> None:
    floor = quoted()
    order = floor.peg("p", Side.BUY, 1, BID, 0)
    floor.buy("b2", 5, 91)
    assert order.price == 91
    floor.sell("t", 7, 90)
    assert floor.trades == [("b2", "t", 5, 91), ("p", "t", 1, 91), ("b", "t", 1, 90)]


def test_it_moves_only_when_the_reference_does() -> None:
    floor = quoted()
    order = floor.peg("p", Side.BUY, 1, BID, 0)
    floor.buy("late", 5, 90)
    floor.buy("deep", 5, 80)
    floor.sell("t", 6, 90)
    assert floor.trades == [("b", "t", 5, 90), ("p", "t", 1, 90)] and order.status is OrderStatus.FILLED


def test_without_a_reference_it_is_parked_and_comes_back_with_it() -> None:
    floor = quoted()
    order = floor.peg("p", Side.SELL, 3, ASK, 2)
    floor.buy("t", 5, 110)
    assert (order.status, order.price, order.level) == (PARKED, 0, None)
    assert floor.touch == (90, None) and floor.market.position("p").sells == 0
    floor.sell("s", 5, 120)
    assert (order.status, order.price, floor.market.position("p").sells) == (ACTIVE, 122, 3)


def test_without_a_positive_price_it_is_parked() -> None:
    floor = quoted(bid=5)
    assert floor.peg("p", Side.BUY, 1, BID, 5).status is PARKED
    assert floor.peg("p", Side.BUY, 1, BID, 4).status is ACTIVE


def test_a_parked_order_can_be_cancelled_and_changed() -> None:
    floor = Floor(last=100)
    orders = [floor.peg("p", Side.BUY, 2, BID, 5) for _ in range(2)]
    assert floor.cancel(orders[0]) is Reason.NONE and orders[0].status is OrderStatus.CANCELLED
    assert floor.amend(orders[1], size_change=1, offset=7) is Reason.NONE
    floor.buy("b", 1, 90)
    assert (orders[1].price, orders[1].remaining, floor.market.position("p").buys) == (83, 3, 3)
    assert len(floor.market.pegs) == 1


def test_a_parked_order_expires() -> None:
    floor = Floor(last=100)
    order = floor.peg("p", Side.BUY, 2, BID, 5, tif=TimeInForce.GTT, expires=floor.exchange.now + 1)
    floor.wait()
    assert order.status is OrderStatus.EXPIRED and not floor.market.pegs
    assert floor.exchange.venue.pegged_orders == 0


def test_the_network_takes_only_so_many_pegged_orders() -> None:
    floor = quoted()
    floor.exchange.venue.parameters.set("limits.markets.maxPeggedOrders", "2")
    orders = [floor.peg("p", Side.BUY, 1, BID, offset) for offset in (1, 2, 3)]
    assert [order.reason for order in orders] == [Reason.NONE, Reason.NONE, Reason.TOO_MANY_PEGGED]
    floor.cancel(orders[0])
    assert floor.peg("p", Side.BUY, 1, BID, 4).status is ACTIVE


def test_an_auction_parks_them_and_its_end_brings_them_back() -> None:
    floor = quoted()
    order = floor.peg("p", Side.BUY, 1, BID, 1)
    floor.market.begin_auction(TradingMode.LONG_BLOCK_AUCTION, 2)
    late = floor.peg("q", Side.SELL, 1, ASK, 1)
    assert (order.status, late.status, floor.touch) == (PARKED, PARKED, (90, 110))
    floor.wait(2)
    assert floor.is_continuous and (order.price, late.price) == (89, 111)


def test_whoever_cannot_cover_it_when_the_auction_ends_loses_it() -> None:
    floor = quoted()
    floor.exchange.deposit("poor", "USD", 50)
    order = floor.exchange.submit("poor", floor.market.id, Side.BUY, 3, 80)
    assert order.status is ACTIVE
    floor.market.begin_auction(TradingMode.LONG_BLOCK_AUCTION, 2)
    peg = floor.exchange.submit("poor", floor.market.id, Side.BUY, 90, peg=Peg(BID, 1))
    assert peg.status is PARKED
    floor.wait(2)
    assert (peg.status, peg.reason) == (OrderStatus.CANCELLED, Reason.MARGIN_CHECK_FAILED)
    assert peg.id not in floor.market.position("poor").orders and not floor.market.pegs


class Lavish(LiquiditySource):
    """Buys three units at 130, whatever the book offers."""

    def __init__(self, floor: Floor) -> None:
        self.position = floor.market.position("lavish")
        self.is_asked = False

    def begin(self, order: Order) -> None:
        self.is_asked = not order.is_buy

    def take(self, wanted: int, limit: int | None, reaches_limit: bool, fills: list[Fill]) -> int:
        if not self.is_asked:
            return 0
        fills.append((Order("L", self.position, Side.BUY, 3, 130), min(wanted, 3), 130))
        return min(wanted, 3)

    def best(self, is_buy: bool) -> int | None:
        return 130 if is_buy else None

    def volume(self, is_buy: bool, limit: int) -> int:
        return 0


def test_those_that_an_auction_overtakes_while_they_come_back_are_parked_again() -> None:
    band = FactorBand(Decimal("0.9"), Decimal("1.1"))
    floor = Floor(last=100, price_triggers=(PriceTrigger(60, 0.95, 60),), price_band=band)
    floor.sell("maker", 1, 105)
    pegs = [floor.peg("p", Side.SELL, 1, MID, offset) for offset in (1, 2)]
    floor.market.book.source = Lavish(floor)
    floor.buy("maker", 1, 95)
    assert not floor.is_continuous
    assert [(peg.status, peg.level) for peg in pegs] == [(PARKED, None)] * 2
