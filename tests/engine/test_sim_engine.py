"""Five beats a tick, in one order, and a row for the beginning, each interval and the end."""

import pytest

from tests.engine.fakes import ActingAgent, FakeWorld, new_state
from tokenspice.engine.errors import AgentError, NetlistError, WorldError
from tokenspice.engine.kpis import KPIsBase
from tokenspice.engine.log import LogRow
from tokenspice.engine.observer import RowListener, TickListener
from tokenspice.engine.sim_engine import SimEngine
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.units import DAY, HOUR


def rows_of(state: SimStateBase) -> list[LogRow]:
    """Run to the end, and return what was written."""
    rows: list[LogRow] = []
    SimEngine(state, lambda state: {"clock": state.elapsed}, [RowListener(rows.append)]).run()
    return rows


def ticks_of(rows: list[LogRow]) -> list[float]:
    return [row["Tick"] for row in rows]


def test_three_ticks_of_ten_seconds_move_every_world_by_thirty() -> None:
    worlds = FakeWorld(), FakeWorld()
    state = new_state(*worlds, time_step=10, max_ticks=3)

    rows_of(state)

    assert state.tick == 3
    assert [world.advances for world in worlds] == [[10, 10, 10], [10, 10, 10]]
    assert [world.now for world in worlds] == [30, 30]


def test_the_beats_of_a_tick_come_in_their_order() -> None:
    beats: list[str] = []

    class Recorder(KPIsBase):
        def takeStep(self, state: SimStateBase) -> None:
            beats.append(f"kpis {state.tick}")

    state = new_state(FakeWorld(lambda: beats.append(f"world {state.tick}")), max_ticks=2)
    state.addAgent(ActingAgent("a", lambda state: beats.append(f"agent {state.tick}")))
    state.kpis = Recorder(1)

    SimEngine(
        state,
        lambda state: {},
        [
            RowListener(lambda row: beats.append(f"log {row['Tick']:.0f}")),
            TickListener(lambda state: beats.append(f"watch {state.tick}")),
        ],
    ).run()

    assert beats == [
        *("log 0", "agent 0", "kpis 0", "world 0", "watch 1"),
        *("log 1", "agent 1", "kpis 1", "world 1", "watch 2"),
        "log 2",
    ]


def test_row_0_shows_the_state_before_anyone_has_acted() -> None:
    done: list[int] = []
    rows: list[LogRow] = []
    state = new_state(max_ticks=2)
    state.addAgent(ActingAgent("a", lambda state: done.append(state.tick)))

    SimEngine(state, lambda state: {"n_done": len(done)}, [RowListener(rows.append)]).run()

    assert [row["n_done"] for row in rows] == [0, 1, 2]


def test_a_row_begins_with_the_time_columns() -> None:
    state = new_state(time_step=DAY, max_ticks=365, log_interval=365 * DAY)

    _, last = rows_of(state)

    assert list(last) == ["Tick", "Second", "Min", "Hour", "Day", "Month", "Year", "clock"]
    assert list(last.values())[:4] == [365, 31_536_000.0, 525_600.0, 8760.0]
    assert list(last.values())[4:] == [365.0, 365 / 30, 1.0, 31_536_000]


def test_rows_fall_on_the_interval() -> None:
    state = new_state(time_step=HOUR, max_ticks=72, log_interval=DAY)

    assert ticks_of(rows_of(state)) == [0, 24, 48, 72]


def test_the_last_row_is_the_end_even_off_the_interval() -> None:
    state = new_state(time_step=HOUR, max_ticks=50, log_interval=DAY)

    assert ticks_of(rows_of(state)) == [0, 24, 48, 50]


def test_an_interval_that_is_no_multiple_of_the_step_is_met_at_the_next_tick() -> None:
    state = new_state(time_step=7, max_ticks=8, log_interval=10)

    # Multiples of 10 s fall before 0, 14, 21, 35, 42 and 56 s.
    assert ticks_of(rows_of(state)) == [0, 2, 3, 5, 6, 8]


def test_an_interval_shorter_than_a_step_gives_a_row_per_tick() -> None:
    state = new_state(time_step=10, max_ticks=3, log_interval=1)

    assert ticks_of(rows_of(state)) == [0, 1, 2, 3]


def test_no_ticks_leave_one_row_and_the_worlds_as_they_were() -> None:
    world = FakeWorld()
    state = new_state(world, max_ticks=0)

    assert ticks_of(rows_of(state)) == [0]
    assert world.advances == []


def test_without_a_writer_the_netlist_is_not_asked_for_its_columns() -> None:
    def log_data(state: SimStateBase) -> LogRow:
        raise AssertionError

    state = new_state(max_ticks=3)

    SimEngine(state, log_data).run()

    assert state.tick == 3


def test_a_step_by_hand_is_one_tick_without_a_row() -> None:
    rows: list[LogRow] = []
    world = FakeWorld()
    state = new_state(world)

    SimEngine(state, lambda state: {}, [RowListener(rows.append)]).takeStep()

    assert (state.tick, world.now, rows) == (1, 10, [])


def test_when_an_agent_fails_no_time_passes_and_earlier_rows_are_written() -> None:
    rows: list[LogRow] = []
    world = FakeWorld()
    state = new_state(world, max_ticks=5)
    state.addAgent(ActingAgent("a", lambda state: 1 // (2 - state.tick)))

    with pytest.raises(AgentError, match="tick 2, agent a"):
        SimEngine(state, lambda state: {}, [RowListener(rows.append)]).run()

    assert ticks_of(rows) == [0, 1, 2]
    assert (state.tick, world.now) == (2, 20)


def test_a_world_that_stops_is_told_with_its_tick() -> None:
    def stop() -> None:
        if len(world.advances) == 2:
            raise WorldError("the chain does not answer.")

    world = FakeWorld(stop)

    with pytest.raises(WorldError, match="^tick 2: the chain does not answer.$"):
        rows_of(new_state(world, max_ticks=5))


def test_a_netlist_cannot_replace_the_engines_columns() -> None:
    rows: list[LogRow] = []

    with pytest.raises(NetlistError, match="the netlist logs Tick, which every row begins with"):
        SimEngine(new_state(), lambda state: {"Tick": 99}, [RowListener(rows.append)]).run()


def test_a_run_in_pieces_writes_the_rows_of_one_in_one_piece_and_each_once() -> None:
    rows: list[LogRow] = []
    state = new_state(time_step=10, max_ticks=7)
    engine = SimEngine(state, lambda state: {"clock": state.elapsed}, [RowListener(rows.append)])

    engine.run(until=2)
    engine.step()
    engine.run(until=3)  # where it stands
    assert ticks_of(rows) == [0, 1, 2, 3] and not engine.is_over
    engine.run()

    assert rows == rows_of(new_state(time_step=10, max_ticks=7)) and engine.is_over
