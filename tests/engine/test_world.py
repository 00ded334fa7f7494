"""The suite for worlds is passed by a world of thirty lines, and not by one that is wrong in a single place."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.suites.world import WorldSuite
from tokenspice.engine.errors import WorldError
from tokenspice.engine.units import HOUR, Seconds
from tokenspice.engine.world import World


@dataclass(frozen=True)
class Mark:
    """A place on the hourglass."""

    seconds: Seconds


class Hourglass(World):
    """The smallest world: nothing but time."""

    def __init__(self) -> None:
        self._now = 1_640_995_200

    @property
    def now(self) -> Seconds:
        return self._now

    def advance(self, seconds: Seconds) -> None:
        self._now += seconds

    def snapshot(self) -> object:
        return Mark(self._now)

    def restore(self, snapshot: object) -> None:
        if not isinstance(snapshot, Mark):
            raise WorldError(f"{snapshot!r} is no snapshot of an hourglass. Give what snapshot() returned.")
        self._now = snapshot.seconds

    def close(self) -> None:
        pass


class TestHourglass(WorldSuite):
    """Passes."""

    @pytest.fixture
    def world(self) -> World:
        return Hourglass()


class Hasty(Hourglass):
    """Loses a second in each advance."""

    def advance(self, seconds: Seconds) -> None:
        super().advance(seconds + 1)


class Forgetful(Hourglass):
    """Can be restored once."""

    def __init__(self) -> None:
        super().__init__()
        self._used: set[Seconds] = set()

    def restore(self, snapshot: object) -> None:
        if isinstance(snapshot, Mark) and snapshot.seconds not in self._used:
            self._used.add(snapshot.seconds)
            super().restore(snapshot)


class Trusting(Hourglass):
    """Takes anything for a snapshot."""

    def restore(self, snapshot: object) -> None:
        if isinstance(snapshot, Mark):
            super().restore(snapshot)


class Fragile(Hourglass):
    """Minds being closed twice."""

    _closed = False

    def close(self) -> None:
        if self._closed:
            raise WorldError("it is closed.")
        self._closed = True


SUITE = WorldSuite()


@pytest.mark.parametrize(
    ("world", "test"),
    [
        (Hasty(), lambda world: SUITE.test_advance_moves_the_clock_by_exactly_the_seconds(world, HOUR)),
        (Hasty(), SUITE.test_advances_add_up),
        (Hasty(), SUITE.test_a_run_of_three_ticks_of_ten_seconds_moves_the_clock_by_thirty),
        (Forgetful(), SUITE.test_restore_returns_to_the_snapshots_clock_any_number_of_times),
        (Trusting(), SUITE.test_what_is_no_snapshot_is_refused_and_changes_nothing),
        (Fragile(), SUITE.test_close_twice_does_nothing),
    ],
)
def test_the_suite_catches_a_world_that_is_wrong_in_one_place(world: World, test: Callable[[World], None]) -> None:
    with pytest.raises((AssertionError, WorldError, pytest.fail.Exception)):
        test(world)


def test_a_world_that_leaves_a_method_out_cannot_be_made() -> None:
    class Half(World):
        def advance(self, seconds: Seconds) -> None:
            pass

    with pytest.raises(TypeError, match="abstract"):
        Half()  # type: ignore[abstract]
