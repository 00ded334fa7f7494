"""Last values over what a batch has swept."""

import pyarrow as pa
import pytest
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


def test_a_column_of_yes_and_no_is_drawn_as_the_share_of_runs_with_its_interval() -> None:
    runs = pa.table({"set": [0, 0, 1, 1], "stake": [1.0, 1.0, 2.0, 2.0], "held": [1, 0, 1, 1]})

    final = read_final(runs, "held", ["stake"], "Whether it holds", COUNT)

    assert final.is_yes_or_no and [point.middle for point in final.points] == [0.5, 1.0]
    assert final.points[1].low == pytest.approx(0.342, abs=1e-3) and final.points[1].high == 1.0
    assert figure_of(final).axes[0].get_ylabel() == "share of runs"


def test_shares_over_three_parameters_are_lines_in_panels() -> None:
    grid = [(a, b, c) for a in (1, 2) for b in (3, 4) for c in ("x", "y", "z")]
    columns = {name: [point[i] for point in grid for _ in range(2)] for i, name in enumerate("abc")}
    runs = pa.table({"set": [i // 2 for i in range(24)], **columns, "held": [0, 1] * 12})

    axes = figure_of(read_final(runs, "held", list("abc"), "Whether it holds", COUNT)).axes

    assert [one.get_title() for one in axes] == ["c = x", "c = y", "c = z"]
    assert all(len(one.containers) == 2 for one in axes)
