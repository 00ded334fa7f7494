"""Amounts cross into base units exactly, and durations are what their names say."""

from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenspice.engine.errors import UnitsError
from tokenspice.engine.units import DAY, HOUR, MINUTE, MONTH, WEEK, YEAR, as_text, in_tokens, nth_part, scaled, tokens

CONTEXT = Context(prec=100)  # digits, so that moving the point of 2**256 rounds nothing


def test_durations_are_whole_seconds_with_months_of_30_and_years_of_365_days() -> None:
    assert (MINUTE, HOUR, DAY, WEEK) == (60, 3_600, 86_400, 604_800)
    assert (MONTH, YEAR) == (2_592_000, 31_536_000)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("4.35", 4_350_000_000_000_000_000),
        ("1234567.89", 1_234_567_890_000_000_000_000_000),
        ("1e6", 10**24),
        ("1e-18", 1),
        ("-0.5", -5 * 10**17),
        ("0", 0),
        (7, 7 * 10**18),
    ],
)
def test_tokens_are_base_units_to_the_last_digit(text: str | int, amount: int) -> None:
    assert tokens(text) == amount


@given(st.integers(1 - 2**256, 2**256 - 1))
def test_every_amount_can_be_written_as_a_decimal(amount: int) -> None:
    text = f"{Decimal(amount).scaleb(-18, CONTEXT):f}"

    assert tokens(text) == amount


@given(st.integers(0, 10**9), st.integers(0, 30))
def test_a_token_may_have_any_number_of_decimals(whole: int, decimals: int) -> None:
    assert tokens(whole, decimals) == whole * 10**decimals
    assert in_tokens(tokens(whole, decimals), decimals) == whole


@given(st.integers(1 - 2**256, 2**256 - 1))
def test_in_tokens_is_the_nearest_float(amount: int) -> None:
    assert in_tokens(amount) == float(Fraction(amount, 10**18))


@pytest.mark.parametrize("value", [4.35, 1.0, True, Decimal("1.5"), None])
def test_what_is_neither_text_nor_int_is_refused(value: Any) -> None:
    with pytest.raises(UnitsError, match="cannot name an exact amount"):
        tokens(value)


def test_a_float_is_told_what_to_write_instead() -> None:
    with pytest.raises(UnitsError) as caught:
        tokens(4.35)  # type: ignore[arg-type]

    assert str(caught.value) == 'tokens(4.35): a float cannot name an exact amount. Write tokens("4.35").'


@pytest.mark.parametrize("text", ["", "five", "nan", "inf", "1/0", "1,5", "0x10", "1e"])
def test_text_that_is_no_number_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UnitsError, match=r'not a number. Write a decimal such as tokens\("4.35"\)'):
        tokens(text)


@pytest.mark.parametrize("text", ["1e400", "-1e400"])
def test_a_number_beyond_what_any_chain_holds_is_refused(text: str) -> None:
    with pytest.raises(UnitsError):
        tokens(text)


@given(st.integers(1 - 2**256, 2**256 - 1), st.integers(0, 30))
def test_an_amount_is_written_so_that_tokens_reads_the_same(amount: int, decimals: int) -> None:
    assert tokens(as_text(amount, decimals), decimals) == amount


@pytest.mark.parametrize(
    ("amount", "text"),
    [(10**19, "10"), (10**17, "0.1"), (1, "0.000000000000000001"), (0, "0"), (-15 * 10**17, "-1.5")],
)
def test_an_amount_is_written_without_idle_zeros(amount: int, text: str) -> None:
    assert as_text(amount) == text


@pytest.mark.parametrize(("text", "decimals"), [("1e-19", 18), ("0.1", 0), ("1.0000001", 6)])
def test_more_digits_than_the_token_has_are_refused_rather_than_rounded(text: str, decimals: int) -> None:
    with pytest.raises(UnitsError, match=f"a token with {decimals} decimals cannot hold that many digits"):
        tokens(text, decimals)


@given(st.integers(0, 10**40), st.floats(0, 1e12))
def test_an_amount_is_scaled_by_the_exact_value_of_a_float_and_rounded_down(amount: int, factor: float) -> None:
    exact = amount * Fraction(factor)

    assert 0 <= exact - scaled(amount, factor) < 1


@pytest.mark.parametrize("factor", [float("inf"), float("nan")])
def test_an_amount_is_not_scaled_by_what_is_no_finite_number(factor: float) -> None:
    with pytest.raises(UnitsError, match="Give a finite number"):
        scaled(1, factor)


@given(st.integers(0, 2**200), st.integers(1, 50))
def test_the_parts_of_an_amount_add_up_and_differ_by_one_base_unit_at_most(amount: int, n: int) -> None:
    parts = [nth_part(amount, index, n) for index in range(n)]

    assert sum(parts) == amount and max(parts) - min(parts) <= 1
