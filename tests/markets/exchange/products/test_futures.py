"""When a dated future ends, and at what price."""

import pytest

from tokenspice.markets.exchange.oracles import OracleBinding
from tokenspice.markets.exchange.products.future import Cap, Future, FutureInstrument
from tokenspice.markets.exchange.products.product import SETTLEMENT, TERMINATION, Settle, Terminate

PRICE = OracleBinding("price", ("key",), decimals=5)


def started(product: Future) -> FutureInstrument:
    return product.start(0, 2)


def test_a_datum_before_termination_is_kept_and_the_latest_settles() -> None:
    future = started(Future(PRICE))

    assert future.hear(SETTLEMENT, "100000000", 0) == ()
    assert future.hear(SETTLEMENT, "4200000", 1) == ()
    assert future.hear(TERMINATION, "true", 2) == (Terminate(), Settle(4200))


def test_a_datum_after_termination_settles_at_once() -> None:
    future = started(Future(PRICE))

    assert future.hear(TERMINATION, "true", 0) == (Terminate(),)
    assert future.hear(TERMINATION, "true", 1) == ()
    assert future.hear(SETTLEMENT, "4200000", 2) == (Settle(4200),)


def test_a_time_ends_trading_once() -> None:
    future = started(Future(PRICE, terminates_at=100))

    assert future.at_block(99) == ()
    assert future.at_block(101) == (Terminate(),)
    assert future.at_block(102) == ()


@pytest.mark.parametrize(("role", "text"), [(SETTLEMENT, "dear"), (TERMINATION, "perhaps"), (SETTLEMENT, "nan")])
def test_what_means_nothing_is_refused(role: str, text: str) -> None:
    assert started(Future(PRICE)).hear(role, text, 0) is None


def test_false_does_not_end_trading() -> None:
    assert started(Future(PRICE)).hear(TERMINATION, "false", 0) == ()


@pytest.mark.parametrize(
    ("cap", "text", "is_refused"),
    [
        (Cap(10), "1000000", False),
        (Cap(10), "0", False),
        (Cap(10), "500000", False),
        (Cap(10), "1000001", True),
        (Cap(10), "1001000", True),
        (Cap(10), "-1", True),
        (Cap(10, binary=True), "500000", True),
        (Cap(10, binary=True), "0", False),
        (Cap(10, binary=True), "1000000", False),
    ],
)
def test_a_capped_future_settles_within_its_range(cap: Cap, text: str, is_refused: bool) -> None:
    assert (started(Future(PRICE, cap=cap)).hear(SETTLEMENT, text, 0) is None) == is_refused


def test_a_market_knows_the_highest_price() -> None:
    assert (started(Future(PRICE, cap=Cap(10))).max_price, started(Future(PRICE)).max_price) == (1000, 0)
