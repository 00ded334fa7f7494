"""Progress counts from the end of the first tick, whatever building the state took."""

import time

import pytest

from tests.engine.fakes import new_state
from tokenspice.studies.run.progress import Meter


def test_the_first_line_comes_a_pause_after_the_first_tick_and_counts_from_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    meter, state = Meter(5.0), new_state(max_ticks=1001)
    shown = []
    for tick, moment in ((1, 60.0), (2, 60.1), (101, 65.0), (201, 70.0)):  # a minute goes into building the state
        state.tick, now[0] = tick, moment
        if meter.is_due(state):
            shown.append((tick, meter.note(state)))

    assert shown == [(101, "20 ticks/s, 0:00:45 left"), (201, "20 ticks/s, 0:00:40 left")]
