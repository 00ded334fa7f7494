from hypothesis import given
from hypothesis import strategies as st

from tokenspice.markets.exchange.icebergs import share_hidden


def test_hidden_sizes_are_shared_in_proportion() -> None:
    assert share_hidden(300, [200, 200, 100]) == [120, 120, 60]


def test_units_left_over_go_to_the_first_in_the_queue() -> None:
    assert share_hidden(5, [3, 3, 3]) == [3, 1, 1]
    assert share_hidden(2, [1, 1, 1]) == [1, 1, 0]


def test_whoever_wants_more_than_is_hidden_takes_all_of_it() -> None:
    assert share_hidden(1000, [84, 3]) == [84, 3]
    assert share_hidden(7, []) == []


@given(st.integers(0, 400), st.lists(st.integers(1, 60), max_size=8))
def test_nobody_gives_more_than_is_hidden_and_the_shares_add_up(wanted: int, hidden: list[int]) -> None:
    shares = share_hidden(wanted, hidden)
    assert sum(shares) == min(wanted, sum(hidden))
    assert all(0 <= share <= size for share, size in zip(shares, hidden, strict=True))
