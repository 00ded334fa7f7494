"""Orders trade, margin is put aside, and what is lost is what is won."""

from tokenspice.markets.exchange import (
    Amendment,
    Asset,
    Exchange,
    Market,
    MarketConfig,
    OrderStatus,
    Reason,
    Side,
    SimpleRisk,
    StopDirection,
    StopStatus,
    TimeInForce,
    Trigger,
)


def traded() -> tuple[Exchange, Market]:
    exchange = Exchange()
    exchange.add_asset(Asset("USD", decimals=0))
    config = MarketConfig(
        "BTC", "USD", decimals=0, position_decimals=0, mark_seconds=0, opens_at_once=True, risk=SimpleRisk(0.1, 0.1)
    )
    market = exchange.add_market(config)
    for party in ("ada", "ben"):
        exchange.deposit(party, "USD", 10_000)
    exchange.submit("ada", market.id, Side.SELL, 10, 100)
    exchange.submit("ben", market.id, Side.BUY, 4, 101)
    return exchange, market


def test_an_order_trades_at_the_resting_orders_price_and_the_rest_stays() -> None:
    _, market = traded()

    assert (market.last_price, market.position("ben").volume, market.position("ada").volume) == (100, 4, -4)
    assert market.book.best_ask() == 100 and market.position("ada").sells == 6


def test_nothing_is_made_or_lost() -> None:
    exchange, market = traded()
    exchange.submit("ben", market.id, Side.BUY, 3, 100)
    exchange.submit("ada", market.id, Side.SELL, 1, 90)

    assert exchange.ledger.totals() == exchange.ledger.deposited == {"USD": 20_000}
    assert market.settlement.balance == 0


def test_who_cannot_put_margin_aside_is_refused() -> None:
    exchange, market = traded()

    order = exchange.submit("eve", market.id, Side.BUY, 1, 100)

    assert (order.status, order.reason) == (OrderStatus.REJECTED, Reason.MARGIN_CHECK_FAILED)


def test_what_an_immediate_order_cannot_trade_is_stopped() -> None:
    exchange, market = traded()

    order = exchange.submit("ben", market.id, Side.BUY, 9, 100, tif=TimeInForce.IOC)

    assert (order.status, order.remaining) == (OrderStatus.PARTIALLY_FILLED, 3)


def test_what_is_sent_to_a_market_that_is_not_there_comes_back_with_the_reason() -> None:
    exchange, market = traded()

    order = exchange.submit("ada", "M9", Side.BUY, 1, 100)
    (stop,) = exchange.submit_stop("ada", "M9", Trigger(StopDirection.RISES_ABOVE, Side.SELL, 1, 120))

    assert (order.status, order.reason) == (OrderStatus.REJECTED, Reason.NO_SUCH_MARKET)
    assert (stop.status, stop.reason) == (StopStatus.REJECTED, Reason.NO_SUCH_MARKET)
    assert exchange.amend("ada", "M9", "O1", Amendment(size=1)) is Reason.NO_SUCH_ORDER
    assert exchange.cancel("ada", market.id, "O99") is Reason.NO_SUCH_ORDER
    assert exchange.cancel_stop("ada", "M9", "S1") is Reason.NO_SUCH_STOP
    assert exchange.cancel_all("ada", "M9") == 0
    assert exchange.set_margin_mode("ada", "M9", 1) is Reason.NO_SUCH_MARKET
