import itertools

import pytest

from tokenspice.markets.exchange.icebergs import Iceberg
from tokenspice.markets.exchange.ledger import AccountType, Ledger
from tokenspice.markets.exchange.order_rules import refusal
from tokenspice.markets.exchange.orders import Order, OrderType, Reason, Side, TimeInForce
from tokenspice.markets.exchange.pegs import Peg, PegReference
from tokenspice.markets.exchange.positions import Position

NOW = 100
LEDGER = Ledger()
ADA = Position("ada", 0, *(LEDGER.account("ada", "USD", type) for type in (AccountType.GENERAL, AccountType.MARGIN)))
LIMIT, MARKET = OrderType.LIMIT, OrderType.MARKET
GTC, GTT, IOC, FOK, GFN, GFA = TimeInForce
PERSISTENT = (GTC, GTT, GFN, GFA)


def order(
    tif: TimeInForce = GTC, type: OrderType = LIMIT, price: int = 20, size: int = 1, expires: int = -1, **rest: object
) -> Order:
    expires = expires if expires >= 0 else 101 if tif is GTT else 0
    price = 0 if type is MARKET and price == 20 else price
    return Order("O1", ADA, Side.BUY, size, price, type, tif, expires, **rest)  # type: ignore[arg-type]


def why(order: Order, in_auction: bool = False, cap: int = 0) -> Reason:
    return refusal(order, 10, cap, in_auction, NOW)


@pytest.mark.parametrize("tif", TimeInForce)
def test_which_times_in_force_go_with_which_type_and_mode(tif: TimeInForce) -> None:
    taken = {
        (type, in_auction)
        for type, in_auction in itertools.product((LIMIT, MARKET), (False, True))
        if why(order(tif, type), in_auction) is Reason.NONE
    }
    continuous, auction, market = (LIMIT, False), (LIMIT, True), (MARKET, False)
    assert (
        taken
        == {
            GTC: {continuous, auction},
            GTT: {continuous, auction},
            IOC: {continuous, market},
            FOK: {continuous, market},
            GFN: {continuous},
            GFA: {auction},
        }[tif]
    )


@pytest.mark.parametrize(
    "sent, in_auction, reason",
    [
        (order(size=0), False, Reason.INVALID_SIZE),
        (order(size=-1), False, Reason.INVALID_SIZE),
        (order(price=0), False, Reason.INVALID_PRICE),
        (order(price=-10), False, Reason.INVALID_PRICE),
        (order(price=25), False, Reason.INVALID_PRICE),
        (order(type=OrderType.NETWORK), False, Reason.INVALID_TYPE),
        (order(GTC, MARKET), False, Reason.INVALID_TIME_IN_FORCE),
        (order(IOC, MARKET, price=30), False, Reason.MARKET_ORDER_WITH_PRICE),
        (order(IOC, MARKET), True, Reason.MARKET_ORDER_IN_AUCTION),
        (order(IOC), True, Reason.IMMEDIATE_IN_AUCTION),
        (order(FOK), True, Reason.IMMEDIATE_IN_AUCTION),
        (order(GFN), True, Reason.GFN_IN_AUCTION),
        (order(GFA), False, Reason.GFA_OUTSIDE_AUCTION),
        (order(GTT, expires=NOW), False, Reason.INVALID_EXPIRY),
        (order(GTT, expires=0), False, Reason.INVALID_EXPIRY),
        (order(GTC, expires=200), False, Reason.INVALID_EXPIRY),
        (order(IOC, expires=200), False, Reason.INVALID_EXPIRY),
    ],
)
def test_what_else_is_refused_and_why(sent: Order, in_auction: bool, reason: Reason) -> None:
    assert why(sent, in_auction) is reason


def test_a_price_above_the_cap_is_refused_and_the_cap_itself_is_not() -> None:
    assert why(order(price=110), cap=100) is Reason.ABOVE_CAP
    assert why(order(price=100), cap=100) is Reason.NONE


@pytest.mark.parametrize("tif", TimeInForce)
def test_what_rests_may_be_post_only_and_what_does_not_reduce_only(tif: TimeInForce) -> None:
    in_auction = tif is GFA
    rests = tif in PERSISTENT
    assert (why(order(tif, post_only=True), in_auction) is Reason.NONE) is rests
    assert (why(order(tif, reduce_only=True), in_auction) is Reason.NONE) is not rests
    assert (why(order(tif, iceberg=Iceberg(2, 1)), in_auction) is Reason.NONE) is rests


@pytest.mark.parametrize("peak, minimum, taken", [(2, 1, True), (2, 2, True), (1, 2, False), (1, 0, False)])
def test_an_iceberg_shows_at_least_something_and_at_most_its_peak(peak: int, minimum: int, taken: bool) -> None:
    assert why(order(iceberg=Iceberg(peak, minimum))) is (Reason.NONE if taken else Reason.INVALID_ICEBERG)


@pytest.mark.parametrize("tif", TimeInForce)
def test_a_pegged_order_rests_and_has_no_price(tif: TimeInForce) -> None:
    peg = Peg(PegReference.BEST_BID, 0)
    taken = why(order(tif, price=0, peg=peg), in_auction=tif is GFA) is Reason.NONE
    assert taken is (tif in (GTC, GTT, GFN))
    assert why(order(price=10, peg=peg)) is Reason.PEGGED_NOT_PERSISTENT
    assert why(order(IOC, MARKET, peg=peg)) is Reason.PEGGED_NOT_PERSISTENT
    assert why(order(price=0, peg=Peg(PegReference.BEST_ASK, 0))) is Reason.INVALID_PEG
