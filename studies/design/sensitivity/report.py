"""What sense found, as tables, pictures and a page."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from tokenspice.engine.units import Floats
from tokenspice.engine.variables import Value
from tokenspice.studies.design.charts import Draw, chart, numbers_of
from tokenspice.studies.design.evaluator import Evaluator
from tokenspice.studies.design.report import Report, interval_text, number_text, percent_text
from tokenspice.studies.design.sensitivity.indices import Index, Screened
from tokenspice.studies.design.sensitivity.one_at_a_time import Effect
from tokenspice.studies.design.tool import Findings
from tokenspice.studies.plot.sets import value_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from tokenspice.studies.design.sensitivity.shares import Shares

__all__ = ["report_effects", "report_given", "report_screening", "report_shares"]

CLEAR = 0.05  # a share below which an input is said to matter little


def report_effects(evaluator: Evaluator, metric: str, effects: Sequence[Effect], nominal: Floats) -> Findings:
    """Report what a change of each variable does, the largest effect first."""
    report = Report(f"What moves {metric}, one variable at a time")
    level = float(nominal.mean())
    report.text(
        f"{metric} is {number_text(level)} on average where all is nominal, over {len(nominal)} seeds, which all "
        "changes share. A range is changed by a twentieth of itself, down and up; a choice from the nominal value."
    )
    header = ("variable", "from", "to", "difference", "interval", "p", "slope", "elasticity", "saved by common seeds")
    report.table(header, [effect_cells(one) for one in effects])
    report.text(
        "The difference is that of the metric, after minus before; intervals are Student's, of pairs. Slopes hold near "
        "the nominal values only; for the whole box use `--method sobol`."
    )
    return Findings("done", effect_table(effects), report, charts={"tornado": tornado(metric, effects)})


def effect_cells(one: Effect) -> tuple[object, ...]:
    change, found = one.change, one.difference
    slopes = ("", "") if change.is_choice else (one.slope, one.elasticity)
    return (
        change.name,
        shown(change.before),
        shown(change.after),
        found.mean,
        interval_text(*found.interval),
        float(found.p_value),
        *slopes,
        f"{number_text(found.saved)} times" if found.saved < 1e6 else "",
    )


def shown(value: object) -> str:
    return number_text(value) if isinstance(value, float) else str(value)


def effect_table(effects: Sequence[Effect]) -> pa.Table:
    rows = [
        {
            "variable": one.change.name,
            "before": str(one.change.before),
            "after": str(one.change.after),
            "difference": one.difference.mean,
            "low": one.difference.interval[0],
            "high": one.difference.interval[1],
            "p_value": float(one.difference.p_value),
            "slope": one.slope,
            "elasticity": one.elasticity,
            "saved": one.difference.saved,
        }
        for one in effects
    ]
    return pa.Table.from_pylist(rows)


def brief(value: Value) -> str:
    """Write a value in the few digits that a picture has room for."""
    numbers = numbers_of([value])
    return value_text(numbers[0] if numbers else value)


def tornado(metric: str, effects: Sequence[Effect]) -> Draw:
    def draw(axes: "Axes") -> None:
        places = np.arange(len(effects))[::-1]
        means = np.array([one.difference.mean for one in effects])
        lows, highs = np.array([one.difference.interval for one in effects]).T
        axes.barh(places, means, color=["tab:blue" if mean >= 0 else "tab:red" for mean in means])
        axes.errorbar(means, places, xerr=[means - lows, highs - means], fmt="none", ecolor="black", capsize=3)
        axes.axvline(0, color="black", linewidth=0.8)
        labels = [f"{one.change.name}\n{brief(one.change.before)} → {brief(one.change.after)}" for one in effects]
        axes.set_yticks(places, labels, fontsize="small")

    size = (8.0, 1.5 + 0.5 * len(effects))
    return chart(draw, f"What a small change does to {metric}", f"difference of {metric}, mean and interval", "", size)


def report_screening(evaluator: Evaluator, metric: str, found: Sequence[Screened], values: Floats) -> Findings:
    """Report Morris' elementary effects, the largest first."""
    report = Report(f"What moves {metric} anywhere in the box")
    report.text(
        f"{len(values)} runs along {len(values) // (len(found) + 1)} trajectories, each with one seed. μ* is the mean size "
        "of an input's elementary effects, over the whole of its range; a σ as large as μ* says that the effect depends "
        "on where the others are, or is out of proportion."
    )
    rows = [(one.name, one.mean, interval_text(*one.interval), one.sd) for one in found]
    report.table(("input", "μ*", "interval", "σ"), rows)
    table = pa.Table.from_pylist(
        [
            {"input": one.name, "mu_star": one.mean, "low": one.interval[0], "high": one.interval[1], "sigma": one.sd}
            for one in found
        ]
    )

    def draw(axes: "Axes") -> None:
        means, sds = np.array([one.mean for one in found]), np.array([one.sd for one in found])
        halves = np.array([[one.mean - one.interval[0], one.interval[1] - one.mean] for one in found]).T
        axes.errorbar(means, sds, xerr=halves, fmt="o", capsize=3)
        top = max(float(max(means.max(), sds.max())), 1e-300)
        axes.plot([0, top], [0, top], color="gray", linewidth=0.8, linestyle="--", label="σ = μ*: depends on others")
        for one in found:
            axes.annotate(one.name, (one.mean, one.sd), xytext=(5, 5), textcoords="offset points", fontsize="small")
        axes.legend(loc="best", fontsize="small")

    picture = chart(
        draw, f"What moves {metric} anywhere in the box", "μ*, mean size of the effects", "σ of the effects"
    )
    return Findings("done", table, report, charts={"elementary_effects": picture})


