"""One run, watched: what observers hear of it, whatever becomes of it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import PROJECT
from tokenspice.engine.errors import RunError
from tokenspice.engine.log import LogRow
from tokenspice.engine.observer import Observer, Outcome, TickListener, WatchedRun
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.netlist.netlist_file import find_netlist, load_netlist
from tokenspice.studies.record.run_log import read_log
from tokenspice.studies.resume.resume import read_unfinished, resume_run
from tokenspice.studies.run.run import RunOptions, run_once
from tokenspice.web3engine.config import Config
from tokenspice.web3engine.network import is_built

LIBRARY = PROJECT / "netlists"


class Diary(Observer):
    """Writes down every event."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def begin(self, run: WatchedRun) -> None:
        self.lines.append(f"begin {run.state.tick}, chain {run.chain is not None}")

    def row(self, table: str, row: LogRow) -> None:
        self.lines.append(f"row {table} {row['Tick']}")

    def tick(self, state: SimStateBase) -> None:
        self.lines.append(f"tick {state.tick}")

    def transaction(self, transaction: Any) -> None:
        self.lines.append(f"transaction {transaction.call.label}")

    def end(self, outcome: Outcome) -> None:
        self.lines.append(f"end {outcome.name} {outcome.error}".strip())


@pytest.fixture(scope="module")
def grant() -> Netlist:
    return load_netlist(find_netlist("simplegrant", LIBRARY))


def stop(state: SimStateBase) -> None:
    raise KeyboardInterrupt


def fail(state: SimStateBase) -> None:
    raise RunError("the observer has had enough.")


def test_an_observer_hears_the_beginning_rows_ticks_and_the_end(grant: Netlist, config: Config, tmp_path: Path) -> None:
    diary = Diary()

    run_once(grant, grant.strategy({"max_ticks": "2"}), tmp_path / "o", config, observers=[diary])

    assert diary.lines == [
        *("begin 0, chain False", "row data 0", "tick 1", "tick 2", "row data 2", "end finished"),
    ]


@pytest.mark.parametrize(
    ("ending", "said"), [(stop, "end interrupted"), (fail, "end failed the observer has had enough.")]
)
def test_an_observer_hears_how_a_run_ended_that_did_not_finish(
    grant: Netlist, config: Config, tmp_path: Path, ending: Any, said: str
) -> None:
    diary = Diary()

    with pytest.raises((KeyboardInterrupt, RunError)):
        run_once(grant, grant.strategy(), tmp_path / "o", config, observers=[TickListener(ending), diary])

    assert diary.lines[-1] == said


@pytest.mark.skipif(not is_built(), reason="the in-process chain was not built")
@pytest.mark.parametrize("checkpoint_every", [None, 10**6])
def test_an_observer_hears_the_deployments_before_the_beginning(
    config: Config, tmp_path: Path, checkpoint_every: int | None
) -> None:
    netlist, diary = load_netlist(find_netlist("simplepool", LIBRARY)), Diary()
    ss = netlist.strategy({"max_ticks": "1"})
    options = RunOptions(checkpoint_every=checkpoint_every)

    run_once(netlist, ss, tmp_path / "o", replace(config, network="revm"), options, [diary])

    before = diary.lines[: diary.lines.index("begin 0, chain True")]
    assert before and all(line.startswith("transaction ") for line in before)
    assert any(line.startswith("transaction deploying") for line in before)


def test_watching_changes_no_byte(grant: Netlist, config: Config, tmp_path: Path) -> None:
    watched = run_once(grant, grant.strategy(), tmp_path / "watched", config, observers=[Diary()])
    alone = run_once(grant, grant.strategy(), tmp_path / "alone", config, RunOptions(profile=True))

    assert (watched.path / "data.csv").read_bytes() == (alone.path / "data.csv").read_bytes()
    assert (alone.path / "stats").stat().st_size > 0


TRADES = """from tokenspice.engine import Table
from tokenspice.netlists.simplegrant.netlist import (
    SimState, SimStrategy, netlist_charts, netlist_createLogData)

def netlist_tables():
    return {"trades": Table(lambda state: [{"price": state.tick + n / 2} for n in range(state.tick % 3)])}
"""


def test_a_netlists_own_table_is_written_and_goes_on_after_an_interruption(config: Config, tmp_path: Path) -> None:
    (tmp_path / "netlist.py").write_text(TRADES)
    netlist = load_netlist(tmp_path / "netlist.py")
    ss = netlist.strategy({"max_ticks": "50", "log_interval": "3600"})
    whole = run_once(netlist, ss, tmp_path / "whole", config)
    at_31 = TickListener(lambda state: stop(state) if state.tick == 31 else None)

    with pytest.raises(KeyboardInterrupt):
        run_once(netlist, ss, tmp_path / "o", config, RunOptions(checkpoint_every=7 * 3600), [at_31])
    resume_run(read_unfinished(tmp_path / "o"), config)

    for name in ("data.csv", "trades.csv"):
        assert (tmp_path / "o" / name).read_bytes() == (whole.path / name).read_bytes()
    header, values = read_log(whole.path / "trades.csv")
    assert header[0] == "Tick" and values[:4, header.index("price")].tolist() == [1.0, 2.0, 2.5, 4.0]
