"""When does it fail? The part of the space of all variables that holds the failures, in words."""

import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Unpack, final

import numpy as np

from tokenspice.engine.errors import StudyError
from tokenspice.engine.study import Spec, Study
from tokenspice.studies.design.draws import child_seed
from tokenspice.studies.design.evaluator import Evaluator
from tokenspice.studies.design.identity import Identity
from tokenspice.studies.design.opening import What, open_study, resolved
from tokenspice.studies.design.request import Common, as_request
from tokenspice.studies.design.result import Result

if TYPE_CHECKING:
    from tokenspice.studies.design.scenarios.boxes import FailureBox, Flags, Scores, Table

__all__ = ["Discovered", "discover"]

LEAST_RUNS = 500
RUNS = 1024
LEAST_FAILURES = 30


@final
@dataclass(frozen=True)
class FoundBox:
    """A box, by the runs that it was found with and by those that were held out.

    Attributes:
        box: its limits.
        seen, held_out: how well it does with either.
        quasi_p: of each limit, how likely it is by chance.
        returns: of each variable, in which share of half-samples it is limited.
    """

    box: "FailureBox"
    seen: "Scores"
    held_out: "Scores"
    quasi_p: dict[str, float]
    returns: dict[str, float]


@final
@dataclass(frozen=True)
class Discovered:
    """What scenario discovery ends with, for its page and its pictures."""

    table: "Table"
    fails: "Flags"
    found_by: "Flags"
    boxes: list[FoundBox]
    leaves: "list[tuple[FailureBox, Scores]]"
    specs: tuple[Spec, ...]
    infeasible: int


def discover(
    what: What,
    study: Study | None = None,
    *,
    spec: str | None = None,
    over: Sequence[str] = ("design", "random", "environment"),
    **common: Unpack[Common],
) -> Result:
    """Find the boxes of variables in which runs fail, by patient rule induction, beside a tree of depth 3.

    Sobol' points over all variables, each with a seed of its own. Boxes are found with 70 % of the runs; coverage and
    density are those of the other 30 %.

    Args:
        what: what is run.
        study: what is asked; the netlist's own unless given.
        spec: the metric whose spec is looked at; a run fails if it misses any spec unless given.
        over: the roles of the variables.
        common: the keywords of all tools.

    Raises:
        TokenSpiceError: the study cannot begin, or too few runs fail.
    """
    for module, extra in (("sklearn", "design"), ("ema_workbench", "discover")):
        if importlib.util.find_spec(module) is None:
            raise StudyError(f"discover needs {module}. Install it: pip install 'tokenspice[{extra}]'.")
    from tokenspice.studies.design.discover_page import finished

    what, study = resolved(what, study)
    specs = chosen_specs(study, spec)
    request = as_request(common)
    options = {"spec": spec, "over": list(over)}
    with open_study("discover", what, study, request, options, RUNS, least=LEAST_RUNS) as evaluator:
        return finished(evaluator, discovered(evaluator, tuple(over), specs))


def chosen_specs(study: Study, metric: str | None) -> tuple[Spec, ...]:
    """Return the specs that are looked at."""
    specs = tuple(one for one in study.specs if metric in (None, one.metric))
    if not specs:
        there = ", ".join(str(one) for one in study.specs) or "none"
        raise StudyError(f"there is no spec{f' of {metric}' if metric else ''} that a run could fail. There are: {there}.")
    if of_many := [one for one in specs if one.over != "share"]:
        raise StudyError(f"{of_many[0]} is a limit on all runs together, which no single run fails. Choose another spec.")
    return specs


def discovered(evaluator: Evaluator, over: tuple[str, ...], specs: tuple[Spec, ...]) -> Discovered:
    """Run the points, and look for boxes."""
    from tokenspice.studies.design.surrogate.sets import box_over

    box = box_over(evaluator, over)
    seed = evaluator.request.seed
    n = evaluator.budget
    points = [box.settings(point) for point in box.sobol(n, child_seed(seed, "discover/points"))]
    asked: list[Identity] = [evaluator.identity(evaluator.seeds[i], point) for i, point in enumerate(points)]
    outcomes = evaluator.evaluate(asked)
    kept = [place for place, outcome in enumerate(outcomes) if outcome.infeasible is None]
    table = {name: as_column([outcomes[place].identity.values[name] for place in kept]) for name in box.names}
    fails = np.array([misses(evaluator, specs, outcomes[place].metrics) for place in kept], dtype=np.bool_)
    return boxes_in(table, fails, specs, n - len(kept), seed)
