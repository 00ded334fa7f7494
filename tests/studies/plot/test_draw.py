"""A table becomes one picture per chart, and what cannot be drawn is refused before anything is made."""

import errno
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import imread
from numpy.typing import NDArray

from tokenspice.engine.charts import COUNT, PERCENT, USD_MILLIONS, PlotInstructions, YParam
from tokenspice.engine.errors import NetlistError, RunError
from tokenspice.engine.units import Floats, Unit
from tokenspice.studies.charts import file_name
from tokenspice.studies.plot.draw import draw_plots
from tokenspice.studies.plot.picture import new_figure, save

HEADER = ["Day", "a", "b"]
VALUES = np.array([[0.0, 1.0, 5.0], [1.0, 2.0, 3.0], [2.0, 4.0, 1.0]])


def chart(*columns: str, title: str = "Price", scale: Literal["linear", "log", "both"] = "linear") -> YParam:
    return YParam(columns, columns, title, Unit("OCEAN"), scale)


def drawn(folder: Path, *charts: YParam, values: Floats = VALUES) -> list[Path]:
    return draw_plots(PlotInstructions("Day", values[:, 0], charts), HEADER, values, folder)


@pytest.fixture
def axes(monkeypatch: pytest.MonkeyPatch) -> list[Axes]:
    """The axes of every chart that is saved."""
    seen: list[Axes] = []
    save = Figure.savefig

    def look_and_save(figure: Figure, *args: Any, **kwargs: Any) -> None:
        seen.extend(figure.axes)
        save(figure, *args, **kwargs)

    monkeypatch.setattr(Figure, "savefig", look_and_save)
    return seen


def lines(axes: Axes) -> list[list[float]]:
    return [np.asarray(line.get_ydata(), float).tolist() for line in axes.get_lines()]


def pixels(path: Path) -> NDArray[np.float32]:
    """[height, width, 4] red, green, blue, alpha."""
    picture: NDArray[np.float32] = imread(path)
    return picture


def test_every_chart_is_a_picture_with_something_on_it(tmp_path: Path) -> None:
    paths = drawn(tmp_path / "plots", chart("a"), chart("a", "b", title="Both"))

    assert paths == [tmp_path / "plots" / "Price_LINEAR.png", tmp_path / "plots" / "Both_LINEAR.png"]
    assert sorted(paths) == sorted((tmp_path / "plots").iterdir())
    for path in paths:
        height, width, _ = pixels(path).shape
        assert height >= 400 and width >= 600
        assert len(np.unique(pixels(path)[:, :, 0])) > 20


def test_different_numbers_give_different_pictures(tmp_path: Path) -> None:
    (one,) = drawn(tmp_path / "one", chart("a"))
    (other,) = drawn(tmp_path / "other", chart("a"), values=VALUES**2)

    assert one.read_bytes() != other.read_bytes()


def test_scale_both_gives_two_charts_the_linear_one_first(tmp_path: Path, axes: list[Axes]) -> None:
    paths = drawn(tmp_path / "plots", chart("a", scale="both"), chart("b", title="Other", scale="log"))

    assert [path.name for path in paths] == ["Price_LINEAR.png", "Price_LOG.png", "Other_LOG.png"]
    assert [each.get_yscale() for each in axes] == ["linear", "log", "log"]
    assert [each.get_title("left") for each in axes] == ["Price", "Price", "Other"]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Price", "Price_LINEAR.png"),
        ("Price per token, OCEAN", "Price_per_token_OCEAN_LINEAR.png"),
        ("USD/month", "USD_per_month_LINEAR.png"),
        ("The publisher's wallet", "The_publishers_wallet_LINEAR.png"),
        ("../escape", ".._per_escape_LINEAR.png"),
        ("a\\b:c*d", "a_b_c_d_LINEAR.png"),
        ("R&D (% of sales)", "R&D_(%_of_sales)_LINEAR.png"),
    ],
)
def test_a_file_is_named_after_its_chart(title: str, name: str) -> None:
    assert file_name(title, "linear") == name


def test_each_column_is_a_line_in_its_unit(tmp_path: Path, axes: list[Axes]) -> None:
    drawn(
        tmp_path / "plots",
        YParam(["a", "b"], ["first", "second"], "Share", PERCENT),
        YParam(["a"], [], "Sales", USD_MILLIONS),
    )

    assert lines(axes[0]) == [[100, 200, 400], [500, 300, 100]]
    assert lines(axes[1]) == [pytest.approx([1e-6, 2e-6, 4e-6])]
    assert (axes[0].get_xlabel(), axes[0].get_ylabel()) == ("Day", "%")
    assert axes[1].get_ylabel() == "USD, millions"


def legend_texts(axes: Axes) -> list[str]:
    figure = axes.figure
    assert isinstance(figure, Figure) and axes.get_legend() is None
    return [text.get_text() for legend in figure.legends for text in legend.get_texts()]


def test_a_legend_stands_beside_the_chart_with_the_line_that_ends_highest_first(
    tmp_path: Path, axes: list[Axes]
) -> None:
    drawn(tmp_path / "plots", chart("a"), YParam(["b", "a"], ["second", "first"], "Both", COUNT))

    assert legend_texts(axes[0]) == []
    assert legend_texts(axes[1]) == ["first", "second"]


@pytest.mark.parametrize(("n_lines", "n_named"), [(40, 40), (41, 0)])
def test_too_many_lines_are_not_named(tmp_path: Path, axes: list[Axes], n_lines: int, n_named: int) -> None:
    names = [f"y{number}" for number in range(n_lines)]

    draw_plots(
        PlotInstructions("x", [0, 1], [YParam(names, names, "Many", COUNT)]),
        names,
        np.arange(2.0 * n_lines).reshape(2, n_lines),
        tmp_path / "plots",
    )

    assert len(legend_texts(axes[0])) == n_named


