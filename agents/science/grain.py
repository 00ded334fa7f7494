"""Grain: how a payment is divided by cred.

Source: the distribution policies of SourceCred, by their names: balanced, immediate and recent.
"""

from collections.abc import Sequence
from typing import Literal, TypeAlias

import numpy as np

from tokenspice.engine import Amount, Floats

__all__ = ["GrainPolicy", "divide", "grain_by_cred"]

GrainPolicy: TypeAlias = Literal["balanced", "immediate", "recent"]

FINENESS = 2.0**52  # to how fine a part of the greatest claim claims are told apart


def divide(budget: Amount, claims: Floats) -> list[Amount]:
    """Divide an amount in proportion to claims, exactly: the parts add up to it.

    Each part is rounded down; what is left over goes by one base unit to those who lost most by that, the first of
    equals first. Nobody without a claim receives anything, and where nobody has one, nothing is divided.

    Args:
        budget: base units, 0 or more.
        claims: [n] 0 or more.
    """
    greatest = float(claims.max(initial=0.0))
    if not greatest:
        return [0] * len(claims)
    whole = [int(claim / greatest * FINENESS) for claim in claims]
    total = sum(whole)
    parts = [budget * claim // total for claim in whole]
    lost = [budget * claim % total for claim in whole]
    for index in sorted(range(len(whole)), key=lambda n: -lost[n])[: budget - sum(parts)]:
        parts[index] += 1
    return parts


def grain_by_cred(
    policy: GrainPolicy, budget: Amount, cred: Sequence[Floats], paid: Sequence[Amount], discount: float
) -> list[Amount]:
    """Return what each contributor is paid of a budget; together it is the budget, or nothing where nobody has cred.

    Args:
        policy: `immediate` pays by the cred of the last interval; `recent` by that of all, an older one counting
            1 - discount times as much as the one after it; `balanced` makes up for what was paid too little so far,
            measured by all cred so far.
        budget: base units.
        cred: for each interval so far, [n_contributors].
        paid: base units that each was paid before.
        discount: of `recent`, per interval.
    """
    match policy:
        case "immediate":
            return divide(budget, cred[-1])
        case "recent":
            counts = (1 - discount) ** np.arange(len(cred))[::-1]
            return divide(budget, np.sum(counts[:, np.newaxis] * np.array(cred), axis=0))
    due = divide(sum(paid) + budget, np.sum(cred, axis=0))
    return divide(budget, np.array([max(owed - got, 0) for owed, got in zip(due, paid, strict=True)], dtype=float))
