"""In what share of runs do the specs hold? Independent runs, 64 at a time, until it is clear."""

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias, Unpack, final

from tokenspice.engine.errors import StudyError
from tokenspice.engine.study import Spec, Study
from tokenspice.studies.design.corner_file import Corner, corner_of, corners_file, extracted, read_corners
from tokenspice.studies.design.evaluator import Evaluator, Outcome
from tokenspice.studies.design.opening import What
from tokenspice.studies.design.questions import Question, answers
from tokenspice.studies.design.request import Common, Request
from tokenspice.studies.design.result import Result, Verdict
from tokenspice.studies.design.tool import Findings, Plan, run_tool
from tokenspice.studies.design.yield_report import YieldRuns, charts_of, metric_table, report_of, yield_table

__all__ = ["Corners", "at_required_share", "corners_of", "share_specs", "yields"]

BLOCK = 64  # runs at a corner between two looks
BUDGET, BUDGET_TO_DECIDE = 1_024, 4_096  # runs at a corner, unless a budget is given

Corners: TypeAlias = Path | Mapping[str, Mapping[str, Any]] | None
"""A TOML file of corners, or their settings by name."""


def yields(
    what: What,
    study: Study | None = None,
    *,
    decide: bool = False,
    half_width: float | None = None,
    fixed: int | None = None,
    corners: Corners = None,
    extract: int = 0,
    **common: Unpack[Common],
) -> Result:
    """Return in what share of runs each spec holds, and all of them together.

    Args:
        what: a netlist, the path of one, or f(settings, seed) → metrics.
        study: what is asked; the netlist's own unless given.
        decide: whether to stop when every spec is clear of its required share; wrong at most as often as alpha, for
            the whole study.
        half_width: stop when each share is known to within this.
        fixed: make so many runs at each corner, and give the narrower intervals that hold for a fixed number.
        corners: where; at the nominal values unless given.
        extract: how many runs, those whose margin stands at the required share, to write as corners.
        common: as of Request.

    Raises:
        TokenSpiceError: the study cannot be done.
    """
    stop = Stop(decide, half_width, fixed)
    points = corners_of(corners)

    def plan(asked: Study, request: Request) -> Plan:
        stop.check(asked)
        most = fixed or (BUDGET_TO_DECIDE if stop.has_rule else BUDGET)
        words = f"Blocks of {BLOCK} runs at {'1 corner' if len(points) == 1 else f'{len(points)} corners'}."
        return Plan((fixed or BLOCK) * len(points), most * len(points), words, shows_share=True)

    def ask(evaluator: Evaluator) -> Findings:
        return ask_yield(evaluator, stop, points, extract)

    options = {**dataclasses.asdict(stop), "corners": [corner_facts(one) for one in points], "extract": extract}
    return run_tool("yield", what, study, common, options, plan, ask)


@final
@dataclasses.dataclass(frozen=True)
class Stop:
    """When it is enough."""

    decide: bool = False
    half_width: float | None = None
    fixed: int | None = None

    @property
    def has_rule(self) -> bool:
        return self.decide or self.half_width is not None

    def check(self, study: Study) -> None:
        """Refuse what cannot be asked."""
        if not study.specs:
            raise StudyError("a yield is the share of runs that meet specs. Name one: metric <= limit in 0.99.")
        if self.fixed is not None and self.has_rule:
            raise StudyError("a fixed number of runs has no rule to stop earlier. Leave decide and half_width out.")
        if self.half_width is not None and not 0 < self.half_width < 1:
            raise StudyError(f"half_width = {self.half_width}: write a share between 0 and 1, such as 0.01.")
        if self.half_width is not None and any(spec.over == "mean" for spec in study.specs):
            raise StudyError("half_width is of shares, and a spec is on a mean. Use decide, or a fixed number of runs.")

    def is_met(self, questions: Sequence[Question], alpha: float) -> bool:
        if self.decide and "undecided" not in answers([one for one in questions if one.spec], alpha):
            return True
        if self.half_width is None:
            return False
        widths = [high - low for low, high in (one.failure_interval() for one in questions)]
        return max(widths) / 2 <= self.half_width


