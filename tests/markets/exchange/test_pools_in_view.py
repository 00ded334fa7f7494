"""Pools are seen wherever the book is: quotes, depth, pegged orders, disposals; and they are part of the state."""

from tests.markets.exchange.amm.test_desk import TERMS, with_pool
from tests.markets.exchange.liquidity.venue import send
from tokenspice.markets.exchange import ExchangeService, OrderStatus, Side
from tokenspice.markets.exchange.pegs import Peg, PegReference
from tokenspice.markets.exchange.state_bytes import from_bytes, state_hash, to_bytes


def test_quotes_and_depth_count_pools() -> None:
    exchange, market, _ = with_pool()
    service = ExchangeService(exchange)
    assert service.best_prices(market.id) == (99, 101)
    send(exchange, "maker", Side.BUY, 7, 98)
    bids = service.market_depth(market.id, 3).buys
    assert [level.price for level in bids] == [99, 98, 97]
    assert bids[1].volume > 7
    assert service.get_latest_market_data(market.id).best_bid_volume == bids[0].volume


def test_pegged_orders_follow_pools() -> None:
    exchange, market, _ = with_pool()
    order = exchange.submit("maker", market.id, Side.BUY, 1, peg=Peg(PegReference.BEST_BID, 2))
    assert (order.status, order.price) == (OrderStatus.ACTIVE, 97)
    send(exchange, "ann", Side.BUY, 200, 200)
    bid = market.best(Side.BUY)
    assert bid is not None and order.price == bid - 2 > 97


def test_a_copy_of_the_state_goes_on_in_the_same_way() -> None:
    exchange, market, _ = with_pool()
    market.pools.create("lp2", TERMS)
    market.liquidity.commit("ben", 1000, 10**15)
    exchange.advance(10)
    send(exchange, "ann", Side.BUY, 77, 120)
    copy = from_bytes(to_bytes(exchange))
    for one in (exchange, copy):
        send(one, "ann", Side.SELL, 150, 90)
        one.advance(10)
    assert state_hash(copy) == state_hash(exchange)
    assert copy.markets["M1"].pools.find("lp").position.volume == market.pools.find("lp").position.volume  # type: ignore[union-attr]
