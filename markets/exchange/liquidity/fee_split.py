"""How collected liquidity fees are split among providers."""

from collections.abc import Mapping

from tokenspice.markets.exchange.numbers import ONE

__all__ = ["fee_split", "pro_rata"]


def fee_split(fees: int, shares: Mapping[str, int], scores: Mapping[str, int], equity_part: int) -> dict[str, int]:
    """Return what each provider gets, rounded down; what rounding leaves stays with the caller.

    Args:
        fees: in asset units.
        shares: equity-like shares.
        scores: liquidity scores.
        equity_part: the fraction of fees, of 10⁻¹⁸, that goes by share times score; the rest goes by score alone.
    """
    by_share = fees * equity_part // ONE
    earned = pro_rata(by_share, {party: shares.get(party, 0) * score for party, score in scores.items()})
    by_score = pro_rata(fees - by_share, scores)
    return {party: earned[party] + by_score[party] for party in scores}


def pro_rata(amount: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Split an amount by weights, rounded down; nobody gets anything where all weights are 0."""
    total = sum(weights.values())
    return {party: amount * weight // total if total else 0 for party, weight in weights.items()}
