"""Of several goals, all to be small: which points no other beats, and how much space they rule."""

from collections.abc import Sequence

import numpy as np

from tokenspice.engine.units import Floats

__all__ = ["compromise", "front_of", "hypervolume"]


def front_of(values: Floats) -> list[int]:
    """Return the places of the points that no other is at least as good as in all goals, and better in one.

    Args:
        values: [n_points, n_goals]. Of several equal points the first is taken.
    """
    _, firsts = np.unique(values, axis=0, return_index=True)
    found: list[int] = []
    # In the order of the first goal, nobody is beaten by who comes later.
    for place in firsts:
        if not (values[found] <= values[place]).all(axis=1).any():
            found.append(int(place))
    return sorted(found)


def hypervolume(values: Floats, reference: Sequence[float]) -> float:
    """Return the volume between the reference point and the points that are better than it in all goals.

    Args:
        values: [n_points, n_goals].
        reference: [n_goals] a point that is worse.
    """
    worst = np.asarray(reference, float)
    inside = values[(values < worst).all(axis=1)] if len(values) else values
    if not len(inside):
        return 0.0
    return volume(inside[front_of(inside)], worst)


def volume(front: Floats, reference: Floats) -> float:
    """Slice along the last goal: between two of its values, the area that the points below rule."""
    if front.shape[1] == 1:
        return float(reference[0] - front.min())
    ordered = front[np.argsort(front[:, -1], kind="stable")]
    tops = np.append(ordered[1:, -1], reference[-1])
    total = 0.0
    for n, (point, top) in enumerate(zip(ordered, tops, strict=True), start=1):
        if top > point[-1]:
            below = ordered[:n, :-1]
            total += float(top - point[-1]) * volume(below[front_of(below)], reference[:-1])
    return total


def compromise(values: Floats) -> int:
    """Return the place of the point nearest to the best of each goal, each measured by its own spread."""
    low, spread = values.min(axis=0), np.ptp(values, axis=0)
    distance = ((values - low) / np.where(spread > 0, spread, 1.0)) ** 2
    return int(distance.sum(axis=1).argmin())
