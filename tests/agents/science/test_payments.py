"""How markets divide what they are paid."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.agents.science.helpers import wallet
from tokenspice.agents.science.payments import (
    Payment,
    Split,
    exactly,
    keep_all,
    part,
    split_by_first_payer,
    split_each,
    to_treasury_cumulated,
    to_treasury_each,
)
from tokenspice.agents.science.staker import StakerAgent

A, B = (StakerAgent(name, wallet(name)) for name in "ab")
SPLITS = [keep_all, split_by_first_payer, split_each, to_treasury_cumulated, to_treasury_each]

ratios = st.fractions(0, 1, max_denominator=1000)
payments = st.lists(
    st.builds(Payment, st.sampled_from([A, B]), st.integers(0, 10**30), ratios, st.sampled_from(["data", "algo"])),
    min_size=1,
    max_size=8,
)


@pytest.mark.parametrize("split", SPLITS, ids=lambda split: split.__name__)
@given(payments=payments, fee=ratios)
def test_no_split_gives_more_than_was_paid_or_less_than_nothing(
    split: Split, payments: list[Payment], fee: Fraction
) -> None:
    shares = split(payments, fee)

    assert 0 <= shares.fees and all(amount >= 0 for amount in shares.payouts.values())
    assert shares.fees + sum(shares.payouts.values()) <= sum(payment.amount for payment in payments)


@given(payments=payments, fee=ratios)
def test_to_the_treasury_goes_all_that_publishers_do_not_lock(payments: list[Payment], fee: Fraction) -> None:
    locked = sum(part(payment.amount - part(payment.amount, fee), payment.kept) for payment in payments)

    assert to_treasury_each(payments, fee).fees == sum(payment.amount for payment in payments) - locked


def test_each_payment_is_divided_by_its_own_ratio() -> None:
    paid = [Payment(A, 1000, Fraction(2, 5), "data"), Payment(B, 1000, Fraction(0), "algo")]

    assert split_each(paid, Fraction(1, 10)) == (200, {"data": 540, "algo": 900})


def test_with_legacy_the_first_ratio_decides_for_all() -> None:
    paid = [Payment(A, 1000, Fraction(2, 5)), Payment(B, 1000, Fraction(0))]

    assert split_by_first_payer(paid, Fraction(1, 10)) == (200, {"any": 1080})
    assert split_by_first_payer(paid[::-1], Fraction(1, 10)) == (200, {"any": 1800})


@pytest.mark.parametrize("ratio", ["0.1", "0.4", "0.3333333", "1e-05", "1.0"])
def test_a_ratio_means_the_decimal_that_was_written(ratio: str) -> None:
    assert exactly(float(ratio)) == Fraction(ratio)
