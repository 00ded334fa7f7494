"""The patient rule induction method: peel a twentieth off the box again and again, where that makes it fail most.

The peeling is the EMA Workbench's. Which box of its trajectory is taken, and where exactly its limits lie, is settled
here, by the balance of coverage and density. Source: Friedman & Fisher, Statistics and Computing 9 (1999).
"""

import logging
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
from pandas import DataFrame

from tokenspice.engine.units import Floats
from tokenspice.studies.design.scenarios.boxes import FailureBox, Flags, Limit, Table, quasi_p, scores_of
from tokenspice.studies.design.scenarios.tree import leaves

__all__ = ["find_box", "find_boxes"]

PEEL = 0.05  # of a box's runs that a step takes away
LEAST_MASS = 0.05  # of all runs that a box holds
CHANCE = 0.05  # a limit that chance gives more often is dropped
MOST_BOXES = 3
LEAST_FAILURES = 15  # left over, among which a further box is looked for
DENSER = 1.5  # than all runs, what is called a box
ROUNDS = 3  # of moving every limit


def find_box(table: Table, fails: Flags) -> FailureBox:
    """Return the box that holds the failures best; without limits, if none is better than chance.

    The leaves of a tree are looked at too: what fails in two corners, peeling from the outside cannot tell.

    Args:
        table: the runs' variables.
        fails: which runs fail [n_runs].
    """
    candidates = [*trajectory(table, fails), *leaves(table, fails)]
    box = max(
        candidates, key=lambda box: (scores_of(box, table, fails).balance, -len(box.limits)), default=FailureBox({})
    )
    return refined(significant(refined(significant(box, table, fails), table, fails), table, fails), table, fails)


def find_boxes(table: Table, fails: Flags) -> list[FailureBox]:
    """Return up to three boxes, each of which holds failures that lie in none before it; none if chance explains all."""
    boxes: list[FailureBox] = []
    left = np.ones(len(fails), dtype=np.bool_)
    while len(boxes) < MOST_BOXES and int(fails[left].sum()) >= LEAST_FAILURES:
        rest = {name: values[left] for name, values in table.items()}
        box = find_box(rest, fails[left])
        if not box.limits or scores_of(box, rest, fails[left]).density < DENSER * float(fails.mean()):
            break
        boxes.append(box)
        left &= ~box.holds(table)
    return boxes


def trajectory(table: Table, fails: Flags) -> Iterator[FailureBox]:
    """Yield the boxes of the peeling and pasting, from all runs to the smallest."""
    frame = DataFrame({name: values for name, values in table.items()})
    level = logging.getLogger("EMA").level
    logging.getLogger("EMA").setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            # It misses altair, which draws for notebooks, and says so.
            warnings.simplefilter("ignore")
            from ema_workbench.analysis.prim import Prim

            found = Prim(frame, fails.astype(int), threshold=0.0, peel_alpha=PEEL, mass_min=LEAST_MASS).find_box()
    finally:
        logging.getLogger("EMA").setLevel(level)
    for limits in found.box_lims if found else ():
        yield as_box(limits, table)


def as_box(limits: Any, table: Table) -> FailureBox:
    """Read a box of the workbench's: a table with two rows, the ends, or sets of choices."""
    found: dict[str, Limit] = {}
    for name, values in table.items():
        if name not in limits:
            continue
        first, last = limits[name].iloc[0], limits[name].iloc[1]
        if isinstance(first, set | frozenset):
            inside = tuple(sorted(map(str, first)))
            if len(inside) < len(set(values.astype(str))):
                found[name] = Limit(choices=inside)
            continue
        low = float(first) if first > values.min() else -np.inf
        high = float(last) if last < values.max() else np.inf
        if np.isfinite(low) or np.isfinite(high):
            found[name] = Limit(low, high)
    return FailureBox(found)


def significant(box: FailureBox, table: Table, fails: Flags) -> FailureBox:
    """Drop the limits that chance could have given, the likeliest first."""
    while box.limits:
        p_values = {name: quasi_p(box, name, table, fails) for name in box.limits}
        worst = max(p_values, key=lambda name: p_values[name])
        if p_values[worst] <= CHANCE / len(table):
            return box
        box = box.without(worst)
    return box


def refined(box: FailureBox, table: Table, fails: Flags) -> FailureBox:
    """Move each limit to where the balance of coverage and density is best, and leave out those that are not needed."""
    for _ in range(ROUNDS):
        before = box
        for name in list(box.limits):
            if not box.limits[name].choices:
                box = with_best_ends(box, name, table, fails)
        if box == before:
            break
    return box


def with_best_ends(box: FailureBox, name: str, table: Table, fails: Flags) -> FailureBox:
    """Return the box with the best ends of one number, an open side staying open unless the other goes."""
    inside = box.without(name).holds(table)
    numbers, bad = table[name][inside].astype(float), fails[inside]
    order = np.argsort(numbers, kind="stable")
    low, high = best_stretch(numbers[order], bad[order], int(fails.sum()))
    return box.with_limit(name, Limit(low, high)) if np.isfinite(low) or np.isfinite(high) else box.without(name)


def best_stretch(numbers: Floats, bad: Flags, failures: int) -> tuple[float, float]:
    """Return the ends of the stretch of sorted numbers with the best balance, half-way to the next number outside."""
    n = len(numbers)
    if not n:
        return -np.inf, np.inf
    caught = np.concatenate([[0], np.cumsum(bad)])
    begins, ends = cuts(numbers), cuts(numbers)
    in_box = ends[None, :] - begins[:, None]
    hits = caught[ends][None, :] - caught[begins][:, None]
    balance = np.where(in_box > 0, 2 * hits / (np.maximum(in_box, 0) + failures), -1.0)
    first, last = np.unravel_index(int(balance.argmax()), balance.shape)
    i, j = int(begins[first]), int(ends[last])
    low = -np.inf if i == 0 else (numbers[i - 1] + numbers[i]) / 2
    high = np.inf if j == n else (numbers[j - 1] + numbers[j]) / 2
    return float(low), float(high)


def cuts(numbers: Floats) -> Any:
    """Return the places between two numbers that differ, and both ends."""
    return np.concatenate([[0], np.flatnonzero(np.diff(numbers)) + 1, [len(numbers)]])
