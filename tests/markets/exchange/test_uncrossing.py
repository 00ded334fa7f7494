import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenspice.markets.exchange.uncrossing import Crossing, MidOfRange, Uncrossing, crossing

LEVELS = st.dictionaries(st.integers(1, 12), st.integers(1, 5), max_size=8)


@pytest.mark.parametrize(
    "bids, asks, volume, low, high, price",
    [
        ([(99, 2), (90, 3)], [(1, 2), (7, 3)], 5, 7, 90, 48),
        ([(102, 5)], [(98, 5)], 5, 98, 102, 100),
        ([(100, 5)], [(100, 2)], 2, 100, 100, 100),
        ([(10, 3), (5, 9)], [(5, 9)], 9, 5, 5, 5),
    ],
)
def test_the_price_is_the_middle_of_the_range_with_the_most_volume(
    bids: list[tuple[int, int]], asks: list[tuple[int, int]], volume: int, low: int, high: int, price: int
) -> None:
    assert crossing(bids, asks) == Crossing(volume, low, high)
    assert MidOfRange().uncross(bids, asks, 1) == Uncrossing(price, volume)


def test_the_middle_is_rounded_down_to_a_tick() -> None:
    assert MidOfRange().uncross([(100, 1)], [(90, 1)], 10) == Uncrossing(90, 1)
    assert MidOfRange().uncross([(100, 1)], [(80, 1)], 10) == Uncrossing(90, 1)


def test_a_book_that_does_not_cross_has_no_price() -> None:
    assert MidOfRange().uncross([(99, 1)], [(100, 1)], 1) is None
    assert MidOfRange().uncross([], [(100, 1)], 1) is None
    assert MidOfRange().uncross([], [], 1) is None


@given(LEVELS, LEVELS)
def test_the_range_is_what_trying_every_price_finds(bids: dict[int, int], asks: dict[int, int]) -> None:
    volumes = {
        price: min(
            sum(size for at, size in bids.items() if at >= price),
            sum(size for at, size in asks.items() if at <= price),
        )
        for price in range(1, 13)
    }
    most = max(volumes.values())
    found = crossing(sorted(bids.items(), reverse=True), sorted(asks.items()))
    if not most:
        assert found is None
        return
    prices = [price for price, volume in volumes.items() if volume == most]
    assert found == Crossing(most, prices[0], prices[-1])
