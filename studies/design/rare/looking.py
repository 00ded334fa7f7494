"""A first look at margins: whether there is a way towards a failure at all, and how much of it chance hides."""

from collections.abc import Callable, Mapping

import numpy as np

from tokenspice.engine.errors import StudyError
from tokenspice.engine.units import Floats
from tokenspice.studies.design.draws import Seeds, random_settings
from tokenspice.studies.design.evaluator import Evaluator

__all__ = ["look", "refuse_atoms", "share_within_sets"]

SETS, SEEDS = 64, 4
FEW = 8  # runs for each different value, at most

Margin = Callable[[Mapping[str, float]], float]


def look(evaluator: Evaluator, margin: Margin, seeds: int = SEEDS) -> Floats:
    """Return the margins of 64 sets of random variables, each with the same seeds: [sets, seeds]."""
    request = evaluator.request
    sets = [random_settings(evaluator.cloud, seed) for seed in Seeds(request.seed, "rare/look").first(SETS)]
    common = Seeds(request.seed, "rare/look/common").first(seeds)
    asked = [evaluator.identity(seed, values, draws=False) for values in sets for seed in common]
    outcomes = evaluator.evaluate(asked)
    evaluator.margins.fix_scales([outcome.metrics for outcome in outcomes])
    found = [margin(outcome.metrics) for outcome in outcomes]
    return np.array(found).reshape(len(sets), seeds)


def share_within_sets(margins: Floats) -> float:
    """Return which share of the variance is chance's: that within sets. Where nothing varies, all of it."""
    finite = np.where(np.isfinite(margins), margins, 0.0)
    total = float(finite.var())
    return float(finite.var(axis=1, ddof=1).mean()) / total if total else 1.0


def refuse_atoms(margins: Floats, what: str) -> None:
    """Refuse margins that have few different values: between two of them there is no level.

    Raises:
        StudyError: they have.
    """
    values, counts = np.unique(margins, return_counts=True)
    if len(values) * FEW > margins.size:
        return
    most = int(counts.argmax())
    raise StudyError(
        f"{what} has {len(values)} different values in {margins.size} runs ({counts[most] / margins.size:.0%} of them are "
        "one), so there is no way from one level to the next. Use yield; or give the spec a nearness, and split."
    )
