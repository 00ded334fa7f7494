"""Pictures of batches: the right quantiles, and the right kind of picture for what was swept."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

from tokenspice.studies.batch.design import Design
from tokenspice.studies.batch.runs import run_batch
from tokenspice.studies.batch.workers import Workers
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.netlist.netlist_file import load_netlist
from tokenspice.studies.plot.batch import draw_batch
from tokenspice.studies.plot.sets import quantiles

Sweep = dict[str, Any]


@pytest.fixture
def figures(monkeypatch: pytest.MonkeyPatch) -> dict[str, Figure]:
    """Every picture that is saved, by its name."""
    seen: dict[str, Figure] = {}
    save = Figure.savefig

    def look_and_save(figure: Figure, path: Path, *args: Any, **kwargs: Any) -> None:
        seen[path.name.removesuffix(".new")] = figure
        save(figure, path, *args, **kwargs)

    monkeypatch.setattr(Figure, "savefig", look_and_save)
    return seen


def drawn(netlist: Netlist, folder: Path, workers: Workers, sweep: Sweep, **more: Any) -> list[Path]:
    run_batch(netlist, Design(sweep, seeds=more.pop("seeds", 3), **more), folder / "o", workers)
    return draw_batch(netlist, folder / "o", folder / "png")


def n_bands(axes: Axes) -> int:
    return sum(isinstance(one, PolyCollection) for one in axes.collections)


def test_quantiles_are_taken_over_runs_at_each_tick() -> None:
    values = np.array([[tick, run + 10.0 * tick] for run in range(21) for tick in range(3)])
    runs = np.repeat(np.arange(21), 3)

    bands = quantiles(values, runs)

    assert bands.shape == (5, 3, 2)
    assert bands[:, :, 1].T.tolist() == [[1, 5, 10, 15, 19], [11, 15, 20, 25, 29], [21, 25, 30, 35, 39]]


def test_a_run_without_a_value_does_not_count_and_none_at_all_is_a_gap() -> None:
    nan = np.nan
    values = np.array([[0, nan], [1, 4.0], [0, nan], [1, nan]])

    assert np.isnan(quantiles(values, np.array([0, 0, 1, 1]))[:, 0, 1]).all()
    assert (quantiles(values, np.array([0, 0, 1, 1]))[:, 1, 1] == 4.0).all()


def test_few_sets_are_drawn_with_bands_and_a_legend(
    tmp_path: Path, faulty: Netlist, workers: Workers, figures: dict[str, Figure]
) -> None:
    paths = drawn(faulty, tmp_path, workers, {"stake": "1,2"})

    axes = figures["Place_LINEAR.png"].axes[0]
    (legend,) = figures["Place_LINEAR.png"].legends
    assert all(path.stat().st_size > 5_000 for path in paths)
    assert len(axes.get_lines()) == 2 and n_bands(axes) == 4
    assert [text.get_text() for text in legend.get_texts()] == ["stake = 1", "stake = 2"]
    rows = pd.read_parquet(tmp_path / "o" / "rows.parquet")
    medians = rows[rows.stake == 1].groupby("Tick").walker1.median()
    np.testing.assert_allclose(np.asarray(axes.get_lines()[0].get_ydata()), medians)


def test_many_sets_are_drawn_as_medians_along_a_scale(
    tmp_path: Path, faulty: Netlist, workers: Workers, figures: dict[str, Figure]
) -> None:
    drawn(faulty, tmp_path, workers, {"stake": "1:8:8"}, seeds=2)

    axes, bar = figures["Place_LINEAR.png"].axes
    assert len(axes.get_lines()) == 8 and n_bands(axes) == 0
    assert bar.get_ylabel() == "stake" and not figures["Place_LINEAR.png"].legends


def test_several_columns_of_several_sets_have_a_panel_each(
    tmp_path: Path, faulty: Netlist, workers: Workers, figures: dict[str, Figure]
) -> None:
    drawn(faulty, tmp_path, workers, {"fault": "none,grow"}, seeds=6)

    assert [axes.get_title("left") for axes in figures["Place_LINEAR.png"].axes] == ["walker1", "walker2", "walker3"]


def test_a_single_set_is_drawn_together_and_its_last_values_as_a_histogram(
    tmp_path: Path, faulty: Netlist, workers: Workers, figures: dict[str, Figure]
) -> None:
    drawn(faulty, tmp_path, workers, {}, fixed={"fault": "grow"}, seeds=6)

    (axes,) = figures["Place_LINEAR.png"].axes
    assert len(axes.get_lines()) == 3 and n_bands(axes) == 6 and figures["Place_LINEAR.png"].legends
    assert figures["final_walker1.png"].axes[0].patches


def test_one_page_has_the_course_the_spread_and_what_matters_of_each_column(
    tmp_path: Path, faulty: Netlist, workers: Workers, figures: dict[str, Figure]
) -> None:
    paths = drawn(faulty, tmp_path, workers, {"stake": "1,2,5", "max_ticks": "4,6"})

    page = figures["batch.png"]
    titles = [axes.get_title("left") for axes in page.axes]
    assert paths[0].name == "batch.png"
    assert titles[:3] == ["Place", "At the end, each run of each set", "What matters at the end"]
    _, spread, ranks = page.axes[:3]
    assert sum(len(np.asarray(line.get_xdata())) for line in spread.get_lines() if line.get_marker() == "o") == 18
    assert sorted(label.get_text() for label in ranks.get_yticklabels()) == ["max_ticks", "stake"]
    assert page.get_supxlabel().endswith(f"code {page.get_supxlabel()[-10:]}")
    assert page.get_suptitle()


def test_last_values_over_a_grid_of_two_are_a_heat_map(
    tmp_path: Path, faulty: Netlist, workers: Workers, figures: dict[str, Figure]
) -> None:
    drawn(faulty, tmp_path, workers, {"stake": "1,2", "max_ticks": "2,4,6"})

    axes = figures["final_walker1.png"].axes[0]
    (image,) = [one for one in axes.get_children() if isinstance(one, AxesImage)]
    runs = pd.read_parquet(tmp_path / "o" / "runs.parquet")
    medians = runs.groupby(["stake", "max_ticks"]).walker1.median().unstack()
    np.testing.assert_allclose(np.asarray(image.get_array()), medians)


def test_last_values_over_points_have_a_panel_for_each_parameter(
    tmp_path: Path, faulty: Netlist, workers: Workers, figures: dict[str, Figure]
) -> None:
    sweep = {"stake": "1:2", "max_ticks": "2:9", "fault": "none,grow"}

    drawn(faulty, tmp_path, workers, sweep, kind="lhs", samples=8, seeds=2)

    assert [axes.get_xlabel() for axes in figures["final_walker1.png"].axes] == ["stake", "max_ticks", "fault"]


def odd_columns(tmp_path: Path) -> Netlist:
    (tmp_path / "odd").mkdir()
    (tmp_path / "odd" / "netlist.py").write_text(
        "from tokenspice.netlists.simplegrant.netlist import SimState, SimStrategy\n"
        "from tokenspice.engine import COUNT, YParam\n"
        "def netlist_createLogData(state):\n"
        "    odd = float('inf') if state.tick % 2 else float('nan')\n"
        "    return {'OCEAN/USD': state.tick * 1.5, '../x': odd if state.tick else 1.0}\n"
        "def netlist_plotInstructions(header, values):\n"
        "    return values[:, 0], [YParam(['OCEAN/USD', '../x'], ['one', 'other'], 'P/Q', COUNT, 'both')]\n"
    )
    return load_netlist(tmp_path / "odd" / "netlist.py")


def test_columns_named_like_paths_and_infinite_values_are_drawn(tmp_path: Path, workers: Workers) -> None:
    fixed = {"max_ticks": 5, "log_interval": 3600}

    paths = drawn(odd_columns(tmp_path), tmp_path, workers, {"granter_init_OCEAN": [1, 2]}, fixed=fixed)

    assert all(path.parent == tmp_path / "png" and path.exists() for path in paths)
    assert any(path.name == "final_OCEAN_USD.png" for path in paths)
