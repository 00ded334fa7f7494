"""What scenario discovery leaves: the boxes in words, tables, and pictures."""

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from tokenspice.studies.design.charts import BAD, GOOD, Draw
from tokenspice.studies.design.fixed_statistics import clopper_pearson
from tokenspice.studies.design.report import Report, percent_text
from tokenspice.studies.design.scenarios.boxes import FailureBox, Scores
from tokenspice.studies.design.scenarios.discovered import Discovered, FoundBox
from tokenspice.studies.design.tool import Findings
from tokenspice.studies.plot.picture import new_figure, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from tokenspice.engine.units import Floats

__all__ = ["findings"]


def findings(discovered: Discovered) -> Findings:
    """Return the boxes as tables, page and pictures."""
    limits, leaves = tables_of(discovered)
    charts: dict[str, Draw] = {
        f"box_{number}": partial(draw_box, discovered, found) for number, found in enumerate(discovered.boxes, 1)
    }
    return Findings("done", limits, page_of(discovered), {"tree": leaves}, charts)


def page_of(discovered: Discovered) -> Report:
    """Return the report."""
    n, n_fail = len(discovered.fails), int(discovered.fails.sum())
    report = Report("When it fails")
    what = " and ".join(str(spec).partition(" in ")[0] for spec in discovered.specs)
    report.text(f"{n_fail} of {n} runs ({percent_text(n_fail / n)}) do not meet {what}.")
    if not discovered.boxes:
        report.text("No box holds failures more often than chance would have it: they come from anywhere.")
    for number, found in enumerate(discovered.boxes, 1):
        report.section(f"Box {number}: {found.box}")
        add_box(report, found)
    report.section("A tree of depth 3, beside it")
    report.text("Its leaves that fail more than usual, by the held-out runs:")
    rows = [[str(leaf), *shares(scores)] for leaf, scores in discovered.leaves]
    report.table(["where", "coverage", "density"], rows)
    report.text(
        "Coverage is the share of all failures that lies in the box; density, the share of the box's runs that fail. Both, "
        f"with intervals of 95 % (Clopper and Pearson), are of the {int((~discovered.found_by).sum())} runs that were held "
        "out when the box was found."
    )
    if discovered.infeasible:
        report.text(f"{discovered.infeasible} more points could not be run, and are left out.")
    return report


def add_box(report: Report, found: FoundBox) -> None:
    """Add a box: how good it is, and each of its limits."""
    seen = found.seen
    report.table(
        ["", "coverage", "density"],
        [
            ["held out", *shares(found.held_out)],
            ["where it was found", percent_text(seen.coverage), percent_text(seen.density)],
        ],
    )
    report.table(
        ["limit", "by chance (quasi-p)", "comes again, of 50 half-samples"],
        [
            [limit.words(name), f"{found.quasi_p[name]:.2g}", percent_text(found.returns[name])]
            for name, limit in found.box.limits.items()
        ],
    )
    if others := [name for name, share in found.returns.items() if share >= 0.5 and name not in found.box.limits]:
        report.text(f"Half of the half-samples or more limit {', '.join(others)} too.")


def shares(scores: Scores) -> list[str]:
    """Return coverage and density with their intervals."""
    pairs = [(scores.caught, scores.failures), (scores.caught, scores.inside)]
    found = []
    for k, n in pairs:
        low, high = clopper_pearson(k, n) if n else (0.0, 1.0)
        found.append(f"{percent_text(k / n)} [{100 * low:.3g}, {100 * high:.3g}]" if n else "no run")
    return found


