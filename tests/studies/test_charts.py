"""A chart as a value: differences, what does not exist yet, steps, marks on the x axis."""

import numpy as np
import pytest

from tokenspice.engine.charts import COUNT, FIRST_ROW, Mark, PlotInstructions, YParam, lines
from tokenspice.engine.errors import NetlistError
from tokenspice.engine.units import Floats
from tokenspice.studies.charts import Chart, charts_of

HEADER = ["Tick", "Day", "a", "b", "n"]
VALUES = np.array([[0, 0.0, 5, 4, 0], [10, 1.0, 7, 4, 1], [20, 3.0, 8, 9, 1]], float)
NAN = np.nan


def charts(*params: YParam, values: Floats = VALUES, marks: list[Mark] | None = None) -> list[Chart]:
    return charts_of(PlotInstructions("Day", values[:, 1], params), HEADER, values, marks or [])


def drawn(param: YParam) -> list[list[float]]:
    (chart,) = charts(param)
    return [line.y.tolist() for line in chart.lines]


def test_a_difference_from_a_column_and_from_the_first_row_is_drawn() -> None:
    assert drawn(lines("A", "USD", a="").shown(minus="b")) == [[1, 3, -1]]
    assert drawn(lines("A", "USD", a="one", b="two").shown(minus=FIRST_ROW)) == [[0, 2, 3], [0, 0, 5]]


def test_a_difference_in_the_last_digits_is_none() -> None:
    values = VALUES.copy()
    values[:, 3] = values[:, 2] * (1 + 2e-16)

    (chart,) = charts(lines("A", "USD", a="").shown(minus="b"), values=values)

    assert chart.lines[0].y.tolist() == [0, 0, 0]


def test_what_does_not_exist_yet_is_a_gap_and_so_is_zero_on_a_log_axis() -> None:
    assert np.isnan(drawn(lines("A", "USD", a="").shown(where="n"))[0]).tolist() == [True, False, False]
    (chart,) = charts(lines("N", "USD", "log", n=""))
    assert np.isnan(chart.lines[0].y).tolist() == [True, False, False]
    assert chart.about == "Logarithmic axis."


def test_whole_counts_are_steps_unless_another_way_is_named() -> None:
    fractions = lines("Mean", COUNT, b="").shown(minus="n")
    found = charts(
        lines("A", COUNT, a=""), lines("B", "USD", a=""), lines("C", COUNT, a="").shown(draw="points"), fractions
    )

    assert [chart.draw for chart in found] == ["step", "line", "points", "step"]
    half = VALUES.copy()
    half[1, 2] = 7.5
    assert charts(lines("A", COUNT, a=""), values=half)[0].draw == "line"


def test_a_column_looks_the_same_whichever_lines_before_it_are_one() -> None:
    values = VALUES.copy()
    values[:, 3] = values[:, 2]
    param = lines("A", "USD", a="one", b="two", n="three")

    (apart,), (merged,) = charts(param), charts(param, values=values)

    assert [(line.label, line.place) for line in apart.lines] == [("one", 0), ("two", 1), ("three", 2)]
    assert [(line.label, line.place) for line in merged.lines] == [("one = two", 0), ("three", 2)]


def test_a_mark_stands_between_the_rows_of_its_tick_and_one_after_the_last_row_nowhere() -> None:
    marks = [Mark("late", 21), Mark("rug pull", 15), Mark("first", 0)]

    (chart,) = charts(lines("A", "USD", a=""), marks=marks)

    assert [(mark.text, mark.x) for mark in chart.marks] == [("first", 0.0), ("rug pull", 2.0)]


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"draw": "bars"}, "Choose line, step, area, points"),
        ({"minus": "a"}, "Leave that column out"),
        ({"about": 3}, "are text"),
        ({"colour": "red"}, "Write draw, minus, about or where"),
    ],
)
def test_how_a_chart_cannot_be_drawn_is_refused(how: dict[str, object], said: str) -> None:
    with pytest.raises(NetlistError, match=said):
        lines("A", "USD", a="").shown(**how)


@pytest.mark.parametrize("how", [{"minus": "c"}, {"where": "c"}])
def test_a_column_that_is_named_and_not_there_is_refused(how: dict[str, str]) -> None:
    with pytest.raises(NetlistError, match='draws the column "c", which the log does not have'):
        charts(lines("A", "USD", a="").shown(**how))
