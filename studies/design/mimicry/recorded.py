"""The rows of all runs as arrays, one for each column that every run logged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import final

import numpy as np

from tokenspice.engine.errors import StudyError
from tokenspice.engine.log import time_columns
from tokenspice.engine.units import Floats
from tokenspice.studies.design.evaluator import Outcome

__all__ = ["Recorded", "recorded"]


@final
@dataclass(frozen=True)
class Recorded:
    """What was logged.

    Attributes:
        columns: the values of each [n_sets, n_seeds, n_rows].
        time: the columns that rows begin with [n_rows].
        left_out: columns that some runs logged in some rows and others not.
    """

    columns: dict[str, Floats]
    time: dict[str, Floats]
    left_out: tuple[str, ...]


def recorded(outcomes: Sequence[Sequence[Outcome]]) -> Recorded:
    """Read the rows of all runs.

    Args:
        outcomes: of each set, of each seed.

    Raises:
        StudyError: runs have rows at different ticks, or no column that could be learnt.
    """
    rows = [[rows_of(outcome) for outcome in one] for one in outcomes]
    clock = tuple(time_columns(0, 0))
    first = rows[0][0]
    for run in (run for one in rows for run in one):
        if not np.array_equal(run["Tick"], first["Tick"]):
            raise StudyError(
                f"runs have rows at different ticks: one ends at {run['Tick'][-1]:g}, another at {first['Tick'][-1]:g}. "
                "A mimic needs the same rows of all runs: vary neither max_ticks nor time_step."
            )
    names = list(dict.fromkeys(name for one in rows for run in one for name in run if name not in clock))
    columns: dict[str, Floats] = {}
    left_out: list[str] = []
    for name in names:
        if all(name in run for one in rows for run in one):
            values = np.array([[run[name] for run in one] for one in rows], float)
            empty = np.isnan(values)
            if (empty == empty[0, 0]).all() and not empty.all() and not np.isinf(values).any():
                columns[name] = values
                continue
        left_out.append(name)
    if not columns:
        raise StudyError(f"no column has a number in the same rows of all runs. There are: {', '.join(names)}.")
    return Recorded(columns, {name: first[name] for name in clock}, tuple(left_out))


def rows_of(outcome: Outcome) -> Mapping[str, Floats]:
    found = outcome.rows
    if found is None:
        raise StudyError("the rows of a run are gone from the folder's rows/. Begin anew in another folder.")
    return found