def ask_yield(evaluator: Evaluator, stop: Stop, corners: Sequence[Corner], extract: int) -> Findings:
    """Run blocks until it is enough, and put the findings together."""
    study, request = evaluator.study, evaluator.request
    specs = share_specs(study.specs)
    points = [free_point(evaluator, corner) for corner in corners]
    found = YieldRuns(evaluator, specs, [corner.name for corner in corners], not stop.fixed)
    while evaluator.left >= len(points) and not (stop.fixed and found.n >= stop.fixed):
        n = min(BLOCK, evaluator.left // len(points), (stop.fixed or BLOCK) - found.n if stop.fixed else BLOCK)
        seeds = evaluator.seeds.between(found.n, found.n + n)
        asked = [[evaluator.identity(seed, point) for seed in seeds] for point in points]
        outcomes = evaluator.evaluate([identity for at_corner in asked for identity in at_corner])
        for place, corner in enumerate(corners):
            if why := outcomes[place * n].infeasible:
                raise StudyError(f"the corner {corner.name} cannot be run: {why}")
        found.take([outcomes[place * n : (place + 1) * n] for place in range(len(points))])
        if stop.is_met(found.questions, request.alpha):
            break
    judged = answers(found.spec_questions, request.alpha)
    verdict: Verdict = "fails" if "fails" in judged else "undecided" if "undecided" in judged else "holds"
    picked = at_required_share(found.outcomes(0), evaluator, extract) if extract else []
    files = (
        {"corners.toml": corners_file(picked, ["Runs whose margin stands at the required share."])} if picked else {}
    )
    report = report_of(evaluator, found, judged, stop.has_rule, picked)
    tables = {"metrics": metric_table(found), "failures": found.failure_table()}
    return Findings(verdict, yield_table(found, judged), report, tables, charts_of(found), files)


def share_specs(specs: Sequence[Spec]) -> list[Spec]:
    """Return specs with those on a quantile as what they are too, a share of runs: q95(x) <= 3 is x <= 3 in 0.95."""
    found = []
    for spec in specs:
        q = spec.over_quantile
        share = spec.in_share if q is None else q if spec.at_most is not None else 1 - q
        found.append(spec if q is None else dataclasses.replace(spec, over="share", in_share=share))
    return found


def corners_of(corners: Corners) -> list[Corner]:
    """Return corners from a file or from settings; the nominal point if none is given."""
    if corners is None:
        return [Corner("nominal", {})]
    if isinstance(corners, Path):
        return read_corners(corners)
    return [corner_of(name, words) for name, words in corners.items()]


def free_point(evaluator: Evaluator, corner: Corner) -> dict[str, Any]:
    """Return a corner's settings without what chance chooses, which is drawn.

    Raises:
        StudyError: nothing of it is left.
    """
    settings = {name: value for name, value in corner.settings.items() if name not in evaluator.study.random}
    if corner.settings and not settings:
        raise StudyError(
            f"the corner {corner.name} sets only what chance chooses, and a yield draws that. Write a corner of the "
            "environment or the design."
        )
    return settings


def at_required_share(outcomes: Sequence[Outcome], evaluator: Evaluator, count: int) -> list[Corner]:
    """Return, of each spec, the runs whose margins stand at the required share, nearest first, as corners with seeds."""
    found: list[Corner] = []
    for spec in evaluator.study.specs:
        ranked = sorted(
            (one for one in outcomes if one.is_finished), key=lambda one: evaluator.margins.of(spec, one.metrics)
        )
        place = (1 - spec.in_share) * (len(ranked) - 1)
        nearest = sorted(range(len(ranked)), key=lambda rank: (abs(rank - place), rank))[:count]
        found += [
            extracted(f"{spec.metric}_{number + 1}", ranked[rank].identity) for number, rank in enumerate(nearest)
        ]
    return found


def corner_facts(corner: Corner) -> list[Any]:
    return [corner.name, {name: repr(value) for name, value in corner.settings.items()}, corner.seed]
