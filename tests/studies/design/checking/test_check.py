"""A check finds the first violation, shrinks it, and leaves a test that fails until the invariant holds."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import PROJECT
from tokenspice.engine.errors import InvariantError, StudyError
from tokenspice.engine.observer import Observer
from tokenspice.engine.streams import RandomStreams
from tokenspice.engine.study import Study
from tokenspice.studies.design import check, first_violation
from tokenspice.studies.design.checking.run_check import checking
from tokenspice.studies.netlist.netlist_file import load_netlist
from tokenspice.studies.run.run import run_once
from tokenspice.web3engine.config import Config

RESERVE = PROJECT / "tests" / "netlists" / "reserve" / "netlist.py"

DECOYS = """from tokenspice.engine import AgentBase, Study
from dataclasses import dataclass
from {reserve} import netlist as reserve
from {reserve}.netlist import ReserveAgent, netlist_charts, netlist_createLogData


@dataclass(frozen=True)
class SimStrategy(reserve.SimStrategy):
    one: float = 0.0
    two: int = 1
    three: bool = False


class DecoyAgent(AgentBase):
    def takeStep(self, state):
        state.rng(self.name).random()


class SimState(reserve.SimState):
    def __init__(self, ss: SimStrategy) -> None:
        super().__init__(ss)
        self.addAgent(DecoyAgent("decoy"))


netlist_study = Study(invariants={{"r >= 0": lambda state: {holds}}})
"""


@pytest.fixture
def decoys(tmp_path: Path) -> Path:
    return written(tmp_path / "decoys", "state.reserve.r >= 0")


def written(folder: Path, holds: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "netlist.py").write_text(DECOYS.format(reserve="tests.netlists.reserve", holds=holds))
    return folder / "netlist.py"


def first_below_zero(seed: int, u: float, ticks: int = 100) -> int:
    """By numpy alone."""
    draws = RandomStreams(seed)("reserve").standard_normal(ticks)
    path = u + np.cumsum(-0.5 + 2.0 * draws)
    return int(np.argmax(path < 0)) + 1


def test_decoys_are_gone_and_the_tick_is_the_first_below_zero(decoys: Path) -> None:
    found = check(decoys, settings={"u": 10, "decoys": 7, "one": 2, "two": 5, "three": True}, budget=60, workers=1)

    assert found.verdict == "fails" and found.exit_code == 3
    tick = first_below_zero(0, 10.0)
    assert f"| fails at tick | {tick} | {tick} |" in found.report()
    assert "| agents that act | 2 | 1 |" in found.report()
    assert "Acting are reserve." in found.report()
    assert found.runs_made <= 60


def test_the_exported_test_fails_and_passes_once_the_invariant_holds(decoys: Path, tmp_path: Path) -> None:
    check(decoys, settings={"u": 10}, budget=8, workers=1, out_dir=tmp_path / "o")
    case = tmp_path / "o" / "test_invariant_r_0.py"

    assert ran(case) == 1
    written(decoys.parent, "state.reserve.r >= -1_000")
    assert ran(case) == 0


def ran(case: Path) -> int:
    """Run a test file in a process of its own, as whoever gets it does."""
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", str(case)]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, check=False).returncode


def test_it_leaves_a_run_that_stopped_one_tick_before(tmp_path: Path) -> None:
    check(RESERVE, settings={"u": 10}, budget=8, workers=1, out_dir=tmp_path / "o")

    assert (tmp_path / "o" / "before" / "checkpoint").exists()
    rows = (tmp_path / "o" / "before" / "data.csv").read_text().splitlines()
    assert len(rows) == first_below_zero(0, 10.0)  # and a header


def test_a_check_that_is_resumed_makes_no_run_and_writes_the_same_bytes(tmp_path: Path) -> None:
    options = {"settings": {"u": 10}, "budget": 8, "workers": 1, "out_dir": tmp_path / "o"}
    check(RESERVE, **options)  # type: ignore[arg-type]
    before = contents(tmp_path / "o")

    again = check(RESERVE, **options, resume=True)  # type: ignore[arg-type]

    assert again.runs_made == 0
    assert contents(tmp_path / "o") == before


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file() and path.name != "tool.log"}


def test_invariants_that_hold_are_said_to_hold_with_what_that_shows() -> None:
    found = check(RESERVE, Study(), settings={"u": 1_000}, budget=16, workers=1)

    assert found.verdict == "holds"
    assert "one fails in less than 17.07 % of such runs" in found.report()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"settings": {"u": -1}}, "fails at tick 0, before anybody has acted"),
        ({"invariants": ["x"]}, 'there is no invariant "x". There are: r >= 0'),
        ({"over": ["weather"]}, 'over names "weather"'),
    ],
)
def test_what_cannot_be_checked_is_refused(options: dict[str, object], says: str) -> None:
    with pytest.raises(StudyError, match=says):
        check(RESERVE, workers=1, budget=1, **options)  # type: ignore[arg-type]


def test_a_run_is_checked_tick_by_tick_and_says_who_had_stepped(config: Config, tmp_path: Path) -> None:
    netlist = load_netlist(RESERVE)
    ss = netlist.strategy({"u": "10"})

    def run(observers: list[Observer]) -> None:
        run_once(netlist, ss, tmp_path / "o", config, observers=observers)

    tick = first_below_zero(0, 10.0)
    with pytest.raises(InvariantError, match=f"at tick {tick}, after reserve had stepped.*--set u=10"):
        with checking(netlist, ss, config) as observers:
            run(observers)


def test_one_run_tells_where_it_fails() -> None:
    found = first_violation(RESERVE, "r >= 0", {"u": "10"}, seed=0)

    assert found and (found.tick, found.agent) == (first_below_zero(0, 10.0), "reserve")
    assert first_violation(RESERVE, "r >= 0", {"u": "1000"}) is None
