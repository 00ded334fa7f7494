"""Last values over what a batch has swept."""

import pyarrow as pa
from matplotlib.axes import Axes

from tokenspice.engine.charts import COUNT, FIRST_ROW, lines
from tokenspice.engine.units import Unit
from tokenspice.studies.plot.finals import called, figure_of, read_final

OCEAN = Unit("OCEAN")


def test_a_column_is_not_called_after_a_difference_that_a_chart_draws_of_it() -> None:
    gain = lines("Gain", OCEAN, a="publisher", b="staker").shown(minus=FIRST_ROW)
    distance = lines("How far the pool is from outside", OCEAN, c="").shown(minus="b")

    assert called([gain, lines("Worth", OCEAN, a="publisher", d="all"), distance]) == {
        "a": ("Worth: publisher", OCEAN),
        "d": ("Worth: all", OCEAN),
        "b": ("b", OCEAN),
        "c": ("c", OCEAN),
    }


def test_the_axis_of_equal_last_values_begins_at_zero_and_large_ones_have_commas() -> None:
    assert tick_texts_of([2, 2]) == ["0", "1", "2"]
    assert tick_texts_of([1_000_000, 3_000_000])[0] == "1,000,000"


def tick_texts_of(last: list[int]) -> list[str]:
    runs = pa.table({"set": [0, 1], "stake": [1.0, 2.0], "n": last})
    axes: Axes = figure_of(read_final(runs, "n", ["stake"], "Pools", COUNT)).axes[0]
    assert axes.get_ylabel() == "count"
    return [text.get_text() for text in axes.get_yticklabels()]
