"""A race: the best designs of a search on fresh seeds, which they share; who is worse beyond doubt drops out.

The seeds double from round to round. Differences are paired, and Holm's method keeps the whole round's error at alpha.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import final

import numpy as np

from tokenspice.engine.units import Floats
from tokenspice.studies.design.evaluator import Evaluator
from tokenspice.studies.design.fixed_statistics import holm, paired
from tokenspice.studies.design.optimisation.judge import Judge, Judgement, cases_of

__all__ = ["Race", "Round", "dropped", "race"]


@final
@dataclass(frozen=True)
class Round:
    """A round of a race: with how many seeds, and who is still in it after it, by the designs' numbers."""

    seeds: int
    left: tuple[int, ...]


@final
@dataclass(frozen=True)
class Race:
    """What a race came to.

    Attributes:
        rounds: in their order.
        left: who is left, as judged on all seeds of the race, the best first.
    """

    rounds: tuple[Round, ...]
    left: tuple[Judgement, ...]


def race(
    judge: Judge,
    evaluator: Evaluator,
    designs: Sequence[Judgement],
    seeds: Callable[[int], list[int]],
    reps: int,
    runs: int,
) -> Race:
    """Race some designs.

    Args:
        judge: runs and judges them.
        evaluator: of the study.
        designs: who races.
        seeds: returns the first n seeds of the race.
        reps: seeds of the first round.
        runs: how many there may be in all.
    """
    left = list(range(len(designs)))
    judged: dict[int, Judgement] = {}
    rounds: list[Round] = []
    n, spent = max(reps, 2), 0
    while designs and (len(left) > 1 or not rounds):
        before = rounds[-1].seeds if rounds else 0
        cost = len(left) * (n - before)
        if spent + cost > runs or cost > evaluator.left:
            break
        spent += cost
        found = judge.judge([designs[place].point for place in left], cases_of(seeds(n)))
        judged |= dict(zip(left, found, strict=True))
        left = standing(judge, left, judged, evaluator.request.alpha)
        rounds.append(Round(n, tuple(left)))
        if not judge.compares_means or not any(
            np.ptp(judge.costs(judged[place]), axis=1).any() for place in left if judged[place].is_feasible
        ):
            break
        n *= 2
    ranked = sorted((judged.get(place, designs[place]) for place in left), key=lambda one: one.order)
    return Race(tuple(rounds), tuple(ranked))


def standing(judge: Judge, left: Sequence[int], judged: Mapping[int, Judgement], alpha: float) -> list[int]:
    """Return who stays in. While some meet all specs, whoever violates one leaves; otherwise the nearer half stays."""
    feasible = [place for place in left if judged[place].is_feasible]
    if feasible and not judge.compares_means:
        return feasible
    if not feasible:
        ordered = sorted(left, key=lambda place: judged[place].violation)
        return sorted(ordered[: (len(ordered) + 1) // 2])
    out = dropped({place: judge.costs(judged[place]) for place in feasible}, alpha)
    return [place for place in feasible if place not in out]


def dropped(costs: Mapping[int, Floats], alpha: float) -> set[int]:
    """Return who is worse than another in every goal beyond doubt.

    Args:
        costs: of each design, [n_goals, n_seeds], to be small.
        alpha: how often one of a round may drop out by chance alone.
    """
    p_values: dict[str, float] = {}
    for place, own in costs.items():
        others = [worse_in_all(own, other) for rival, other in costs.items() if rival != place]
        p_values[str(place)] = min(min(others, default=1.0) * max(len(others), 1), 1.0)
    return {int(place) for place, is_refuted in holm(p_values, alpha).items() if is_refuted}


def worse_in_all(own: Floats, other: Floats) -> float:
    """Return the p-value of a design's being no worse than another in some goal: the largest of its goals'."""
    found = []
    for one, rival in zip(own, other, strict=True):
        difference = paired(one, rival)
        found.append(difference.p_value if difference.mean > 0 else 1.0)
    return max(found)
