"""Loss socialisation: what winners get when losers could not pay all."""

from collections.abc import Sequence

__all__ = ["shared_wins"]


def shared_wins(wins: Sequence[int], collected: int, last: int) -> list[int]:
    """Share what was collected among the winners.

    Args:
        wins: what each is owed, in asset units.
        collected: what there is; anything above the sum of wins stays where it is.
        last: index of the winner whose position was created last; units left over by rounding go to it.

    Returns:
        What each gets, in the order of `wins`.
    """
    owed = sum(wins)
    if collected >= owed:
        return list(wins)
    shares = [win * collected // owed for win in wins]
    shares[last] += collected - sum(shares)
    return shares
