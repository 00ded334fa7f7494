"""What a netlist says has happened is kept beside the rows, and drawn."""

import json
from pathlib import Path

import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tokenspice.engine.charts import Mark
from tokenspice.engine.errors import NetlistError
from tokenspice.engine.observer import TickListener
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.netlist.netlist_file import load_netlist
from tokenspice.studies.plot.folder import draw_folder
from tokenspice.studies.record.marks import read_marks
from tokenspice.studies.run.run import run_once
from tokenspice.web3engine.config import Config

MARKED = """
from tokenspice.engine import Mark
from tokenspice.netlists.simplegrant.netlist import *
def netlist_marks(state):
    return {marks}
"""
EVERY_SECOND = '[Mark(f"tick {tick} & more", tick) for tick in range(1, state.tick, 2)]'


def marked(folder: Path, marks: str = EVERY_SECOND) -> Netlist:
    (folder / "marked.py").write_text(MARKED.format(marks=marks))
    return load_netlist(folder / "marked.py")


def test_marks_are_kept_as_the_netlist_told_them_last(tmp_path: Path, config: Config) -> None:
    netlist = marked(tmp_path)

    folder = run_once(netlist, netlist.strategy({"max_ticks": "6", "log_interval": "1"}), tmp_path / "run", config)

    assert read_marks(folder.path) == [Mark("tick 1 & more", 1), Mark("tick 3 & more", 3), Mark("tick 5 & more", 5)]


def test_a_run_that_is_interrupted_keeps_the_marks_of_its_rows(tmp_path: Path, config: Config) -> None:
    def stop(state: SimStateBase) -> None:
        if state.tick == 5:
            raise KeyboardInterrupt

    netlist = marked(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        run_once(
            netlist, netlist.strategy({"log_interval": "1"}), tmp_path / "run", config, observers=[TickListener(stop)]
        )

    assert [mark.tick for mark in read_marks(tmp_path / "run")] == [1, 3]


def test_every_chart_of_the_run_shows_them(tmp_path: Path, config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Axes] = []

    def look(figure: Figure, path: Path, **options: object) -> None:
        seen.extend(figure.axes)
        path.touch()

    monkeypatch.setattr(Figure, "savefig", look)
    netlist = marked(tmp_path)
    run_once(netlist, netlist.strategy({"max_ticks": "6", "log_interval": "1"}), tmp_path / "run", config)

    list(draw_folder(netlist, tmp_path / "run", tmp_path / "png"))

    assert len(seen) == 2
    for axes in seen:
        figure = axes.figure
        assert isinstance(figure, Figure)
        assert [text.get_text() for text in axes.texts if len(text.get_text()) == 1] == ["a", "b", "c"]
        named = [text.get_text() for legend in figure.legends for text in legend.get_texts()]
        assert named == ["a: tick 1 & more", "b: tick 3 & more", "c: tick 5 & more"]


def test_what_is_no_list_of_marks_is_refused(tmp_path: Path, config: Config) -> None:
    netlist = marked(tmp_path, '[("rug pull", 3)]')

    with pytest.raises(NetlistError, match="netlist_marks returned .*Return "):
        run_once(netlist, netlist.strategy({"max_ticks": "1"}), tmp_path / "run", config)


@pytest.mark.parametrize("text", ["", "[]", '{"marks": 3}', '{"marks": [{"text": "x"}, {"text": "y", "tick": 2}]}'])
def test_of_a_damaged_file_what_can_be_read_is_read(tmp_path: Path, text: str) -> None:
    (tmp_path / "marks.json").write_text(text)

    assert read_marks(tmp_path) == ([Mark("y", 2)] if "y" in text else [])
    assert json.dumps(read_marks(tmp_path / "nowhere")) == "[]"
