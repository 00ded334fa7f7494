"""A branch draws all chance anew from its tick on; a silenced agent stands still."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.fakes import ActingAgent, FakeWorld, new_state
from tokenspice.engine.errors import ConfigError
from tokenspice.engine.log import LogRow
from tokenspice.engine.observer import RowListener
from tokenspice.engine.sim_engine import SimEngine
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.engine.streams import RandomStreams
from tokenspice.engine.variation import Branch, Variation

TICKS = 8


class DrawingWorld(FakeWorld):
    """Keeps the seeds that it is told to draw from."""

    def __init__(self) -> None:
        super().__init__()
        self.seeds: list[int] = []

    def draw_from(self, seed: int) -> None:
        self.seeds.append(seed)


def walk(variation: Variation = Variation(), world: FakeWorld | None = None) -> list[LogRow]:
    """Two agents sum what they draw: one from a stream that it keeps, one from a stream that begins at tick 5."""
    state = new_state(*([world] if world else []), max_ticks=TICKS)
    sums = {"early": 0.0, "late": 0.0}
    kept = state.rng("early")

    def early(state: SimStateBase) -> None:
        sums["early"] += kept.random()

    def late(state: SimStateBase) -> None:
        sums["late"] += state.rng("late").random() if state.tick >= 5 else 0.0

    state.addAgent(ActingAgent("early", early))
    state.addAgent(ActingAgent("late", late))
    rows: list[LogRow] = []
    SimEngine(state, lambda state: dict(sums), [RowListener(rows.append)], variation).run()
    return rows


@given(st.integers(0, TICKS - 1), st.integers(0, 10**18 - 1))
def test_rows_up_to_a_branch_are_the_same_and_later_ones_differ(tick: int, salt: int) -> None:
    plain, branched = walk(), walk(Variation((Branch(tick, salt),)))

    assert branched[: tick + 1] == plain[: tick + 1]
    assert all(branched[later]["early"] != plain[later]["early"] for later in range(tick + 1, TICKS + 1))
    assert branched == walk(Variation((Branch(tick, salt),)))


def test_a_stream_that_begins_after_the_branch_draws_anew_too() -> None:
    assert walk(Variation((Branch(2, 7),)))[-1]["late"] != walk()[-1]["late"]


def test_a_second_branch_leaves_what_came_before_it() -> None:
    once, twice = walk(Variation((Branch(2, 7),))), walk(Variation((Branch(2, 7), Branch(6, 7))))

    assert twice[:7] == once[:7]
    assert twice[7:] != once[7:]


def test_what_is_drawn_after_a_branch_does_not_depend_on_what_was_drawn_before() -> None:
    used, unused = RandomStreams(1), RandomStreams(1)
    used("a").random(100)

    for streams in (used, unused):
        streams.branch(Branch(3, 4))

    assert used("a").random() == unused("a").random()


def test_a_world_that_draws_is_given_another_seed_by_each_branch() -> None:
    world = DrawingWorld()

    walk(Variation((Branch(2, 7), Branch(4, 7))), world)

    assert len(set(world.seeds)) == 2
    assert all(0 <= seed < 2**64 for seed in world.seeds)


def test_a_silenced_agent_never_steps_and_leaves_the_draws_of_others() -> None:
    rows = walk(Variation(silenced=("late",)))

    assert rows[-1]["late"] == 0
    assert [row["early"] for row in rows] == [row["early"] for row in walk()]


@pytest.mark.parametrize(
    ("branches", "silenced", "says"),
    [
        ([], ["nobody"], "no agent is called so. There are: early, late"),
        (["8:1"], [], "the run's last step is at tick 7"),
        (["2:1", "2:3"], [], "Write each tick once"),
        (["2"], [], "write TICK:SALT"),
        (["-1:2"], [], "write TICK:SALT"),
    ],
)
def test_what_would_change_nothing_is_refused(branches: Sequence[str], silenced: Sequence[str], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        walk(Variation.read(branches, silenced))


@given(st.dictionaries(st.integers(0, 10**9), st.integers(0, 10**9), max_size=3), st.sets(st.text(min_size=1)))
def test_run_json_and_a_command_line_hold_a_variation(branches: dict[int, int], silenced: set[str]) -> None:
    variation = Variation(tuple(Branch(*pair) for pair in sorted(branches.items())), tuple(silenced))

    assert Variation.of_facts(variation.facts) == variation
    assert Variation.read([f"{tick}:{salt}" for tick, salt in branches.items()], list(silenced)) == variation
