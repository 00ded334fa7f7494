"""Orders trade, margin is put aside, and what is lost is what is won."""

from tokenspice.markets.exchange import (
    Asset,
    Exchange,
    Market,
    MarketConfig,
    OrderStatus,
    Reason,
    Side,
    SimpleRisk,
    TimeInForce,
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
