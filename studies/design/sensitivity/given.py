"""Shares of variance from runs that another study made; no run is made for it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tokenspice.engine.errors import StudyError
from tokenspice.engine.study import Study
from tokenspice.engine.units import Floats
from tokenspice.studies.design.draws import child_seed
from tokenspice.studies.design.evaluator import Evaluator
from tokenspice.studies.design.opening import What
from tokenspice.studies.design.request import Common, Request
from tokenspice.studies.design.result import Result
from tokenspice.studies.design.run_table import read_parquet
from tokenspice.studies.design.sensitivity.indices import given_indices
from tokenspice.studies.design.sensitivity.inputs import metric_called
from tokenspice.studies.design.tool import Findings, Plan, run_tool

__all__ = ["columns_of", "sense_given"]

LEAST = 65  # runs, which RBD-FAST needs for its ten harmonics
MANY = 500  # runs, below which the report warns


def sense_given(what: What, study: Study | None, of: str, over: Sequence[str], common: Common) -> Result:
    """Share out the variance of finished runs among the variables that differ in them.

    Raises:
        StudyError: no folder is named, or its runs are too few.
    """
    folders = tuple(common.get("from_dirs", ()))
    if not folders:
        raise StudyError("given takes the runs of a finished study. Name its folder: --from DIR.")
    tables = [read_runs(folder) for folder in folders]
    options = {"of": of, "method": "given", "over": list(over), "from": [str(folder.name) for folder in folders]}

    def ask(evaluator: Evaluator) -> Findings:
        from tokenspice.studies.design.sensitivity.report import report_given

        metric = metric_called(evaluator, of)
        names = [name for role in over for name in getattr(evaluator.study, role)]
        found, points, values = columns_of(tables, names, metric)
        if len(values) < MANY:
            evaluator.warnings.append(f"{len(values)} runs say little: RBD-FAST erred by up to 0.05 with {MANY}.")
        seed = child_seed(evaluator.request.seed, "sense/bootstrap")
        indices = given_indices(found, points, values, evaluator.request.alpha, seed)
        return report_given(evaluator, metric, indices, len(values), ", ".join(folder.name for folder in folders))

    def plan(study: Study, request: Request) -> Plan:
        return Plan(0, 1, "No run is made.")

    # What the other study asked may differ: its runs are read from its table, not from its ledger.
    own: Common = {**common, "from_dirs": ()}
    return run_tool("sense", what, study, own, options, plan, ask)


def read_runs(folder: Path) -> Any:
    """Return a finished study's table of runs.

    Raises:
        StudyError: it is not there.
    """
    path = folder / "runs.parquet"
    try:
        return read_parquet(path.read_bytes())
    except OSError as error:
        raise StudyError(f"{path} cannot be read: {error.strerror}. Name the folder of a finished study.") from None


def columns_of(tables: Sequence[Any], names: Sequence[str], metric: str) -> tuple[list[str], Floats, Floats]:
    """Return the variables that differ, their values run by run, and the metric.

    Args:
        tables: of runs.
        names: of variables that may differ; a choice counts as the place of its value in their order.
        metric: its name.

    Raises:
        StudyError: the metric is not there, nothing differs, or the runs are too few.
    """
    rows = [row for table in tables for row in table.to_pylist() if row["outcome"] == "finished"]
    if rows and metric not in rows[0]:
        raise StudyError(f'the runs have no metric "{metric}". Choose one that the other study asked for.')
    columns = {name: as_numbers([row[name] for row in rows]) for name in names if rows and name in rows[0]}
    found = {name: column for name, column in columns.items() if len(np.unique(column)) > 1}
    if len(rows) < LEAST:
        raise StudyError(f"{len(rows)} runs ended there, and given needs {LEAST} at least.")
    if not found:
        raise StudyError("none of the study's variables differs in these runs. Take those of yield, sweep or sense.")
    values = np.array([float(row[metric]) for row in rows])
    if not np.isfinite(values).all():
        raise StudyError(f"{metric} is infinite in some of these runs, so it has no variance. Take another metric.")
    if not values.var():
        raise StudyError(f"{metric} is {values[0]:g} in all of these runs, so nothing matters to it.")
    return list(found), np.array(list(found.values())).T, values


def as_numbers(values: Sequence[Any]) -> Floats:
    try:
        return np.array([float(value) for value in values])
    except (TypeError, ValueError):
        places = {value: place for place, value in enumerate(sorted(set(map(str, values))))}
        return np.array([float(places[str(value)]) for value in values])
