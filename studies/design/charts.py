"""What the pictures of all tools share: one size, one style, one file each; no window, and no time in the file."""

from collections.abc import Callable, Sequence
from textwrap import fill
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from tokenspice.engine.variables import Value
from tokenspice.studies.plot.picture import new_figure, plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from tokenspice.engine.units import Floats

__all__ = ["Draw", "chart", "heat_map", "numbers_of"]

Draw: TypeAlias = Callable[[], "Figure"]
"""Draws a picture, which whoever asked for it signs and writes."""

GOOD, BAD = "tab:blue", "tab:red"  # what meets a spec, and what does not
WIDE = 22  # characters of a name of a column, from which it is broken
SIDE_BY_SIDE = 4  # columns whose names stand upright


def chart(
    draw: Callable[["Axes"], None], title: str, x_label: str, y_label: str, size: tuple[float, float] = (8, 5)
) -> Draw:
    """Return what draws a picture of one pair of axes."""

    def drawn() -> "Figure":
        figure = new_figure(*size)
        axes = figure.add_subplot()
        axes.grid(alpha=0.3)
        draw(axes)
        axes.set_title(plain(title), wrap=True)
        axes.set_xlabel(plain(x_label))
        axes.set_ylabel(plain(y_label))
        move_legend(axes)
        return figure

    return drawn


def numbers_of(values: Sequence[Value]) -> list[float]:
    """Return settings as numbers, amounts too, which are text; none if one of them is a name or a yes or no."""
    if any(isinstance(value, bool) for value in values):
        return []
    try:
        return [float(value) for value in values]
    except ValueError:
        return []


def move_legend(axes: "Axes") -> None:
    """Have a legend stand right of the chart, where it hides nothing."""
    if axes.get_legend():
        handles, labels = axes.get_legend_handles_labels()
        axes.legend().remove()
        axes.figure.legend(handles, labels, loc="outside right upper", fontsize="small", frameon=False)


def heat_map(
    values: "Floats",
    rows: Sequence[str],
    columns: Sequence[str],
    title: str,
    label: str,
    texts: Sequence[Sequence[str]],
) -> Draw:
    """Return what draws a table of numbers in colours that part at 0: red below, blue above.

    Args:
        values: [rows, columns].
        texts: what stands in each cell.
    """

    def drawn() -> "Figure":
        figure = new_figure(2.5 + 1.6 * max(len(columns), 2), 1.8 + 0.42 * max(len(rows), 3))
        axes = figure.add_subplot()
        finite = values[np.isfinite(values)]
        most = float(np.abs(finite).max()) if finite.size and np.abs(finite).max() > 0 else 1.0
        shown = np.clip(np.nan_to_num(values, nan=0.0, posinf=most, neginf=-most), -most, most)
        image = axes.imshow(shown, cmap="RdBu", vmin=-most, vmax=most, aspect="auto")
        for i, j in np.ndindex(*values.shape):
            color = "white" if abs(shown[i, j]) > 0.6 * most else "black"
            axes.text(j, i, texts[i][j], ha="center", va="center", fontsize="small", color=color)
        names = [plain(fill(name, WIDE)) for name in columns]
        if len(columns) <= SIDE_BY_SIDE:
            axes.set_xticks(range(len(columns)), names)
        else:
            axes.set_xticks(range(len(columns)), names, rotation=20, ha="right")
        axes.set_yticks(range(len(rows)), [plain(name) for name in rows])
        axes.set_title(plain(title), wrap=True)
        figure.colorbar(image, ax=axes, label=label)
        return figure

    return drawn
