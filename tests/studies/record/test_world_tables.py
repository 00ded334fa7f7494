"""What a world records of itself is there as Parquet, also after a run that was taken back."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tokenspice.engine.errors import WorldError
from tokenspice.engine.observer import Outcome
from tokenspice.engine.recorded import Cell, RecordedTable
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.sim_strategy import SimStrategyBase
from tokenspice.engine.units import Seconds
from tokenspice.engine.world import World
from tokenspice.studies.record.world_tables import WorldTableFiles


class Counter(World):
    """Counts its ticks, and tells each one."""

    def __init__(self) -> None:
        self.count = 0
        self.new: list[tuple[Cell, ...]] = []

    @property
    def now(self) -> Seconds:
        return self.count

    def advance(self, seconds: Seconds) -> None:
        self.count += 1
        self.new.append((self.count, "odd" if self.count % 2 else "even", 10**30 + self.count))

    def snapshot(self) -> object:
        return self.count

    def restore(self, snapshot: object) -> None:
        assert isinstance(snapshot, int)
        self.count = snapshot

    def close(self) -> None:
        pass

    def record(self) -> Mapping[str, RecordedTable]:
        columns: Any = {"count": "int", "kind": "word", "units": "amount"}
        return {
            "counts": RecordedTable(columns, self.take),
            "levels": RecordedTable({"level": "float"}, lambda: [(self.count / 2,)], "row"),
        }

    def take(self) -> list[tuple[Cell, ...]]:
        new, self.new = self.new, []
        return new


class Watched:
    """A run of such a world whose tables are recorded."""

    chain = None

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.world = Counter()
        self.state = SimStateBase(SimStrategyBase(max_ticks=9), self.world)
        self.files = WorldTableFiles(folder)

    def step(self, times: int) -> None:
        for _ in range(times):
            self.files.row("data", {})
            self.world.advance(1)
            self.state.tick += 1
            self.files.tick(self.state)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.parquet"))}


def test_pandas_reads_each_table_in_one_line(tmp_path: Path) -> None:
    run = Watched(tmp_path)
    run.files.begin(run)
    run.step(3)
    run.files.end(Outcome("finished"))

    counts, levels = pd.read_parquet(tmp_path / "counts"), pd.read_parquet(tmp_path / "levels")
    assert counts.values.tolist() == [
        [0, 1, "odd", Decimal(10**30 + 1)],
        [1, 2, "even", Decimal(10**30 + 2)],
        [2, 3, "odd", Decimal(10**30 + 3)],
    ]
    assert levels.values.tolist() == [[0, 0.0], [1, 0.5], [2, 1.0]]


def test_a_run_that_was_killed_and_gone_on_with_leaves_the_same_bytes(tmp_path: Path) -> None:
    whole, killed = Watched(tmp_path / "whole"), Watched(tmp_path / "killed")
    whole.files.begin(whole)
    whole.step(6)
    whole.files.end(Outcome("finished"))
    killed.files.begin(killed)
    killed.step(2)
    positions = killed.files.positions()
    killed.step(3)
    killed.files.end(Outcome("interrupted"))

    again = Watched(tmp_path / "killed")
    again.files.go_on(positions)
    again.world.count, again.state.tick = 2, 2
    again.files.begin(again)
    again.step(4)
    again.files.end(Outcome("finished"))

    assert contents(tmp_path / "killed") == contents(tmp_path / "whole")


def test_two_worlds_that_record_one_table_are_refused(tmp_path: Path) -> None:
    run = Watched(tmp_path)
    run.state.worlds = (run.world, Counter())

    with pytest.raises(WorldError, match="two worlds record a table counts"):
        run.files.begin(run)


def test_a_cell_that_does_not_suit_its_column_is_named(tmp_path: Path) -> None:
    run = Watched(tmp_path)
    run.files.begin(run)
    run.world.new = [(1, "odd", 10**40)]

    with pytest.raises(WorldError, match="column units"):
        run.files.tick(run.state)
