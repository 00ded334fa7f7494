"""The tree of errors is the one that is drawn, and an error can say where it happened."""

import re

import pytest

from tokenspice.engine import errors
from tokenspice.engine.errors import InsufficientFunds, NetlistError, TokenSpiceError, WorldError


def drawn_tree(drawing: str) -> dict[str, str]:
    """The base of each error, as a drawing's indentation tells it."""
    bases: dict[str, str] = {}
    above: list[tuple[int, str]] = []
    for line in drawing.splitlines():
        if found := re.match(r"([ │├└─]*)(\w+Error|[A-Z][a-z]+[A-Z]\w+)\b", line):
            depth, name = len(found[1]), found[2]
            above = [(other, base) for other, base in above if other < depth]
            if above:
                bases[name] = above[-1][1]
            above.append((depth, name))
    return bases


def test_the_tree_is_the_one_that_the_docstring_draws() -> None:
    tree = {name: getattr(errors, name).__base__.__name__ for name in errors.__all__ if name != "TokenSpiceError"}

    drawn = drawn_tree(errors.__doc__ or "")

    assert {name: drawn.get(name) for name in tree} == tree


def test_a_drawing_is_read_by_its_indentation() -> None:
    assert drawn_tree("TopError\n ├─ LeftError\n │   └─ LowError\n └─ RightError") == {
        "LeftError": "TopError",
        "LowError": "LeftError",
        "RightError": "TopError",
    }


@pytest.mark.parametrize("name", errors.__all__)
def test_every_error_is_ours_and_documented(name: str) -> None:
    kind = getattr(errors, name)

    assert issubclass(kind, TokenSpiceError)
    assert kind.__doc__


def test_an_error_that_is_told_its_place_stays_the_same_error() -> None:
    error = InsufficientFunds("buyer1 holds 12 OCEAN.")

    placed = error.at("tick 41, agent buyer1")

    assert placed is error
    assert str(placed) == "tick 41, agent buyer1: buyer1 holds 12 OCEAN."


def test_places_nest_outermost_first() -> None:
    error = NetlistError("no agent is called x.").at("agent a").at("netlist.py")

    assert str(error) == "netlist.py: agent a: no agent is called x."


def test_the_rest_of_an_errors_arguments_are_kept() -> None:
    error = WorldError("the pool is dry.", 7).at("tick 1")

    assert error.args == ("tick 1: the pool is dry.", 7)
