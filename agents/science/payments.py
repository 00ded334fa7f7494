"""Money on its way into a market, and the parts into which a market divides it."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from tokenspice.engine import AgentBase, Amount

__all__ = [
    "ANY_ASSET",
    "Payment",
    "Shares",
    "Split",
    "exactly",
    "keep_all",
    "part",
    "split_by_first_payer",
    "split_each",
    "to_treasury_cumulated",
    "to_treasury_each",
]

ANY_ASSET = "any"  # where a market does not tell types of assets apart


class Payment(NamedTuple):
    """What somebody paid into a market, and for what.

    Attributes:
        payer: who paid.
        amount: in base units; 0 if the payer meant to buy and could not.
        kept: the part, after the fee, that stays in the market for ever; buyers pay 0.
        asset: the type of the asset bought, or of those published.
        assets: how many were published; 0 for a purchase.
    """

    payer: AgentBase
    amount: Amount
    kept: Fraction
    asset: str = ANY_ASSET
    assets: int = 0


class Shares(NamedTuple):
    """How an inflow is divided, in base units. What is in neither stays in the market.

    Attributes:
        fees: to those who receive the market's fees.
        payouts: to the owners of each type of asset.
    """

    fees: Amount
    payouts: Mapping[str, Amount]


Split = Callable[[Sequence[Payment], Fraction], Shares]
"""Divides the payments of one tick. The second argument is the market's fee, as a part of each payment."""


def exactly(ratio: float) -> Fraction:
    """Return the decimal that `ratio` is written as: 0.4 means 2/5."""
    return Fraction(str(ratio))


def part(amount: Amount, ratio: Fraction) -> Amount:
    """Return `ratio` of an amount, rounded down."""
    return amount * ratio.numerator // ratio.denominator


def keep_all(payments: Sequence[Payment], fee: Fraction) -> Shares:
    """Let everything stay: whoever keeps this market controls access and shares nothing."""
    return Shares(0, {})


def split_each(payments: Sequence[Payment], fee: Fraction) -> Shares:
    """Divide each payment by its own ratio: fee, kept, and the rest to the owners of such assets."""
    fees, payouts = 0, dict[str, Amount]()
    for payment in payments:
        charged = part(payment.amount, fee)
        left = payment.amount - charged
        fees += charged
        payouts[payment.asset] = payouts.get(payment.asset, 0) + left - part(left, payment.kept)
    return Shares(fees, payouts)


def split_by_first_payer(payments: Sequence[Payment], fee: Fraction) -> Shares:
    """Divide the whole inflow by the ratio of whoever came first, as DARC-SPICE's knowledge markets did."""
    amount = sum(payment.amount for payment in payments)
    return split_each([payments[0]._replace(amount=amount)], fee)


def to_treasury_each(payments: Sequence[Payment], fee: Fraction) -> Shares:
    """Give all that is not kept to those who receive the fees: public assets belong to the community."""
    shares = split_each(payments, fee)
    return Shares(shares.fees + sum(shares.payouts.values()), {})


def to_treasury_cumulated(payments: Sequence[Payment], fee: Fraction) -> Shares:
    """Bill each payer for what all payers before it left in the market, as DARC-SPICE's public market did."""
    fees = kept = 0
    for payer in dict.fromkeys(payment.payer for payment in payments if payment.amount):
        own = [payment for payment in payments if payment.payer is payer and payment.amount]
        spent = sum(payment.amount for payment in own)
        kept += part(spent - part(spent, fee), own[-1].kept)
        fees += spent - kept
    return Shares(max(fees, 0), {})
