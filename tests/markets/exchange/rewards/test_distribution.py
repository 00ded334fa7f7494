"""How a pool is split."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange.rewards.distribution import (
    by_lottery,
    by_rank,
    capped,
    not_negative,
    pro_rata,
    ranks,
    shared,
)
from tokenspice.markets.exchange.rewards.strategy import DispatchStrategy, Distribution, RankShare

TABLE = (RankShare(1, 50), RankShare(2, 30), RankShare(3, 10), RankShare(4, 1), RankShare(11, 0))


def scores(**values: int) -> dict[str, Fraction]:
    return {who: Fraction(value) for who, value in values.items()}


def test_parts_are_rounded_down_and_the_rest_stays() -> None:
    assert shared(100, pro_rata(scores(a=1, b=1, c=1, d=0))) == {"a": 33, "b": 33, "c": 33}


def test_a_table_of_ranks_is_split_among_who_is_there() -> None:
    split = shared(9200, by_rank(scores(d=1, a=9, c=2, b=5, e=1), TABLE))

    # 50, 30 and 10, and 1 for each of the two who share rank 4
    assert split == {"a": 5000, "b": 3000, "c": 1000, "d": 100, "e": 100}


def test_equal_scores_have_equal_ranks_and_who_has_none_has_no_rank() -> None:
    assert ranks(scores(a=5, b=7, c=5, d=1, e=0)) == {"b": 1, "a": 2, "c": 2, "d": 4}


def test_ranks_beyond_the_table_have_its_last_share() -> None:
    many = {f"p{i}": Fraction(100 - i) for i in range(12)}
    split = by_rank(many, TABLE)

    assert split["p9"] == Fraction(1, 97)
    assert "p10" not in split


def test_a_lottery_ranks_by_draws_that_scores_weigh() -> None:
    first = by_lottery(scores(a=1, b=99), (RankShare(1, 1),), lambda: 0.5)
    other = by_lottery(scores(a=1, b=99), (RankShare(1, 3), RankShare(2, 1)), lambda: 0.0)

    assert first == {"b": Fraction(1, 2), "a": Fraction(1, 2)}
    assert other == {"a": Fraction(3, 4), "b": Fraction(1, 4)}


def test_what_a_cap_cuts_goes_to_the_others() -> None:
    parts = pro_rata(scores(a=50, b=30, c=20))

    assert capped(100, parts, {"a": 10, "b": 1000, "c": 1000}) == {"a": 10, "b": 54, "c": 36}
    assert capped(100, parts, {"a": 10, "b": 20, "c": 5}) == {"a": 10, "b": 20, "c": 5}
    assert capped(100, parts, {}) == {}


@given(
    st.integers(0, 10**9),
    st.dictionaries(st.text("abc", min_size=1, max_size=3), st.tuples(st.integers(0, 99), st.integers(0, 10**6))),
)
def test_a_capped_split_gives_no_more_than_there_is_and_nobody_more_than_its_cap(
    total: int, drawn: dict[str, tuple[int, int]]
) -> None:
    caps = {who: cap for who, (_, cap) in drawn.items()}
    split = capped(total, pro_rata({who: Fraction(score) for who, (score, _) in drawn.items()}), caps)

    assert sum(split.values()) <= total
    assert all(amount <= caps[who] for who, amount in split.items())


def test_scores_below_zero_are_lifted() -> None:
    assert not_negative(scores(a=-2, b=3)) == scores(a=0, b=5)
    assert not_negative(scores(a=2, b=3)) == scores(a=2, b=3)


@pytest.mark.parametrize(
    "values",
    [
        {"distribution": Distribution.RANK},
        {"rank_table": (RankShare(2, 1), RankShare(1, 1))},
        {"rank_table": (RankShare(0, 1),)},
        {"rank_table": (RankShare(1, -1),)},
        {"window_length": 0},
        {"window_length": 101},
        {"n_top_performers": 0.0},
        {"cap_reward_fee_multiple": 0.0},
        {"lock_period": -1},
    ],
)
def test_a_strategy_that_can_mean_nothing_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(ExchangeError, match="dispatch strategy"):
        DispatchStrategy(**values)  # type: ignore[arg-type]
