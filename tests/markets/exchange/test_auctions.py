"""Auctions collect orders and uncross them at one price."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.markets.exchange.floor import Floor
from tokenspice.markets.exchange import ExchangeService, MarketState, TradingMode
from tokenspice.markets.exchange.auctions import long_block_seconds
from tokenspice.markets.exchange.orders import OrderStatus, Reason, Side, TimeInForce
from tokenspice.markets.exchange.uncrossing import AuctionRule, Depth, MidOfRange, Uncrossing, crossing

GFA, GFN, IOC = TimeInForce.GFA, TimeInForce.GFN, TimeInForce.IOC


def opening(**settings: object) -> Floor:
    return Floor(opens_at_once=False, **settings)  # type: ignore[arg-type]


def test_unx_1_all_trades_are_at_the_middle_of_the_range() -> None:
    floor = opening()
    floor.buy("a", 2, 99)
    floor.buy("b", 3, 90)
    floor.sell("c", 2, 1)
    floor.sell("d", 3, 7)
    assert floor.market.indicative == 48 and floor.trades == []
    floor.wait()
    assert floor.is_continuous and floor.market.state is MarketState.ACTIVE
    assert floor.trades == [("a", "c", 2, 48), ("b", "d", 3, 48)]
    assert floor.market.mark == floor.market.last_price == 48


def test_unx_2_what_a_gfa_order_does_not_trade_is_cancelled() -> None:
    floor = opening()
    floor.buy("p3", 1, 1000)
    floor.sell("p4", 1, 11000)
    b1, b2, b3 = (floor.buy("p1", size, price, tif=GFA) for size, price in ((5, 10000), (5, 10000), (4, 3000)))
    s1, s2, s3 = (floor.sell("p2", size, price, tif=GFA) for size, price in ((5, 10000), (5, 10001), (3, 3000)))
    floor.wait()
    assert sorted(trade[2] for trade in floor.trades) == [2, 3, 3]
    assert {trade[3] for trade in floor.trades} == {10000}
    filled, cancelled = OrderStatus.FILLED, OrderStatus.CANCELLED
    assert [order.status for order in (b1, s1, b2, s2, b3, s3)] == [filled, filled] + [cancelled] * 3 + [filled]
    assert (floor.volume("p1"), floor.volume("p2"), floor.touch) == (8, -8, (1000, 11000))
    assert b2.reason is Reason.AUCTION_ENDED and b2.remaining == 2


def test_unx_4_an_amendment_can_make_the_cross() -> None:
    floor = opening()
    floor.buy("p3", 1, 1000)
    floor.sell("p4", 1, 11000)
    order = floor.buy("p1", 5, 9999)
    floor.sell("p2", 5, 10000, tif=GFA)
    floor.wait()
    assert not floor.is_continuous
    assert floor.amend(order, price=10000, size_change=2) is Reason.NONE
    floor.wait()
    assert floor.trades == [("p1", "p2", 5, 10000)] and floor.market.mark == 10000
    assert order.remaining == 2 and floor.touch == (10000, 11000)


def test_within_a_side_the_better_price_trades_first_and_then_the_earlier_order() -> None:
    floor = opening()
    for party, price in (("b1", 100), ("b2", 101), ("b3", 101)):
        floor.buy(party, 4, price)
    floor.sell("s", 7, 95)
    floor.wait()
    assert floor.trades == [("b2", "s", 4, 98), ("b3", "s", 3, 98)]
    assert floor.touch == (101, None)


def test_a_party_may_trade_with_itself_when_an_auction_ends() -> None:
    floor = opening()
    floor.buy("a", 3, 100)
    floor.sell("a", 3, 100)
    floor.wait()
    assert floor.trades == [("a", "a", 3, 100)] and floor.volume("a") == 0


def test_an_opening_auction_lasts_its_time_and_until_somebody_trades() -> None:
    floor = opening()
    floor.exchange.add_market(floor.market.config, opening_seconds=5)
    second = floor.exchange.markets["M2"]
    for market in floor.exchange.markets:
        floor.exchange.submit(floor.enrich("a"), market, Side.BUY, 1, 100)
    floor.wait(3)
    assert not floor.is_continuous and floor.market.state is MarketState.PENDING
    for market in floor.exchange.markets:
        floor.exchange.submit(floor.enrich("b"), market, Side.SELL, 1, 100)
    floor.wait()
    assert floor.is_continuous and second.mode is TradingMode.OPENING_AUCTION
    floor.wait()
    assert second.mode is TradingMode.CONTINUOUS


def test_a_market_that_nobody_opens_is_cancelled() -> None:
    floor = opening()
    floor.exchange.venue.parameters.set("market.auction.maximumDuration", "10s")
    order = floor.buy("a", 1, 100)
    assert floor.market.position("a").margin.balance > 0
    floor.wait(11)
    assert (floor.market.state, floor.market.mode) == (MarketState.CANCELLED, TradingMode.NO_TRADING)
    assert order.status is OrderStatus.CANCELLED and floor.market.position("a").margin.balance == 0
    assert floor.buy("a", 1, 100).reason is Reason.MARKET_CLOSED


def test_an_auction_begins_without_gfn_orders_and_takes_no_immediate_ones() -> None:
    floor = Floor(last=100)
    order = floor.buy("a", 1, 90, tif=GFN)
    floor.market.begin_auction(TradingMode.LONG_BLOCK_AUCTION, 5)
    assert (order.status, order.reason) == (OrderStatus.CANCELLED, Reason.AUCTION_BEGAN)
    assert floor.buy("a", 1).reason is Reason.MARKET_ORDER_IN_AUCTION
    assert floor.buy("a", 1, 100, tif=IOC).reason is Reason.IMMEDIATE_IN_AUCTION
    floor.buy("a", 1, 120)
    floor.sell("b", 1, 110)
    assert floor.trades == [] and floor.touch == (120, 110)


def test_a_suspended_market_waits_until_it_is_resumed() -> None:
    floor = Floor(last=100)
    floor.market.suspend()
    assert floor.market.state is MarketState.SUSPENDED_VIA_GOVERNANCE
    floor.buy("a", 1, 120)
    floor.sell("b", 1, 110)
    floor.wait(100)
    assert floor.market.mode is TradingMode.GOVERNANCE_AUCTION and floor.trades == []
    floor.market.resume()
    assert floor.is_continuous and floor.trades == [("a", "b", 1, 115)]


def test_an_auction_that_was_suspended_goes_on_for_the_time_that_it_had() -> None:
    floor = Floor(last=100)
    floor.market.begin_auction(TradingMode.LONG_BLOCK_AUCTION, 10)
    floor.market.suspend()
    floor.wait(3)
    floor.market.resume()
    assert floor.market.mode is TradingMode.LONG_BLOCK_AUCTION
    floor.wait(7)
    assert floor.is_continuous


@pytest.mark.parametrize(
    "gap, seconds",
    [(1, 0), (10, 0), (11, 60), (60, 60), (61, 300), (601, 3600), (3601, 3600), (21601, 10800), (10**6, 21600)],
)
def test_a_long_silence_is_followed_by_an_auction(gap: int, seconds: int) -> None:
    assert long_block_seconds(gap) == seconds
    floor = Floor(last=100)
    floor.exchange.advance(gap)
    assert (floor.market.mode is TradingMode.LONG_BLOCK_AUCTION) is (seconds > 0)
    if seconds:
        assert floor.market.auction and floor.market.auction.end == floor.exchange.now + seconds


def test_blocks_that_always_take_long_are_no_silence() -> None:
    floor = Floor(last=100)
    ExchangeService(floor.exchange, seconds_per_block=60).forward(600)
    assert floor.is_continuous
    floor.exchange.advance(61, usual=60)
    assert floor.market.mode is TradingMode.LONG_BLOCK_AUCTION


def test_a_long_silence_makes_an_auction_last_that_runs_already() -> None:
    floor = opening()
    floor.buy("a", 1, 100)
    floor.sell("b", 1, 100)
    floor.exchange.advance(61)
    assert floor.market.mode is TradingMode.OPENING_AUCTION
    floor.wait(300)
    assert floor.is_continuous


@dataclass(frozen=True)
class LowEnd(AuctionRule):
    def uncross(self, bids: Depth, asks: Depth, tick: int) -> Uncrossing | None:
        levels: Sequence[tuple[int, int]] = list(asks)
        found = MidOfRange().uncross(bids, levels, tick)
        return found and Uncrossing(levels[0][0], levels[0][1])


def test_a_rule_of_ones_own_sets_the_price_and_leaves_no_crossed_book() -> None:
    floor = opening(auction=LowEnd())
    floor.buy("a", 2, 99)
    floor.buy("b", 3, 90)
    floor.sell("c", 2, 1)
    floor.sell("d", 3, 7)
    floor.wait()
    assert floor.trades == [("a", "c", 2, 1), ("b", "d", 3, 7)] and not floor.market.book.is_crossed()


@dataclass(frozen=True)
class Fixed(AuctionRule):
    """Always the same price, or none."""

    price: int

    def uncross(self, bids: Depth, asks: Depth, tick: int) -> Uncrossing | None:
        return Uncrossing(self.price, 1) if self.price else None


@pytest.mark.parametrize("price", [0, 1, 500])
def test_what_a_rule_leaves_crossed_trades_by_the_common_rule(price: int) -> None:
    floor = Floor(last=100, auction=Fixed(price))
    floor.market.begin_auction(TradingMode.LONG_BLOCK_AUCTION, 1)
    floor.buy("a", 2, 104)
    floor.sell("c", 2, 98)
    floor.wait()
    assert floor.trades == [("a", "c", 2, 101)] and floor.market.mark == 101


ORDERS = st.lists(
    st.tuples(st.sampled_from(Side), st.integers(1, 9), st.integers(1, 12), st.booleans()), min_size=1, max_size=16
)


@given(ORDERS)
@settings(max_examples=60)
def test_the_most_that_can_trade_does_at_one_price_and_the_better_price_goes_first(
    sent: list[tuple[Side, int, int, bool]],
) -> None:
    floor = opening()
    orders = [
        floor.iceberg(f"p{n}", side, size, price, 2, 1) if hides else floor.send(f"p{n}", side, size, price)
        for n, (side, size, price, hides) in enumerate(sent)
    ]
    sides = {
        side: sorted(((price, size) for each, size, price, _ in sent if each is side), reverse=side is Side.BUY)
        for side in Side
    }
    found = crossing(sides[Side.BUY], sides[Side.SELL])
    floor.wait()
    assert sum(trade[2] for trade in floor.trades) == (found.volume if found else 0)
    assert floor.is_continuous is (found is not None) and not floor.market.book.is_crossed()
    if found:
        assert {trade[3] for trade in floor.trades} == {(found.low + found.high) // 2}
    for order in orders:
        if order.remaining and order.remaining < order.size:
            better = [
                each for each in orders if each.side is order.side and (each.price - order.price) * order.sign > 0
            ]
            assert not any(each.remaining for each in better)
