"""What may be lost: value at risk, expected shortfall and liquidations at risk, now and as proposed, by scenario."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Unpack, final

from tokenspice.engine.errors import StudyError
from tokenspice.engine.study import Study
from tokenspice.engine.variables import Value
from tokenspice.studies.design.evaluator import Evaluator
from tokenspice.studies.design.opening import What, netlist_of, study_of
from tokenspice.studies.design.request import Common, Request
from tokenspice.studies.design.result import Result
from tokenspice.studies.design.risk.findings import RiskRuns, findings_of
from tokenspice.studies.design.risk.losses import days_of, loss_metric
from tokenspice.studies.design.risk.measures import measure
from tokenspice.studies.design.tool import Findings, Plan, run_tool
from tokenspice.studies.design.yields import Corners, corners_of

__all__ = ["risk"]

BLOCK = 256  # seeds between two looks
RUNS = 2_000  # of each set of parameters in each scenario, unless a budget is given
LEAST_BEYOND = 50  # runs beyond the lowest level


def risk(
    what: What,
    study: Study | None = None,
    *,
    loss: str,
    liquidated: str | None = None,
    horizon: str | None = None,
    levels: Sequence[float] = (95, 99),
    propose: Mapping[str, Any] | None = None,
    scenarios: Corners = None,
    max_step: float | None = None,
    rel: float | None = None,
    over: str | None = None,
    **common: Unpack[Common],
) -> Result:
    """Return the tail of what is lost, for the present parameters and for those that are proposed.

    Args:
        what: a netlist, the path of one, or f(settings, seed) → metrics or columns.
        study: what is asked; the netlist's own unless given.
        loss: a column, whose highest value is the loss; or one of the study's metrics.
        liquidated: the same, of what was liquidated.
        horizon: within which time, such as "1d"; the whole run unless given.
        levels: in per cent.
        propose: parameters that would change.
        scenarios: settings by name, or a TOML file of corners; the nominal point alone unless given.
        max_step: how far a proposed number may be from the present one, as a share of that: 0.03.
        rel: stop when half of every VaR's interval is within this share of it.
        over: the random variable over which VaR is drawn; the first one unless given.
        common: as of Request.

    Raises:
        TokenSpiceError: the study cannot be done.
    """
    what = netlist_of(what)
    study = study_of(what, study)
    asked = Asked(tuple(level / 100 for level in sorted(levels)), dict(propose or {}), max_step, rel, over)
    days = days_of(horizon)
    metrics = {name: loss_metric(study, name, days) for name in (loss, liquidated) if name}
    points = {corner.name: dict(corner.settings) for corner in corners_of(scenarios)}
    n_sets = len(points) * (2 if asked.propose else 1)
    study = dataclasses.replace(study, metrics=metrics, specs=(), goals={})
    options = {"loss": loss, "liquidated": liquidated, "horizon": horizon, **asked.facts}
    options |= {"scenarios": {name: {key: str(value) for key, value in one.items()} for name, one in points.items()}}

    def plan(asked_study: Study, request: Request) -> Plan:
        least = round(LEAST_BEYOND / (1 - asked.levels[0])) * n_sets
        return Plan(least, max(RUNS * n_sets, least), f"{n_sets} sets of parameters, with the same seeds.")

    def ask(evaluator: Evaluator) -> Findings:
        return findings_of(evaluator, runs_of(evaluator, asked, points, loss, liquidated), asked.over)

    return run_tool("risk", what, study, common, options, plan, ask)


@final
@dataclass(frozen=True)
class Asked:
    """What is asked of the tail.

    Args:
        levels: shares, rising.
        propose: parameters that would change.
        max_step: how far.
        rel: when it is enough.
        over: the variable of the picture.
    """

    levels: tuple[float, ...]
    propose: Mapping[str, Any]
    max_step: float | None
    rel: float | None
    over: str | None

    def __post_init__(self) -> None:
        if not self.levels or not all(0.5 <= level < 1 for level in self.levels):
            raise StudyError(
                f"levels = {[100 * level for level in self.levels]}: write per cent from 50 to below 100, such as 95."
            )
        if self.max_step is not None and not 0 < self.max_step < 1:
            raise StudyError(f"max_step = {self.max_step}: write a share between 0 and 1, such as 0.03.")
        if self.max_step is not None and not self.propose:
            raise StudyError("max_step bounds what is proposed, and nothing is. Write --propose NAME=VALUE.")
        if self.rel is not None and not self.rel > 0:
            raise StudyError(f"rel = {self.rel}: write a share above 0, such as 0.06.")

    @property
    def facts(self) -> dict[str, Any]:
        proposed = {name: str(value) for name, value in self.propose.items()}
        return {"levels": list(self.levels), "propose": proposed, "max_step": self.max_step, "rel": self.rel}

    def check_steps(self, present: Mapping[str, Value]) -> None:
        """Refuse a proposal that goes too far in one step.

        Raises:
            StudyError: a number changes by more than `max_step`, or there is no such parameter.
        """
        for name, value in self.propose.items():
            if present and name not in present:
                raise StudyError(f'there is no parameter "{name}" to propose. There are: {", ".join(present)}.')
            step = relative_step(present.get(name), value)
            if self.max_step is not None and step is not None and step > self.max_step * (1 + 1e-12):
                raise StudyError(
                    f"{name} = {value} is {step:.2%} from the present {present[name]}, and a step is {self.max_step:.2%} at "
                    "most. Propose a smaller one."
                )


def relative_step(present: Value | None, proposed: Any) -> float | None:
    """Return how far a number is from another, as a share of that; None of what is no number, infinite from 0."""
    try:
        before, after = float(present if present is not None else "none"), float(proposed)
    except (TypeError, ValueError):
        return None
    if before == after:
        return 0.0
    return abs(after / before - 1) if before else float("inf")


def runs_of(
    evaluator: Evaluator,
    asked: Asked,
    points: Mapping[str, Mapping[str, Any]],
    loss: str,
    liquidated: str | None,
) -> RiskRuns:
    """Run all sets of parameters in all scenarios with the same seeds, until the budget is spent or it is enough."""
    asked.check_steps(evaluator.candidate.defaults)
    sets = {(name, "present"): point for name, point in points.items()}
    if asked.propose:
        sets |= {(name, "proposed"): {**asked.propose, **point} for name, point in points.items()}
    runs = RiskRuns(asked.levels, evaluator.request.alpha, {which: [] for which in sets}, loss, liquidated)
    while evaluator.left >= len(sets):
        n = min(BLOCK, evaluator.left // len(sets))
        seeds = evaluator.seeds.between(runs.n, runs.n + n)
        block = [evaluator.identity(seed, point) for point in sets.values() for seed in seeds]
        outcomes = evaluator.evaluate(block)
        for place, which in enumerate(sets):
            runs.outcomes[which] += outcomes[place * n : (place + 1) * n]
        runs.check_ran()
        if asked.rel is not None and is_enough(runs, asked):
            break
    return runs


def is_enough(runs: RiskRuns, asked: Asked) -> bool:
    """Whether every VaR is known well enough, and enough runs lie beyond the highest level."""
    if asked.rel is None or runs.n * (1 - asked.levels[-1]) < LEAST_BEYOND:
        return False
    found = [measure(runs.losses(which), level, runs.alpha) for which in runs.outcomes for level in asked.levels]
    return max(one.half_width for one in found) <= asked.rel
