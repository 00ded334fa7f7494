"""What a World is. Whatever implements `tokenspice.engine.world.World` passes all of this.

A subclass provides the fixture `world`. Where that one is shared with other tests, it provides `own_world` too,
which a test may close.
"""

import pytest

from tokenspice.engine.errors import WorldError
from tokenspice.engine.sim_engine import SimEngine
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.sim_strategy import SimStrategyBase
from tokenspice.engine.units import DAY, HOUR, MONTH, Seconds
from tokenspice.engine.world import World


class WorldSuite:
    """Inherit it and provide `world`."""

    @pytest.fixture
    def world(self) -> World:
        raise NotImplementedError("The subclass provides a world.")

    @pytest.fixture
    def own_world(self, world: World) -> World:
        return world

    @pytest.mark.parametrize("seconds", [1, 10, HOUR, DAY, MONTH])
    def test_advance_moves_the_clock_by_exactly_the_seconds(self, world: World, seconds: Seconds) -> None:
        began = world.now

        world.advance(seconds)

        assert world.now == began + seconds

    def test_advances_add_up(self, world: World) -> None:
        began = world.now

        for seconds in (1, HOUR, 7):
            world.advance(seconds)

        assert world.now == began + HOUR + 8

    def test_the_clock_is_whole_seconds_and_stands_still_while_nobody_advances_it(self, world: World) -> None:
        first, second = world.now, world.now

        assert type(first) is int
        assert first == second

    def test_a_run_of_three_ticks_of_ten_seconds_moves_the_clock_by_thirty(self, world: World) -> None:
        began = world.now
        state = SimStateBase(SimStrategyBase(time_step=10, max_ticks=3), world)

        SimEngine(state, lambda state: {}).run()

        assert world.now == began + 30

    def test_a_snapshot_leaves_the_clock_alone(self, world: World) -> None:
        began = world.now

        world.snapshot()

        assert world.now == began

    def test_restore_returns_to_the_snapshots_clock_any_number_of_times(self, world: World) -> None:
        world.advance(HOUR)
        then = world.now
        snapshot = world.snapshot()

        for n_hours in (1, 2, 3):
            world.advance(n_hours * HOUR)
            world.restore(snapshot)

            assert world.now == then

    def test_time_goes_on_from_where_it_was_restored(self, world: World) -> None:
        snapshot = world.snapshot()
        then = world.now

        world.advance(DAY)
        world.restore(snapshot)
        world.advance(10)

        assert world.now == then + 10

    def test_snapshots_nest(self, world: World) -> None:
        began = world.now
        outer = world.snapshot()
        world.advance(HOUR)
        inner = world.snapshot()
        world.advance(HOUR)

        world.restore(inner)
        assert world.now == began + HOUR
        world.restore(outer)
        assert world.now == began

    def test_a_snapshot_can_be_taken_after_a_restore(self, world: World) -> None:
        world.restore(world.snapshot())
        world.advance(HOUR)
        then = world.now

        snapshot = world.snapshot()
        world.advance(HOUR)
        world.restore(snapshot)

        assert world.now == then

    def test_what_is_no_snapshot_is_refused_and_changes_nothing(self, world: World) -> None:
        began = world.now

        with pytest.raises(WorldError):
            world.restore(object())

        assert world.now == began

    def test_close_twice_does_nothing(self, own_world: World) -> None:
        own_world.close()

        own_world.close()
