"""A batch's charts: of each, the medians and quantiles over the runs of each parameter set."""

import math
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from tokenspice.engine.charts import YParam
from tokenspice.engine.units import Floats
from tokenspice.studies.charts import charts_of_param, file_name, way_to_draw
from tokenspice.studies.plot.axes import scale_axes
from tokenspice.studies.plot.draw import dress
from tokenspice.studies.plot.looks import look
from tokenspice.studies.plot.picture import GREY, add_source, new_figure, plain, save
from tokenspice.studies.plot.sets import SetOfRuns, is_number, value_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["add_sets", "band_figures", "caption", "draw_bands", "draw_column"]

MOST_BANDS = 6  # parameter sets whose bands can be told apart in one picture; of more, only medians are drawn
MOST_PANELS = 30  # of one picture
LETTERS_OF_PANEL = 28  # in a line of its title
LETTER = 0.066  # inches, of what stands under a title and in a legend


def draw_bands(sets: Sequence[SetOfRuns], source: str, folder: Path) -> Iterator[Path]:
    """Draw each of the netlist's charts, and yield the pictures' paths."""
    for name, figure in band_figures(sets, sets[0].instructions.y_params, source):
        yield save(figure, folder / name)


def band_figures(sets: Sequence[SetOfRuns], params: Sequence[YParam], source: str) -> Iterator[tuple[str, "Figure"]]:
    """Draw some charts, and yield what to call each as a file, and the figure."""
    for param in params:
        bands = [one.bands(param) for one in sets]
        for chart in charts_of_param(param, sets[0].header, sets[0].values):
            figure = draw_chart(param, chart.about, chart.scale, sets, bands)
            add_source(figure, source)
            yield file_name(param.title, chart.scale), figure


def draw_chart(
    param: YParam, about: str, scale: Literal["linear", "log"], sets: Sequence[SetOfRuns], bands: Sequence[Floats]
) -> "Figure":
    """Draw one chart: all columns together for a single parameter set, a panel for each column for several."""
    labels = list(param.labels or [""])
    panels = [[place] for place in range(len(labels))][:MOST_PANELS] if len(sets) > 1 else [list(range(len(labels)))]
    across = math.ceil(math.sqrt(len(panels)))
    down = math.ceil(len(panels) / across)
    figure = new_figure(max(8.5, 4.6 * across), max(5.0, 3.6 * down + 1))
    about = " ".join(filter(None, (about, caption(sets))))
    for number, places in enumerate(panels, 1):
        axes = figure.add_subplot(down, across, number)
        for place in places:
            draw_column(axes, param, sets, bands, place, labels[place])
        alone = len(panels) == 1
        dress(axes, param.title if alone else "", about if alone else "", sets[0].instructions.x_label)
        if not alone:
            name = plain(textwrap.fill(labels[places[0]], LETTERS_OF_PANEL))
            axes.set_title(name, loc="left", fontsize=9.5, fontweight="bold")
        scale_axes(axes, scale, np.concatenate([each[..., places].ravel() for each in bands]), param.unit.name)
    if len(panels) > 1:
        figure.suptitle(
            plain(f"\n\n{beside_legend(about, figure, sets)}"), x=0.012, ha="left", fontsize=8.5, color=GREY
        )
        figure.text(0.012, 0.985, plain(param.title), fontsize=12, fontweight="bold", va="top")
    if len(sets) > 1:
        add_sets(figure, figure.axes[: len(panels)], sets)
    elif len(labels) > 1:
        figure.legend(loc="outside right upper", fontsize=8.5, frameon=False, handlelength=2.6)
    return figure


def beside_legend(about: str, figure: "Figure", sets: Sequence[SetOfRuns]) -> str:
    """Break what stands under a title in lines that end before the legend."""
    legend = max(len(line) for one in sets for line in [*set_label(one).splitlines(), ""]) * LETTER + 0.8
    return textwrap.fill(about, max(40, int((figure.get_figwidth() - legend) / LETTER)))


def draw_column(
    axes: "Axes", param: YParam, sets: Sequence[SetOfRuns], bands: Sequence[Floats], place: int, label: str
) -> None:
    """Draw a column of all sets. Of a single set, lines are told apart by column, else by set."""
    shades = set_shades(sets)
    is_step = way_to_draw(param, np.concatenate([band.ravel() for band in bands])) == "step"
    fill: dict[str, Any] = {"step": "post"} if is_step else {}
    for number, (one, band) in enumerate(zip(sets, bands, strict=True)):
        low, lower, middle, upper, high = band[..., place]
        colour, dash = look(place if len(sets) == 1 else number)
        if shades:
            colour, dash = shades[number], "-"
        axes.plot(
            one.x,
            middle,
            color=colour,
            linestyle=dash,
            linewidth=1.6,
            label=plain(label),
            drawstyle="steps-post" if is_step else "default",
        )
        if not shades:
            for bottom, top, alpha in ((low, high, 0.12), (lower, upper, 0.25)):
                axes.fill_between(one.x, bottom, top, color=colour, alpha=alpha, linewidth=0, **fill)
    axes.margins(x=0.02)


def add_sets(figure: "Figure", axes: Sequence["Axes"], sets: Sequence[SetOfRuns]) -> None:
    """Say which parameter set is which: a legend of few, a colour bar of many."""
    from matplotlib.lines import Line2D

    if len(sets) > MOST_BANDS:
        add_colour_bar(figure, axes, sets)
        return
    looks = [look(number) for number in range(len(sets))]
    handles = [
        Line2D([], [], color=colour, linestyle=dash, linewidth=1.6, label=plain(set_label(one)))
        for one, (colour, dash) in zip(sets, looks, strict=True)
    ]
    figure.legend(handles=handles, loc="outside right upper", fontsize=8.5, frameon=False, handlelength=2.6)


def set_shades(sets: Sequence[SetOfRuns]) -> list[Any]:
    """Return a colour for each of many sets, along the first swept number; none for few."""
    from matplotlib import colormaps

    if len(sets) <= MOST_BANDS:
        return []
    _, values = shade(sets)
    low, high = min(values), max(values)
    return [colormaps["viridis"](0.92 * (value - low) / ((high - low) or 1.0)) for value in values]


def shade(sets: Sequence[SetOfRuns]) -> tuple[str, list[float]]:
    """Return the first swept parameter that is a number, and its value in each set; else the sets' places."""
    for name, value in sets[0].parameters.items():
        if is_number(value):
            return name, [float(one.parameters[name]) for one in sets]
    return "parameter set", [float(place) for place in range(len(sets))]


def add_colour_bar(figure: "Figure", axes: Sequence["Axes"], sets: Sequence[SetOfRuns]) -> None:
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize

    name, values = shade(sets)
    bar = ScalarMappable(Normalize(min(values), max(values)), "viridis")
    figure.colorbar(bar, ax=list(axes), label=plain(name))


def caption(sets: Sequence[SetOfRuns]) -> str:
    """Say what the lines and bands are."""
    counts = sorted({one.n_runs for one in sets})
    runs = f"{counts[0]}" if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
    if len(sets) > MOST_BANDS:
        return f"Medians of {runs} runs each, {len(sets)} parameter sets."
    if counts[-1] == 1:
        return "One run each." if len(sets) > 1 else "One run."
    return f"Median, 25–75 % and 5–95 % of {runs} runs{' each' if len(sets) > 1 else ''}."


def set_label(one: SetOfRuns) -> str:
    """Name a parameter set in a legend."""
    return "\n".join(f"{name} = {value_text(value)}" for name, value in one.parameters.items())
