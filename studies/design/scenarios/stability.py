"""How often a box's limits come again when half of the runs are left out."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tokenspice.engine.units import Floats
from tokenspice.studies.design.scenarios.boxes import FailureBox, Flags, Labels, Table
from tokenspice.studies.design.scenarios.prim import find_boxes

__all__ = ["RESAMPLES", "chosen_rows", "returns", "split"]

Places: TypeAlias = NDArray[np.int64]

RESAMPLES = 50
HELD_OUT = 0.3  # of the runs


def split(n: int, rng: np.random.Generator) -> Flags:
    """Return which runs boxes are found by; the others tell how good they are [n]."""
    found_by = np.ones(n, dtype=np.bool_)
    found_by[rng.permutation(n)[: round(HELD_OUT * n)]] = False
    return found_by


def chosen_rows(table: Table, rows: Flags | Places) -> dict[str, Floats | Labels]:
    """Return some runs of a table."""
    return {name: values[rows] for name, values in table.items()}


def returns(
    boxes: Sequence[FailureBox], table: Table, fails: Flags, rng: np.random.Generator, resamples: int = RESAMPLES
) -> list[dict[str, float]]:
    """Return, for each box and each variable of the table, the share of half-samples that limit it too.

    Of each half-sample's boxes, the one that holds most of the same runs is compared.
    """
    counts = [dict.fromkeys(table, 0) for _ in boxes]
    inside = [box.holds(table) for box in boxes]
    for _ in range(resamples):
        rows = np.sort(rng.permutation(len(fails))[: len(fails) // 2])
        found = find_boxes(chosen_rows(table, rows), fails[rows])
        for count, held in zip(counts, inside, strict=True):
            if found:
                alike = max(found, key=lambda box: int((box.holds(table) & held).sum()))
                for name in alike.limits:
                    count[name] += 1
    return [{name: count / resamples for name, count in one.items()} for one in counts]
