"""What a mimic leaves: netlist.py, model.json, about.md, tables of its errors, and pictures."""

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from tokenspice.studies.design.evaluator import Evaluator
from tokenspice.studies.design.mimicry.mimicked import Mimicked
from tokenspice.studies.design.mimicry.model_file import MODEL, Model
from tokenspice.studies.design.report import Report, percent_text
from tokenspice.studies.design.result import Verdict
from tokenspice.studies.design.subject import NetlistCandidate
from tokenspice.studies.design.surrogate.sets import axes_of
from tokenspice.studies.design.tool import Findings
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.plot.picture import new_figure, plain

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["findings"]

NETLIST = '''"""A mimic of {name}, learnt from {n} runs: fast, and as wrong as about.md says."""

from pathlib import Path

from tokenspice.engine import Floats, LogRow, PlotInstructions
from tokenspice.studies.design.mimicry.replica import Replica, ReplicaState

replica = Replica(Path(__file__).parent)
SimStrategy = replica.strategy
netlist_study = replica.study


class SimState(ReplicaState):
    replica = replica


def netlist_createLogData(state: SimState) -> LogRow:
    return state.row()


def netlist_plotInstructions(header: list[str], values: Floats) -> PlotInstructions:
    return replica.charts(header, values)
'''
SHOWN = 6  # columns, in pictures


def findings(evaluator: Evaluator, netlist: Netlist, mimicked: Mimicked) -> Findings:
    """Return the mimic and what it is worth, as files, tables, page and pictures."""
    name = netlist.path.parent.name
    n_runs = sum(map(len, mimicked.sets.outcomes))
    report = mimic_page(mimicked, name, n_runs)
    files = {
        "about.md": report.page.encode(),
        MODEL: model_of(evaluator, netlist, mimicked).as_bytes(),
        "netlist.py": NETLIST.format(name=name, n=n_runs).encode(),
    }
    columns, metrics = mimic_tables(mimicked)
    charts = {"left_out_runs": partial(draw_left_out_runs, mimicked)} if shown_columns(mimicked) else {}
    verdict: Verdict = "undecided" if mimicked.wrong else "done"
    return Findings(verdict, columns, report, {"metrics": metrics}, charts, files)


def model_of(evaluator: Evaluator, netlist: Netlist, mimicked: Mimicked) -> Model:
    """Return all that the new netlist needs."""
    candidate = evaluator.candidate
    fixed = candidate.base.fixed if isinstance(candidate, NetlistCandidate) else {}
    settings = {
        name: fixed.get(name, value) for name, value in candidate.defaults.items() if name not in mimicked.box.variables
    }
    del settings["seed"]
    random = tuple(name for name in mimicked.box.names if name in evaluator.study.random)
    ticks = mimicked.rows.time["Tick"]
    return Model(netlist.path, netlist.sources, axes_of(mimicked.box), settings, ticks, random, mimicked.learnt.all)


def mimic_tables(mimicked: Mimicked) -> tuple[Any, Any]:
    """Return the errors of the columns, and those of the metrics."""
    import pyarrow as pa

    columns, metrics = mimicked.columns, mimicked.metrics
    of_columns = {
        "column": pa.array(list(columns), pa.string()),
        "rmse": pa.array([one.rmse for one in columns.values()], pa.float64()),
        "spread": pa.array([one.size for one in columns.values()], pa.float64()),
        "inside_90": pa.array([one.inside for one in columns.values()], pa.float64()),
    }
    of_metrics = {
        "metric": pa.array(list(metrics), pa.string()),
        "ks": pa.array([one.distance for one in metrics.values()], pa.float64()),
        "ks_by_chance": pa.array([one.by_chance for one in metrics.values()], pa.float64()),
    }
    return pa.table(of_columns), pa.table(of_metrics)


