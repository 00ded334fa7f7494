"""Opens a study: checks what is asked before anything runs, then hands the tool its evaluator."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, TypeAlias

from tokenspice.engine.errors import StudyError
from tokenspice.engine.study import Study
from tokenspice.studies.batch.warm_starts import Starts
from tokenspice.studies.batch.workers import Workers
from tokenspice.studies.design.evaluator import Evaluator
from tokenspice.studies.design.folder import StudyFolder
from tokenspice.studies.design.keeper import Keeper
from tokenspice.studies.design.request import Request
from tokenspice.studies.design.subject import (
    Candidate,
    FunctionCandidate,
    NetlistCandidate,
    check_study,
    metric_text,
)
from tokenspice.studies.design.work import Function
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.netlist.netlist_file import load_netlist

__all__ = ["What", "netlist_of", "open_study", "study_of"]

What: TypeAlias = Netlist | Function | Path
"""What a study is about: a netlist, the path of one, or f(settings, seed) → metrics."""


@contextmanager
def open_study(
    tool: str,
    what: What,
    study: Study | None,
    request: Request,
    options: Mapping[str, Any],
    budget: int,
    least: int = 1,
    keeper: Keeper | None = None,
) -> Iterator[Evaluator]:
    """Yield the evaluator of a study, with its folder open and a pilot run done.

    Args:
        tool: its verb, for study.json.
        what: what is run.
        study: what is asked; the netlist's own unless given.
        request: how.
        options: of the tool, as JSON can hold them; results depend on them.
        budget: the tool's own number of runs, if the request names none.
        least: how many runs the tool needs.
        keeper: what the tool keeps of each run besides its metrics.

    Raises:
        TokenSpiceError: the study cannot begin; or what the pilot run found is not what is asked for.
    """
    what = netlist_of(what)
    study = study_of(what, study)
    runs = request.budget or budget
    if runs < least:
        raise StudyError(f"{tool} takes at least {least} runs for this study, and the budget is {runs}.")
    workers = request.workers if isinstance(request.workers, Workers) else Workers(request.workers)
    candidate = candidate_of(what, request, workers)
    check_study(study, candidate)
    definition = definition_of(tool, study, request, options, runs)
    with ExitStack() as resources:
        folder = resources.enter_context(
            StudyFolder(
                request.out_dir, candidate.facts(), definition, request.resume, request.from_dirs, request.keep_rows
            )
        )
        evaluator = resources.enter_context(Evaluator(candidate, study, request, folder, runs, workers, keeper))
        evaluator.run_pilot()
        yield evaluator


def netlist_of(what: What) -> Netlist | Function:
    """Load a netlist that is given by its path."""
    return load_netlist(what.resolve()) if isinstance(what, Path) else what


def study_of(what: Netlist | Function, study: Study | None) -> Study:
    """Return the study that is given, or the netlist's own."""
    if study is not None:
        return study
    own = what.study if isinstance(what, Netlist) else None
    if own is None:
        name = what.path if isinstance(what, Netlist) else "a function"
        raise StudyError(f"{name} declares no netlist_study. Write one, give a study, or name metrics and specs.")
    return own


def candidate_of(what: Netlist | Function, request: Request, workers: Workers) -> Candidate:
    if not isinstance(what, Netlist):
        if request.warm:
            raise StudyError("only a netlist is wired beforehand. Leave warm out.")
        return FunctionCandidate(what, request.settings)
    if request.warm and request.out_dir is None:
        raise StudyError("warm starts are kept in a folder. Give out_dir.")
    starts = Starts(request.out_dir.resolve() / "starts", request.seed) if request.warm and request.out_dir else None
    return NetlistCandidate(what, request.settings, workers, starts)


def definition_of(tool: str, study: Study, request: Request, options: Mapping[str, Any], budget: int) -> dict[str, Any]:
    """Return what results depend on besides the facts of the runs, as study.json holds it."""
    variables = {
        role: {name: repr(one) for name, one in getattr(study, role).items()}
        for role in ("design", "random", "environment")
    }
    correlations = [[*pair, rank] for pair, rank in study.correlations.items()]
    judged = {
        "metrics": {name: metric_text(metric) for name, metric in study.metrics.items()},
        "specs": [repr(spec) for spec in study.specs],
        "goals": dict(study.goals),
        "invariants": list(study.invariants),
    }
    asked = {
        "budget": budget,
        "reps": request.reps,
        "seed": request.seed,
        "alpha": request.alpha,
        "crashed": request.crashed,
        "keep_rows": request.keep_rows,
    }
    found: dict[str, Any] = json.loads(
        json.dumps(
            {"tool": tool, "options": dict(options), **variables, "correlations": correlations, **judged, **asked}
        )
    )
    return found
