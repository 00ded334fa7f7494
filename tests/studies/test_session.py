"""A session is stepped, stopped and taken back, and records the bytes of a run that was never stopped."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tokenspice.engine.errors import RunError, TokenSpiceError
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.netlist.netlist_file import find_netlist, load_netlist
from tokenspice.studies.run.run import RunOptions, run_once
from tokenspice.studies.session import Session
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.network import is_built

LIBRARY = PROJECT / "netlists"
NAMES = sorted(path.parent.name for path in LIBRARY.glob("*/netlist.py"))
QUICK = ("simplegrant", "frontrun", "simplepool")

needs_core = pytest.mark.skipif(not is_built(), reason="the in-process chain was not built")


def load(name: str) -> Netlist:
    return load_netlist(find_netlist(name, LIBRARY))


def files_of(folder: Path) -> dict[str, bytes]:
    """Everything that a run has left, but how and when it ran."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "run.json")
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


@needs_core
@pytest.mark.parametrize(
    "name", [name if name in QUICK else pytest.param(name, marks=pytest.mark.weekly) for name in NAMES]
)
def test_stepped_and_rewound_sessions_leave_the_bytes_of_an_uninterrupted_run(
    name: str, config: Config, tmp_path: Path
) -> None:
    netlist = load(name)
    ss = netlist.strategy({"max_ticks": "12", "seed": "3"})
    options = RunOptions(transactions=netlist.starts_chain(ss))
    run_once(netlist, ss, tmp_path / "whole", config, options)

    with Session(netlist, ss, config, out_dir=tmp_path / "stepped", options=options) as session:
        for _ in range(12):
            session.step()
    with Session(netlist, ss, config, out_dir=tmp_path / "rewound", options=options) as session:
        session.step(9)
        for tick in (7, 5, 0):
            session.rewind(tick)
            session.step(2)
        session.run()

    assert files_of(tmp_path / "stepped") == files_of(tmp_path / "whole")
    assert files_of(tmp_path / "rewound") == files_of(tmp_path / "whole")


@pytest.mark.parametrize("network", ["anvil"])
def test_a_session_on_a_node_begins_again_to_go_back(config: Config, tmp_path: Path, network: str) -> None:
    config, netlist = replace(config, network=network), load("simplepool")
    ss = netlist.strategy({"max_ticks": "4"})
    run_once(netlist, ss, tmp_path / "whole", config)

    with Session(netlist, ss, config, out_dir=tmp_path / "rewound") as session:
        session.step(3)
        session.rewind(2)
        session.run()

    assert files_of(tmp_path / "rewound") == files_of(tmp_path / "whole")


COUNTING = """
from dataclasses import dataclass
from tokenspice.engine import AgentBase, LogRow, SimStateBase, SimStrategyBase, Wallet, YParam, COUNT

TAKEN = []

@dataclass(frozen=True)
class SimStrategy(SimStrategyBase):
    max_ticks: int = 30

class Taker(AgentBase):
    def takeStep(self, state):
        TAKEN.append(state.rng("taker").integers(9))
        {line}

class SimState(SimStateBase):
    def __init__(self, ss):
        super().__init__(ss)
        self.addAgent(Taker("taker", Wallet("taker")))

def netlist_createLogData(state):
    return LogRow(taken=len(TAKEN), total=sum(TAKEN))

def netlist_charts(header, values):
    return [YParam(["taken"], ["taken"], "Taken", COUNT)]

"""


@pytest.fixture
def counting(tmp_path: Path) -> Callable[[str], Netlist]:
    """A netlist whose module has a variable that a run changes, and whose agent also does `line`."""

    def written(line: str = "pass") -> Netlist:
        (tmp_path / "netlist.py").write_text(COUNTING.replace("{line}", line))
        return load_netlist(tmp_path / "netlist.py")

    return written


@pytest.mark.parametrize("line", ["pass", "self.lock = __import__('threading').Lock()"])  # which no checkpoint can hold
def test_variables_of_the_netlist_are_taken_back_too(
    counting: Callable[[str], Netlist], config: Config, line: str
) -> None:
    with Session(counting(line), config=config) as session:
        session.step(20)
        before = [dict(row) for row in session.rows]
        session.rewind(6)
        assert session.rows == before[:7] and session.tick == 6
        session.step(14)
        assert session.rows == before


def test_a_run_that_failed_goes_on_from_an_earlier_tick_alone(
    counting: Callable[[str], Netlist], config: Config
) -> None:
    with Session(counting("1 / (state.tick != 4)"), config=config) as session:
        with pytest.raises(TokenSpiceError, match="tick 4, agent taker"):
            session.run()
        with pytest.raises(RunError, match=r"has failed \(tick 4, agent taker.*rewind\(4\)"):
            session.step()
        session.rewind(3)
        session.step()
        assert session.tick == 4


@needs_core
def test_a_session_stops_where_something_happens(config: Config) -> None:
    netlist = load("simplepool")
    with Session(netlist, config=config) as session:
        assert session.run_until(column="n_pools", above=0.5)
        assert session.rows[-1]["n_pools"] >= 1 and session.rows[-2]["n_pools"] == 0
        assert session.run_until(event="LOG_EXIT")
        assert session.transactions[-1].sender == "pub1"
        assert session.run_until(day=session.day + 1) and not session.is_over
        assert not session.run_until(tick=10**6) and session.is_over


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({}, "write until when"),
        ({"column": "x"}, "with above= or below="),
        ({"above": 2}, "with above= or below="),
        ({"column": "no_such", "above": 2}, 'no column "no_such". It has: Tick'),
        ({"event": "Paid"}, "starts no chain"),
        ({"tick": -1}, "has passed"),
    ],
)
def test_what_cannot_happen_is_not_waited_for(config: Config, wanted: dict[str, object], words: str) -> None:
    netlist = load("simplegrant")
    with Session(netlist, netlist.strategy({"max_ticks": "5"}), config) as session:
        with pytest.raises(RunError, match=words):
            session.run_until(**wanted)  # type: ignore[arg-type]


def test_a_session_that_is_closed_before_its_end_leaves_an_interrupted_run(config: Config, tmp_path: Path) -> None:
    netlist = load("simplegrant")
    with Session(netlist, config=config, out_dir=tmp_path / "o") as session:
        session.step(3)
        assert repr(session).startswith("Session(simplegrant, seed 0, tick 3 of ")
    assert '"outcome": "interrupted"' in (tmp_path / "o" / "run.json").read_text()
    with pytest.raises(RunError, match="closed"):
        session.step()