def mimic_page(mimicked: Mimicked, name: str, n_runs: int) -> Report:
    """Return about.md, which is the report too."""
    n_sets, axes = len(mimicked.sets.points), axes_of(mimicked.box)
    report = Report(f"A mimic of {name}")
    report.text("How wrong it is, by sets that were left out when it was learnt (ten folds):")
    report.table(
        ["column", "error of a set's mean", "spread of all values", "true values in the 90 % band"],
        [[name, one.rmse, one.size, percent_text(one.inside)] for name, one in mimicked.columns.items()],
    )
    if mimicked.metrics:
        report.table(
            ["metric", "Kolmogorov–Smirnov distance", "of a right mimic in 95 of 100 cases, at most"],
            [[name, one.distance, one.by_chance] for name, one in mimicked.metrics.items()],
        )
    report.text(verdict_of(mimicked, n_runs))
    report.text(
        f"It gives {name}'s rows back, learnt from {n_runs} true runs: {n_sets} sets of {len(axes)} variables, "
        f"{n_runs // n_sets} seeds each. It knows this box, and refuses what lies outside:"
    )
    report.table(["variable", "values"], [[axis.name, axis.shown] for axis in axes])
    report.list(remarks(mimicked))
    return report


def verdict_of(mimicked: Mimicked, n_runs: int) -> str:
    if not mimicked.wrong:
        return f"It holds: bands and metrics are as they should be, by {n_runs} left-out runs."
    return (
        f"**Do not trust it for {', '.join(mimicked.wrong)}**: left-out runs lie outside its 90 % band, or elsewhere among its "
        f"own, more often than they may. Learn from more sets in a new folder: --budget {2 * n_runs}."
    )


def remarks(mimicked: Mimicked) -> list[str]:
    """Return what one should know besides."""
    lost = mimicked.sets.infeasible + mimicked.sets.failed
    said = [
        "A verdict by a mimic is one on the mimic. Confirm it with 59 true runs or more: if all of them agree, fewer than "
        "5 % of all would not, with 95 % confidence.",
        "A run's chance is drawn once, when it begins: branches change nothing, and no agent can be silenced.",
    ]
    if mimicked.rows.left_out:
        said.append(f"Left out, for not every run logs them in the same rows: {', '.join(mimicked.rows.left_out)}.")
    if lost:
        said.append(f"{lost} sets are left out, which the netlist refused, or which had a run that failed.")
    return said


def shown_columns(mimicked: Mimicked) -> list[str]:
    return [name for name, one in mimicked.columns.items() if one.size > 0][:SHOWN]


def draw_left_out_runs(mimicked: Mimicked) -> "Figure":
    """Draw, for some columns, the true runs of three sets over the bands of a mimic that had not seen them."""
    learnt, rows, names = mimicked.learnt, mimicked.rows, shown_columns(mimicked)
    days = rows.time["Day"]
    figure = new_figure(max(4.2 * len(names[:3]), 6.5), 3.4 * -(-len(names) // 3))
    panels = np.atleast_1d(figure.subplots(-(-len(names) // 3), len(names[:3]), squeeze=False)).ravel()
    sets = np.linspace(0, len(mimicked.sets.points) - 1, 3).astype(int)
    points = learnt.all.points
    for panel, name in zip(panels, names, strict=False):
        for number, place in enumerate(sets):
            partial = learnt.without[learnt.folds[place]]
            drawn = partial.at(points[place], partial.near(points[place]))[name]
            low, high = np.quantile(drawn, (0.05, 0.95), axis=0)
            panel.fill_between(days, low, high, color=f"C{number}", alpha=0.25, linewidth=0)
            panel.plot(days, rows.columns[name][place].T, color=f"C{number}", linewidth=0.6)
        panel.set_title(plain(f"{name}: {mimicked.columns[name].inside:.0%} inside"), fontsize="small")
        panel.set_xlabel("Day")
        panel.grid(alpha=0.3)
    for panel in panels[len(names) :]:
        panel.set_visible(False)
    figure.suptitle("True runs of three left-out sets, and the mimic's 90 % bands", fontsize="medium")
    return figure
