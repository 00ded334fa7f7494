"""What runs at corners say: a table of corners and specs, a heat map of margins, the page."""

import math
from collections.abc import Sequence
from typing import Any, final

import numpy as np
import pyarrow as pa

from tokenspice.engine.study import Spec
from tokenspice.engine.units import Floats
from tokenspice.studies.design.charts import Draw, heat_map
from tokenspice.studies.design.corner_file import Corner, extracted
from tokenspice.studies.design.evaluator import Evaluator, Outcome
from tokenspice.studies.design.fixed_statistics import clopper_pearson, student
from tokenspice.studies.design.questions import Answer
from tokenspice.studies.design.report import Report, interval_text, number_text, percent_text
from tokenspice.studies.design.run_table import table_of

__all__ = ["CornerRuns", "charts_of", "corner_table", "report_of"]


@final
class CornerRuns:
    """The runs at each corner.

    Args:
        evaluator: who made them.
        specs: on shares and means.
        corners: where.
        runs: corner by corner.
    """

    def __init__(
        self, evaluator: Evaluator, specs: Sequence[Spec], corners: Sequence[Corner], runs: Sequence[Sequence[Outcome]]
    ) -> None:
        self.evaluator = evaluator
        self.specs = specs
        self.corners = corners
        ignores = evaluator.request.crashed == "ignore"
        self.runs = [[one for one in at_corner if one.is_finished or not ignores] for at_corner in runs]

    @property
    def alpha(self) -> float:
        """Of each interval: Bonferroni's part."""
        return self.evaluator.request.alpha / (len(self.corners) * len(self.specs))

    def margins(self, corner: int, spec: Spec) -> Floats:
        return np.array([self.evaluator.margins.of(spec, one.metrics) for one in self.runs[corner]])

    def values(self, corner: int, spec: Spec) -> Floats:
        return np.array([one.metrics[spec.metric] for one in self.runs[corner] if spec.metric in one.metrics])

    def met(self, corner: int, spec: Spec) -> int:
        return int((self.margins(corner, spec) >= 0).sum())

    def share_interval(self, corner: int, spec: Spec) -> tuple[float, float]:
        return clopper_pearson(self.met(corner, spec), len(self.runs[corner]), self.alpha)

    def answers(self) -> list[Answer]:
        """Say, corner by corner and spec by spec, whether it holds."""
        return [self._answer(place, spec) for place in range(len(self.corners)) for spec in self.specs]

    def at_required_share(self, count: int) -> list[Corner]:
        """Return, of each spec's worst corner, the runs whose margins stand at the required share, as corners."""
        found: list[Corner] = []
        for spec in self.specs:
            worst = min(range(len(self.corners)), key=lambda place: self.mean_margin_at(place, spec))
            finished = [one for one in self.runs[worst] if one.is_finished]
            ranked = sorted(finished, key=lambda one: self.evaluator.margins.of(spec, one.metrics))
            place = (1 - spec.in_share) * (len(ranked) - 1)
            nearest = sorted(range(len(ranked)), key=lambda rank: (abs(rank - place), rank))[:count]
            found += [extracted(f"{spec.metric}_{n + 1}", ranked[rank].identity) for n, rank in enumerate(nearest)]
        return found

    def mean_margin_at(self, corner: int, spec: Spec) -> float:
        margins = self.margins(corner, spec)
        return float(margins.mean()) if len(margins) else math.inf

    def _answer(self, corner: int, spec: Spec) -> Answer:
        n = len(self.runs[corner])
        if self.corners[corner].seed is not None:  # one run, which there is no doubt about
            return "holds" if self.met(corner, spec) == n else "fails"
        if spec.over == "mean":
            low, high = student(self.values(corner, spec), self.alpha)
            if not low >= spec.limit and not high <= spec.limit:
                return "undecided"
            return "holds" if (low >= spec.limit) == (spec.at_least is not None) else "fails"
        low, high = self.share_interval(corner, spec)
        return "holds" if low >= spec.in_share else "fails" if high < spec.in_share else "undecided"


