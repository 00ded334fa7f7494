"""What a batch's parameter sets end with, and how each differs from the first one, seed by seed."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from tokenspice.engine.units import Floats

__all__ = ["compared"]

NUMBERS = ("runs", "mean", "mean_low", "mean_high", "pairs", "difference", "difference_low", "difference_high")
LEAST = 2  # runs, of which an interval can be had


def compared(runs: pa.Table) -> pa.Table:
    """Return a row for each parameter set and each column that runs logged: its last values' mean, and the difference.

    Intervals are Student's, of 95 %. A difference is that of the means of a set and of the first one, over the runs
    that have the same seed in both: what chance does to both alike is no part of it. It is empty where a set shares
    fewer than two seeds with the first one.

    Args:
        runs: a batch's table of runs.
    """
    names = runs.column_names
    swept, columns = names[names.index("seed") + 1 : names.index("outcome")], names[names.index("ticks") + 1 :]
    sets, seeds = runs["set"].to_numpy(), runs["seed"].to_pylist()
    rows: list[dict[str, Any]] = []
    for column in columns:
        last = runs[column].to_numpy(zero_copy_only=False).astype(float)
        known = np.isfinite(last)
        by_set = {
            int(one): {seeds[i]: float(last[i]) for i in np.flatnonzero(known & (sets == one))}
            for one in np.unique(sets)
        }
        rows += [{"column": column} | row for row in rows_of_column(by_set)]
    firsts = {int(one): int(np.flatnonzero(sets == one)[0]) for one in np.unique(sets)}
    called = {name: f"{name}.swept" if name in ("column", *NUMBERS) else name for name in swept}
    of_set = {name: runs[name].to_pylist() for name in swept}
    for row in rows:
        row |= {called[name]: of_set[name][firsts[row["set"]]] for name in swept}
    order = ["column", "set", *called.values(), *NUMBERS]
    kinds = {"column": pa.string(), "set": pa.int64(), "runs": pa.int64(), "pairs": pa.int64()}
    kinds |= {called[name]: runs.schema.field(name).type for name in swept}
    return pa.table({name: pa.array([row[name] for row in rows], kinds.get(name, pa.float64())) for name in order})


def rows_of_column(by_set: dict[int, dict[int, float]]) -> Iterator[dict[str, Any]]:
    """Yield what is said of one column.

    Args:
        by_set: last values by seed, of each set.
    """
    first = by_set[min(by_set)]
    for number, values in by_set.items():
        common = [] if values is first else [seed for seed in first if seed in values]
        differences = [values[seed] - first[seed] for seed in common] if len(common) >= LEAST else []
        yield {
            "set": number,
            "runs": len(values),
            **summed("mean", list(values.values())),
            "pairs": len(differences),
            **summed("difference", differences),
        }


def summed(name: str, values: Sequence[float]) -> dict[str, float | None]:
    """Return a mean with its interval; None for what cannot be had."""
    from tokenspice.studies.design.fixed_statistics import student

    found: Floats = np.array(values)
    low, high = student(found) if len(found) >= LEAST else (None, None)
    return {name: float(found.mean()) if len(found) else None, f"{name}_low": low, f"{name}_high": high}
