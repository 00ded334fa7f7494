"""Which parameter sets and seeds a design stands for, and what it refuses."""

from fractions import Fraction
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tokenspice.engine.errors import StrategyError
from tokenspice.engine.units import Amount, tokens
from tokenspice.studies.batch.design import Design, parameter_sets, seeds_of_sets

KINDS: dict[str, Any] = {"fee": float, "n": int, "price": Amount, "flag": bool, "mode": Literal["a", "b"], "name": str}


def test_a_grid_combines_all_values_and_the_last_parameter_varies_fastest() -> None:
    sets = parameter_sets(Design({"n": "1,2", "mode": ["a", "b"]}), KINDS)

    assert sets == [
        {"n": "1", "mode": "a"},
        {"n": "1", "mode": "b"},
        {"n": "2", "mode": "a"},
        {"n": "2", "mode": "b"},
    ]


def test_a_range_of_floats_has_the_decimals_that_one_would_write() -> None:
    sets = parameter_sets(Design({"fee": "0.0:0.1:11"}), KINDS)

    assert [one["fee"] for one in sets] == [repr(hundredths / 100) for hundredths in range(11)]


def test_a_range_of_amounts_is_exact_to_the_base_unit() -> None:
    sets = parameter_sets(Design({"price": "0:1:4"}), KINDS)

    assert [tokens(one["price"]) for one in sets] == [0, (10**18) // 3, round(Fraction(2 * 10**18, 3)), 10**18]


def test_a_range_of_whole_numbers_is_rounded_to_them() -> None:
    sets = parameter_sets(Design({"n": "1:10:4"}), KINDS)

    assert [one["n"] for one in sets] == ["1", "4", "7", "10"]


def test_a_colon_is_text_where_text_is_wanted() -> None:
    assert parameter_sets(Design({"name": "a:b,c"}), KINDS) == [{"name": "a:b"}, {"name": "c"}]


def test_a_list_of_sets_is_taken_as_it_is() -> None:
    sets: list[dict[str, Any]] = [{"n": 0}, {"n": 0}, {"n": 1, "fee": 0.5}]

    assert parameter_sets(Design(sets), KINDS) == sets


def test_an_array_is_a_list() -> None:
    assert parameter_sets(Design({"fee": np.array([0.5, 1.0])}), KINDS) == [{"fee": 0.5}, {"fee": 1.0}]  # type: ignore[dict-item]


@settings(deadline=None)  # the first example imports scipy
@given(st.integers(0, 2**63), st.sampled_from(["lhs", "sobol"]), st.sampled_from([1, 2, 8, 32]))
def test_what_is_drawn_lies_in_its_range_and_is_drawn_again_by_the_same_seed(
    seed: int, kind: Literal["lhs", "sobol"], samples: int
) -> None:
    design = Design(
        {"price": "0.5:2", "n": "3:5", "fee": "-1:1", "flag": "true,false"}, kind=kind, samples=samples, seed=seed
    )

    sets = parameter_sets(design, KINDS)

    assert sets == parameter_sets(design, KINDS) and len(sets) == samples
    for one in sets:
        assert tokens("0.5") <= tokens(one["price"]) <= tokens(2)
        assert int(one["n"]) in (3, 4, 5) and -1 <= float(one["fee"]) <= 1
        assert one["flag"] in ("true", "false")


def test_a_latin_hypercube_puts_one_point_into_each_slice() -> None:
    sets = parameter_sets(Design({"fee": "0:1", "n": "0:19"}, kind="lhs", samples=20), KINDS)

    assert sorted(int(20 * float(one["fee"])) for one in sets) == list(range(20))
    assert sorted(int(one["n"]) for one in sets) == list(range(20))


def test_seeds_are_common_to_all_sets_unless_distinct_ones_are_asked_for() -> None:
    common = seeds_of_sets(Design(seeds=5), 3)
    distinct = seeds_of_sets(Design(seeds=5, common_seeds=False), 3)

    assert common[0] == common[1] == common[2] == list(map(int, np.random.SeedSequence(0).generate_state(5)))
    assert len({seed for seeds in distinct for seed in seeds}) == 15
    assert distinct[0] == common[0]


@given(st.integers(0, 2**64), st.integers(1, 300), st.integers(0, 100))
def test_more_seeds_begin_with_fewer_and_none_comes_twice(seed: int, count: int, more: int) -> None:
    (few,) = seeds_of_sets(Design(seeds=count, seed=seed), 1)
    (many,) = seeds_of_sets(Design(seeds=count + more, seed=seed), 1)

    assert many[:count] == few and len(set(many)) == count + more


def test_seeds_may_be_listed() -> None:
    assert seeds_of_sets(Design(seeds=[3, 1]), 2) == [[3, 1], [3, 1]]


@pytest.mark.parametrize(
    ("sweep", "words"),
    [
        ({"nope": "1"}, 'no parameter "nope"'),
        ({"fee": "0:1"}, "Write 0:1:n"),
        ({"fee": "1:0:3"}, "lower end first"),
        ({"fee": "0:1:1"}, "2 points or more"),
        ({"fee": "0:1:x"}, "low:high:n"),
        ({"fee": "0:1:2:3"}, "low:high:n"),
        ({"n": "0.5:3:2"}, "whole numbers"),
        ({"n": "1:3:9"}, "not 9 different values"),
        ({"flag": "false:true:2"}, "only numbers have ranges"),
        ({"fee": "1,,2"}, "commas"),
        ({"fee": ""}, "commas"),
        ({"fee": []}, "list of values"),
        ({"fee": 0.5}, "list of values"),
    ],
)
def test_a_sweep_that_cannot_be_read_is_told_what_to_write(sweep: Any, words: str) -> None:
    with pytest.raises(StrategyError, match=words):
        parameter_sets(Design(sweep), KINDS)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"kind": "random"}, "Choose grid, lhs, sobol"),
        ({"kind": "lhs"}, "say how many with samples"),
        ({"kind": "sobol", "samples": 100}, "Write 64 or 128"),
        ({"samples": 5}, "leave samples out"),
        ({"seeds": 0}, "1 or more"),
        ({"seeds": []}, "1 or more"),
        ({"seeds": [-1]}, "0 or more"),
    ],
)
def test_a_design_that_cannot_be_is_told_what_to_write(arguments: Any, words: str) -> None:
    with pytest.raises(StrategyError, match=words):
        Design(**arguments)


def test_nothing_to_draw_from_is_said_to_be_so() -> None:
    with pytest.raises(StrategyError, match="needs a range"):
        parameter_sets(Design(kind="lhs", samples=4), KINDS)


def test_listed_seeds_cannot_be_distinct() -> None:
    with pytest.raises(StrategyError, match="common to all sets"):
        seeds_of_sets(Design(seeds=[1, 2], common_seeds=False), 2)
