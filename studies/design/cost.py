"""What a study would cost, and what its budget can show, before it begins."""

import dataclasses
import json
import math
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import final

from joblib import cpu_count

from tokenspice.engine.errors import StudyError
from tokenspice.engine.study import Study
from tokenspice.studies.batch.workers import Workers
from tokenspice.studies.design.evaluator import Evaluator
from tokenspice.studies.design.folder import LEDGER, LOG
from tokenspice.studies.design.ledger import read_ledger
from tokenspice.studies.design.opening import What, open_study
from tokenspice.studies.design.report import Report
from tokenspice.studies.design.request import Request
from tokenspice.studies.design.result import Result
from tokenspice.studies.design.statistics import ShareSequence

__all__ = ["Plan", "check_hours", "estimate", "runs_to_show", "shown_by"]

MOST_RUNS = 10**9
THREE_SIGMA = 1.350e-3  # share of failures, one-sided


@final
@dataclass(frozen=True)
class Plan:
    """How many runs a tool takes.

    Attributes:
        least: without which it can say nothing.
        most: its own budget, unless one is given.
        sets: in words, which parameters and seeds these are.
        shows_share: whether it tells how often something happens, so that the budget limits how rare that may be.
    """

    least: int
    most: int
    sets: str = ""
    shows_share: bool = False


def estimate(tool: str, what: What, study: Study, request: Request, plan: Plan) -> Result:
    """Return the page that says what a study would cost. One pilot run is made; nothing is written.

    Raises:
        TokenSpiceError: the study cannot be done.
    """
    budget = request.budget or plan.most
    known, times = found_in(request)
    dry = dataclasses.replace(request, out_dir=None, resume=False, keep_rows=False, warm=False)
    with open_study(tool, what, study, dry, {}, plan.most, plan.least) as evaluator:
        seconds, wiring = evaluator.pilot_seconds
        n_bytes = len(json.dumps(dict(evaluator.folder.ledger[evaluator.pilot].metrics))) + 200
    typical = median(times) if times else seconds
    workers = processes(request)
    report = Report(f"What tsp {tool} would cost")
    rows = [
        ("runs, least", plan.least),
        ("runs, most", budget),
        ("in ledgers already", known),
        ("seconds a run" + (" (median of the ledger's)" if times else " (a pilot run)"), typical),
        ("of these, wiring", wiring),
        ("processes", workers),
        ("hours, least", hours(max(plan.least - known, 0), typical, workers)),
        ("hours, most", hours(max(budget - known, 0), typical, workers)),
        ("megabytes of ledger and tables", 2 * budget * n_bytes / 1e6),
    ]
    report.table(("what", "how much"), rows)
    report.text(plan.sets, shown_by(budget, request.alpha) if plan.shows_share else "")
    return Result(tool, None, "done", report.page)


def shown_by(budget: int, alpha: float = 0.05) -> str:
    """Say which share of failures a number of runs can show."""
    share = ShareSequence(alpha, 0.01)
    low, high = share.interval(round(budget / 100), budget)
    none = share.interval(0, budget)[1]
    if budget < (needed := runs_to_show(THREE_SIGMA, alpha)):
        sigma = f"not 3σ ({needed:,})"
    else:
        sigma = "3σ, if none fails"
    return (
        f"{budget:,} runs: a failure share of 1 % to within {100 * low:.2g}-{100 * high:.2g} %; no more than "
        f"{100 * none:.2g} % if none fails; {sigma}."
    )


def runs_to_show(share: float, alpha: float = 0.05, expected: float | None = None) -> int:
    """Return after how many runs without a failure it is shown that at most this share fails."""
    sequence = ShareSequence(alpha, share if expected is None else expected)
    low, high = 1, 2
    while not sequence.excludes(0, high, share):
        low, high = high, 2 * high
        if high > MOST_RUNS:
            return high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if sequence.excludes(0, middle, share) else (middle, high)
    return high


def check_hours(evaluator: Evaluator, request: Request) -> None:
    """Refuse a study that would take too long.

    Raises:
        StudyError: it would.
    """
    known = len(evaluator.folder.ledger)
    seconds, _ = evaluator.pilot_seconds
    takes = hours(max(evaluator.budget - known, 0), seconds, processes(request))
    if takes > request.max_hours:
        raise StudyError(
            f"{evaluator.budget:,} runs of {seconds:.2g} s would take {takes:.3g} hours, and --max-hours is "
            f"{request.max_hours:g}. Write a smaller --budget, or more hours."
        )


def processes(request: Request) -> int:
    if isinstance(request.workers, Workers):
        return request.workers.n or cpu_count()
    return request.workers or cpu_count()


def hours(runs: int, seconds: float, workers: int) -> float:
    return math.ceil(runs / workers) * seconds / 3600


def found_in(request: Request) -> tuple[int, list[float]]:
    """Return how many runs are in the ledgers of the folders that are named, and how long each took."""
    known, times = 0, list[float]()
    for folder in filter(None, (request.out_dir if request.resume else None, *request.from_dirs)):
        if (folder / LEDGER).exists():
            known += len(read_ledger(folder / LEDGER)[1])
        times += times_in(folder / LOG)
    return known, times


def times_in(log: Path) -> list[float]:
    found = []
    with suppress(OSError, ValueError):
        for line in log.read_text(encoding="utf-8").splitlines():
            facts = json.loads(line)
            if "run" in facts:
                found.append(float(facts["seconds"]))
    return found
