"""A run's data.csv in, one PNG per chart out."""

import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tokenspice.engine.charts import Mark, PlotInstructions
from tokenspice.engine.units import Floats
from tokenspice.studies.charts import Chart, Line, PlacedMark, charts_of
from tokenspice.studies.plot.axes import scale_axes
from tokenspice.studies.plot.letters import apart
from tokenspice.studies.plot.looks import LOOKS, look
from tokenspice.studies.plot.picture import GREY, add_source, make_folder, new_figure, plain, save

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_plots", "dress", "explain", "picture"]

LINES_NAMED = 40  # of more lines, a legend names none
LINES_PER_COLUMN = 20
MARKS_NAMED = 12
LETTERS_PER_LINE = 100  # of what stands under a title
LETTERS_OF_LABEL = 24  # in a legend, before it goes on in the next line
FEW_ROWS = 40  # so few are drawn with a dot each
LETTERS = "abcdefghijkl"


def draw_plots(
    instructions: PlotInstructions,
    header: list[str],
    values: Floats,
    folder: Path,
    marks: Sequence[Mark] = (),
    source: str = "",
) -> list[Path]:
    """Draw every chart as a PNG in `folder`, which is made, and return their paths.

    Args:
        instructions: the netlist's charts.
        header: the names of the columns.
        values: [n_rows, n_columns], NaN where a cell is empty.
        folder: must not exist.
        marks: what happened, by tick.
        source: what stands below each chart: netlist, seed, changed parameters and code.

    Raises:
        NetlistError: a chart names a column that the log does not have, two charts would share a file, or x
            is no number for each row.
        RunError: `folder` exists or cannot be made.
    """
    charts = charts_of(instructions, header, values, marks, source)
    make_folder(folder)
    return [save(picture(chart), folder / chart.file_name) for chart in charts]


def picture(chart: Chart) -> "Figure":
    """Draw one chart."""
    figure = new_figure(8.5, 5)
    axes = figure.add_subplot()
    handles = draw_area(axes, chart) if chart.draw == "area" else draw_lines(axes, chart)
    y = np.concatenate([line.y for line in chart.lines])
    keep_all_rows(axes, chart.x)
    if chart.draw == "area":
        y = np.append(np.nansum([line.y for line in chart.lines], axis=0), 0.0)
    dress(axes, chart.title, chart.about, chart.x_label)
    scale_axes(axes, chart.scale, y, chart.unit)
    named = handles[::-1] if chart.draw == "area" else by_height(handles, chart.lines)
    if not any(line.label for line in chart.lines) or len(named) > LINES_NAMED:
        named = []
    explain(figure, [*named, *draw_marks(axes, chart.marks)])
    add_source(figure, chart.source)
    return figure


def keep_all_rows(axes: "Axes", x: Floats) -> None:
    """Have the x axis hold the whole run, also where there is nothing to draw yet."""
    known = x[np.isfinite(x)]
    if len(known) and (margin := 0.02 * float(known.max() - known.min())):
        axes.set_xlim(float(known.min()) - margin, float(known.max()) + margin)


def draw_lines(axes: "Axes", chart: Chart) -> list[Any]:
    """Draw each line in a look of its own, and return them."""
    if not any(np.isfinite(line.y).any() for line in chart.lines):
        axes.text(0.5, 0.5, "nothing to draw", ha="center", color=GREY, transform=axes.transAxes)
    return [draw_line(axes, chart, line) for line in chart.lines]


def draw_line(axes: "Axes", chart: Chart, line: Line) -> Any:
    colour, dash = look(line.place)
    label = plain(textwrap.fill(line.label, LETTERS_OF_LABEL))
    style: dict[str, Any] = {
        "color": colour,
        "label": label,
        "linewidth": 1.6 if len(chart.lines) <= len(LOOKS) else 1.0,
    }
    x, y = chart.x, line.y
    if chart.draw == "points":
        return axes.plot(x, y, linestyle="", marker=".", markersize=4, color=colour, label=label)[0]
    if chart.draw == "step":
        x, y = corners(x, y)
        return axes.plot(x, y, linestyle=dash, drawstyle="steps-post", **style)[0]
    return axes.plot(x, y, linestyle=dash, marker="." if len(x) <= FEW_ROWS else "", **style)[0]


