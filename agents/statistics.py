"""How unequally something is shared."""

from collections.abc import Sequence

import numpy as np

__all__ = ["gini"]


def gini(amounts: Sequence[float]) -> float:
    """Return the Gini coefficient: 0 if all have the same, (n - 1)/n if one of n has everything, 0 of nothing.

    Args:
        amounts: [n] what each has, 0 or more. Of ints, such as base units, the result is exact to its last digit.

    Source: C. Gini, "Variabilità e mutabilità", 1912; half the relative mean difference.
    """
    n, total = len(amounts), sum(amounts)
    if not total:
        return 0.0
    if all(isinstance(amount, int) for amount in amounts):
        return sum((2 * rank - n - 1) * amount for rank, amount in enumerate(sorted(amounts), start=1)) / (n * total)
    ranks = 2 * np.arange(1, n + 1) - n - 1
    return float(ranks @ np.sort(amounts) / (n * total))
