"""An order that meets its own party's."""

from tokenspice.markets.exchange import (
    Asset,
    Exchange,
    ExchangeService,
    MarketConfig,
    OrderStatus,
    OrderSubmission,
    Reason,
    StopSubmission,
    StopTrigger,
)


def test_an_order_that_meets_nobody_but_its_own_party_is_stopped_while_stop_orders_wait() -> None:
    service = ExchangeService(Exchange())
    service.exchange.add_asset(Asset("USD"))
    market = service.create_market_from_config(MarketConfig("ETH", "USD", opens_at_once=True))
    service.mint("one", "USD", 1e6)
    service.submit_order("one", market, "sell", 1, 100)
    guard = OrderSubmission(market, "sell", 1, order_type="market", time_in_force="IOC", reduce_only=True)
    service.submit_stop_order("one", StopSubmission(guard, falls_below=StopTrigger(90)))

    placed = service.submit_order("one", market, "buy", 1, 100)

    assert (placed.status, placed.reason) == (OrderStatus.STOPPED, Reason.SELF_TRADE)
