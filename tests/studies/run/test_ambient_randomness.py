"""An agent that draws from a global generator is noticed: a line on standard error, and a note in run.json."""

import json
import random
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import PROJECT
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.netlist.netlist_file import load_netlist
from tokenspice.studies.resume.resume import read_unfinished, resume_run
from tokenspice.studies.run.run import RunOptions, run_once
from tokenspice.web3engine.config import Config

GUEST = """
import random
import numpy as np
from tokenspice.engine import AgentBase, LogRow, SimStateBase, SimStrategyBase
from tokenspice.netlists.simplegrant.netlist import SimStrategy

class Guest(AgentBase):
    def takeStep(self, state):
        if state.tick == TICK:
            DRAW

class SimState(SimStateBase):
    def __init__(self, ss):
        super().__init__(ss)
        WIRING
        self.addAgent(Guest("guest"))

def netlist_createLogData(state):
    return LogRow(n=state.tick)

netlist_charts = []
"""


def guest(folder: Path, draw: str = "pass", tick: int = 0, wiring: str = "pass") -> Netlist:
    path = folder / "netlist.py"
    path.write_text(GUEST.replace("TICK", str(tick)).replace("DRAW", draw).replace("WIRING", wiring))
    return load_netlist(path)


@pytest.mark.parametrize(
    ("draw", "tick", "wiring", "told"),
    [
        ("random.random()", 5, "pass", "Python's random changed after tick 4, by tick 8"),
        ("np.random.rand()", 200, "pass", "numpy's global random changed after tick 128, by the end"),
        (
            "random.seed(7); np.random.seed(7)",
            0,
            "pass",
            "Python's random and numpy's global random changed after tick 0",
        ),
        ("pass", 0, "random.random()", "Python's random changed while the state was built, by tick 0"),
    ],
)
def test_what_changed_and_when_is_told_once(
    tmp_path: Path, config: Config, capsys: pytest.CaptureFixture[str], draw: str, tick: int, wiring: str, told: str
) -> None:
    random.seed(1)
    np.random.seed(1)
    netlist = guest(tmp_path, draw, tick, wiring)

    folder = run_once(netlist, netlist.strategy({"log_interval": "3600"}), tmp_path / "o", config)

    assert json.loads((folder.path / "run.json").read_text())["ambient_randomness"].startswith(told)
    error = capsys.readouterr().err
    assert error.startswith(f"warning: {told}") and error.endswith("Draw from state.rng(name) instead.\n")
    assert error.count("\n") == 1


def test_a_run_that_draws_from_its_streams_alone_is_told_nothing(
    tmp_path: Path, config: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    netlist = load_netlist(PROJECT / "netlists" / "erc20_payments" / "netlist.py")

    folder = run_once(netlist, netlist.strategy({"max_ticks": "20"}), tmp_path / "o", config)

    assert "ambient_randomness" not in json.loads((folder.path / "run.json").read_text())
    assert capsys.readouterr().err == ""


def test_a_run_that_is_resumed_is_watched_too(
    tmp_path: Path, config: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    netlist = guest(tmp_path, "if random.random() >= 0: raise KeyboardInterrupt", 100)
    with pytest.raises(KeyboardInterrupt):
        run_once(netlist, netlist.strategy(), tmp_path / "o", config, RunOptions(checkpoint_every=24 * 3600))
    capsys.readouterr()

    with pytest.raises(KeyboardInterrupt):
        resume_run(read_unfinished(tmp_path / "o"), config)

    assert "Python's random changed" in capsys.readouterr().err
