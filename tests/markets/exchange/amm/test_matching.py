"""Pools share orders with the book: the published cases."""

import pytest

from tests.markets.exchange.amm.pools import pool
from tokenspice.markets.exchange.amm.curve import root
from tokenspice.markets.exchange.amm.matching import BookLeg, PoolLeg, plan
from tokenspice.markets.exchange.amm.pool import Pool, PoolStatus
from tokenspice.markets.exchange.amm.quoting import best_ask, best_bid, ladder


def sizes(legs: list[PoolLeg | BookLeg]) -> list[tuple[str, int, int]]:
    return [("pool" if isinstance(leg, PoolLeg) else "book", leg.price, leg.size) for leg in legs]


def trade(made: Pool, is_buy: bool, size: int, limit: int) -> tuple[int, int, int]:
    """Let the pool trade alone: the price, the size, and twice the middle of its quotes, cut to a whole price."""
    (leg,) = plan(is_buy, size, limit, [], [made], 1)
    made.position.volume += -leg.size if is_buy else leg.size
    bid, ask = best_bid(made), best_ask(made)
    return leg.price, leg.size, ((bid.price if bid else 0) + (ask.price if ask else 0)) // 2


def test_amm_1_a_pool_quotes_one_tick_from_its_base() -> None:
    made = pool()
    assert made.lower is not None and made.upper is not None
    assert made.lower.exact_position == pytest.approx(535.78, abs=0.005)
    assert made.upper.exact_position == pytest.approx(448.4042, abs=0.0001)
    assert best_bid(made) == (99, 103)
    assert best_ask(made) == (101, 92)


@pytest.mark.parametrize(
    ("book", "size", "limit", "expected"),
    [
        ([(99, 100)], 150, 99, [("pool", 99, 103), ("book", 99, 47)]),
        ([(100, 100)], 150, 99, [("book", 100, 100), ("pool", 99, 50)]),
        ([(100, 50), (99, 50)], 200, 99, [("book", 100, 50), ("pool", 99, 103), ("book", 99, 47)]),
        ([(100, 100)], 150, 100, [("book", 100, 100)]),
    ],
)
def test_amm_2_the_book_at_the_fair_price_goes_first(
    book: list[tuple[int, int]], size: int, limit: int, expected: list[tuple[str, int, int]]
) -> None:
    assert sizes(plan(False, size, limit, book, [pool()], 1)) == expected


def test_amm_4_a_trade_costs_the_geometric_mean_of_the_fair_prices_before_and_after() -> None:
    assert trade(pool(lower=85, upper=150), True, 245, 141) == (118, 245, 140)
    assert trade(pool(lower=85, upper=150), False, 350, 90) == (95, 350, 90)
    exhausted = pool(lower=85, upper=150)
    assert trade(exhausted, True, 500, 155)[:2] == (122, 291)
    assert best_ask(exhausted) is None


def test_pools_share_in_proportion_to_what_each_supplies() -> None:
    one, other = pool(lower=85, upper=150), pool(lower=85, upper=150)
    legs = plan(True, 101, 150, [], [one, other], 1)
    assert [leg.size for leg in legs] == [51, 50]
    assert all(leg.price == legs[0].price for leg in legs)


def test_a_round_trip_brings_the_pool_back_to_no_position() -> None:
    made = pool(lower=85, upper=150)
    trade(made, True, 10_000, 140)
    assert made.position.volume < 0
    trade(made, False, 10_000, 100)
    assert made.position.volume == 0
    trade(made, False, 10_000, 90)
    trade(made, True, 10_000, 100)
    assert made.position.volume == 0


def test_one_step_trades_what_ten_small_ones_do() -> None:
    made = pool(lower=85, upper=150)
    far = made.buys(0, made.lower.low) if made.lower else 0
    steps = ladder(made, True, list(range(99, 84, -1)))
    assert sum(quote.volume for quote in steps) == far
    assert len(steps) == 15


def test_a_trade_across_the_base_price_counts_each_range_by_what_trades_in_it() -> None:
    made = pool(base=1000, lower=900, upper=1100, volume=-50)
    numerator, denominator = made.average(-50, 150)
    up, one = made.average(-50, 50)
    down, other = made.average(0, 100)
    assert numerator / denominator == pytest.approx((50 * up / one + 100 * down / other) / 150)


def test_a_pool_that_only_reduces_quotes_on_one_side() -> None:
    made = pool(volume=100)
    made.status = PoolStatus.REDUCE_ONLY
    assert best_bid(made) is None
    (leg,) = plan(True, 10_000, 0, [], [made], 1)
    assert leg.size == 100


def test_a_pool_without_a_bound_does_not_trade_on_that_side() -> None:
    made = pool(lower=0)
    assert best_bid(made) is None
    assert plan(False, 10, 0, [], [made], 1) == []


def test_pools_of_different_reach_end_at_the_same_price() -> None:
    near, far = pool(lower=85, upper=110), pool(lower=85, upper=500)
    for leg in plan(True, 200, 0, [], [near, far], 1):
        assert isinstance(leg, PoolLeg)
        leg.pool.position.volume -= leg.size
    asks, bids = ([quote(one) for one in (near, far)] for quote in (best_ask, best_bid))
    assert all(bid and ask and bid.price < ask.price for bid in bids for ask in asks)


def test_a_pool_that_lost_all_it_had_does_not_trade() -> None:
    made = pool()
    made.position.general.balance = 0
    assert best_bid(made) is None
    assert plan(True, 10, 0, [], [made], 1) == []


def test_a_position_beyond_the_bound_is_closed_down_to_what_the_curve_holds() -> None:
    made = pool(lower=85, upper=150, volume=-400)
    assert made.buys(-400, root(150)) == 400 - 291
    assert made.buys(-400, root(100)) == 400
    assert made.sells(-400, root(150)) == 0
