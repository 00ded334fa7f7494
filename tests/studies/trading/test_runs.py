"""A run on an exchange is treated as one on a chain: recorded, killed, resumed, rewound, verified, drawn."""

from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from tests.studies.terminal import start_tsp, tsp, wait_for
from tokenspice.engine.sim_engine import SimEngine
from tokenspice.engine.variation import Branch, Variation
from tokenspice.markets.exchange import replay, state_hash
from tokenspice.markets.exchange.recording import TABLES
from tokenspice.studies.netlist.netlist import Netlist
from tokenspice.studies.netlist.netlist_file import load_netlist
from tokenspice.studies.plot.exchange_tables import market_table
from tokenspice.studies.plot.folder import draw_folder
from tokenspice.studies.python.agents_table import rows_of
from tokenspice.studies.resume.resume import read_recorded
from tokenspice.studies.resume.warm_start import save_warm_start
from tokenspice.studies.run.run import RunOptions, run_once
from tokenspice.studies.run.verify import verify
from tokenspice.studies.session import Session
from tokenspice.studies.show.build import build_schematic
from tokenspice.web3engine.config import Config

NETLIST = Path(__file__).parent / "netlist.py"


@pytest.fixture(scope="module")
def netlist() -> Netlist:
    return load_netlist(NETLIST)


@pytest.fixture(scope="module")
def whole(netlist: Netlist, config: Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that nobody disturbed."""
    return run_once(netlist, netlist.strategy(), tmp_path_factory.mktemp("whole") / "run", config).path


def contents(folder: Path) -> dict[str, bytes]:
    """What a run wrote, besides run.json."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "run.json"]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_every_table_is_there_and_read_in_one_line(whole: Path) -> None:
    for name, columns in TABLES.items():
        assert list(pd.read_parquet(whole / name).columns) == ["tick", *columns]
    trades = pd.read_parquet(whole / "trades")
    assert len(trades) > 200 and set(trades.kind) <= {"continuous", "close-out", "disposal"}
    answer: Any = duckdb.sql(f"select count(*), sum(size) from '{whole}/trades/*.parquet' where kind = 'continuous'")
    assert answer.fetchall() == [(len(trades), pytest.approx(trades["size"].sum()))]


def test_accounts_hold_what_the_ledgers_entries_add_up_to(whole: Path) -> None:
    entries, accounts = pd.read_parquet(whole / "ledger_entries"), pd.read_parquet(whole / "accounts")
    last = accounts[accounts.tick == accounts.tick.max()]
    before = entries[entries.tick < last.tick.iloc[0]]
    for party, held in last.groupby("party", observed=True).units.sum().items():
        moved = before[before.target == party].units.sum() - before[before.source == party].units.sum()
        minted = 500 * 10**6 if party.startswith("trader") else 0  # in the wiring, before anybody took notes
        assert held == moved + minted, party


def test_the_recorded_instructions_make_the_same_exchange_again(whole: Path, netlist: Netlist) -> None:
    lines = pd.read_parquet(whole / "instructions").instruction
    state = netlist.state(netlist.strategy())
    SimEngine(state, netlist.log_functions()).run()

    assert state_hash(replay(lines)) == state.world.state_hash  # type: ignore[attr-defined]


def test_chance_may_branch_and_a_run_may_begin_with_a_start(
    whole: Path, netlist: Netlist, config: Config, tmp_path: Path
) -> None:
    start = save_warm_start(netlist, netlist.strategy(), config, tmp_path / "start")
    run_once(netlist, netlist.strategy(), tmp_path / "started", config, RunOptions(start=start))
    branched = RunOptions(variation=Variation(branches=(Branch(200, 1),)))
    run_once(netlist, netlist.strategy(), tmp_path / "branched", config, branched)

    assert contents(tmp_path / "started") == contents(whole)
    marks = [pd.read_csv(folder / "data.csv").mark for folder in (whole, tmp_path / "branched")]
    same = (marks[0] == marks[1]) | marks[0].isna()
    assert same[:20].all() and not same[22:].all()


@pytest.mark.parametrize("hash_seed", ["1", "77"])
def test_killed_at_any_instant_and_in_another_process_it_goes_on_to_the_same_bytes(
    whole: Path, tmp_path: Path, hash_seed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONHASHSEED", hash_seed)
    process = start_tsp("run", NETLIST, tmp_path / "run", "--checkpoint-every", "20ticks")
    log = tmp_path / "run" / "data.csv"
    wait_for(lambda: log.exists() and log.read_bytes().count(b"\n") > 8, 60)
    process.kill()
    process.communicate()
    assert (tmp_path / "run" / "checkpoint").exists()
    monkeypatch.setenv("PYTHONHASHSEED", "0")

    assert tsp("run", "--resume", tmp_path / "run").returncode == 0
    assert contents(tmp_path / "run") == contents(whole)


def test_it_can_be_verified(whole: Path, config: Config) -> None:
    assert not verify(read_recorded(whole), config).differences


def test_a_session_that_goes_back_leaves_the_same_bytes(
    netlist: Netlist, config: Config, whole: Path, tmp_path: Path
) -> None:
    with Session(netlist, config=config, out_dir=tmp_path / "run") as session:
        session.step(120)
        session.rewind(33)
        session.run()

    assert contents(tmp_path / "run") == contents(whole)


def test_a_drawing_shows_markets_and_who_paid_whom_in_whole_units(netlist: Netlist, config: Config) -> None:
    drawn = build_schematic(netlist, netlist.strategy(), config, 100)

    assert {node.name for node in drawn.nodes} == {*(f"trader{number}" for number in range(8)), "BTC", "network"}
    paid = {
        market: sum(edge.paid[0].total.amount for edge in drawn.edges if edge.head == f"object {market}")
        for market in ("BTC", "network")
    }
    won = sum(edge.paid[0].total.amount for edge in drawn.edges if edge.tail == "object BTC")
    assert paid["BTC"] >= won > paid["network"] > 0
    assert {edge.paid[0].total.decimals for edge in drawn.edges if edge.paid} == {6}
    assert next(edge for edge in drawn.edges if edge.head == "object BTC").names == ("market",)


def test_what_was_recorded_is_drawn_market_by_market(whole: Path, netlist: Netlist, tmp_path: Path) -> None:
    drawn = [path for path in draw_folder(netlist, whole, tmp_path / "plots") if path.parent.name == "M1"]
    data = pd.read_parquet(whole / "market_data")
    table = market_table(whole, data)
    trades, accounts = pd.read_parquet(whole / "trades"), pd.read_parquet(whole / "accounts")

    assert {"Price_LINEAR.png", "Fees_LINEAR.png", "Trading_mode_LINEAR.png"} <= {path.name for path in drawn}
    last = table.iloc[-1]
    assert last.volume == pytest.approx(trades[trades.tick < last.Tick]["size"].sum())
    margins = accounts[(accounts.tick == last.Tick) & (accounts.type == "margin")].balance.sum()
    assert last.margins == pytest.approx(margins) and last["mode continuous"] == 1


def test_what_agents_hold_is_written_in_whole_units(netlist: Netlist) -> None:
    state = netlist.state(netlist.strategy())

    assert rows_of(state.allAgents(), {})[0]["holdings"] == {"USD": "500"}
