"""What the pictures of all design tools share."""

import numpy as np
from matplotlib.axes import Axes

from tokenspice.studies.design.charts import chart
from tokenspice.studies.design.worst_report import Tried, slice_chart


def test_a_legend_stands_beside_the_data() -> None:
    def draw(axes: Axes) -> None:
        axes.plot([0, 1], label="least so far")
        axes.legend()

    figure = chart(draw, "Margins", "set", "margin")()

    assert figure.axes[0].get_legend() is None
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["least so far"]


def test_margins_stand_over_numbers_in_their_order_and_over_names_one_by_one() -> None:
    numbers = [Tried((0.0,), {"n": n, "pool_OCEAN": f"{n}.5", "oracle": f"kind {n}"}, "search", -n) for n in (6, 50, 2)]

    figures = [slice_chart(numbers, name)() for name in ("n", "pool_OCEAN", "oracle")]

    assert [np.asarray(figure.axes[0].lines[0].get_xdata()).tolist() for figure in figures] == [
        [6, 50, 2],
        [6.5, 50.5, 2.5],
        ["kind 6", "kind 50", "kind 2"],
    ]
