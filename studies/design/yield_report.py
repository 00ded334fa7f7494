"""What a yield's runs say: counts, tables, pictures, the page."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, final

import numpy as np
import pyarrow as pa

from tokenspice.engine.study import Spec
from tokenspice.engine.units import Floats
from tokenspice.studies.design.charts import Draw
from tokenspice.studies.design.corner_file import Corner
from tokenspice.studies.design.evaluator import Evaluator, Outcome
from tokenspice.studies.design.fixed_statistics import order_statistics, student
from tokenspice.studies.design.questions import Question, more_runs
from tokenspice.studies.design.report import Report, interval_text, number_text, percent_text
from tokenspice.studies.design.run_table import row_of, table_of
from tokenspice.studies.design.statistics import mean_sequence, quantile_sequence, sigma_of
from tokenspice.studies.design.yield_charts import histogram, normal_paper, share_chart

if TYPE_CHECKING:
    pass

__all__ = ["YieldRuns", "charts_of", "metric_table", "report_of", "yield_table"]

QUANTILES = (0.01, 0.05, 0.5, 0.95, 0.99)
MOST_NAMED = 3  # failing runs that the page repeats


@final
class YieldRuns:
    """The runs of a yield, corner by corner, and the questions that they answer.

    Args:
        evaluator: who made them.
        specs: on shares and means.
        corners: their names.
        looks: whether intervals are to hold however often one looks.
    """

    def __init__(self, evaluator: Evaluator, specs: Sequence[Spec], corners: Sequence[str], looks: bool) -> None:
        self.evaluator = evaluator
        self.specs = specs
        self.corners = list(corners)
        self.looks = looks
        alpha = evaluator.request.alpha
        self.spec_questions = [
            Question(spec, corner, spec.in_share, alpha, looks) for corner in corners for spec in specs
        ]
        joint = max(1 - sum(1 - spec.in_share for spec in specs), 0.5)
        self.joint_questions = [Question(None, corner, joint, alpha, looks) for corner in corners]
        self._outcomes: list[list[Outcome]] = [[] for _ in corners]
        self.history: list[tuple[int, list[tuple[float, float]]]] = []

    @property
    def questions(self) -> list[Question]:
        return [*self.spec_questions, *self.joint_questions]

    @property
    def n(self) -> int:
        """Runs at each corner."""
        return len(self._outcomes[0])

    def outcomes(self, corner: int) -> list[Outcome]:
        return self._outcomes[corner]

    def values(self, corner: int, metric: str) -> Floats:
        """Return a metric of all runs that have it."""
        return np.array([one.metrics[metric] for one in self._outcomes[corner] if metric in one.metrics])

    def take(self, blocks: Sequence[Sequence[Outcome]]) -> None:
        """Count the next block of runs at each corner, and look."""
        margins = self.evaluator.margins
        if not margins.are_scaled:
            margins.fix_scales([one.metrics for block in blocks for one in block])
        for place, block in enumerate(blocks):
            self._outcomes[place] += block
            counted = [one for one in block if one.is_finished or self.evaluator.request.crashed == "fail"]
            for outcome in counted:
                self._count(place, outcome)
        for question in self.questions:
            question.look()
        self.history.append((self.n, [one.failure_interval() for one in self.spec_questions]))

    def failure_table(self) -> pa.Table:
        """Return the runs that fail a spec."""
        rows: list[dict[str, Any]] = []
        for corner, outcomes in zip(self.corners, self._outcomes, strict=True):
            failing = [one for one in outcomes if self.evaluator.is_failure(one) and one.infeasible is None]
            for outcome in failing:
                entry = self.evaluator.entry(outcome.identity)
                rows.append({"corner": corner} | row_of(len(rows), outcome.identity, entry, self.evaluator.margins))
        return table_of(rows)

    def _count(self, place: int, outcome: Outcome) -> None:
        margins = self.evaluator.margins
        for number, spec in enumerate(self.specs):
            question = self.spec_questions[place * len(self.specs) + number]
            question.failures.append(not margins.of(spec, outcome.metrics) >= 0)
            if spec.metric in outcome.metrics:
                question.values.append(outcome.metrics[spec.metric])
        self.joint_questions[place].failures.append(self.evaluator.is_failure(outcome))


def yield_table(found: YieldRuns, judged: Sequence[str]) -> pa.Table:
    """Return a row for each spec at each corner, and for all specs together."""
    verdicts = [*judged, *("" for _ in found.joint_questions)]
    return table_of([yield_row(one, verdict) for one, verdict in zip(found.questions, verdicts, strict=True)])


def yield_row(question: Question, verdict: str) -> dict[str, Any]:
    low, high = question.failure_interval()
    share = question.k / question.n if question.n else math.nan
    return {
        "corner": question.corner,
        "spec": str(question.spec) if question.spec else "all specs",
        "runs": question.n,
        "failures": question.k,
        "yield": 1 - share,
        "low": 1 - high,
        "high": 1 - low,
        "sigma": sigma_of(share),
        "sigma_low": sigma_of(high),
        "sigma_high": sigma_of(low),
        "required": question.required if question.spec else None,
        "verdict": verdict,
    }


def metric_table(found: YieldRuns) -> pa.Table:
    """Return mean and quantiles of each metric at each corner, with their intervals."""
    study, alpha = found.evaluator.study, found.evaluator.request.alpha
    names = list(study.metrics) or list(dict.fromkeys(spec.metric for spec in study.specs))
    rows = []
    for place, corner in enumerate(found.corners):
        for name in names:
            unit = study.metrics[name].unit if name in study.metrics else ""
            rows += metric_rows(corner, name, unit, found.values(place, name), found.looks, alpha)
    return table_of(rows)


def metric_rows(corner: str, name: str, unit: str, values: Floats, looks: bool, alpha: float) -> list[dict[str, Any]]:
    first = {"corner": corner, "metric": name, "unit": unit, "runs": len(values)}
    rows = []
    if len(values) and np.isfinite(values).all():
        low, high = (mean_sequence if looks else student)(values, alpha)
        rows.append({**first, "statistic": "mean", "value": float(values.mean()), "low": low, "high": high})
    for q in QUANTILES if len(values) else ():
        low, high = (quantile_sequence if looks else order_statistics)(values, q, alpha)
        value = float(np.quantile(values, q, method="inverted_cdf"))
        rows.append({**first, "statistic": f"{q:.0%} quantile", "value": value, "low": low, "high": high})
    return rows


def report_of(
    evaluator: Evaluator, found: YieldRuns, judged: Sequence[str], has_rule: bool, picked: Sequence[Corner]
) -> Report:
    """Return the page."""
    report = Report("In what share of runs do the specs hold?")
    rows = yield_table(found, judged).to_pylist()
    report.table(
        ("corner", "spec", "runs", "failures", "yield", "interval", "sigma", "required", "verdict"),
        [
            (
                row["corner"],
                row["spec"],
                row["runs"],
                row["failures"],
                percent_text(row["yield"]),
                f"{percent_text(row['low'])} to {percent_text(row['high'])}",
                f"{number_text(row['sigma'])} {interval_text(row['sigma_low'], row['sigma_high'])}",
                "" if row["required"] is None else percent_text(row["required"]),
                row["verdict"],
            )
            for row in rows
        ],
    )
    report.text(how(found, evaluator.request.alpha), *undecided(found, judged, evaluator.request.alpha))
    report.section("Metrics")
    table = metric_table(found).to_pylist()
    report.table(
        ("corner", "metric", "statistic", "value", "interval", "unit"),
        [
            (
                row["corner"],
                row["metric"],
                row["statistic"],
                row["value"],
                interval_text(row["low"], row["high"]),
                row["unit"],
            )
            for row in table
        ],
    )
    report.text(without_mean(table, found))
    report.section("Runs")
    report.commands(failing_commands(evaluator, found))
    if picked:
        report.text(f"corners.toml holds the {len(picked)} runs whose margins stand at the required share.")
    return report


def how(found: YieldRuns, alpha: float) -> str:
    level = percent_text(1 - alpha)
    if found.looks:
        return (
            f"The intervals are confidence sequences: with probability {level} one holds the true share at every number "
            f"of runs, so stopping early does no harm. All verdicts together are wrong with probability {percent_text(alpha)} at most."
        )
    return f"The intervals (Clopper-Pearson, Student's t, order statistics) hold with probability {level} for {found.n} runs."


def undecided(found: YieldRuns, judged: Sequence[str], alpha: float) -> list[str]:
    """Say how many more runs each open question would take."""
    sentences = []
    for question, answer in zip(found.spec_questions, judged, strict=True):
        if answer == "undecided":
            more = more_runs(question, alpha / len(judged))
            takes = f"about {more:,} more runs" if more else "more runs than anybody can tell"
            sentences.append(f"{question.spec} at {question.corner} is undecided: it would take {takes}.")
    return sentences


def without_mean(table: Sequence[dict[str, Any]], found: YieldRuns) -> str:
    have = {row["metric"] for row in table if row["statistic"] == "mean"}
    lacking = list(dict.fromkeys(row["metric"] for row in table if row["metric"] not in have))
    if not lacking:
        return ""
    return f"{', '.join(lacking)} is infinite in some runs, so it has no mean: use its share, or its median."


def failing_commands(evaluator: Evaluator, found: YieldRuns) -> dict[str, str]:
    """Return the command lines of the runs that fail worst."""
    failing = [
        (evaluator.margins.joint(one.metrics), place, number)
        for place in range(len(found.corners))
        for number, one in enumerate(found.outcomes(place))
        if evaluator.is_failure(one)
    ]
    commands = {}
    for margin, place, number in sorted(failing)[:MOST_NAMED]:
        outcome = found.outcomes(place)[number]
        what = (
            f"A run that fails, at {found.corners[place]}, margin {number_text(margin)}, seed {outcome.identity.seed}"
        )
        commands[what] = evaluator.command(outcome.identity)
    return commands


def charts_of(found: YieldRuns) -> dict[str, Draw]:
    """Return the pictures: shares against runs, and each metric with its limit."""
    labels = [f"{one.spec}" + (f" at {one.corner}" if len(found.corners) > 1 else "") for one in found.spec_questions]
    required = [one.required for one in found.spec_questions]
    charts: dict[str, Draw] = {"yield": share_chart(found.history, labels, required)}
    units = {name: metric.unit for name, metric in found.evaluator.study.metrics.items()}
    for spec in {spec.metric: spec for spec in found.specs}.values():
        values = {corner: found.values(place, spec.metric) for place, corner in enumerate(found.corners)}
        values = {corner: finite[np.isfinite(finite)] for corner, finite in values.items()}
        if min(map(len, values.values())) > 1:
            unit = units.get(spec.metric, spec.unit)
            charts[f"{spec.metric}_histogram"] = histogram(values, spec, unit)
            charts[f"{spec.metric}_normal_paper"] = normal_paper(values, spec, unit)
    return charts