def draw_area(axes: "Axes", chart: Chart) -> list[Any]:
    """Stack the lines, the first one at the bottom; nothing stands for zero."""
    y = np.nan_to_num([line.y for line in chart.lines])
    labels = [plain(textwrap.fill(line.label, LETTERS_OF_LABEL)) for line in chart.lines]
    colours = [look(line.place).colour for line in chart.lines]
    return list(axes.stackplot(chart.x, y, labels=labels, colors=colours, edgecolor="white", linewidth=0.6))


def corners(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return the rows at which a step goes up or down, with both ends, which are all that a picture of it needs."""
    if len(y) < 3:
        return x, y
    changes = np.append(True, ~((y[1:] == y[:-1]) | (np.isnan(y[1:]) & np.isnan(y[:-1]))))
    changes[-1] = True
    return x[changes], y[changes]


def draw_marks(axes: "Axes", marks: Sequence[PlacedMark]) -> list[Any]:
    """Draw thin lines where something happened, lettered if there are several kinds, and return what names them."""
    texts = list(dict.fromkeys(mark.text for mark in marks))
    for mark in marks:
        axes.axvline(mark.x, color=GREY, linewidth=0.8, zorder=1)
    if not texts or len(texts) == 1:
        return [legend_line(texts[0])] if texts else []
    named = texts[:MARKS_NAMED]
    for x, letters in apart(lettered(marks, named), *axes.get_xlim()):
        axes.text(
            x, 1.0, letters, transform=axes.get_xaxis_transform(), fontsize=7, color=GREY, ha="center", va="bottom"
        )
    lines = [legend_line(f"{letter}: {text}") for letter, text in zip(LETTERS, named, strict=False)]
    return lines + ([legend_line(f"and {len(texts) - MARKS_NAMED} marks more")] if len(texts) > MARKS_NAMED else [])


def lettered(marks: Sequence[PlacedMark], named: list[str]) -> Iterator[tuple[float, str]]:
    """The letter of each mark that has one, and its place."""
    return ((mark.x, LETTERS[named.index(mark.text)]) for mark in marks if mark.text in named)


def legend_line(text: str) -> Any:
    from matplotlib.lines import Line2D

    return Line2D([], [], color=GREY, linewidth=0.8, label=plain(textwrap.fill(text, LETTERS_OF_LABEL)))


def by_height(handles: list[Any], lines: Sequence[Line]) -> list[Any]:
    """Return what a legend shows in the order in which the lines end, the highest first."""
    ends = [line.y[np.isfinite(line.y)][-1:] for line in lines]
    heights = [float(end[0]) if len(end) else -np.inf for end in ends]
    return [handles[place] for place in sorted(range(len(handles)), key=lambda place: -heights[place])]


def dress(axes: "Axes", title: str, about: str, x_label: str) -> None:
    """Write a chart's title, with a line under it, and what is on its x axis."""
    lines = textwrap.wrap(about, LETTERS_PER_LINE)
    axes.set_title(plain(title), loc="left", fontweight="bold", pad=12 + 12 * len(lines), wrap=True)
    if lines:
        place = {"xy": (0, 1), "xycoords": "axes fraction", "xytext": (0, 9), "textcoords": "offset points"}
        axes.annotate(plain("\n".join(lines)), **place, fontsize=8.5, color=GREY, va="bottom")  # type: ignore[arg-type]
    axes.set_xlabel(plain(x_label))
    axes.grid(color="#d9dde2", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)


def explain(figure: "Figure", handles: Sequence[Any]) -> None:
    """Add a legend, right of the chart, where it touches nothing."""
    if handles:
        n_columns = -(-len(handles) // LINES_PER_COLUMN)
        size = 8.5 if len(handles) <= 10 else 7
        figure.legend(
            handles=handles, loc="outside right upper", ncols=n_columns, fontsize=size, frameon=False, handlelength=2.6
        )
