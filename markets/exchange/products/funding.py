"""What longs pay to shorts at the end of a funding period of a perpetual."""

from dataclasses import dataclass
from fractions import Fraction
from typing import final

__all__ = ["YEAR_S", "Funding", "FundingRates", "funding", "truncated"]

YEAR_S = 31_536_000  # seconds: the year of interest rates, of 365 days


@final
@dataclass(frozen=True)
class FundingRates:
    """The rates of a perpetual, as fractions; none of them is rounded.

    Attributes:
        interest: per year.
        clamp_lower, clamp_upper: between what shares of the external price the interest term may move the payment.
        scaling: what the payment is multiplied with.
        rate_lower, rate_upper: the payment's bounds as shares of the external price; None for no bound.
    """

    interest: Fraction = Fraction(0)
    clamp_lower: Fraction = Fraction(0)
    clamp_upper: Fraction = Fraction(0)
    scaling: Fraction = Fraction(1)
    rate_lower: Fraction | None = None
    rate_upper: Fraction | None = None


@final
@dataclass(frozen=True)
class Funding:
    """What is due per unit of position.

    Attributes:
        payment: in the market's price units, truncated toward zero; longs pay what is positive.
        rate: the payment before that rounding, as a share of the external price.
        internal, external: the averages that it compares; None where nothing was observed.
    """

    payment: int
    rate: Fraction
    internal: int | None
    external: int | None


def funding(
    rates: FundingRates, internal: int | None, external: int | None, elapsed_s: int, auction_s: int = 0
) -> Funding:
    """Return what is due after `elapsed_s` seconds of a period, `auction_s` of them in auctions.

    Without data of either side nothing is due.
    """
    if internal is None or external is None or elapsed_s <= 0:
        return Funding(0, Fraction(0), internal, external)
    due = internal - external + _interest_term(rates, internal, external, elapsed_s)
    due *= Fraction(elapsed_s - auction_s, elapsed_s) * rates.scaling
    due = _bounded(due, rates, external)
    return Funding(truncated(due), due / external if external else Fraction(0), internal, external)


def truncated(value: Fraction) -> int:
    """Round toward zero."""
    whole = abs(value.numerator) // value.denominator
    return whole if value >= 0 else -whole


def _interest_term(rates: FundingRates, internal: int, external: int, elapsed_s: int) -> Fraction:
    grown = (1 + rates.interest * Fraction(elapsed_s, YEAR_S)) * external
    return min(rates.clamp_upper * external, max(rates.clamp_lower * external, grown - internal))


def _bounded(due: Fraction, rates: FundingRates, external: int) -> Fraction:
    if rates.rate_lower is not None:
        due = max(due, rates.rate_lower * external)
    if rates.rate_upper is not None:
        due = min(due, rates.rate_upper * external)
    return due
