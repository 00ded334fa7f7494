"""Which swept parameter matters: rank correlations of last values, with intervals."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from scipy.stats import rankdata

from tokenspice.engine.errors import NetlistError
from tokenspice.engine.streams import RandomStreams
from tokenspice.engine.text import not_among
from tokenspice.engine.units import Floats

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["rank", "spearman"]

N_RESAMPLES = 1_000
INTERVAL = (0.05, 0.95)


def rank(runs: pa.Table, column: str, swept: list[str]) -> "DataFrame":
    """Return the rank correlation of each swept parameter with the last value of a column.

    A parameter of two texts, or of yes and no, is ranked in alphabetical order; one of more texts has no order, and so
    no correlation (NaN). Intervals are percentiles of 1,000 bootstrap samples of runs, the same each time.

    Args:
        runs: a batch's runs.parquet.
        column: a logged column.
        swept: the names of the parameters.

    Raises:
        NetlistError: there is no such column, or nothing was swept.
    """
    from pandas import DataFrame

    logged = f"{column}.logged" if f"{column}.logged" in runs.column_names else column
    known = runs.column_names[runs.column_names.index("outcome") + 1 :]
    if logged not in known:
        raise NetlistError(f'the batch has no column "{column}". {not_among(column, known)}')
    if not swept:
        raise NetlistError("nothing was swept, so no parameter can matter. Give sweep.")
    last = runs[logged].to_numpy().astype(float)
    finite = np.isfinite(last)
    found = [(name, *spearman(as_ranked(runs[name].to_pylist())[finite], last[finite])) for name in swept]
    frame = DataFrame(found, columns=["parameter", "correlation", "low", "high"]).assign(n_runs=int(finite.sum()))
    order = frame["correlation"].abs().sort_values(ascending=False, kind="stable").index
    return frame.loc[order].reset_index(drop=True)


def as_ranked(values: list[Any]) -> Floats:
    """Return values as numbers in their order; NaN where they have none."""
    if not any(isinstance(value, str) for value in values):
        return np.array(values, dtype=float)
    texts = sorted(set(values))
    return np.array([texts.index(value) if len(texts) < 3 else np.nan for value in values], dtype=float)


def spearman(x: Floats, y: Floats) -> tuple[float, float, float]:
    """Return Spearman's correlation of [n] and [n] values, and its interval; NaN where one of them does not vary."""
    if len(x) < 3 or np.isnan(x).any():
        return (np.nan,) * 3
    rng = RandomStreams(0)("bootstrap of ranks")
    picks = rng.integers(len(x), size=(N_RESAMPLES, len(x)))
    middle = correlations(x[None], y[None])[0]
    sampled = correlations(x[picks], y[picks])
    known = sampled[np.isfinite(sampled)]
    if not len(known) or np.isnan(middle):
        return (np.nan,) * 3
    low, high = np.quantile(known, INTERVAL)
    return float(middle), float(low), float(high)


def correlations(x: Floats, y: Floats) -> Floats:
    """Return the rank correlation of each row of [n_samples, n]."""
    a, b = (rankdata(values, axis=1) for values in (x, y))
    a, b = (ranks - ranks.mean(axis=1, keepdims=True) for ranks in (a, b))
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = (a * b).sum(axis=1) / np.sqrt((a**2).sum(axis=1) * (b**2).sum(axis=1))
    return found