def test_lines_that_lie_on_each_other_are_one_line_with_the_names_of_both(tmp_path: Path, axes: list[Axes]) -> None:
    drawn(tmp_path / "plots", YParam(["a", "a", "b"], ["one", "other", "third"], "Three", COUNT))

    assert len(axes[0].get_lines()) == 2
    assert legend_texts(axes[0]) == ["one = other", "third"]


def test_an_unknown_column_is_answered_with_the_logs_columns_and_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(NetlistError) as caught:
        drawn(tmp_path / "plots", chart("a"), chart("c", title="Missing"))

    text = 'chart "Missing" draws the column "c", which the log does not have. It has: Day, a, b.'
    assert str(caught.value) == text
    assert not (tmp_path / "plots").exists()


def test_a_folder_that_exists_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "Price_LINEAR.png").write_text("keep me")

    with pytest.raises(RunError, match="exists. Write a new folder for the plots"):
        drawn(tmp_path, chart("a"))

    assert (tmp_path / "Price_LINEAR.png").read_text() == "keep me"


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(RunError, match="cannot be made: Not a directory"):
        drawn(tmp_path / "file" / "plots", chart("a"))


def test_no_charts_make_an_empty_folder(tmp_path: Path) -> None:
    assert drawn(tmp_path / "plots") == []
    assert list((tmp_path / "plots").iterdir()) == []


@pytest.mark.parametrize("y", [[5.0], [5.0, 5.0, 5.0], [np.nan, 1.0, np.nan], [np.nan], [1.0, np.inf], [0.0, 1e12]])
def test_dull_and_broken_numbers_are_drawn_too(tmp_path: Path, y: list[float]) -> None:
    values = np.array([[day, value, 0.0] for day, value in enumerate(y)])

    (path,) = drawn(tmp_path / "plots", chart("a"), values=values)

    assert path.stat().st_size > 5_000


def test_a_log_scale_without_a_positive_value_is_drawn_without_a_warning(tmp_path: Path) -> None:
    # pytest makes an error of a warning.
    paths = drawn(tmp_path / "plots", chart("a", scale="both"), values=np.zeros((3, 3)))

    assert [path.name for path in paths] == ["Price_LINEAR.png", "Price_LOG.png"]


def test_two_charts_that_would_share_a_file_are_refused_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(NetlistError, match="two charts have the same title and scale"):
        drawn(tmp_path / "plots", chart("a"), chart("b"))

    assert not (tmp_path / "plots").exists()


def test_dollar_signs_in_a_title_are_dollar_signs(tmp_path: Path) -> None:
    (path,) = drawn(tmp_path / "plots", chart("a", title="% of $ and #$"))

    assert path.exists()


@pytest.mark.parametrize(
    ("x", "found"),
    [
        ([0.0, 1.0], "has 2 values for 3 rows"),
        ([[0.0, 1.0, 2.0]], "has 3 values for 3 rows"),
        (["Monday", "Tuesday", "Friday"], "are no numbers"),
        (None, "has 1 values for 3 rows"),
    ],
)
def test_an_x_axis_without_a_number_for_each_row_is_refused(tmp_path: Path, x: Any, found: str) -> None:
    with pytest.raises(NetlistError, match=found):
        draw_plots(PlotInstructions("Day", x, [chart("a")]), HEADER, VALUES, tmp_path / "plots")

    assert not (tmp_path / "plots").exists()


def test_a_chart_without_columns_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NetlistError):
        drawn(tmp_path / "plots", YParam([], [], "Nothing", COUNT))


def test_a_chart_of_several_lines_has_a_label_for_each() -> None:
    with pytest.raises(NetlistError, match='chart "Both" has 2 columns and 1 labels. Give one label for each column'):
        YParam(["a", "b"], ["first"], "Both", COUNT)
    with pytest.raises(NetlistError, match="has 2 columns and 0 labels"):
        YParam(["a", "b"], [], "Both", COUNT)


def test_a_chart_of_one_line_may_go_without_a_label() -> None:
    assert YParam(["a"], [], "One", COUNT).labels == []


def test_a_column_that_is_no_list_is_told_how_to_become_one() -> None:
    with pytest.raises(NetlistError, match=r'columns and labels are lists. Write \["price"\]'):
        YParam("price", [], "Price", COUNT)


@pytest.mark.parametrize("scale", ["LINEAR", "both ", 2, None])
def test_an_unknown_scale_is_answered_with_the_known_ones(scale: Any) -> None:
    with pytest.raises(NetlistError, match="Choose linear, log or both"):
        YParam(["a"], [], "Price", COUNT, scale)


def test_a_picture_for_which_there_is_no_room_leaves_no_part_of_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(figure: Figure, path: Path, **options: object) -> None:
        path.write_bytes(b"half a picture")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Figure, "savefig", full)

    with pytest.raises(RunError, match="cannot be written: No space left on device"):
        save(new_figure(4, 3), tmp_path / "chart.png")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("title", ["T" * 300, "Ü" * 300, "OCEAN/USD", "../up", "a\0b"])
def test_a_title_of_any_kind_is_the_name_of_one_file(title: str, tmp_path: Path) -> None:
    path = save(new_figure(4, 3), tmp_path / file_name(title, "linear"))

    assert path.parent == tmp_path and path.stat().st_size > 0


def test_two_long_titles_that_begin_alike_have_different_files() -> None:
    assert file_name("T" * 300 + "a", "linear") != file_name("T" * 300 + "b", "linear")
