"""How likely is a failure that comes once in ten thousand runs, or in a thousand million?"""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Unpack, final

from tokenspice.engine.study import Study
from tokenspice.studies.design.evaluator import Evaluator
from tokenspice.studies.design.opening import What, netlist_of, study_of
from tokenspice.studies.design.rare.asked import Asked, Way, asked_spec
from tokenspice.studies.design.rare.by_points import Points
from tokenspice.studies.design.rare.by_splitting import Splitting
from tokenspice.studies.design.rare.climbing import ClimbKeeper
from tokenspice.studies.design.rare.findings import RareRuns, Repetition, findings_of
from tokenspice.studies.design.rare.looking import look, refuse_atoms, share_within_sets
from tokenspice.studies.design.rare.standard_space import MOST_VARIABLES, runs_a_step
from tokenspice.studies.design.request import Common, Request
from tokenspice.studies.design.result import Result
from tokenspice.studies.design.tool import Findings, Plan, run_tool

__all__ = ["rare"]

PARTICLES = 200
BUDGET = 50_000
MOST_ROUNDS = 10  # of as many repetitions each
LITTLE_NOISE = 0.01  # of the variance
MARGIN = 1.1  # that a repetition may take more than those before
APART = 2.0  # by more than this factor two methods disagree


def rare(
    what: What,
    study: Study | None = None,
    *,
    spec: str | None = None,
    method: Way = "auto",
    rel: float = 0.3,
    repeats: int = 10,
    size: int | None = None,
    **common: Unpack[Common],
) -> Result:
    """Return how likely a run fails a spec, with an interval from independent repetitions.

    Args:
        what: a netlist, the path of one, or f(settings, seed) → metrics. For splitting, a function takes `branches` too,
            (tick, salt) of each, and returns columns.
        study: what is asked; the netlist's own unless given.
        spec: which one, by its metric; None asks for the only one, or for the failure of any.
        method: "splitting" goes on from the runs that came nearest, as the spec's nearness says; "subset", "ce" and "is"
            move the random variables; "auto" chooses.
        rel: it stops when half the interval is within this share of the probability.
        repeats: independent repetitions; as many again while the interval is too wide.
        size: runs that a repetition begins with (splitting: 200), or takes a step (subset: 1,000; ce, is: 700).
        common: as of Request.

    Raises:
        TokenSpiceError: the study cannot be done.
    """
    what = netlist_of(what)
    study = study_of(what, study)
    asked = Asked(asked_spec(study, spec), method, rel, repeats, size)
    options = {"spec": spec, "method": method, "rel": rel, "repeats": repeats, "size": size}
    keeper = ClimbKeeper(asked.nearness) if asked.nearness else None

    def plan(asked_study: Study, request: Request) -> Plan:
        return Plan(
            asked.least, BUDGET, f"{repeats} independent repetitions, as many again while the interval is wide."
        )

    def ask(evaluator: Evaluator) -> Findings:
        return findings_of(evaluator, asked, Search(evaluator, asked).found())

    return run_tool("rare", what, study, common, options, plan, ask, keeper)


@final
class Search:
    """Asks for one probability.

    Args:
        evaluator: makes the runs.
        asked: what is asked.
    """

    def __init__(self, evaluator: Evaluator, asked: Asked) -> None:
        self._evaluator = evaluator
        self._asked = asked

    def found(self) -> RareRuns:
        """Choose a method, do its repetitions, and check what it found where it may be blind."""
        method, why = self._chosen()
        runs = self._repeated(method, why)
        if self._asked.method == "auto" and method == "ce" and runs.estimate:
            return self._checked(runs)
        return runs

    def margin(self, metrics: Mapping[str, float]) -> float:
        """Return how far a run is from the failure that is asked for."""
        margins = self._evaluator.margins
        return margins.of(self._asked.spec, metrics) if self._asked.spec else margins.joint(metrics)

    def _chosen(self) -> tuple[Way, str]:
        asked, evaluator = self._asked, self._evaluator
        if asked.method == "splitting":
            return "splitting", "asked for"
        if asked.method == "auto" and asked.nearness and not len(evaluator.cloud):
            return "splitting", "all chance is in the random streams, and the spec has a nearness"
        chance = self._look()
        if asked.method != "auto":
            return asked.method, "asked for"
        if chance < LITTLE_NOISE and len(evaluator.cloud) <= MOST_VARIABLES:
            return "ce", f"the random streams make {chance:.2%} of the variance"
        if asked.nearness:
            return "splitting", f"the random streams make {chance:.0%} of the variance, and the spec has a nearness"
        return "subset", f"the random streams make {chance:.0%} of the variance in {len(evaluator.cloud)} variables"

    def _look(self) -> float:
        """Look at 64 sets of 4 seeds, and return chance's share of the variance."""
        margins = look(self._evaluator, self.margin, 4 if self._asked.method == "auto" else 1)
        if self._asked.nearness is None:
            spec = self._asked.spec
            refuse_atoms(margins, spec.metric if spec else "the joint margin")
        return share_within_sets(margins) if margins.shape[1] > 1 else math.nan

    def _repeated(self, method: Way, why: str, rounds: int = MOST_ROUNDS) -> RareRuns:
        """Do repetitions until the interval is narrow enough, or the budget is spent."""
        runs = RareRuns(method, why, self._evaluator.request.alpha)
        for _ in range(rounds):
            n = self._affordable(runs)
            done = self._done(method, len(runs.repetitions), n) if n else []
            runs = runs.with_more(done)
            if len(done) < self._asked.repeats or (runs.estimate and runs.estimate.half_width <= self._asked.rel):
                break
        return runs

    def _affordable(self, runs: RareRuns) -> int:
        """Return how many repetitions the budget suffices for, by what those before took."""
        if not runs.repetitions:
            return self._asked.repeats
        return min(self._asked.repeats, int(self._evaluator.left * len(runs.repetitions) / (MARGIN * runs.n_runs)))

    def _checked(self, runs: RareRuns) -> RareRuns:
        """Look once by subset sampling, which finds what cross-entropy misses; where they disagree, do all of it."""
        once = RareRuns("subset", "a check", runs.alpha).with_more(self._done("subset", 0, 1))
        if not once.repetitions or agree(once.repetitions[0].probability, runs):
            return replace(runs, check=once)
        return replace(runs, check=self._repeated("subset", "cross-entropy and subset sampling disagree"))

    def _done(self, method: Way, first: int, n: int) -> list[Repetition]:
        """Do repetitions; those that the budget does not suffice for are left out."""
        size, fails = self._asked.size, lambda metrics: self.margin(metrics) < 0
        if method == "splitting":
            last = self._evaluator.candidate.defaults.get("max_ticks")
            doer = Splitting(self._evaluator, fails, size or PARTICLES, last if isinstance(last, int) else None)
            splits = sorted(doer.repetitions(first, n).items())
            return [Repetition(number, one.probability, one.n_runs, one.levels, one.failing) for number, one in splits]
        assert method != "auto", "a method was chosen"
        points = Points(self._evaluator, self.margin, method, runs_a_step(method, size))
        found = points.repetitions(first, n).items()
        failing = tuple(points.failing)
        return [
            Repetition(number, one.probability, one.n_points, one.levels, failing, one.effective)
            for number, one in found
        ]


def agree(once: float, runs: RareRuns) -> bool:
    """Whether one repetition of another method found what a method found, as far as one can tell."""
    mine = runs.estimate.probability if runs.estimate else 0.0
    return max(once, mine) <= APART * min(once, mine)
