"""A batch on one page: a row for each column that is drawn, with its course, its spread at the end, and what matters."""

import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tokenspice.engine.charts import YParam
from tokenspice.engine.units import Floats
from tokenspice.studies.charts import drawn_values
from tokenspice.studies.plot.axes import scale_axes
from tokenspice.studies.plot.bands import add_sets, caption, draw_column
from tokenspice.studies.plot.draw import dress
from tokenspice.studies.plot.looks import look
from tokenspice.studies.plot.picture import GREY, add_source, new_figure, plain, save
from tokenspice.studies.plot.ranks import ranked
from tokenspice.studies.plot.sets import SetOfRuns, value_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_page"]

MOST_ROWS = 12
MOST_PARAMETERS = 8  # that are ranked
MOST_NAMED_SETS = 12  # on an axis
INK = "#1f2933"
LETTERS = 34  # of a row's title, before it goes on in the next line


class Row(NamedTuple):
    """One column of one chart: its place there, and the name of both."""

    param: YParam
    place: int
    title: str


def draw_page(sets: Sequence[SetOfRuns], question: str, source: str, folder: Path) -> Path:
    """Draw the page, which is batch.png, and return its path. What never changes is not on it.

    Args:
        sets: all parameter sets of the batch.
        question: of the netlist.
        source: what stands below.
        folder: where it goes.
    """
    rows = list(rows_of(sets[0].instructions.y_params))
    found = {row.title: [one.bands(row.param) for one in sets] for row in rows}
    moving = [row for row in rows if is_moving([band[..., row.place] for band in found[row.title]])]
    shown = moving[:MOST_ROWS] or rows[:1]
    n_across = 3 if len(sets) > 1 else 2
    figure = new_figure(4.4 * n_across + (2 if len(sets) > 1 else 0), 2.1 * len(shown) + 1.2)
    for number, row in enumerate(shown):
        panels = [figure.add_subplot(len(shown), n_across, number * n_across + i + 1) for i in range(n_across)]
        last = [last_values(one, row) for one in sets]
        draw_course(panels[0], row, sets, found[row.title])
        draw_spread(panels[1], row, sets, last)
        if len(sets) > 1:
            draw_ranks(panels[2], sets, last)
    if len(sets) > 1:
        add_sets(figure, list(figure.axes), sets)
    left_out = [row.title for row in rows if row not in shown]
    more = f" In pictures of their own alone: {'; '.join(left_out)}." if left_out else ""
    figure.suptitle(plain(question), x=0.012, ha="left", fontsize=10, fontweight="bold")
    add_source(figure, "\n".join([*textwrap.wrap(f"{caption(sets)}{more}", 60 * n_across), source]))
    return save(figure, folder / "batch.png")


def is_moving(bands: Sequence[Floats]) -> bool:
    """Whether a column is not the same in all runs from beginning to end."""
    known = np.concatenate([band[np.isfinite(band)] for band in bands])
    return len(known) > 0 and bool(known.max() > known.min())


def rows_of(params: Sequence[YParam]) -> Iterator[Row]:
    for param in params:
        for place, label in enumerate(param.labels or [""]):
            yield Row(param, place, f"{param.title}: {label}" if len(param.columns) > 1 else param.title)


def last_values(one: SetOfRuns, row: Row) -> Floats:
    """Return what each run ends with, [n_runs], in the chart's unit; NaN where a run has no value then."""
    ends = []
    for run in np.unique(one.runs):
        mine = one.values[one.runs == run]
        ends.append(drawn_values(row.param, one.header, mine[np.argsort(mine[:, 0], kind="stable")])[-1, row.place])
    return np.array(ends)


def draw_course(axes: "Axes", row: Row, sets: Sequence[SetOfRuns], bands: Sequence[Floats]) -> None:
    draw_column(axes, row.param, sets, bands, row.place, "")
    small(axes, textwrap.fill(row.title, LETTERS), sets[0].instructions.x_label)
    y = np.concatenate([band[..., row.place].ravel() for band in bands])
    axes.yaxis.label.set_fontsize(8)
    scale_axes(axes, "log" if row.param.scale == "log" else "linear", y, row.param.unit.name)


def draw_spread(axes: "Axes", row: Row, sets: Sequence[SetOfRuns], last: Sequence[Floats]) -> None:
    """Draw what every run ends with, set by set, and a bar at the median."""
    for number, values in enumerate(last):
        known = values[np.isfinite(values)]
        if not len(known):
            continue
        colour = look(number if len(sets) > 1 else row.place).colour if len(sets) <= MOST_NAMED_SETS else GREY
        aside = np.linspace(-0.3, 0.3, len(known)) if len(known) > 1 else np.zeros(1)
        axes.plot(number + aside, known, linestyle="", marker="o", markersize=3, alpha=0.55, color=colour)
        axes.plot([number - 0.38, number + 0.38], [float(np.median(known))] * 2, color=INK, linewidth=1.8)
    small(axes, "At the end, each run" if len(sets) == 1 else "At the end, each run of each set", "")
    scale_axes(axes, "linear", np.concatenate(list(last)), row.param.unit.name)
    names = ["\n".join(map(value_text, one.parameters.values())) for one in sets]
    is_named = 1 < len(sets) <= MOST_NAMED_SETS and all(len(name) < 24 for name in names)
    axes.set_xticks(range(len(sets)) if is_named else [], names if is_named else [], fontsize=7)
    axes.set_xlabel(plain(" / ".join(sets[0].parameters)) if len(sets) > 1 else "", fontsize=8)


def draw_ranks(axes: "Axes", sets: Sequence[SetOfRuns], last: Sequence[Floats]) -> None:
    """Draw the rank correlation of each parameter with the last values, the strongest at the top."""
    columns: dict[str, list[Any]] = {name: [] for name in sets[0].parameters}
    for one, values in zip(sets, last, strict=True):
        for name in columns:
            columns[name] += [one.parameters[name]] * len(values)
    found = ranked(dict(columns), np.concatenate(list(last)))[:MOST_PARAMETERS]
    small(axes, "What matters at the end", "rank correlation, 95 % interval")
    axes.set_xlim(-1.05, 1.05)
    axes.axvline(0, color=GREY, linewidth=0.8)
    axes.set_yticks(range(len(found)), [plain(rank.parameter) for rank in found], fontsize=8)
    axes.set_ylim(max(len(found), 3) - 0.5, -0.5)
    for place, rank in enumerate(found):
        colour = INK if rank.is_sure else "#9aa3ad"
        axes.plot([rank.low, rank.high], [place, place], color=colour, linewidth=1.4)
        axes.plot(rank.value, place, marker="o", markersize=5, color=colour)
    if not found:
        axes.text(0.5, 0.5, "every run ends alike", transform=axes.transAxes, ha="center", color=GREY)


def small(axes: "Axes", title: str, x_label: str) -> None:
    dress(axes, "", "", x_label)
    axes.set_title(plain(title), loc="left", fontsize=9, fontweight="bold")
    axes.xaxis.label.set_fontsize(8)
    axes.yaxis.label.set_fontsize(8)
    axes.tick_params(labelsize=8)
