"""One description of a chart, for PNG and for pages: what is drawn of a table, over what, and what happened meanwhile."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from tokenspice.engine.charts import COUNT, FIRST_ROW, Draw, Mark, PlotInstructions, YParam
from tokenspice.engine.errors import NetlistError
from tokenspice.engine.text import not_among
from tokenspice.engine.units import Floats

__all__ = [
    "Chart",
    "Line",
    "PlacedMark",
    "as_numbers",
    "charts_of",
    "charts_of_param",
    "check_columns",
    "drawn_values",
    "file_name",
    "safe_name",
    "scales",
    "way_to_draw",
]

ROUNDING = 1e-12  # a difference of so small a part is one of the last digits, and none of the model
LONGEST_NAME = 150  # of a picture's file, in bytes

Scale: TypeAlias = Literal["linear", "log"]


@dataclass(frozen=True)
class Line:
    """What one column, or several of equal values, look like.

    Args:
        label: for the legend; empty for a line that the title explains.
        y: [n_rows] in the chart's unit; NaN where there is nothing to draw.
        place: of its first column among the chart's, from 0, by which its look is chosen: that of a column is the same
            in all charts that name the same columns, whichever lines are merged.
    """

    label: str
    y: Floats
    place: int = 0


@dataclass(frozen=True)
class PlacedMark:
    """Something that happened, and where on the x axis."""

    text: str
    x: float


@dataclass(frozen=True)
class Chart:
    """One picture.

    Args:
        title: what it shows.
        about: one line more; may be empty.
        unit: of y.
        scale: of the y axis.
        draw: how its lines are drawn.
        x_label: of the x axis.
        x: [n_rows] where each row is drawn.
        lines: at least one.
        marks: in order of time.
        source: netlist, seed, changed parameters and code that it is drawn from; may be empty.
    """

    title: str
    about: str
    unit: str
    scale: Scale
    draw: Draw
    x_label: str
    x: Floats
    lines: tuple[Line, ...]
    marks: tuple[PlacedMark, ...] = ()
    source: str = ""

    @property
    def file_name(self) -> str:
        return file_name(self.title, self.scale)


def charts_of(
    instructions: PlotInstructions, header: list[str], values: Floats, marks: Sequence[Mark] = (), source: str = ""
) -> list[Chart]:
    """Return what is drawn of a table.

    Args:
        instructions: the netlist's charts.
        header: the names of the columns.
        values: [n_rows, n_columns], NaN where a cell is empty.
        marks: what happened, by tick.
        source: as in Chart.

    Raises:
        NetlistError: a chart names a column that the table does not have, two charts would share a file, or x is no
            number for each row.
    """
    params = list(instructions.y_params)
    for param in params:
        check_columns(param, header)
    x = as_numbers(instructions.x, len(values))
    placed = tuple(place_marks(marks, header, values, x))
    charts = [
        replace(chart, x_label=instructions.x_label, x=x, marks=placed, source=source)
        for param in params
        for chart in charts_of_param(param, header, values)
    ]
    names = [chart.file_name for chart in charts]
    if len(set(names)) < len(names):
        raise NetlistError("two charts have the same title and scale. Give each chart a title of its own.")
    return charts


def charts_of_param(param: YParam, header: list[str], values: Floats) -> Iterator[Chart]:
    """One chart for each of its scales, still without an x axis."""
    y = drawn_values(param, header, values)
    labels = param.labels if len(param.columns) > 1 else [""]
    named = zip(labels, y.T, strict=True)
    lines = tuple(merged(Line(label, column, place) for place, (label, column) in enumerate(named)))
    for scale in scales(param):
        # A log axis has no place for zero and less, and a line to there would say that it had.
        shown = tuple(replace(line, y=np.where(line.y > 0, line.y, np.nan)) for line in lines)
        has_log = scale == "log" and any(np.isfinite(line.y).any() for line in shown)
        yield Chart(
            param.title,
            " ".join(filter(None, (param.about, "Logarithmic axis." if has_log else ""))),
            param.unit.name,
            scale,
            way_to_draw(param, y),
            "",
            np.array([]),
            shown if has_log else lines,
        )


def way_to_draw(param: YParam, y: Floats) -> Draw:
    """Return how to draw a chart: counts as steps, because there is no half a pool on the way from one to two."""
    known = y[np.isfinite(y)]
    is_counted = param.unit == COUNT and bool((known == np.round(known)).all())
    return "step" if param.draw == "line" and is_counted else param.draw


def drawn_values(param: YParam, header: list[str], values: Floats) -> Floats:
    """Return what a chart draws of a table, [n_rows, n_drawn], in its unit; NaN where there is nothing to draw."""
    y = values[:, [header.index(column) for column in param.columns]].copy()
    y[~np.isfinite(y)] = np.nan  # what is infinite has no place on an axis
    if param.where:
        exists = values[:, header.index(param.where)]
        y[~(np.isfinite(exists) & (exists != 0))] = np.nan
    if param.minus == FIRST_ROW:
        y -= first_known(y)
    elif param.minus:
        base = values[:, [header.index(param.minus)]]
        y -= base
        y[np.abs(y) <= ROUNDING * np.abs(base)] = 0.0
    return y * param.unit.factor


def first_known(y: Floats) -> Floats:
    """Return the first value of each column that has one, [n_columns]."""
    known = np.isfinite(y)
    return np.array([column[has.argmax()] if has.any() else np.nan for column, has in zip(y.T, known.T, strict=True)])


def merged(lines: Iterator[Line]) -> list[Line]:
    """Return one line for those that would lie on each other from beginning to end, with the labels of all."""
    found: dict[bytes, Line] = {}
    for line in lines:
        key = line.y.tobytes()
        before = found.get(key)
        found[key] = replace(before, label=f"{before.label} = {line.label}") if before else line
    return list(found.values())


def place_marks(marks: Sequence[Mark], header: list[str], values: Floats, x: Floats) -> Iterator[PlacedMark]:
    """Place marks on the x axis, between the rows of their ticks; those outside the table's ticks are left out."""
    if not marks or "Tick" not in header or not len(values):
        return
    ticks = values[:, header.index("Tick")]
    for mark in sorted(marks, key=lambda mark: mark.tick):
        if ticks[0] <= mark.tick <= ticks[-1]:
            yield PlacedMark(mark.text, float(np.interp(mark.tick, ticks, x)))


def scales(param: YParam) -> list[Scale]:
    """Return the scales of a chart's pictures."""
    if param.scale == "both":
        return ["linear", "log"]
    return [param.scale]


def check_columns(param: YParam, header: list[str]) -> None:
    """Refuse a chart of columns that the log does not have."""
    others = [column for column in (param.minus, param.where) if column and column != FIRST_ROW]
    for column in (*param.columns, *others):
        if column not in header:
            raise NetlistError(
                f'chart "{param.title}" draws the column "{column}", which the log does not have. '
                + not_among(column, header, "It has")
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