def corner_table(found: CornerRuns, judged: Sequence[Answer]) -> pa.Table:
    """Return a row for each spec at each corner."""
    pairs = [(place, spec) for place in range(len(found.corners)) for spec in found.specs]
    return table_of([row_of(found, place, spec, answer) for (place, spec), answer in zip(pairs, judged, strict=True)])


def row_of(found: CornerRuns, place: int, spec: Spec, answer: Answer) -> dict[str, Any]:
    corner, values, margins = found.corners[place], found.values(place, spec), found.margins(place, spec)
    low, high = found.share_interval(place, spec)
    n = len(found.runs[place])
    quantiles = {f"q{q:02}": float(np.quantile(values, q / 100)) if len(values) else math.nan for q in (5, 50, 95)}
    return {
        "corner": corner.name,
        "spec": str(spec),
        "runs": n,
        "met": found.met(place, spec) / n if n else math.nan,
        "low": low,
        "high": high,
        "mean": float(values.mean()) if len(values) and np.isfinite(values).all() else math.nan,
        **quantiles,
        "mean_margin": float(margins.mean()) if n else math.nan,
        "least_margin": float(margins.min()) if n else math.nan,
        "verdict": answer,
    }


def report_of(found: CornerRuns, judged: Sequence[Answer], picked: Sequence[Corner]) -> Report:
    """Return the page."""
    report = Report("Does each spec hold at each corner?")
    rows = corner_table(found, judged).to_pylist()
    report.table(
        ("corner", "spec", "runs", "runs that meet it", "interval", "mean", "5 to 95 %", "least margin", "verdict"),
        [
            (
                row["corner"],
                row["spec"],
                row["runs"],
                percent_text(row["met"]),
                f"{percent_text(row['low'])} to {percent_text(row['high'])}",
                row["mean"],
                interval_text(row["q05"], row["q95"]),
                row["least_margin"],
                row["verdict"],
            )
            for row in rows
        ],
    )
    report.text(how(found), needed(found, judged))
    report.section("Runs")
    report.commands(worst_commands(found))
    if picked:
        report.text(f"corners.toml holds {len(picked)} runs whose margins stand at the required share.")
    return report


def how(found: CornerRuns) -> str:
    alpha = percent_text(1 - found.evaluator.request.alpha)
    medians = "Random variables are at their medians. " if found.evaluator.study.random else ""
    return (
        f"{medians}The seeds are the same at all corners. All intervals together hold with probability {alpha} "
        "(Clopper-Pearson, Bonferroni). A corner with a seed is one run, and its verdict is of that run."
    )


def needed(found: CornerRuns, judged: Sequence[Answer]) -> str:
    """Say how many seeds could show that a spec holds, where these cannot."""
    if "undecided" not in judged:
        return ""
    share = max(spec.in_share for spec in found.specs)
    n = math.ceil(math.log(found.alpha / 2) / math.log(share))
    return f"Where a spec is undecided, these seeds are too few: if all runs meet it, --reps {n:,} shows that it holds."


def worst_commands(found: CornerRuns) -> dict[str, str]:
    """Return the command line of each spec's worst run."""
    commands = {}
    for spec in found.specs:
        runs = [(place, one) for place, at_corner in enumerate(found.runs) for one in at_corner if one.is_finished]
        if runs:
            place, worst = min(runs, key=lambda pair: found.evaluator.margins.of(spec, pair[1].metrics))
            margin = number_text(found.evaluator.margins.of(spec, worst.metrics))
            what = f"The worst run of {spec}, at {found.corners[place].name}, margin {margin}"
            commands[what] = found.evaluator.command(worst.identity)
    return commands


def charts_of(found: CornerRuns) -> dict[str, Draw]:
    """Return the heat map of margins."""
    places = range(len(found.corners))
    values = np.array([[found.mean_margin_at(place, spec) for spec in found.specs] for place in places])
    texts = [
        [
            f"{number_text(values[place, j])}\n{found.met(place, spec)}/{len(found.runs[place])} met"
            for j, spec in enumerate(found.specs)
        ]
        for place in places
    ]
    rows, columns = [corner.name for corner in found.corners], [str(spec) for spec in found.specs]
    title = "Mean margin of each spec at each corner; below 0 it fails"
    return {"margins": heat_map(values, rows, columns, title, "mean margin", texts)}
