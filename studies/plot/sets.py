"""The finished runs of a batch, parameter set by parameter set, as quantiles of what its netlist's charts draw.

Shapes: n_sets parameter sets, n_runs runs of a set, n_ticks logged ticks, n_drawn columns of a chart.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from tokenspice.engine.charts import PlotInstructions, YParam
from tokenspice.engine.units import Floats
from tokenspice.studies.batch.tables import read_checked
from tokenspice.studies.charts import as_numbers, check_columns, drawn_values
from tokenspice.studies.netlist.netlist import Netlist

__all__ = ["MEDIAN", "SetOfRuns", "is_number", "quantiles", "read_sets", "swept", "value_text"]

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
MEDIAN = 2


@dataclass(frozen=True)
class SetOfRuns:
    """The finished runs of one parameter set.

    Args:
        parameters: what was swept.
        header: the names of the columns.
        values: [n_rows, n_columns] of all runs; the first column is the tick.
        runs: [n_rows] whose rows they are.
        instructions: the netlist's charts.
    """

    parameters: Mapping[str, Any]
    header: list[str]
    values: Floats
    runs: NDArray[np.int64]
    instructions: PlotInstructions

    @cached_property
    def n_runs(self) -> int:
        return len(np.unique(self.runs))

    @cached_property
    def x(self) -> Floats:
        """[n_ticks] where to draw them."""
        return as_numbers(self.instructions.x, len(np.unique(self.values[:, 0])))

    def bands(self, param: YParam) -> Floats:
        """Return the QUANTILES over runs of what a chart draws, [5, n_ticks, n_drawn]; NaN where no run has a value.

        A difference is taken run by run, because that of two medians is the median of nothing.
        """
        drawn = np.full((len(self.values), len(param.columns)), np.nan)
        for run in np.unique(self.runs):
            mine = self.runs == run
            drawn[mine] = drawn_values(param, self.header, self.values[mine])
        return quantiles(np.column_stack([self.values[:, 0], drawn]), self.runs)[..., 1:]


def read_sets(netlist: Netlist, folder: Path) -> list[SetOfRuns]:
    """Return each parameter set with its rows.

    Raises:
        NetlistError: a chart names a column that the batch does not have.
        RunError: there are no results yet.
    """
    table = read_checked(folder / "rows.parquet")
    names = table.column_names
    first = names.index("Tick")
    header = [name.removesuffix(".logged") for name in names[first:]]
    values = np.column_stack([table[name].to_numpy().astype(float) for name in names[first:]])
    places, runs = table["set"].to_numpy(), table["run"].to_numpy()
    found = []
    for place in np.unique(places):
        chosen = places == place
        medians = quantiles(values[chosen], runs[chosen])[MEDIAN]
        instructions = netlist.plot_instructions(header, medians)
        row = table.slice(int(chosen.argmax()), 1).to_pylist()[0]
        parameters = {name: row[name] for name in swept(folder)}
        found.append(SetOfRuns(parameters, header, values[chosen], runs[chosen], instructions))
    for param in found[0].instructions.y_params:
        check_columns(param, header)
    return found


def swept(folder: Path) -> list[str]:
    """Return the names of the swept parameters."""
    names: list[str] = pq.read_schema(folder / "runs.parquet").names
    return names[names.index("seed") + 1 : names.index("outcome")]


def quantiles(values: Floats, runs: NDArray[np.int64]) -> Floats:
    """Return the QUANTILES over runs.

    Args:
        values: [n_rows, n_columns] of all runs; the first column is the tick.
        runs: [n_rows] whose rows they are.

    Returns:
        [5, n_ticks, n_columns]
    """
    ticks, at_tick = np.unique(values[:, 0], return_inverse=True)
    numbers, at_run = np.unique(runs, return_inverse=True)
    cube = np.full((len(numbers), len(ticks), values.shape[1]), np.nan)
    cube[at_run, at_tick] = values
    cube[~np.isfinite(cube)] = np.nan  # what is infinite has no place on an axis
    # A column that no run has at a tick has no quantiles either, which numpy would warn of.
    known = ~np.isnan(cube).all(axis=0)
    bands = np.full((len(QUANTILES), *known.shape), np.nan)
    bands[:, known] = np.nanquantile(cube[:, known], QUANTILES, axis=0)
    return bands


def is_number(value: Any) -> bool:
    """Tell whether a parameter has a place on an axis; yes and no are names."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def value_text(value: Any) -> str:
    """Write a value in few digits, and none of them an exponent's."""
    if not isinstance(value, float):
        return str(value)
    return f"{value:,.0f}" if 1000 <= abs(value) < 1e7 else f"{value:.4g}"
