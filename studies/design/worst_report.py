"""What a search for the worst found: the sets that it tried, those that were confirmed, the page."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

import numpy as np
import pyarrow as pa

from tokenspice.engine.units import Floats
from tokenspice.engine.variables import Value
from tokenspice.studies.design.charts import Draw, chart, numbers_of
from tokenspice.studies.design.evaluator import Evaluator, Outcome
from tokenspice.studies.design.fixed_statistics import order_statistics, student
from tokenspice.studies.design.margins import Margins
from tokenspice.studies.design.report import Report, interval_text, number_text, percent_text
from tokenspice.studies.design.run_table import table_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Confirmed", "Tried", "charts_of", "report_of", "set_table", "worst_table"]


@final
@dataclass(frozen=True)
class Tried:
    """A set of values that the search tried.

    Attributes:
        point: its coordinates, from 0 to 1.
        settings: its values.
        how: "uniform" of a Sobol' point, "corner" or "search".
        value: the statistic of its runs' margins.
    """

    point: tuple[float, ...]
    settings: Mapping[str, Value]
    how: str
    value: float


@final
@dataclass(frozen=True)
class Confirmed:
    """A set that was run again with fresh seeds.

    Attributes:
        tried: the set, with the search's own value.
        value: the statistic of the fresh runs.
        margins: of these.
        metrics: of these, by name.
        alpha: how often an interval may miss: Bonferroni's part.
        runs: the fresh runs.
        statistic: which one: "mean", "q05" or "min".
    """

    tried: Tried
    value: float
    margins: Floats
    metrics: Mapping[str, Floats]
    alpha: float
    runs: Sequence[Outcome]
    statistic: str = "mean"

    @property
    def interval(self) -> tuple[float, float]:
        """The interval of the statistic; of the least margin there is no lower end."""
        if not len(self.margins):
            return -math.inf, math.inf
        if self.statistic == "min":
            return -math.inf, self.value
        if self.statistic == "q05":
            return order_statistics(self.margins, 0.05, self.alpha)
        return student(self.margins, self.alpha) if np.isfinite(self.margins).all() else (-math.inf, -math.inf)


def set_table(tried: Sequence[Tried]) -> pa.Table:
    """Return a row for each set, in the order of the search."""
    return table_of([{"set": n, "how": one.how, **one.settings, "value": one.value} for n, one in enumerate(tried)])


def worst_table(confirmed: Sequence[Confirmed]) -> pa.Table:
    """Return a row for each set that was confirmed, the worst of the search first."""
    return table_of([worst_row(place, one) for place, one in enumerate(confirmed)])


def worst_row(place: int, one: Confirmed) -> dict[str, Any]:
    low, high = one.interval
    row: dict[str, Any] = {"set": place, **one.tried.settings, "searched": one.tried.value, "confirmed": one.value}
    row |= {"mean_margin": float(one.margins.mean()) if len(one.margins) else math.nan, "low": low, "high": high}
    for name, values in one.metrics.items():
        bounds = student(values, one.alpha) if np.isfinite(values).all() else (-math.inf, math.inf)
        row |= {f"mean of {name}": float(values.mean()) if len(values) else math.nan}
        row |= {f"low of {name}": bounds[0], f"high of {name}": bounds[1]}
    return row


def report_of(
    evaluator: Evaluator,
    margins: Margins,
    statistic: str,
    tried: Sequence[Tried],
    confirmed: Sequence[Confirmed],
    picked: Sequence[Any],
) -> Report:
    """Return the page."""
    report = Report("How bad can the environment make it?")
    least = min(confirmed, key=lambda one: one.value)
    report.table(
        ("set", f"searched {statistic} margin", f"confirmed {statistic} margin", "its interval", *least.metrics),
        [
            (
                ", ".join(f"{name}={cell(value)}" for name, value in one.tried.settings.items()),
                one.tried.value,
                one.value,
                interval_text(*one.interval),
                *(metric_text(values, one.alpha) for values in one.metrics.values()),
            )
            for one in sorted(confirmed, key=lambda one: one.value)
        ],
    )
    specs = "; ".join(str(spec) for spec in margins.specs) if evaluator.study.specs else "the goal's metric"
    report.text(
        f"The margin is the least of: {specs}. Below 0 a spec fails.",
        "The search's own value is optimistic about how bad it is, because it was chosen among many; the confirmed one is of "
        f"{len(least.runs)} seeds that the search never had. All intervals together hold with probability "
        f"{percent_text(1 - evaluator.request.alpha)} (Student's t or order statistics, Bonferroni).",
    )
    report.text(bound(tried))
    report.section("Runs")
    report.commands(commands(evaluator, margins, least))
    if picked:
        report.text(f"corners.toml holds the {len(picked)} runs of least margin at the worst set.")
    return report


def cell(value: Value) -> str:
    return number_text(value) if isinstance(value, float) else str(value)


def metric_text(values: Floats, alpha: float) -> str:
    if not len(values):
        return "no run has one"
    return f"{number_text(float(values.mean()))} {interval_text(*student(values, alpha))}"


def bound(tried: Sequence[Tried]) -> str:
    """Say what is known of what was not tried."""
    n = sum(one.how == "uniform" for one in tried)
    share = 1 - 0.05 ** (1 / n)
    by_search = min(tried, key=lambda one: one.value).how
    return (
        f"{len(tried)} sets were tried; the worst came from the {by_search}. No search promises that nothing is worse. But "
        f"{n} of them were spread over the box at random, none worse than that: with 95 % confidence less than "
        f"{percent_text(share)} of the box is worse, as these seeds show it."
    )


def commands(evaluator: Evaluator, margins: Margins, least: Confirmed) -> dict[str, str]:
    finished = [one for one in least.runs if one.is_finished]
    if not finished:
        return {"A run that failed": evaluator.command(least.runs[0].identity)} if least.runs else {}
    one = min(finished, key=lambda run: margins.joint(run.metrics))
    what = f"The worst run of the worst set, margin {number_text(margins.joint(one.metrics))}"
    return {what: evaluator.command(one.identity)}


def charts_of(tried: Sequence[Tried], confirmed: Sequence[Confirmed]) -> dict[str, Draw]:
    """Return the pictures: how the search went, and where the bad sets are."""
    charts = {
        "search": chart(
            lambda axes: draw_search(axes, tried, confirmed), "Margins that the search met", "set", "margin"
        )
    }
    for name in tried[0].settings:
        charts[f"margin_over_{name}"] = slice_chart(tried, name)
    return charts


def draw_search(axes: "Axes", tried: Sequence[Tried], confirmed: Sequence[Confirmed]) -> None:
    values = np.array([one.value for one in tried])
    for how, color in (("uniform", "tab:grey"), ("corner", "tab:orange"), ("search", "tab:blue")):
        places = [n for n, one in enumerate(tried) if one.how == how and math.isfinite(one.value)]
        axes.plot(places, values[places], ".", color=color, label=how)
    axes.plot(np.minimum.accumulate(values), color="tab:blue", linewidth=1, label="least so far")
    for place, one in enumerate(confirmed):
        low, high = one.interval
        if math.isfinite(low):
            x = len(tried) + 2 + 2 * place
            axes.vlines(x, low, high, color="tab:red")
            axes.plot(x, one.value, "o", color="tab:red", label="confirmed" if place == 0 else None)
    axes.axhline(0.0, color="black", linestyle="--")
    axes.legend(fontsize="small")


def slice_chart(tried: Sequence[Tried], name: str) -> Draw:
    def draw(axes: "Axes") -> None:
        finite = [one for one in tried if math.isfinite(one.value)]
        values = [one.settings[name] for one in finite]
        names = [str(value) for value in values]
        x: Sequence[float] | Sequence[str] = numbers_of(values) or names
        axes.plot(x, [one.value for one in finite], ".", color="tab:blue")
        axes.axhline(0.0, color="black", linestyle="--")

    return chart(draw, f"Margin of each set over {name}", name, "margin")
