"""Averages over time and what they make due."""

from fractions import Fraction

import pytest

from tests.markets.exchange.cases import cases
from tokenspice.markets.exchange.products.funding import FundingRates, funding
from tokenspice.markets.exchange.products.twap import Twap


def test_perp_1_averages_leave_out_the_auction_and_scale_the_payment() -> None:
    given, expect = cases()["PERP-1"]["given"], cases()["PERP-1"]["expect"]
    internal, external = Twap(0), Twap(0)
    overrun = given["auction_overrun_s"]
    starts = [i for i, price in enumerate(given["internal"]) if price == "auction"]
    rows = []
    auction_s, late = 0, 0
    for i, (mine, outer) in enumerate(zip(given["internal"], given["external"], strict=True)):
        start, end = 60 * i + late, 60 * (i + 1) + late
        if i == starts[0]:
            internal.pause(start)
            external.pause(start)
        if mine == "auction":
            auction_s += 60
        else:
            if i == starts[-1] + 1:
                late, auction_s = overrun, auction_s + overrun
                start, end = start + overrun, end + overrun
                internal.resume(start)
                external.resume(start)
            internal.observe(start, mine * 1000)
            external.observe(start, outer * 1000)
        due = funding(FundingRates(), internal.average(end), external.average(end), end, auction_s)
        rows.append((due.internal, due.external, due.payment))

    assert [row[0] for row in rows] == expect["internal_twap"]
    assert [row[1] for row in rows] == expect["external_twap"]
    assert [row[2] for row in rows] == expect["payment"]


def test_a_window_begins_at_the_first_observation() -> None:
    twap = Twap(0)
    assert twap.average(50) is None

    twap.observe(60, 100)
    twap.observe(90, 200)

    assert twap.average(60 + 60) == 150


def test_a_price_from_the_last_period_holds_in_the_next() -> None:
    twap = Twap(0)
    twap.observe(10, 100)
    twap.restart(100)
    twap.observe(150, 200)

    assert twap.average(200) == 150


def test_what_is_observed_in_an_auction_counts_from_its_end() -> None:
    twap = Twap(0, is_paused=True)
    twap.observe(10, 100)
    assert twap.average(20) == 100
    twap.resume(50)

    assert (twap.average(60), twap.seconds) == (100, 0)


def test_without_external_data_nothing_is_due() -> None:
    assert funding(FundingRates(), 100, None, 60).payment == 0
    assert funding(FundingRates(), None, 100, 60).payment == 0


@pytest.mark.parametrize(
    ("rates", "payment"),
    [
        (FundingRates(), -200),
        # (1 + 0.1)·1200 − 1000 = 320, but no more than 5 % of 1200
        (FundingRates(Fraction(1, 10), Fraction(-5, 100), Fraction(5, 100)), -140),
        (FundingRates(scaling=Fraction(1, 2)), -100),
        (FundingRates(rate_lower=Fraction(-1, 10), rate_upper=Fraction(1, 10)), -120),
        (FundingRates(rate_lower=Fraction(1, 10)), 120),
        # Scaling comes before the bounds.
        (FundingRates(scaling=Fraction(3, 1), rate_lower=Fraction(-1, 10)), -120),
    ],
)
def test_clamps_scaling_and_bounds_follow_each_other(rates: FundingRates, payment: int) -> None:
    assert funding(rates, 1000, 1200, 31_536_000).payment == payment


def test_the_rate_is_a_share_of_the_external_price() -> None:
    assert funding(FundingRates(), 1010, 1000, 60).rate == Fraction(1, 100)


def test_payments_are_truncated_toward_zero() -> None:
    assert funding(FundingRates(scaling=Fraction(1, 3)), 10, 0, 60).payment == 3
    assert funding(FundingRates(scaling=Fraction(1, 3)), 0, 10, 60).payment == -3
