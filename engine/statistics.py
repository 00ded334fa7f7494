"""How unequally something is shared."""

from collections.abc import Sequence

__all__ = ["gini"]


def gini(amounts: Sequence[float]) -> float:
    """Return the Gini coefficient: 0 if all have the same, (n - 1)/n if one of n has everything, 0 of nothing.

    Source: C. Gini, "Variabilità e mutabilità", 1912; half the relative mean difference.
    """
    total = sum(amounts)
    if not total:
        return 0.0
    n = len(amounts)
    ranked = sum((2 * rank - n - 1) * amount for rank, amount in enumerate(sorted(amounts), start=1))
    return ranked / (n * total)
