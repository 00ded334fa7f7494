"""Exact numbers: floats become integers through decimal text, factors are integers of 10⁻¹⁸."""

from decimal import ROUND_DOWN, Decimal, InvalidOperation

from tokenspice.markets.errors import ExchangeError

__all__ = ["ONE", "ceil_div", "factor", "from_units", "to_units"]

MOST_POWERS = 19
POWERS = tuple(10**power for power in range(MOST_POWERS))
MOST_EXACT = 10**15
MOST_DIGITS = 80  # more than a contract's words hold, and few enough for every product of two to be a float

ONE = 10**18
"""The factor 1. A fee of 0.0005 is 5·10¹⁴."""


def ceil_div(number: int, divisor: int) -> int:
    """Divide and round up; the divisor is positive."""
    return -(-number // divisor)


def factor(number: float | str | Decimal) -> int:
    """Return a factor or fraction as an integer of 10⁻¹⁸, cut after 18 digits.

    Raises:
        ExchangeError: it is no finite number.
    """
    return to_units(number, 18)


def to_units(number: float | str | Decimal, decimals: int) -> int:
    """Return `number` as an integer of 10^-decimals, cut towards zero: 10.52 at 2 decimals is 1052.

    Raises:
        ExchangeError: it is no finite number, or a huge one.
    """
    if isinstance(number, float) and 0 <= decimals < MOST_POWERS:
        # Of decimals with 15 digits or fewer, no two are the same float. So the one that divides back to `number` is what
        # its text says, without a look at the text.
        scale: int = POWERS[decimals]
        scaled = number * scale
        if -MOST_EXACT < scaled < MOST_EXACT:
            units = round(scaled)
            if units / scale == number:
                return units
    try:
        exact = number if isinstance(number, Decimal) else Decimal(str(number))
        if exact.is_finite() and exact.adjusted() + decimals < MOST_DIGITS:
            return int(exact.scaleb(decimals).to_integral_value(ROUND_DOWN))
    except (InvalidOperation, ValueError, OverflowError):
        raise ExchangeError(f"{number!r} is no finite number. Write a number such as 10.52.") from None
    if exact.is_finite():
        raise ExchangeError(
            f"{exact:.3e} at {decimals} decimals has more than {MOST_DIGITS} digits. Write a smaller number."
        )
    raise ExchangeError(f"{number!r} is no finite number. Write a number such as 10.52.")


def from_units(units: int, decimals: int) -> float:
    """Return an integer of 10^-decimals as the nearest float."""
    return units / 10**decimals if decimals >= 0 else float(units * 10**-decimals)
