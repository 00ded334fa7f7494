"""A fully collateralised capped future: nobody owes what it does not have, and nobody is closed out."""

import pytest

from tests.markets.exchange.trading import Trading
from tokenspice.markets.exchange import Reason
from tokenspice.markets.exchange.products.future import Cap, Future


def capped() -> Trading:
    return Trading(product=Future(cap=Cap(1000.0, fully_collateralised=True)))


def test_each_side_puts_aside_all_that_it_can_lose() -> None:
    trading = capped()
    trading.trade("long", "short", 10, 300)

    assert [trading.accounts(party)[0] for party in ("long", "short")] == [3000, 7000]


def test_who_cannot_pay_for_all_is_refused() -> None:
    trading = capped()
    trading.fund(poor=2999)

    assert trading.buy("poor", 10, 300).reason is Reason.MARGIN_CHECK_FAILED
    assert trading.buy("poor", 10, 299).reason is Reason.NONE


@pytest.mark.parametrize("last", [1, 999])
def test_whatever_the_price_does_all_are_paid_and_nobody_is_closed_out(last: int) -> None:
    trading = capped()
    trading.fund(long=3000, short=7000)
    trading.trade("long", "short", 10, 300)
    for price in (700, 20, 990, last):
        trading.mark(price)
    market = trading.market

    assert (market.position("long").volume, market.position("short").volume) == (10, -10)
    assert [trading.accounts(party) for party in ("long", "short")] == [[10 * last, 0], [10_000 - 10 * last, 0]]
    assert market.clearing.closeouts == 0 and trading.is_conserved()


def test_closing_frees_what_is_left() -> None:
    trading = capped()
    trading.fund(long=3000)
    trading.trade("long", "short", 10, 300)
    trading.trade("other", "long", 10, 420)

    assert trading.accounts("long") == [0, 4200]
    assert trading.is_conserved()
