"""KPIs count the ticks that they have seen."""

from engine.kpis import KPIsBase
from engine.sim_engine import SimEngine
from engine.sim_state import SimStateBase
from engine.units import HOUR
from tests.engine.fakes import new_state


def test_a_step_is_one_tick_and_its_seconds() -> None:
    kpis = KPIsBase(HOUR)
    assert (kpis.tick, kpis.elapsed) == (0, 0)

    for _ in range(3):
        kpis.takeStep(new_state())

    assert (kpis.tick, kpis.elapsed) == (3, 3 * HOUR)


def test_when_a_row_is_written_kpis_have_seen_all_ticks_before_it() -> None:
    seen: list[tuple[int, int]] = []

    def log_data(state: SimStateBase) -> dict[str, float]:
        seen.append((state.tick, state.kpis.tick))
        return {}

    SimEngine(new_state(max_ticks=3), log_data, write_row=lambda row: None).run()

    assert seen == [(0, 0), (1, 1), (2, 2), (3, 3)]
