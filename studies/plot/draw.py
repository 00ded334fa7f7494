"""A run's data.csv in, one PNG per chart out."""

import re
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike

from tokenspice.engine.charts import PlotInstructions, YParam
from tokenspice.engine.errors import FolderExists, NetlistError, RunError
from tokenspice.engine.units import Floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "as_numbers",
    "check_columns",
    "draw_plots",
    "dress",
    "file_name",
    "make_folder",
    "new_figure",
    "plain",
    "safe_name",
    "save",
    "scale_y",
    "scales",
]

# How many lines a legend explains inside a chart, beside it, and in one column beside it.
LINES_INSIDE = 8
LINES_BESIDE = 60
LINES_PER_COLUMN = 30
LONGEST_NAME = 150  # of a picture's file, in bytes


def draw_plots(instructions: PlotInstructions, header: list[str], values: Floats, folder: Path) -> list[Path]:
    """Draw every chart as a PNG in `folder`, which is made, and return their paths.

    Args:
        header: the names of the columns.
        values: [n_rows, n_columns], NaN where a cell is empty.

    Raises:
        NetlistError: a chart names a column that the log does not have, two charts would share a file, or x
            is no number for each row.
        RunError: `folder` exists or cannot be made.
    """
    charts = [(param, scale) for param in instructions.y_params for scale in scales(param)]
    for param, _ in charts:
        check_columns(param, header)
    names = [file_name(param.title, scale) for param, scale in charts]
    if len(set(names)) < len(names):
        raise NetlistError("two charts have the same title and scale. Give each chart a title of its own.")
    x = as_numbers(instructions.x, len(values))
    make_folder(folder)
    return [_draw(param, scale, instructions.x_label, x, header, values, folder) for param, scale in charts]


def make_folder(folder: Path) -> None:
    """Make the folder that plots go to.

    Raises:
        RunError: it exists, or cannot be made.
    """
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        raise FolderExists(f"{folder} exists. Write a new folder for the plots, or remove this one.") from None
    except OSError as error:
        raise RunError(f"{folder} cannot be made: {error.strerror}.") from error


def file_name(title: str, scale: str) -> str:
    """Name a chart's file after its title and scale, as TokenSPICE did."""
    name = f"{title}_{scale.upper()}".replace("/", "_per_").replace("'", "")
    return safe_name(re.sub(r"[^\w.%#&()-]", "_", name).replace("__", "_")) + ".png"


def safe_name(text: str) -> str:
    """Return text as a name that every disk takes: of a long one, the beginning and a hash of the whole."""
    name = re.sub(r"[/\\\0]", "_", text)
    if len(name.encode()) <= LONGEST_NAME:
        return name
    digest = sha256(text.encode()).hexdigest()[:12]
    return f"{name.encode()[: LONGEST_NAME - 13].decode(errors='ignore')}-{digest}"


def scales(param: YParam) -> list[Literal["linear", "log"]]:
    """Return the scales of a chart's pictures."""
    if param.scale == "both":
        return ["linear", "log"]
    return [param.scale]


def check_columns(param: YParam, header: list[str]) -> None:
    """Refuse a chart of columns that the log does not have."""
    for column in param.columns:
        if column not in header:
            raise NetlistError(
                f'chart "{param.title}" draws the column "{column}", which the log does not have. '
                f"It has: {', '.join(header)}."
            )


def as_numbers(x: ArrayLike, n_rows: int) -> Floats:
    """Return the values of the x axis, [n_rows]."""
    try:
        numbers = np.asarray(x, dtype=float)
    except (TypeError, ValueError) as error:
        raise NetlistError(f"the values of the x axis are no numbers: {error}.") from error
    if numbers.shape != (n_rows,):
        raise NetlistError(f"the x axis has {numbers.size} values for {n_rows} rows. Give one for each row.")
    return numbers


def _draw(
    param: YParam,
    scale: Literal["linear", "log"],
    x_label: str,
    x: Floats,
    header: list[str],
    values: Floats,
    folder: Path,
) -> Path:
    figure = new_figure(8, 5)
    axes = figure.add_subplot()
    lines = [values[:, header.index(column)] * param.unit.factor for column in param.columns]
    for number, y in enumerate(lines):
        label = plain(param.labels[number]) if param.labels else None
        axes.plot(x, y, label=label, linestyle=_line_style(number), marker="." if len(x) <= 40 else "")
    dress(axes, param, scale, x_label)
    _explain(axes, len(param.columns))
    scale_y(axes, scale, np.concatenate(lines))
    return save(figure, folder / file_name(param.title, scale))


def new_figure(width: float, height: float) -> "Figure":
    """Return an empty picture of so many inches."""
    # The object interface leaves pyplot's global state, and with it any window system, alone.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def save(figure: "Figure", path: Path) -> Path:
    """Write a picture as a PNG, and return its path.

    Raises:
        RunError: it cannot be written.
    """
    temporary = path.with_name(f"{path.name}.new")
    try:
        figure.savefig(temporary, dpi=120, format="png")
        temporary.replace(path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        raise RunError(f"{path} cannot be written: {error.strerror}.") from error
    return path


def plain(text: str) -> str:
    """Write text so that it is drawn as it is."""
    # Matplotlib takes what stands between two dollar signs for mathematics.
    return text.replace("$", r"\$")


def _line_style(number: int) -> str:
    # Lines that lie on each other stay visible when their dashes differ.
    return ["-", "--", "-.", ":"][number % 4]


def dress(axes: "Axes", param: YParam, scale: Literal["linear", "log"], x_label: str) -> None:
    """Write a chart's title and what is on its axes."""
    axes.set_title(plain(f"{param.title} ({scale.upper()})"), wrap=True)
    axes.set_xlabel(plain(x_label))
    axes.set_ylabel(plain(f"{param.title} ({param.unit.name})"), wrap=True)
    axes.grid(alpha=0.3)


def _explain(axes: "Axes", n_lines: int) -> None:
    """Add a legend: inside, or beside the chart where it would hide the lines; of too many lines, none."""
    if 1 < n_lines <= LINES_INSIDE:
        axes.legend()
    elif LINES_INSIDE < n_lines <= LINES_BESIDE:
        columns = -(-n_lines // LINES_PER_COLUMN)
        axes.figure.legend(loc="outside right upper", ncols=columns, fontsize="xx-small")


def scale_y(axes: "Axes", scale: Literal["linear", "log"], y: Floats) -> None:
    """Scale the y axis to hold `y`, with ticks at round numbers."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    steps = [1, 2, 5, 10]
    axes.xaxis.set_major_locator(MaxNLocator(nbins=12, steps=steps))
    if scale == "log" and (y > 0).any():
        axes.set_yscale("log")
        return
    whole = all(float(value).is_integer() for value in y[np.isfinite(y)])
    axes.yaxis.set_major_locator(MaxNLocator(nbins=8, steps=steps, integer=whole))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _tick_text(value, *axes.get_ylim())))


def _tick_text(y: float, low: float, high: float) -> str:
    if max(abs(low), abs(high)) >= 1e7:
        return f"{y:.3g}"
    if high - low >= 20 or float(y).is_integer():
        return f"{y:,.0f}"
    return f"{y:,.2f}" if high - low >= 0.1 else f"{y:.4g}"
