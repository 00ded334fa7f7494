"""A netlist's further tables are kept in a batch, as data.csv is."""

from pathlib import Path

import pandas as pd
import pytest

from tests.studies.batch.conftest import digests
from tokenspice.engine.errors import RunError
from tokenspice.studies.batch.design import Design
from tokenspice.studies.batch.runs import Progress, run_batch
from tokenspice.studies.batch.workers import Workers
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.netlist.netlist_file import load_netlist
from tokenspice.studies.plot.folder import draw_folder

NETLIST = """
from dataclasses import dataclass
from tokenspice.engine import COUNT, KPIsBase, LogRow, SimStateBase, SimStrategyBase, Table, YParam

@dataclass(frozen=True)
class SimStrategy(SimStrategyBase):
    time_step: int = 60
    log_interval: int = 60
    max_ticks: int = 3

class SimState(SimStateBase):
    pass

def netlist_createLogData(state):
    return LogRow(n=state.tick)

def trades(state):
    return [LogRow(trade=i, seed=state.ss.seed) for i in range(state.tick)]

def netlist_tables():
    return {"trades": Table(trades, [YParam(["trade"], [], "trades", COUNT)]), "never": Table(lambda state: [])}

netlist_charts = [YParam(["n"], [], "n", COUNT)]
"""
DESIGN = Design(seeds=[4, 7])


@pytest.fixture
def netlist(tmp_path: Path) -> Netlist:
    (tmp_path / "traded").mkdir()
    (tmp_path / "traded" / "netlist.py").write_text(NETLIST)
    return load_netlist(tmp_path / "traded" / "netlist.py")


def test_every_row_of_every_run_is_there(netlist: Netlist, tmp_path: Path) -> None:
    run_batch(netlist, DESIGN, tmp_path / "o", Workers(1))

    rows = pd.read_parquet(tmp_path / "o" / "rows-trades.parquet")
    assert rows[["run", "seed", "Tick", "trade", "seed.logged"]].values.tolist() == [
        [run, seed, tick, trade, seed] for run, seed in enumerate((4, 7)) for tick in range(4) for trade in range(tick)
    ]
    assert len(pd.read_parquet(tmp_path / "o" / "rows-never.parquet")) == 0
    assert "rows-trades.parquet" in (tmp_path / "o" / "SHA256SUMS").read_text()
    assert sorted(path.name for path in (tmp_path / "o").iterdir() if path.is_dir()) == []


@pytest.mark.parametrize("damage", ["none", "flip", "gone"])
def test_an_interrupted_batch_goes_on_to_the_same_rows(netlist: Netlist, tmp_path: Path, damage: str) -> None:
    def stop(progress: Progress) -> None:
        raise KeyboardInterrupt

    run_batch(netlist, DESIGN, tmp_path / "whole", Workers(1))
    with pytest.raises(KeyboardInterrupt):
        run_batch(netlist, DESIGN, tmp_path / "o", Workers(1), watch=stop)
    (part,) = (tmp_path / "o" / "parts" / "trades").glob("*.parquet")
    content = part.read_bytes()
    part.write_bytes(content[:500] + b"?" + content[501:]) if damage == "flip" else None
    part.unlink() if damage == "gone" else None

    run_batch(netlist, DESIGN, tmp_path / "o", Workers(1), resume=True)

    assert digests(tmp_path / "o") == digests(tmp_path / "whole")
    assert (tmp_path / "o" / "SHA256SUMS").read_bytes() == (tmp_path / "whole" / "SHA256SUMS").read_bytes()


def test_charts_of_further_tables_are_said_not_to_be_drawn(
    netlist: Netlist, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run_batch(netlist, DESIGN, tmp_path / "o", Workers(1))

    drawn = list(draw_folder(netlist, tmp_path / "o", tmp_path / "png"))

    assert drawn and "the charts of table trades are not drawn" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["prices.csv", "deep/down/prices.csv"])
def test_a_batch_does_not_go_on_with_other_data_beside_its_netlist(netlist: Netlist, tmp_path: Path, name: str) -> None:
    data = netlist.path.parent / name
    data.parent.mkdir(parents=True, exist_ok=True)
    data.write_text("1\n")
    run_batch(netlist, DESIGN, tmp_path / "o", Workers(1))
    (netlist.path.parent / "new.csv").write_text("2\n")
    run_batch(netlist, DESIGN, tmp_path / "o", Workers(1), resume=True)

    data.write_text("2\n")

    with pytest.raises(RunError, match=rf"data \({name}\)"):
        run_batch(netlist, DESIGN, tmp_path / "o", Workers(1), resume=True)


@pytest.mark.parametrize(("value", "fits"), [("float('inf')", True), ("2**1000", True), ("-10**400", False)])
def test_a_number_that_no_double_holds_is_refused_and_infinity_is_not(
    netlist: Netlist, tmp_path: Path, value: str, fits: bool
) -> None:
    netlist.path.write_text(NETLIST.replace("LogRow(n=state.tick)", f"LogRow(n={value})"))

    ((sample,),) = [
        g.samples for g in run_batch(load_netlist(netlist.path), Design(seeds=1), tmp_path / "o", Workers(1))
    ]

    assert (sample.error is None) == fits
    assert fits or "of 402 digits, which is more than the table of a batch can hold" in str(sample.error)
