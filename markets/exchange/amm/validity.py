"""Which pools there can be, and what may be changed about one."""

from tokenspice.markets.exchange.amm.pool import Pool, PoolTerms
from tokenspice.markets.exchange.orders import Reason

__all__ = ["change_refusal", "terms_refusal"]


def terms_refusal(terms: PoolTerms, tick: int) -> Reason:
    """Why terms make no pool, if so."""
    prices = [price for price in (terms.lower, terms.base, terms.upper) if price]
    if terms.base <= 0 or min(terms.lower, terms.upper) < 0 or any(price % tick for price in prices):
        return Reason.INVALID_PRICE
    if not terms.lower and not terms.upper:
        return Reason.POOL_WITHOUT_BOUNDS
    if prices != sorted(set(prices)):
        return Reason.POOL_BOUNDS_OUT_OF_ORDER
    if min(terms.lower_leverage, terms.upper_leverage, terms.slippage, terms.base_trigger) < 0:
        return Reason.POOL_NEGATIVE
    return Reason.NONE


def change_refusal(pool: Pool, terms: PoolTerms) -> Reason:
    """Why a pool may not take other terms, if so: the range that its position lies in must stay."""
    volume = pool.position.volume
    if (volume > 0 and not terms.lower) or (volume < 0 and not terms.upper):
        return Reason.POOL_BOUND_IN_USE
    return Reason.NONE
