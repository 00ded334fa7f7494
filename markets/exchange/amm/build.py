"""From what an owner asks for to a pool, or to the reason why there is none."""

from typing import TYPE_CHECKING, NamedTuple, final

from tokenspice.markets.exchange.amm.curve import leverage_limit, long_curve, short_curve
from tokenspice.markets.exchange.amm.pool import Pool, PoolTerms

if TYPE_CHECKING:
    from tokenspice.markets.exchange.positions import Position

__all__ = ["Scale", "build_pool"]


@final
class Scale(NamedTuple):
    """What a market says about sizes of positions.

    Attributes:
        long_risk, short_risk, slippage, initial: factors of 10⁻¹⁸.
        value: price times size is this fraction of an asset unit, as numerator and denominator.
    """

    long_risk: int
    short_risk: int
    slippage: int
    initial: int
    value: tuple[int, int]


def build_pool(owner: str, position: "Position", terms: PoolTerms, scale: Scale) -> Pool:
    """Return a pool with the curves of its terms."""
    up, down = scale.value
    funds = (terms.commitment * down, up)
    lower = upper = None
    if terms.lower:
        limit = leverage_limit(terms.lower_leverage, scale.long_risk, scale.slippage, scale.initial)
        lower = long_curve(terms.lower, terms.base, limit, funds)
    if terms.upper:
        limit = leverage_limit(terms.upper_leverage, scale.short_risk, scale.slippage, scale.initial)
        upper = short_curve(terms.base, terms.upper, limit, funds)
    return Pool(owner, position, terms, lower, upper)
