"""What a netlist asks to be drawn: charts of the columns that it logs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

from numpy.typing import ArrayLike

from tokenspice.engine.errors import NetlistError
from tokenspice.engine.units import Floats, Unit

__all__ = [
    "COUNT",
    "COUNT_MILLIONS",
    "FIRST_ROW",
    "PERCENT",
    "USD",
    "USD_BILLIONS",
    "USD_MILLIONS",
    "Charts",
    "Draw",
    "Mark",
    "PlotInstructions",
    "YParam",
    "lines",
]


COUNT = Unit("count")
COUNT_MILLIONS = Unit("count, millions", 1e-6)
PERCENT = Unit("%", 100.0)
USD = Unit("USD")
USD_MILLIONS = Unit("USD, millions", 1e-6)
USD_BILLIONS = Unit("USD, billions", 1e-9)

FIRST_ROW = "(first row)"  # what a chart's `minus` names to draw how much each column has changed since the beginning

Draw: TypeAlias = Literal["line", "step", "area", "points"]


class Mark(NamedTuple):
    """Something that happened, such as Mark("rug pull", 168): a thin vertical line in all charts, at that tick."""

    text: str
    tick: int


@dataclass(frozen=True)
class YParam:
    """One chart.

    Args:
        columns: the columns of data.csv to draw, one line each.
        labels: the legend's text for each line, in the same order; may be empty for a single line.
        title: the chart's title; it also names the file.
        unit: of the values drawn, such as Unit("OCEAN") or PERCENT.
        scale: of the y axis; "both" makes two charts.
        draw: how. A step holds each value until the next row, and so are whole numbers of unit COUNT drawn unless you
            say otherwise; an area stacks the columns.
        minus: a column that is taken from each of `columns`, for prices that lie on each other; FIRST_ROW takes each
            column's own first value.
        about: one line under the title: what is compared with what.
        where: a column that is 0 where there is nothing to draw yet, such as the number of pools for a pool's price.
    """

    columns: Sequence[str]
    labels: Sequence[str]
    title: str
    unit: Unit
    scale: Literal["linear", "log", "both"] = "linear"
    draw: Draw = "line"
    minus: str = ""
    about: str = ""
    where: str = ""

    def __post_init__(self) -> None:
        if isinstance(self.columns, str) or isinstance(self.labels, str):
            raise NetlistError(f'chart "{self.title}": columns and labels are lists. Write ["{self.columns}"].')
        if not isinstance(self.unit, Unit):
            raise NetlistError(f'chart "{self.title}": unit = {self.unit!r}. Write Unit("{self.unit}").')
        if not all(isinstance(text, str) for text in (*self.columns, *self.labels)):
            raise NetlistError(f'chart "{self.title}": columns and labels are lists of text.')
        if not self.columns:
            raise NetlistError(f'chart "{self.title}" has no columns. Name at least one.')
        if len(self.columns) != len(self.labels) and (self.labels or len(self.columns) != 1):
            raise NetlistError(
                f'chart "{self.title}" has {len(self.columns)} columns and {len(self.labels)} labels. '
                "Give one label for each column."
            )
        if self.scale not in ("linear", "log", "both"):
            raise NetlistError(f'chart "{self.title}": scale = {self.scale!r}. Choose linear, log or both.')
        if self.draw not in get_args(Draw):
            raise NetlistError(f'chart "{self.title}": draw = {self.draw!r}. Choose {", ".join(get_args(Draw))}.')
        if not all(isinstance(text, str) for text in (self.minus, self.about, self.where)):
            raise NetlistError(f'chart "{self.title}": minus, about and where are text.')
        if self.minus and (self.minus in self.columns or self.scale != "linear"):
            raise NetlistError(
                f'chart "{self.title}" draws differences from {self.minus}. Leave that column out, and scale = "linear".'
            )

    def shown(self, **how: Any) -> "YParam":
        """Return this chart with draw, minus, about or where as given: lines(…).shown(draw="area", about="…")."""
        if unknown := how.keys() - {"draw", "minus", "about", "where"}:
            raise NetlistError(f'chart "{self.title}": shown({unknown.pop()}=…). Write draw, minus, about or where.')
        return replace(self, **how)


class PlotInstructions(NamedTuple):
    """What a netlist asks to be drawn: the x axis' label and values, and the charts."""

    x_label: str
    x: ArrayLike
    y_params: Sequence[YParam]


Charts: TypeAlias = Sequence[YParam] | Callable[[list[str], Floats], Sequence[YParam] | PlotInstructions]
"""What to draw of a table: charts, or a function of its header and its values [n_rows, n_columns] that returns them."""


def lines(
    title: str, unit: Unit | str, scale: Literal["linear", "log", "both"] = "linear", /, **columns: str
) -> YParam:
    """Return a chart with one line for each column.

    Args:
        title: the chart's title; it also names the file.
        unit: of the values drawn; text stands for a unit of that name.
        scale: of the y axis; "both" makes two charts.
        columns: the legend's text for each column of the table; it may be "" for a single one.
    """
    labels = [] if list(columns.values()) == [""] else list(columns.values())
    return YParam(list(columns), labels, title, Unit(unit) if isinstance(unit, str) else unit, scale)
