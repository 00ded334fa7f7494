"""Exact amounts and named durations.

Inside the simulation a token amount is an `int` of base units (10**-18 token unless the token says
otherwise). There are two crossings: `tokens` on the way in, `in_tokens` on the way to a log.
"""

import re
from fractions import Fraction
from typing import Annotated, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tokenspice.engine.errors import UnitsError

__all__ = [
    "DAY",
    "DECIMALS",
    "HOUR",
    "MINUTE",
    "MONTH",
    "WEEK",
    "YEAR",
    "Amount",
    "Floats",
    "Seconds",
    "Unit",
    "as_text",
    "in_tokens",
    "nth_part",
    "scaled",
    "tokens",
]

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY
MONTH = 30 * DAY
YEAR = 365 * DAY

DECIMALS = 18

# Decimal notation, with an exponent of two digits at most, so that no text stands for an astronomical number.
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?", re.ASCII)

Floats: TypeAlias = NDArray[np.float64]


class Unit(NamedTuple):
    """What a parameter or the y axis of a chart counts: `name`, after values were multiplied by `factor`."""

    name: str
    factor: float = 1.0


Seconds = Annotated[int, Unit("seconds")]

# The note "base units" lets `--set` tell an amount, written in tokens, from a plain integer.
Amount = Annotated[int, "base units"]


def tokens(text: str | int, decimals: int = DECIMALS) -> Amount:
    """Turn a number of whole tokens into base units, exactly.

    Args:
        text: tokens, as a decimal ("4.35", "1e6") or an int.
        decimals: digits after the point that the token has.

    Raises:
        UnitsError: a float, text that is no number, or more digits than the token has.
    """
    if isinstance(text, str) and not NUMBER.fullmatch(text.strip()):
        raise UnitsError(f'tokens({text!r}): not a number. Write a decimal such as tokens("4.35").')
    if isinstance(text, bool) or not isinstance(text, (str, int)):
        raise UnitsError(
            f'tokens({text!r}): a {type(text).__name__} cannot name an exact amount. Write tokens("{text}").'
        )
    amount = Fraction(text) * 10**decimals
    if amount.denominator != 1:
        raise UnitsError(f"tokens({text!r}): a token with {decimals} decimals cannot hold that many digits.")
    if abs(amount) >= 2**256:
        raise UnitsError(f"tokens({text!r}): no chain can hold that much.")
    return int(amount)


def as_text(amount: Amount, decimals: int = DECIMALS) -> str:
    """Write base units as whole tokens, exactly, in the form that `tokens` reads."""
    whole, part = divmod(abs(amount), 10**decimals)
    return f"{'-' if amount < 0 else ''}{whole}.{part:0{decimals}}".rstrip("0").rstrip(".")


def in_tokens(amount: Amount, decimals: int = DECIMALS) -> float:
    """Turn base units into the nearest float of whole tokens: for logs and decisions, never back."""
    return amount / int(10**decimals)


def nth_part(amount: Amount, index: int, n: int) -> Amount:
    """Return part `index`, from 0, of an amount in `n` equal parts. What does not divide is spread: all parts add up."""
    return amount * (index + 1) // n - amount * index // n


def scaled(amount: Amount, factor: float) -> Amount:
    """Multiply an amount by the exact value of a float, and round down to base units. For amounts off the chain.

    Raises:
        UnitsError: the factor is infinite or no number.
    """
    try:
        numerator, denominator = factor.as_integer_ratio()
    except (OverflowError, ValueError):
        raise UnitsError(f"an amount was to be multiplied by {factor}. Give a finite number.") from None
    return amount * numerator // denominator
