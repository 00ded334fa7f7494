"""Exact amounts and named durations.

Inside the simulation a token amount is an `int` of base units (10**-18 token unless the token says
otherwise). There are two crossings: `tokens` on the way in, `in_tokens` on the way to a log.
"""

from fractions import Fraction
from typing import Annotated, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.errors import UnitsError

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
    "in_tokens",
    "tokens",
]

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY
MONTH = 30 * DAY
YEAR = 365 * DAY

DECIMALS = 18

Seconds: TypeAlias = int
Floats: TypeAlias = NDArray[np.float64]

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
    if isinstance(text, bool) or not isinstance(text, (str, int)):
        raise UnitsError(
            f'tokens({text!r}): a {type(text).__name__} cannot name an exact amount. Write tokens("{text}").'
        )
    try:
        amount = Fraction(text) * 10**decimals
    except (ValueError, ZeroDivisionError):
        raise UnitsError(f'tokens({text!r}): not a number. Write a decimal such as tokens("4.35").') from None
    if amount.denominator != 1:
        raise UnitsError(f"tokens({text!r}): a token with {decimals} decimals cannot hold that many digits.")
    return int(amount)


def in_tokens(amount: Amount, decimals: int = DECIMALS) -> float:
    """Turn base units into the nearest float of whole tokens: for logs and decisions, never back."""
    return amount / int(10**decimals)