def report_shares(evaluator: Evaluator, metric: str, shares: "Shares", width: float) -> Findings:
    """Report the shares of variance, and whether they are known closely enough."""
    report = Report(f"What makes {metric} vary")
    chance = shares.indices[-1]
    report.text(
        f"Standard deviation {number_text(math.sqrt(shares.variance))} over {shares.n} of Saltelli's points, "
        f"{shares.n * (len(shares.indices) + 2)} runs. What the inputs can explain: {percent_text(1 - chance.total)}; "
        "the rest is chance, by itself or by what it does to the inputs' effects."
    )
    rows = [
        (one.name, one.first, interval_text(*one.first_interval), one.total, interval_text(*one.total_interval))
        for one in sorted(shares.indices, key=total_of)
    ]
    report.table(("input", "S, by itself", "interval", "T, with interactions", "interval"), rows)
    little = [one.name for one in shares.indices if one.total_interval[1] < CLEAR]
    if little:
        report.text(f"Little matters: {', '.join(little)} (T below {CLEAR:g} with its whole interval).")
    widest = shares.history[-1][1]
    if shares.is_narrow:
        report.text(f"The widest interval of a T is {number_text(widest)}, narrower than {width:g}.")
    else:
        more = shares.n * (len(shares.indices) + 2) * math.ceil((widest / width) ** 2) if width else 0
        report.text(
            f"The widest interval of a T is {number_text(widest)} wide, and {width:g} was asked for: undecided within the "
            f"budget." + (f" About {more:,} runs would do." if more else "")
        )
    return Findings(
        "done" if shares.is_narrow else "undecided",
        index_table(shares.indices),
        report,
        charts={"shares_of_variance": bars(metric, shares.indices)},
    )


def report_given(evaluator: Evaluator, metric: str, indices: Sequence[Index], n: int, folders: str) -> Findings:
    """Report first-order shares of runs that were made for another purpose."""
    report = Report(f"What makes {metric} vary, by runs that were there")
    report.text(
        f"First-order shares of {n} runs of {folders}, by RBD-FAST; no run was made. The inputs are taken for "
        "independent; what is not theirs is interactions and chance, which runs like these cannot tell apart."
    )
    rows = [(one.name, one.first, interval_text(*one.first_interval)) for one in sorted(indices, key=first_of)]
    report.table(("input", "S, by itself", "interval"), rows)
    report.text(f"Together {percent_text(sum(one.first for one in indices))} of the variance.")
    return Findings("done", index_table(indices), report, charts={"shares_of_variance": bars(metric, indices)})


def total_of(one: Index) -> float:
    return -one.total


def first_of(one: Index) -> float:
    return -one.first


def index_table(indices: Sequence[Index]) -> pa.Table:
    rows = [
        {
            "input": one.name,
            "S": one.first,
            "S_low": one.first_interval[0],
            "S_high": one.first_interval[1],
            "T": one.total,
            "T_low": one.total_interval[0],
            "T_high": one.total_interval[1],
        }
        for one in indices
    ]
    return pa.Table.from_pylist(rows)


def bars(metric: str, indices: Sequence[Index]) -> Draw:
    def draw(axes: "Axes") -> None:
        ordered = sorted(indices, key=first_of if math.isnan(indices[0].total) else total_of)
        places = np.arange(len(ordered))[::-1]
        whiskers(
            axes, places + 0.19, [one.first for one in ordered], [one.first_interval for one in ordered], "S, by itself"
        )
        if not math.isnan(ordered[0].total):
            totals = [one.total_interval for one in ordered]
            whiskers(axes, places - 0.19, [one.total for one in ordered], totals, "T, with interactions")
        axes.axvline(0, color="black", linewidth=0.8)
        axes.set_yticks(places, [one.name for one in ordered])
        axes.legend(loc="lower right", fontsize="small")

    return chart(draw, f"What makes {metric} vary", "share of the variance", "", (8.0, 1.8 + 0.55 * len(indices)))


def whiskers(
    axes: "Axes", places: Any, values: Sequence[float], intervals: Sequence[tuple[float, float]], label: str
) -> None:
    found, (lows, highs) = np.array(values), np.array(intervals).T
    axes.barh(places, found, height=0.36, label=label)
    # A bootstrap's interval lies about its estimate.
    axes.errorbar(
        found,
        places,
        xerr=[np.maximum(found - lows, 0), np.maximum(highs - found, 0)],
        fmt="none",
        ecolor="black",
        capsize=2,
    )
