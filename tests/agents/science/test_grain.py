"""Payments by cred: exact, in proportion, and by the policy's own clock."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenspice.agents.science.grain import GrainPolicy, divide, grain_by_cred
from tokenspice.engine.units import tokens

budgets = st.integers(0, 10**24)
claims = st.lists(st.floats(0, 1e6), min_size=1, max_size=12).map(np.array)


@given(budgets, claims)
def test_parts_add_up_to_the_base_unit_and_are_near_their_share(budget: int, claims: np.ndarray) -> None:
    parts = divide(budget, claims)

    assert sum(parts) == (budget if claims.any() else 0)
    assert all(part == 0 for part, claim in zip(parts, claims, strict=True) if claim == 0)
    if total := claims.sum():
        assert parts == pytest.approx(list(budget * (claims / total)), rel=1e-9, abs=1 + budget * 1e-14)


@given(budgets, st.lists(st.integers(1, 9), min_size=2, max_size=9), st.randoms())
def test_the_order_of_names_moves_no_more_than_a_base_unit(budget: int, claims: list[int], random: Random) -> None:
    order = list(range(len(claims)))
    random.shuffle(order)

    parts = divide(budget, np.array(claims, dtype=float))
    shuffled = divide(budget, np.array([claims[place] for place in order], dtype=float))

    assert all(abs(shuffled[new] - parts[old]) <= 1 for new, old in enumerate(order))


@pytest.mark.parametrize(
    ("policy", "first", "second"),
    [
        ("immediate", [75, 25], [0, 100]),  # 3 : 1, then 0 : 4
        ("recent", [75, 25], [25, 75]),  # then 3/2 : 1/2 + 4
        ("balanced", [75, 25], [0, 100]),  # 3 : 5 of 200 in all is 75 : 125
    ],
)
def test_each_policy_pays_by_its_own_cred(policy: GrainPolicy, first: list[int], second: list[int]) -> None:
    cred = [np.array([3.0, 1.0]), np.array([0.0, 4.0])]

    assert grain_by_cred(policy, 100, cred[:1], [0, 0], 0.5) == first
    assert grain_by_cred(policy, 100, cred, first, 0.5) == pytest.approx(second, abs=0.5)


def test_balanced_never_takes_back_and_shares_a_shortage_among_those_who_were_paid_too_little() -> None:
    cred = [np.array([1.0, 1.0, 2.0])]

    parts = grain_by_cred("balanced", tokens(100), cred, [tokens(300), 0, 0], 0.5)

    # Of 400 in all they are due 100, 100 and 200: the first had too much, the others lack 100 and 200 of only 100.
    assert parts == [0, pytest.approx(tokens(100) / 3), pytest.approx(tokens(200) / 3)]
    assert sum(parts) == tokens(100)


@given(st.lists(st.floats(0.1, 10), min_size=3, max_size=3), st.integers(1, 20))
def test_balanced_pays_in_proportion_to_all_cred_where_cred_does_not_turn(one: list[float], n: int) -> None:
    paid = [0, 0, 0]
    for interval in range(1, n + 1):
        parts = grain_by_cred("balanced", tokens(7), [np.array(one)] * interval, paid, 0.0)
        paid = [before + part for before, part in zip(paid, parts, strict=True)]

    assert sum(paid) == n * tokens(7)
    assert paid == pytest.approx([n * tokens(7) * each / sum(one) for each in one], rel=1e-6)
