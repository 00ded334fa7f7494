"""What a tool is asked about: the netlist behind a path, its study, and the metrics that are meant."""

from collections.abc import Sequence
from pathlib import Path

from tokenspice.engine.errors import StudyError
from tokenspice.engine.study import Study
from tokenspice.studies.design.evaluator import Evaluator
from tokenspice.studies.design.opening import What, study_of
from tokenspice.studies.design.work import Function
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.netlist.netlist_file import load_netlist

__all__ = ["metric_names", "resolved", "unit_of"]


def resolved(what: What, study: Study | None) -> tuple[Netlist | Function, Study]:
    """Return the netlist or function, and what is asked of it.

    Raises:
        TokenSpiceError: the netlist cannot be loaded, or nothing is asked.
    """
    loaded = load_netlist(what) if isinstance(what, Path) else what
    return loaded, study_of(loaded, study)


def metric_names(evaluator: Evaluator, asked: Sequence[str]) -> tuple[str, ...]:
    """Return the metrics that are asked for, or all that a run has.

    Raises:
        StudyError: there is no such metric, or none at all.
    """
    known = tuple(evaluator.folder.ledger[evaluator.pilot].metrics)
    if unknown := [name for name in asked if name not in known]:
        raise StudyError(f'there is no metric "{unknown[0]}". There are: {", ".join(known)}.')
    if not known:
        raise StudyError("the study has no metric. Write one, such as --metric end=final(COLUMN).")
    return tuple(asked) or known


def unit_of(evaluator: Evaluator, metric: str) -> str:
    """Return a metric's unit; "" where it has none."""
    declared = evaluator.study.metrics.get(metric)
    return declared.unit if declared else ""
