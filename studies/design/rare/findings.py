"""What repetitions found: their estimate, tables, the page and the picture."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, final

import pyarrow as pa

from tokenspice.studies.design.charts import Draw, chart
from tokenspice.studies.design.evaluator import Evaluator
from tokenspice.studies.design.identity import Identity
from tokenspice.studies.design.rare.asked import Asked, Way
from tokenspice.studies.design.rare.repetitions import Estimate, combined
from tokenspice.studies.design.report import Report, interval_text, number_text, percent_text
from tokenspice.studies.design.result import Verdict
from tokenspice.studies.design.run_table import table_of
from tokenspice.studies.design.statistics import sigma_of
from tokenspice.studies.design.tool import Findings

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["RareRuns", "Repetition", "findings_of"]

COMMON = 0.01  # from which on plain runs are cheaper
SKEWED = 1.0  # standard deviation of a repetition per mean, from which on ten of them do not look normal
MOST_SHOWN = 5  # failing runs whose commands the page gives
MOST_KEPT = 1_000  # failing runs that the table holds


@final
@dataclass(frozen=True)
class Repetition:
    """What one repetition found.

    Attributes:
        number: which it is.
        probability: its estimate.
        n_runs: that it asked for.
        levels: (level, probability to lie beyond it).
        failing: runs that failed.
        effective: the effective number of failing points, where points have weights.
    """

    number: int
    probability: float
    n_runs: int
    levels: tuple[tuple[float, float], ...]
    failing: tuple[Identity, ...]
    effective: float | None = None


@final
@dataclass(frozen=True)
class RareRuns:
    """All repetitions by one method.

    Attributes:
        method: which.
        why: it was taken.
        alpha: how often the interval may miss.
        repetitions: in their order.
        check: those of another method, which were to find what this one may miss.
    """

    method: Way
    why: str
    alpha: float
    repetitions: tuple[Repetition, ...] = ()
    check: "RareRuns | None" = None

    @property
    def estimate(self) -> Estimate | None:
        """What they give together; None of fewer than two."""
        if len(self.repetitions) < 2:
            return None
        return combined([one.probability for one in self.repetitions], self.alpha)

    @property
    def n_runs(self) -> int:
        return sum(one.n_runs for one in self.repetitions)

    @property
    def failing(self) -> list[Identity]:
        return list(dict.fromkeys(identity for one in self.repetitions for identity in one.failing))

    @property
    def is_contradicted(self) -> bool:
        """Whether another method found something else, and was asked for all its repetitions."""
        return self.check is not None and self.check.estimate is not None

    def with_more(self, more: Sequence[Repetition]) -> "RareRuns":
        return replace(self, repetitions=(*self.repetitions, *more))


def findings_of(evaluator: Evaluator, asked: Asked, runs: RareRuns) -> Findings:
    """Return the findings of a tool."""
    all_runs = [runs, *([runs.check] if runs.check else [])]
    failing = [identity for one in all_runs for identity in one.failing]
    tables = {"levels": level_table(all_runs), "failures": failure_table(evaluator, failing)}
    report = report_of(evaluator, asked, runs, failing)
    return Findings(verdict_of(asked, runs), rare_table(all_runs), report, tables, {"levels": drawn(runs, asked)})


def verdict_of(asked: Asked, runs: RareRuns) -> Verdict:
    """Return whether the spec holds in its share of runs; without a clear interval, nothing is decided."""
    estimate = runs.estimate
    if estimate is None or estimate.is_lower_bound or runs.is_contradicted or not estimate.probability:
        return "undecided"
    if asked.spec is None:
        return "done" if estimate.half_width <= asked.rel else "undecided"
    allowed = 1 - asked.spec.in_share
    if estimate.interval[0] > allowed:
        return "fails"
    return "holds" if estimate.interval[1] <= allowed else "undecided"


def rare_table(all_runs: Sequence[RareRuns]) -> pa.Table:
    """A row for each repetition."""
    rows = [
        {
            "method": runs.method,
            "repetition": one.number,
            "probability": one.probability,
            "runs": one.n_runs,
            "levels": len(one.levels),
            "failing runs": len(one.failing),
            "effective points": one.effective,
        }
        for runs in all_runs
        for one in runs.repetitions
    ]
    return table_of(rows)


def level_table(all_runs: Sequence[RareRuns]) -> pa.Table:
    """A row for each level of each repetition."""
    rows = [
        {"method": runs.method, "repetition": one.number, "level": level, "probability": share}
        for runs in all_runs
        for one in runs.repetitions
        for level, share in one.levels
    ]
    return table_of(rows)


def failure_table(evaluator: Evaluator, failing: Sequence[Identity]) -> pa.Table:
    """A row for each failing run, with the command that repeats it."""
    rows = [{"seed": one.seed, **one.values, "command": evaluator.command(one)} for one in failing[:MOST_KEPT]]
    return table_of(rows)


def report_of(evaluator: Evaluator, asked: Asked, runs: RareRuns, failing: Sequence[Identity]) -> Report:
    what = str(asked.spec).partition(" in ")[0] if asked.spec else "all specs together"
    report = Report(f"How likely is a run that fails {what}?")
    estimate = runs.estimate
    if estimate is None:
        report.text(
            f"{len(runs.repetitions)} repetitions of {runs.method} were finished, and an interval takes two. Write a larger "
            "--budget."
        )
        return report
    report.table(
        ("method", "probability", "sigma", f"{1 - runs.alpha:.0%} interval (t)", "interval (BCa)", "runs"),
        rows_of(runs),
    )
    report.text(f"By {runs.method}: {runs.why}. {len(runs.repetitions)} independent repetitions.")
    for sentence in warnings_of(asked, runs, estimate, bool(evaluator.study.random)):
        report.text(sentence)
    if failing:
        report.section("Runs that failed")
        report.commands(
            {f"Number {place}": evaluator.command(one) for place, one in enumerate(failing[:MOST_SHOWN], 1)}
        )
    return report


def rows_of(runs: RareRuns) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    for one in [runs, *([runs.check] if runs.is_contradicted and runs.check else [])]:
        estimate = one.estimate
        assert estimate, "there are repetitions"
        p = estimate.probability
        intervals = interval_text(*estimate.interval), interval_text(*estimate.skewed)
        found.append((one.method, p, f"{sigma_of(p):.2f}", *intervals, one.n_runs))
    return found


def warnings_of(asked: Asked, runs: RareRuns, estimate: Estimate, has_random: bool) -> list[str]:
    """Say what a reader must know before believing the number."""
    found = []
    if not estimate.probability:
        found.append(
            "No repetition came to a failure: the probability is not known, not even a bound. Write a larger --size."
        )
    if estimate.dominant is not None:
        share = estimate.values[estimate.dominant] / sum(estimate.values)
        found.append(
            f"Repetition {estimate.dominant} alone is {share:.0%} of the sum: what it saw, the others missed. The number is "
            "a lower bound."
        )
    if estimate.coefficient > SKEWED:
        found.append(
            f"Repetitions differ by {estimate.coefficient:.1f} times their mean: most miss what a few see, and the interval "
            "is too narrow, more often too low. Write a larger --size."
        )
    if runs.method == "splitting" and has_random:
        found.append(
            "A branch draws no random variable anew, only what the streams give after it. Where the random variables drive "
            "the failures, --size must be large enough to hold the bad ones, or write --method subset."
        )
    if runs.check and runs.is_contradicted:
        found.append(
            f"The two methods disagree by more than a factor of 2. {runs.method} may have missed a part of the failures; "
            f"believe {runs.check.method}."
        )
    elif runs.check and runs.check.repetitions:
        once = runs.check.repetitions[0].probability
        found.append(f"One repetition of {runs.check.method} found {number_text(once)}, which agrees.")
    if estimate.half_width > asked.rel and estimate.probability:
        found.append(
            f"Half the interval is {estimate.half_width:.0%} of the probability, and {asked.rel:.0%} was asked for: about "
            f"{more_repetitions(estimate, asked.rel)} repetitions in all would do."
        )
    if estimate.probability > COMMON:
        found.append(f"A failure in {percent_text(estimate.probability)} of runs is not rare: yield is cheaper.")
    return found


def more_repetitions(estimate: Estimate, rel: float) -> int:
    """Return how many repetitions it would take, by the spread of those that there are."""
    return math.ceil((1.96 * estimate.coefficient / rel) ** 2) + 2


def drawn(runs: RareRuns, asked: Asked) -> Draw:
    """Return what draws the probability to lie beyond a level, over the level, of each repetition."""

    def draw(axes: "Axes") -> None:
        if not runs.repetitions:
            axes.text(0.5, 0.5, "no repetition has ended", ha="center", transform=axes.transAxes)
        for one in runs.repetitions:
            axes.plot(
                [level for level, _ in one.levels], [share for _, share in one.levels], color="tab:blue", alpha=0.4
            )
        estimate = runs.estimate
        if estimate and estimate.probability:
            axes.axhline(estimate.probability, color="black", label=f"probability {number_text(estimate.probability)}")
            axes.axhspan(max(estimate.interval[0], 1e-300), estimate.interval[1], color="black", alpha=0.12)
            axes.legend()
        axes.set_yscale("log")

    nearness = asked.nearness
    label = "margin"
    if runs.method == "splitting" and nearness:
        label = f"{'-' if type(nearness).__name__ == 'Falling' else ''}{nearness.column}"
    return chart(
        draw,
        f"Runs that come beyond a level ({runs.method}, {len(runs.repetitions)} repetitions)",
        label,
        "share of runs",
    )
