"""How many seeds a design has, and the loop of a search."""

from collections.abc import Sequence
from typing import Literal, TypeAlias

from tokenspice.studies.design.evaluator import BudgetSpent, Evaluator
from tokenspice.studies.design.optimisation.history import History
from tokenspice.studies.design.optimisation.judge import Case, Judging
from tokenspice.studies.design.optimisation.searches import Search
from tokenspice.studies.design.request import Request

__all__ = ["PATIENCE", "REPS", "Robust", "reps_of", "run_search"]

Robust: TypeAlias = Literal["", "corners", "q95", "yield", "regret"]

REPS = {"": 4, "corners": 4, "q95": 40, "yield": 64, "regret": 4}  # seeds of each design, unless some are named
PATIENCE = 5  # blocks for each variable, without gain


def reps_of(request: Request, robust: Robust = "") -> int:
    return request.reps or REPS[robust]


def run_search(
    evaluator: Evaluator, judge: Judging, search: Search, history: History, cases: Sequence[Case], runs: int
) -> None:
    """Ask and tell, block by block, until nothing is gained any more, or so many runs were asked for in all."""
    while not history.is_exhausted:
        points = search.ask()
        if evaluator.runs_asked + len(points) * len(cases) > runs and history.tried:
            break
        try:
            block = judge.judge(points, cases)
        except BudgetSpent:
            if not history.tried:
                raise
            break
        history.add(block)
        worst = history.placeholder()
        search.tell(
            [one.values or worst for one in block], [padded(one.violations, judge.n_violations) for one in block]
        )


def padded(violations: tuple[float, ...], n: int) -> tuple[float, ...]:
    """Return as many violations as there are constraints, for a design of which no run ended."""
    return violations + (violations[0],) * (n - len(violations))
