"""Who is told of what, and who is not asked."""

import pytest

from tests.engine.fakes import new_state
from tokenspice.engine.errors import RunError
from tokenspice.engine.log import LogRow
from tokenspice.engine.observer import Observer, RowListener, TickListener, listeners
from tokenspice.engine.sim_engine import SimEngine
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.tables import LogFunction


class Everything(Observer):
    """Notes what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def row(self, table: str, row: LogRow) -> None:
        self.told.append(f"{table} {row['Tick']}")

    def tick(self, state: SimStateBase) -> None:
        self.told.append(f"tick {state.tick}")


def test_every_observer_is_told_in_turn_of_rows_and_ticks() -> None:
    first, second = Everything(), Everything()

    SimEngine(new_state(max_ticks=1), lambda state: {"x": 1}, [first, second]).run()

    assert first.told == second.told == ["data 0", "tick 1", "data 1"]


def test_each_table_has_its_rows_one_several_or_none() -> None:
    observer = Everything()
    logs: dict[str, LogFunction] = {
        "data": lambda state: {"x": 1},
        "trades": lambda state: [{"price": 2.0}] * (2 * state.tick),
    }

    SimEngine(new_state(max_ticks=1), logs, [observer]).run()

    assert observer.told == ["data 0", "tick 1", "data 1", "trades 1", "trades 1"]


def test_nothing_is_logged_when_nobody_takes_rows() -> None:
    def log(state: SimStateBase) -> LogRow:
        raise AssertionError("nobody asked")

    SimEngine(new_state(max_ticks=2), log, [TickListener(lambda state: None), Observer()]).run()


def test_an_event_that_an_observer_leaves_alone_costs_no_call() -> None:
    rows: list[LogRow] = []
    listening = [Observer(), RowListener(rows.append)]

    assert len(listeners(listening, "row")) == 1
    assert listeners(listening, "tick") == []


def test_a_run_may_stop_before_its_last_tick_and_go_on() -> None:
    state, observer = new_state(max_ticks=4), Everything()
    engine = SimEngine(state, lambda state: {}, [observer])

    engine.run(until=2)
    assert state.tick == 2
    engine.run()

    assert observer.told[-1] == "data 4"


def test_an_observers_error_names_the_tick_of_its_row() -> None:
    class Full(Observer):
        def row(self, table: str, row: LogRow) -> None:
            raise RunError("the disk is full.")

    with pytest.raises(RunError, match="tick 0: the disk is full"):
        SimEngine(new_state(max_ticks=1), lambda state: {}, [Full()]).run()