def tables_of(discovered: Discovered) -> tuple[Any, Any]:
    """Return a row for each limit of each box, and a row for each leaf."""
    import pyarrow as pa

    rows = [
        (number, found, name, limit)
        for number, found in enumerate(discovered.boxes, 1)
        for name, limit in found.box.limits.items()
    ]
    limits = {
        "box": pa.array([number for number, *_ in rows], pa.int64()),
        "variable": pa.array([name for _, _, name, _ in rows], pa.string()),
        "low": pa.array([bound(limit.low) for *_, limit in rows], pa.float64()),
        "high": pa.array([bound(limit.high) for *_, limit in rows], pa.float64()),
        "choices": pa.array([list(limit.choices) for *_, limit in rows], pa.list_(pa.string())),
        "quasi_p": pa.array([found.quasi_p[name] for _, found, name, _ in rows], pa.float64()),
        "returns": pa.array([found.returns[name] for _, found, name, _ in rows], pa.float64()),
    }
    return (
        pa.table(limits | columns_of([found.held_out for _, found, *_ in rows])),
        pa.table(
            {"where": pa.array([str(leaf) for leaf, _ in discovered.leaves], pa.string())}
            | columns_of([scores for _, scores in discovered.leaves])
        ),
    )


def bound(end: float) -> float | None:
    return end if np.isfinite(end) else None


def columns_of(scores: list[Scores]) -> dict[str, Any]:
    """Return coverage and density of held-out runs, with their intervals, as columns."""
    import pyarrow as pa

    columns: dict[str, Any] = {}
    for name, pairs in (
        ("coverage", [(one.caught, one.failures) for one in scores]),
        ("density", [(one.caught, one.inside) for one in scores]),
    ):
        intervals = [clopper_pearson(k, n) if n else (0.0, 1.0) for k, n in pairs]
        columns[name] = pa.array([k / n if n else None for k, n in pairs], pa.float64())
        columns[f"{name}_low"] = pa.array([low for low, _ in intervals], pa.float64())
        columns[f"{name}_high"] = pa.array([high for _, high in intervals], pa.float64())
    return columns


def draw_box(discovered: Discovered, found: FoundBox) -> "Figure":
    """Draw all runs over the two variables that the box limits most, and the box."""
    names = sorted(found.box.limits, key=lambda name: (found.quasi_p[name], name))
    others = [name for name in discovered.table if name not in names]
    one, other = ([*names, *others] * 2)[:2]
    figure = new_figure(7, 5.5)
    axes = figure.add_subplot()
    # Labels need a little room of their own, the same for the same runs.
    rng = np.random.default_rng(np.random.SeedSequence(0))
    x, y = (places(axes, which, discovered.table[name], name, rng) for which, name in (("x", one), ("y", other)))
    for fails, colour, label in ((False, GOOD, "holds"), (True, BAD, "fails")):
        chosen = discovered.fails == fails
        axes.scatter(x[chosen], y[chosen], s=9, color=colour, label=label, alpha=0.7, linewidths=0)
    shade(axes, found.box, discovered, one, other)
    axes.set_title(plain(str(found.box)), fontsize="medium", wrap=True)
    figure.legend(loc="outside right upper")
    return figure


def places(axes: "Axes", which: str, values: Any, name: str, rng: np.random.Generator) -> "Floats":
    """Return where runs stand along an axis, and name it."""
    axes.set_xlabel(plain(name)) if which == "x" else axes.set_ylabel(plain(name))
    if values.dtype != object:
        return np.asarray(values, float)
    labels = sorted(set(values))
    side = axes.xaxis if which == "x" else axes.yaxis
    side.set_ticks(range(len(labels)), [plain(label) for label in labels])
    return np.array([labels.index(value) for value in values]) + rng.uniform(-0.3, 0.3, len(values))


def shade(axes: "Axes", box: FailureBox, discovered: Discovered, one: str, other: str) -> None:
    """Draw the edges of a box; of a choice, those of what it holds."""
    ends = []
    for name in (one, other):
        limit, values = box.limits.get(name), discovered.table[name]
        if values.dtype == object:
            labels = sorted(set(values))
            held = [labels.index(label) for label in labels if limit is None or label in limit.choices]
            ends.append((min(held) - 0.4, max(held) + 0.4))
        else:
            low, high = float(values.min()), float(values.max())
            ends.append((max(limit.low, low), min(limit.high, high)) if limit else (low, high))
    (left, right), (below, above) = ends
    axes.plot([left, right, right, left, left], [below, below, above, above, below], color="black", linewidth=1.5)
