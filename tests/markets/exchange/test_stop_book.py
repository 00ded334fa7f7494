import pytest

from tokenspice.markets.exchange.ledger import AccountType, Ledger
from tokenspice.markets.exchange.numbers import factor
from tokenspice.markets.exchange.orders import Order, OrderType, Side, TimeInForce
from tokenspice.markets.exchange.positions import Position
from tokenspice.markets.exchange.stop_book import StopBook
from tokenspice.markets.exchange.stop_orders import StopDirection, StopOrder, StopStatus, Trigger

ABOVE, BELOW = StopDirection.RISES_ABOVE, StopDirection.FALLS_BELOW


def position(party: str) -> Position:
    ledger = Ledger()
    general = ledger.account(party, "USD", AccountType.GENERAL)
    return Position(party, 0, general, ledger.account(party, "USD", AccountType.MARGIN, "M1"))


ALICE = position("alice")


class Stops:
    """A book of stops that is told prices, and says which fired."""

    def __init__(self, last: int = 100) -> None:
        self.book = StopBook()
        self.last = last

    def add(self, direction: StopDirection, price: int = 0, trail: float = 0, party: Position = ALICE) -> StopOrder:
        id = f"S{self.book.count + 1}"
        order = Order(id, party, Side.SELL, 1, type=OrderType.MARKET, tif=TimeInForce.IOC)
        stop = StopOrder(id, order, Trigger(direction, Side.SELL, 1, price, factor(trail)))
        self.book.add(stop, self.last)
        return stop

    def trade(self, *prices: int) -> list[str]:
        fired = []
        for price in prices:
            self.last = price
            fired += [stop.id for stop in self.book.hit(price)]
        return fired


def test_a_trigger_counts_itself() -> None:
    stops = Stops()
    stops.add(ABOVE, 110)
    stops.add(BELOW, 90)
    assert stops.trade(109, 91) == []
    assert stops.trade(110) == ["S1"]
    assert stops.trade(90) == ["S2"]
    assert not stops.book


def test_those_that_fire_at_once_do_so_in_the_order_of_submission() -> None:
    stops = Stops()
    for price in (105, 101, 103):
        stops.add(ABOVE, price)
    assert stops.trade(200) == ["S1", "S2", "S3"]


def test_a_trailing_stop_follows_the_highest_price_down() -> None:
    stops = Stops()
    stops.add(BELOW, trail=0.1)
    assert stops.trade(95, 120, 150, 136) == []
    assert stops.trade(135) == ["S1"]


def test_a_trailing_stop_follows_the_lowest_price_up() -> None:
    stops = Stops()
    stops.add(ABOVE, trail=0.1)
    assert stops.trade(105, 50, 54) == []
    assert stops.trade(55) == ["S1"]


def test_each_trailing_stop_begins_with_the_price_of_its_own_submission() -> None:
    stops = Stops(200)
    stops.add(BELOW, trail=0.2)
    stops.trade(180)
    stops.add(BELOW, trail=0.2)
    assert stops.trade(160) == ["S1"]
    assert stops.trade(170, 145) == []
    assert stops.trade(144) == ["S2"]


def test_trailing_stops_that_have_seen_one_high_fire_from_the_nearest() -> None:
    stops = Stops(100)
    for trail in (0.3, 0.1, 0.2):
        stops.add(BELOW, trail=trail)
        stops.trade(stops.last - 1)
    stops.trade(200)
    assert stops.trade(180, 160, 140) == ["S2", "S3", "S1"]


@pytest.mark.parametrize("price, fired", [(110, 0), (90, 1)])
def test_one_leg_of_a_pair_stops_the_other(price: int, fired: int) -> None:
    stops = Stops()
    legs = [stops.add(ABOVE, 110), stops.add(BELOW, 90)]
    legs[0].other, legs[1].other = legs[1], legs[0]
    assert stops.trade(price) == [legs[fired].id]
    assert [leg.status for leg in legs] == [
        StopStatus.TRIGGERED if leg is legs[fired] else StopStatus.STOPPED for leg in legs
    ]
    assert not stops.book and stops.trade(90, 110) == []


@pytest.mark.parametrize("status", [StopStatus.CANCELLED, StopStatus.EXPIRED])
def test_legs_are_cancelled_and_expire_together(status: StopStatus) -> None:
    stops = Stops()
    legs = [stops.add(ABOVE, 110), stops.add(BELOW, trail=0.1)]
    legs[0].other, legs[1].other = legs[1], legs[0]
    stops.book.end(legs[1], status)
    assert [leg.status for leg in legs] == [status, status]
    assert stops.trade(110, 1) == []


def test_a_party_can_be_freed_of_all_its_stops() -> None:
    stops, bob = Stops(), position("bob")
    for trail in (0.0, 0.1):
        stops.add(ABOVE, 110, trail)
        stops.add(ABOVE, 110, trail, bob)
    stops.book.end_all("alice", StopStatus.CANCELLED)
    assert stops.book.of("alice") == [] and len(stops.book.of("bob")) == 2
    assert stops.trade(110) == ["S2", "S4"]


@pytest.mark.parametrize("direction, prices, hit", [(ABOVE, (50, 54), 55), (BELOW, (50, 46), 45)])
def test_before_the_first_trade_a_trailing_stop_has_seen_nothing(
    direction: StopDirection, prices: tuple[int, ...], hit: int
) -> None:
    stops = Stops(0)
    stops.add(direction, trail=0.1)
    assert stops.trade(*prices) == []
    assert stops.trade(hit) == ["S1"]
