"""Floats become integers as their decimal text says, to the last digit."""

from decimal import ROUND_DOWN, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange.numbers import to_units

reals = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e20, max_value=1e20)
decimals = st.integers(0, 20)


@given(reals | st.integers(-(10**17), 10**17).flatmap(lambda n: decimals.map(lambda d: n / 10**d)), decimals)
def test_a_float_is_what_its_text_says(number: float, digits: int) -> None:
    expected = int(Decimal(repr(number)).scaleb(digits).to_integral_value(ROUND_DOWN))

    assert to_units(number, digits) == expected


@pytest.mark.parametrize(
    ("number", "digits", "units"),
    [(1.15, 2, 115), (0.29, 2, 29), (1.005, 2, 100), (8.41, 2, 841), (1e-7, 7, 1), (-1.999, 2, -199), (123.4, -1, 12)],
)
def test_what_binary_multiplication_gets_wrong_is_right(number: float, digits: int, units: int) -> None:
    assert to_units(number, digits) == units


@pytest.mark.parametrize("number", [float("nan"), float("inf"), "ten", "0x10"])
def test_what_is_no_finite_number_is_refused(number: float | str) -> None:
    with pytest.raises(ExchangeError, match="no finite number"):
        to_units(number, 2)
