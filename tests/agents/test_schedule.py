"""A timer is due when enough simulated seconds have passed, whatever the length of a tick."""

import pytest

from tests.engine.fakes import new_state
from tokenspice.agents.schedule import Every
from tokenspice.engine.units import HOUR


def due_ticks(timer: Every, n_ticks: int, first: int = 0) -> list[int]:
    """The ticks in which a timer is due that is restarted whenever it is."""
    state, due = new_state(time_step=HOUR), []
    for state.tick in range(first, n_ticks):
        if timer.is_due(state):
            timer.restart(state)
            due.append(state.tick)
    return due


@pytest.mark.parametrize(
    ("seconds", "at_once", "ticks"),
    [
        (3 * HOUR, False, [2, 5, 8]),
        (3 * HOUR, True, [0, 3, 6, 9]),
        (2.5 * HOUR, False, [2, 5, 8]),
        (HOUR // 2, False, list(range(10))),
        (0, True, list(range(10))),
    ],
)
def test_it_is_due_with_the_first_tick_that_is_long_enough_after_the_last(
    seconds: int, at_once: bool, ticks: list[int]
) -> None:
    assert due_ticks(Every(seconds, at_once), 10) == ticks


def test_of_an_agent_that_joins_later_it_counts_from_its_first_tick() -> None:
    assert due_ticks(Every(3 * HOUR), 12, first=4) == [6, 9]


def test_it_stays_due_until_it_is_restarted() -> None:
    state, timer = new_state(time_step=HOUR), Every(2 * HOUR)
    timer.elapsed(state)
    state.tick = 5

    assert timer.is_due(state) and timer.is_due(state) and timer.elapsed(state) == 6 * HOUR
    timer.restart(state)
    assert not timer.is_due(state) and timer.elapsed(state) == 0
