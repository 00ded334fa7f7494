"""What random runs have found, as the shortest scripts that showed it."""

from tests.markets.exchange.stage import Stage
from tokenspice.markets.exchange import ONE, MarketConfig, OrderStatus, Reason, Side
from tokenspice.markets.exchange.invariants import broken_invariants
from tokenspice.markets.exchange.state_bytes import to_bytes
from tokenspice.markets.exchange.stop_orders import StopDirection, Trigger


def test_an_order_that_its_own_partys_order_stops_at_once_triggers_no_stop_order() -> None:
    stage = Stage({"mark": 100}, [])
    stage.rest("buy", "party", 5, 90)
    stage.exchange.submit_stop("party", stage.market.id, Trigger(StopDirection.FALLS_BELOW, Side.SELL, 1, 50))

    order = stage.submit("party", Side.SELL, 5, 90)

    assert (order.status, order.reason) == (OrderStatus.STOPPED, Reason.SELF_TRADE)


def test_equal_rules_of_two_markets_are_one_state_whether_they_are_one_object_or_two() -> None:
    shared = MarketConfig("a", "USD")

    assert to_bytes([shared, shared]) == to_bytes([shared, MarketConfig("a", "USD")])


def test_levels_out_of_order_take_and_give_nothing_back_and_forth() -> None:
    market = Stage({"mark": 100, "scaling": {"search": 3.0, "initial": 2.5, "release": 1.3}}, []).market

    assert market.search == market.initial == market.release


def test_who_was_under_the_level_in_an_auction_is_seen_as_it_ends_although_nothing_trades() -> None:
    stage = Stage({"mark": 100, "deposits": {"party": 140}}, [])
    stage.play({"op": "trade", "buyer": "other", "seller": "party", "size": 10, "price": 100})
    stage.rest("sell", "party", 1, 1000)
    stage.market.suspend()
    bid = stage.rest("buy", "party", 20, 90)
    before = bid.status

    stage.market.resume()

    assert (before, bid.status) == (OrderStatus.ACTIVE, OrderStatus.CANCELLED)
    assert stage.position("party").volume == -10 and broken_invariants(stage.exchange) == []


def test_a_provider_that_left_earned_and_came_back_is_paid_once() -> None:
    stage = Stage({"mark": 1000, "liquidity": 0.01}, [])
    exchange, market = stage.exchange, stage.market

    def provide(amount: int) -> None:
        stage.position("lp")
        assert exchange.commit_liquidity("lp", market.id, amount, ONE // 100) is Reason.NONE

    def trade_for(seconds: int) -> None:
        for _ in range(seconds):
            stage.play({"op": "trade", "buyer": "a", "seller": "b", "size": 50, "price": 1000})
            exchange.advance(1)

    provide(10_000)
    for side, price in ((Side.BUY, 990), (Side.SELL, 1010)):
        stage.submit("lp", side, 50, price)
    trade_for(150)
    provide(0)
    trade_for(130)
    provide(10_000)
    trade_for(250)

    assert broken_invariants(exchange) == []
