"""A mark price of several sources."""

from fractions import Fraction

import pytest

from tests.markets.exchange.trading import Trading
from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange import Combination, CompositeMark
from tokenspice.markets.exchange.composite_mark import book_price
from tokenspice.markets.exchange.mark_sources import trades_average
from tokenspice.markets.exchange.oracles import OracleBinding
from tokenspice.markets.exchange.products.perpetual import Perpetual

HALF, ONE = 5 * 10**17, 10**18


def test_older_trades_weigh_less() -> None:
    trades = [(0, 100, 1), (10, 200, 1)]  # half a window old: 1 - 0.5 * 0.5; and new

    assert trades_average(trades, 10, 20, HALF, 1) == Fraction(3 * 100 + 4 * 200, 7)
    assert trades_average(trades, 10, 20, HALF, 2) == Fraction(7 * 100 + 8 * 200, 15)


def test_trades_older_than_the_window_do_not_count() -> None:
    assert trades_average([(0, 100, 5), (30, 200, 1)], 40, 20, 0, 1) == 200
    assert trades_average([(0, 100, 5)], 40, 20, 0, 1) is None


def test_without_decay_trades_weigh_by_size() -> None:
    assert trades_average([(0, 100, 3), (1, 200, 1)], 1, 0, ONE, 1) == 125


def quoted() -> Trading:
    trading = Trading(mark_price=CompositeMark((0.0, 1.0, 0.0), (9, 9, 9), cash=42.0))
    for size, price in ((1, 90), (10, 80)):
        trading.buy("maker", size, price)
    for size, price in ((1, 110), (10, 120)):
        trading.sell("maker", size, price)
    return trading


def test_the_books_price_is_what_the_leveraged_amount_would_pay() -> None:
    market = quoted().market
    amount = Fraction(4200, 42)  # 42 / (0.35 * 1.2)
    sold = amount / (1 + Fraction(10, 80))

    assert book_price(market, 42.0) == (110 + sold) / 2
    assert book_price(market, 0.0) == 100
    assert book_price(market, 10_000.0) is None


def composite(weights: tuple[float, ...], staleness: tuple[int, ...], **rest: object) -> Trading:
    rule = CompositeMark(weights, staleness, **rest)  # type: ignore[arg-type]
    trading = Trading(mark_price=rule)
    trading.trade("a", "b", 1, 100)
    return trading


def test_sources_are_weighed() -> None:
    trading = composite((1.0, 0.0, 3.0, 0.0), (1000, 0, 1000, 0))
    trading.market.mark_sources.publish(0, 140, trading.exchange.now)
    trading.exchange.advance(1)

    assert trading.market.mark == 130


def test_oracles_are_heard_from_those_who_may_sign() -> None:
    binding = OracleBinding("price.BTC", ("oracle",), decimals=1)
    trading = composite((0.0, 0.0, 1.0, 0.0), (0, 0, 1000, 0), oracles=(binding,))
    submit = trading.exchange.submit_oracle_data

    assert (submit("somebody", {"price.BTC": "1700"}), submit("oracle", {"price.BTC": "nonsense"})) == (0, 0)
    assert submit("oracle", {"price.BTC": "1255"}) == 1
    trading.exchange.advance(1)
    assert trading.market.mark == 125  # of 125.5


def test_stale_sources_are_passed_over() -> None:
    trading = composite((1.0, 0.0, 3.0, 0.0), (1000, 0, 10, 0))
    trading.market.mark_sources.publish(0, 140, trading.exchange.now)
    trading.exchange.advance(1)
    trading.exchange.advance(10)

    assert trading.market.mark == 100


def test_the_median_leaves_weights_aside() -> None:
    trading = composite((1.0, 0.0, 0.0, 0.0, 0.0), (1000,) * 5, combine=Combination.MEDIAN)
    for oracle, price in enumerate((140, 120)):
        trading.market.mark_sources.publish(oracle, price, trading.exchange.now)
    trading.exchange.advance(1)

    assert trading.market.mark == 120


def test_the_median_is_a_source_of_its_own() -> None:
    trading = composite((0.0, 0.0, 0.0, 1.0), (1000, 0, 1000, 1000))
    trading.market.mark_sources.publish(0, 141, trading.exchange.now)
    trading.exchange.advance(1)

    assert trading.market.mark == 120  # the mean of the two middle ones, cut


def test_an_oracle_alone_moves_the_mark_and_money_follows() -> None:
    trading = composite((0.0, 0.0, 1.0, 0.0), (0, 0, 1000, 0))
    trading.market.mark_sources.publish(0, 150, trading.exchange.now)
    trading.exchange.advance(1)

    assert sum(trading.accounts("a")) == trading.funds + 50
    assert trading.is_conserved()


@pytest.mark.parametrize(
    "wrong",
    [
        {"weights": (1.0, 1.0)},
        {"weights": (1.0, 1.0, 1.0, 1.0)},
        {"weights": (0.0, 0.0, 0.0)},
        {"weights": (1.0, 0.0, 0.0), "decay": 2.0},
        {"weights": (1.0, 0.0, 0.0), "oracles": (OracleBinding("price", ("key",)),)},
    ],
)
def test_contradicting_arguments_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ExchangeError, match="CompositeMark: .*Write"):
        CompositeMark(**wrong)  # type: ignore[arg-type]


def test_a_perpetuals_own_price_may_be_another_than_the_mark() -> None:
    own = CompositeMark((0.0, 1.0, 3.0, 0.0), (99, 99, 99, 99), oracles=(OracleBinding("own", ("oracle",)),))
    trading = Trading(product=Perpetual(composite=own))
    for order, size, price in ((trading.buy, 5, 90), (trading.sell, 5, 110)):
        order("maker", size, price)
    assert trading.exchange.submit_oracle_data("oracle", {"own": "140"}) == 1
    trading.buy("taker", 1, 110)
    market = trading.market

    assert market.mark == 110
    assert market.clearing.prices.internal_price(trading.exchange.now) == (100 + 3 * 140) // 4
