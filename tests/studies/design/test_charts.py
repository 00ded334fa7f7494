"""What the pictures of all design tools share."""

from pathlib import Path

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tokenspice.studies.design import charts
from tokenspice.studies.design.charts import chart
from tokenspice.studies.design.worst_report import Tried, slice_chart


@pytest.fixture
def figures(monkeypatch: pytest.MonkeyPatch) -> list[Figure]:
    """Every picture, in place of its file."""
    seen: list[Figure] = []

    def keep(figure: Figure, path: Path) -> Path:
        seen.append(figure)
        return path

    monkeypatch.setattr(charts, "save", keep)
    return seen


def test_a_legend_stands_beside_the_data(figures: list[Figure]) -> None:
    def draw(axes: Axes) -> None:
        axes.plot([0, 1], label="least so far")
        axes.legend()

    chart(draw, "Margins", "set", "margin")(Path("margins.png"))

    (figure,) = figures
    assert figure.axes[0].get_legend() is None
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["least so far"]


def test_margins_stand_over_numbers_in_their_order_and_over_names_one_by_one(figures: list[Figure]) -> None:
    numbers = [Tried((0.0,), {"n": n, "pool_OCEAN": f"{n}.5", "oracle": f"kind {n}"}, "search", -n) for n in (6, 50, 2)]

    for name in ("n", "pool_OCEAN", "oracle"):
        slice_chart(numbers, name)(Path("margins.png"))

    assert [np.asarray(figure.axes[0].lines[0].get_xdata()).tolist() for figure in figures] == [
        [6, 50, 2],
        [6.5, 50.5, 2.5],
        ["kind 6", "kind 50", "kind 2"],
    ]
