"""A decision tree of depth 3, whose leaves are boxes: what a single box cannot say, several may. scikit-learn grows it."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.tree import DecisionTreeClassifier

from tokenspice.engine.units import Floats
from tokenspice.studies.design.scenarios.boxes import FailureBox, Flags, Limit, Table

__all__ = ["leaves"]

DEPTH = 3
LEAST_MASS = 0.02  # of all runs that a leaf holds


def leaves(table: Table, fails: Flags) -> list[FailureBox]:
    """Return the leaves in which more runs fail than in all, as boxes.

    Args:
        table: the runs' variables.
        fails: which runs fail [n_runs].
    """
    columns, names = encoded(table)
    tree = DecisionTreeClassifier(
        max_depth=DEPTH, min_samples_leaf=max(5, int(LEAST_MASS * len(fails))), random_state=0
    )
    tree.fit(columns, fails)
    return list(boxes_below(tree.tree_, 0, FailureBox({}), names, table, float(fails.mean())))


def encoded(table: Table) -> tuple[Floats, list[tuple[str, str | None]]]:
    """Return the columns that a tree sees, a 1 or a 0 for each choice, and what each of them is."""
    columns: list[Floats] = []
    names: list[tuple[str, str | None]] = []
    for name, values in table.items():
        if values.dtype == object:
            for choice in sorted(set(values.astype(str))):
                columns.append((values.astype(str) == choice).astype(float))
                names.append((name, choice))
        else:
            columns.append(values.astype(float))
            names.append((name, None))
    return np.column_stack(columns), names


def boxes_below(
    tree: Any, node: int, box: FailureBox, names: list[tuple[str, str | None]], table: Table, usual: float
) -> Iterator[FailureBox]:
    """Walk down from a node, and yield the leaves that fail more than is usual."""
    left, right = int(tree.children_left[node]), int(tree.children_right[node])
    if left < 0:
        if float(tree.value[node][0][-1]) > usual:
            yield box
        return
    name, choice = names[tree.feature[node]]
    for child, is_left in ((left, True), (right, False)):
        limit = narrowed(box.limits.get(name, Limit()), choice, float(tree.threshold[node]), is_left, table[name])
        yield from boxes_below(tree, child, box.with_limit(name, limit), names, table, usual)


def narrowed(limit: Limit, choice: str | None, at: float, is_left: bool, values: Any) -> Limit:
    """Return a limit after one more question: below a number or above it; another choice or this one."""
    if choice is None:
        return Limit(limit.low, min(limit.high, at)) if is_left else Limit(max(limit.low, at), limit.high)
    known = limit.choices or tuple(sorted(set(values.astype(str))))
    return Limit(choices=tuple(one for one in known if (one != choice) == is_left))
