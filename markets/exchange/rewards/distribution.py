"""From scores to amounts. Shares are rounded down; what is left stays in the pool."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TypeAlias

from tokenspice.markets.exchange.rewards.strategy import RankShare

__all__ = ["Scores", "Uniform", "by_lottery", "by_rank", "capped", "not_negative", "pro_rata", "ranks", "shared"]

Scores: TypeAlias = Mapping[str, Fraction]
Uniform: TypeAlias = Callable[[], float]
"""Draws a number from 0 up to 1."""


def not_negative(scores: Scores) -> dict[str, Fraction]:
    """Lift all scores by the lowest, if that is below 0."""
    lift = -min(scores.values(), default=Fraction(0))
    return {who: score + max(lift, Fraction(0)) for who, score in scores.items()}


def pro_rata(scores: Scores) -> dict[str, Fraction]:
    """Give each its score's part of the whole."""
    return as_parts(scores)


def by_rank(scores: Scores, table: tuple[RankShare, ...]) -> dict[str, Fraction]:
    """Give each what its rank has in a table; who has no score has no rank, and equal scores have the same."""
    return as_parts({who: Fraction(share_of(rank, table)) for who, rank in ranks(scores).items()})


def by_lottery(scores: Scores, table: tuple[RankShare, ...], draw: Uniform) -> dict[str, Fraction]:
    """Draw the order of ranks, where a score is the chance to be next; give each what its rank has in a table."""
    left = {who: score for who, score in scores.items() if score > 0}
    shares: dict[str, Fraction] = {}
    for rank in range(1, len(left) + 1):
        drawn = drawn_from(left, draw)
        del left[drawn]
        shares[drawn] = Fraction(share_of(rank, table))
    return as_parts(shares)


def ranks(scores: Scores) -> dict[str, int]:
    """Rank from 1 on, the highest score first; of equals each has the first one's rank."""
    ordered = sorted(((who, score) for who, score in scores.items() if score > 0), key=lambda item: -item[1])
    found: dict[str, int] = {}
    for place, (who, score) in enumerate(ordered, 1):
        is_equal = place > 1 and ordered[place - 2][1] == score
        found[who] = found[ordered[place - 2][0]] if is_equal else place
    return found


def share_of(rank: int, table: tuple[RankShare, ...]) -> int:
    """Return the share of the last entry that begins at or before a rank; 0 before the first."""
    return next((entry.share for entry in reversed(table) if entry.start_rank <= rank), 0)


def shared(total: int, parts: Scores) -> dict[str, int]:
    """Split an amount, each part rounded down."""
    return {who: int(total * part) for who, part in parts.items() if total * part >= 1}


def capped(total: int, parts: Scores, caps: Mapping[str, int]) -> dict[str, int]:
    """Split an amount so that nobody has more than its cap; what is cut goes to the others, as long as any has room."""
    given: dict[str, int] = {}
    left, open_parts = total, dict(parts)
    while open_parts and left > 0:
        whole = sum(open_parts.values())
        full = [who for who, part in open_parts.items() if left * part >= caps.get(who, 0) * whole]
        if not full:
            break
        for who in full:
            given[who] = caps.get(who, 0)
            del open_parts[who]
        left = total - sum(given.values())
    given |= shared(left, as_parts(open_parts))
    return {who: given[who] for who in parts if given.get(who)}


def as_parts(scores: Scores) -> dict[str, Fraction]:
    """Divide scores by their sum, and leave out who has none."""
    whole = sum(scores.values())
    return {who: score / whole for who, score in scores.items() if score > 0} if whole > 0 else {}


def drawn_from(weights: Mapping[str, Fraction], draw: Uniform) -> str:
    """Return one of several, each by its weight's chance."""
    at = Fraction(draw()) * sum(weights.values())
    for who, weight in weights.items():
        at -= weight
        if at < 0:
            return who
    return next(reversed(list(weights)))
