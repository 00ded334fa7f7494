"""contracts/dynamicpool/GuardRails.sol in integers, equal to it to the unit. Weights have 18 decimals."""

from collections.abc import Sequence

from tokenspice.engine.errors import WorldError
from tokenspice.protocols.dynamicpool.fixed_point import ONE, over, times

__all__ = ["applied", "limited"]


def applied(wanted: Sequence[int], floor: int, rest_to_first: bool = False) -> list[int]:
    """[n] weights with sum 1 of which none is below the floor.

    Args:
        wanted: [n] by a rule.
        floor: those below are raised to it, the others scaled to make room, until none is below.
        rest_to_first: whether what rounding leaves goes to the first token; else to the largest weight.

    Raises:
        WorldError: the weights have no positive sum, or the floor leaves no room; the contract reverts.
    """
    n, total = len(wanted), sum(wanted)
    if not 0 <= floor * n <= ONE:
        raise WorldError(f"a floor of {floor} · 10⁻¹⁸ leaves {n} weights no room: the contract reverts.")
    if total <= 0:
        raise WorldError(f"weights {list(wanted)} have no positive sum: the contract reverts.")
    weights = [min(over(weight, total), ONE - (n - 1) * floor) for weight in wanted]
    low = [weight < floor for weight in weights]
    for turn in range(n):
        if all(low):
            weights = [ONE // n] * n
            break
        raised = raised_to(weights, low, floor)
        more = [not is_low and weight < floor for weight, is_low in zip(raised, low, strict=True)]
        if not any(more) or turn == n - 1:
            weights = raised
            break
        low = [one or other for one, other in zip(low, more, strict=True)]
    weights[0 if rest_to_first else weights.index(max(weights))] += ONE - sum(weights)
    return weights


def raised_to(weights: Sequence[int], low: Sequence[bool], floor: int) -> list[int]:
    """Those that are low at the floor, the others scaled so that the sum is 1."""
    rest = sum(weight for weight, is_low in zip(weights, low, strict=True) if not is_low)
    scale = over(ONE - sum(low) * floor, rest)
    return [floor if is_low else times(weight, scale) for weight, is_low in zip(weights, low, strict=True)]


def limited(current: Sequence[int], target: Sequence[int], most: int, undercut: int = 0) -> list[int]:
    """[n] the change of weights, scaled as a whole so that none is above `most`; kept by `undercut` more, if it is."""
    change = [to - now for now, to in zip(current, target, strict=True)]
    fastest = max(map(abs, change))
    return change if fastest <= most else [over(times(one, most), fastest + undercut) for one in change]
