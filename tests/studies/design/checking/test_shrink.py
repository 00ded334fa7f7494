"""A failing run grows smaller as long as the same invariant fails."""

from collections.abc import Callable

import pytest

from tokenspice.engine.variables import Value
from tokenspice.studies.design.checking.invariants import Violation
from tokenspice.studies.design.checking.shrink import Shrinker, Shrunk, halfway
from tokenspice.studies.design.identity import Identity

AGENTS = tuple("abcdefgh")
DEFAULTS: dict[str, Value] = {"max_ticks": 100, "x": 1.0, "y": "5", "z": False}
FOUND = Identity((("x", 9.0), ("y", "40"), ("z", True)), 3)


def shrunk(violation_of: Callable[[Identity], Violation | None], most_runs: int = 200) -> Shrunk:
    first = violation_of(FOUND)
    assert first
    return Shrinker(violation_of, AGENTS, DEFAULTS, most_runs).shrink(FOUND, first)


def needs(*agents: str, tick: int = 8, least_x: float = 0.0) -> Callable[[Identity], Violation | None]:
    """A run that fails at a tick as long as some agents act, and x is large; later with fewer agents."""

    def violation_of(identity: Identity) -> Violation | None:
        later = tick + len(identity.silenced) // 2
        ticks = identity.values.get("max_ticks", 100)
        is_long = isinstance(ticks, int) and ticks >= later
        x = float(identity.values.get("x", 1.0))
        acting = not set(agents) & set(identity.silenced)
        return Violation("i", later, "no") if is_long and acting and x >= least_x else None

    return violation_of


def test_agents_parameters_and_ticks_that_are_not_needed_are_gone() -> None:
    found = shrunk(needs("b", "g"))

    assert found.agents == ("b", "g")
    assert found.differing == ()
    assert found.violation.tick == found.identity.values["max_ticks"] == 11
    assert found.is_minimal


def test_a_parameter_that_is_needed_goes_half_way_where_it_can() -> None:
    found = shrunk(needs("a", least_x=4.5))

    assert found.differing == ("x",)
    assert found.identity.values["x"] == 5.0


def test_another_invariant_counts_for_nothing() -> None:
    def violation_of(identity: Identity) -> Violation:
        return Violation("other" if identity.silenced else "i", 8, "no")

    assert shrunk(violation_of).agents == AGENTS


def test_it_stops_after_as_many_runs_as_it_may_take_and_says_so() -> None:
    found = shrunk(needs("a", "d", "h"), most_runs=5)

    assert found.n_runs == 5
    assert not found.is_minimal


@pytest.mark.parametrize(
    ("value", "default", "half"),
    [(9.0, 1.0, 5.0), (9, 2, 5), (2, 1, None), ("40", "5", "22.5"), ("pool", "outside", None), (True, False, None)],
)
def test_half_way_is_between_two_numbers(value: Value, default: Value, half: Value | None) -> None:
    assert halfway(value, default) == half
