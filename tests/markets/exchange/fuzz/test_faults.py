"""What random runs have found, as the shortest scripts that showed it."""

from tests.markets.exchange.stage import Stage
from tokenspice.markets.exchange import MarketConfig, OrderStatus, Reason, Side
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
