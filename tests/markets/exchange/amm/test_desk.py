"""Pools on the book of a market: made, changed, cancelled, closed out."""

from dataclasses import replace

import pytest

from tests.markets.exchange.liquidity.venue import FEE, general, opened, send, total
from tokenspice.markets.exchange import Exchange, Market, Reason, Side
from tokenspice.markets.exchange.amm.pool import Pool, PoolStatus, PoolTerms
from tokenspice.markets.exchange.market_state import MarketState
from tokenspice.markets.exchange.numbers import ONE, factor

TERMS = PoolTerms(100_000, 100, 85, 150, factor(4), factor(4), factor("0.1"), FEE)


def with_pool(terms: PoolTerms = TERMS) -> tuple[Exchange, Market, Pool]:
    exchange, market = opened()
    assert market.pools.create("lp", terms) is Reason.NONE
    pool = market.pools.find("lp")
    assert pool is not None
    return exchange, market, pool


def test_amm_7_a_pool_is_made_changed_and_cancelled() -> None:
    exchange, market, pool = with_pool()
    assert general(exchange, "lp") == 900_000
    assert market.pools.find(pool.party) is pool
    assert market.pools.amend("lp", replace(TERMS, commitment=200_000, lower=50, upper=200)) is Reason.NONE
    assert (pool.terms.commitment, pool.terms.lower, pool.terms.upper) == (200_000, 50, 200)
    assert market.pools.cancel("lp", at_once=True) is Reason.NONE
    assert pool.status is PoolStatus.CANCELLED
    assert market.pools.find("lp") is market.pools.find(pool.party) is pool
    assert general(exchange, "lp") == 1_000_000


def test_orders_trade_with_the_pool_and_its_price_moves() -> None:
    exchange, market, pool = with_pool()
    assert (market.best(Side.BUY), market.best(Side.SELL)) == (99, 101)
    order = send(exchange, "ann", Side.BUY, 500, 110)
    assert order.remaining == 500 + pool.position.volume
    assert pool.position.volume < 0
    assert market.book.best_bid() == 110
    assert market.best(Side.SELL) == 111
    assert total(exchange) == exchange.ledger.deposited["USD"]


def test_a_pool_away_from_the_market_trades_to_its_place() -> None:
    exchange, market = opened()
    send(exchange, "maker", Side.BUY, 5000, 109)
    assert market.pools.create("lp", TERMS) is Reason.NONE
    pool = market.pools.find("lp")
    assert pool is not None
    assert pool.position.volume < 0
    assert market.book.best_bid() == 109
    assert market.best(Side.SELL) == 110


def test_a_pool_that_cannot_reach_its_place_within_its_slippage_is_rejected() -> None:
    exchange, market = opened()
    send(exchange, "maker", Side.BUY, 2, 130)
    send(exchange, "maker", Side.BUY, 5000, 109)
    assert market.pools.create("lp", TERMS) is Reason.POOL_SLIPPAGE
    found = market.pools.find("lp")
    assert found is not None
    assert found.status is PoolStatus.REJECTED
    assert found.position.volume == 0
    assert general(exchange, "lp") == 1_000_000
    assert not market.pools.pools


def test_two_pools_meet_where_both_have_the_same_price() -> None:
    exchange, market, first = with_pool()
    other = replace(TERMS, base=110, lower=90, upper=160)
    assert market.pools.create("lp2", other) is Reason.NONE
    second = market.pools.find("lp2")
    assert second is not None
    assert first.position.volume == -second.position.volume < 0
    fair = [pool.fair(pool.position.volume) ** 2 / ONE**2 for pool in (first, second)]
    assert fair[0] == pytest.approx(fair[1], abs=1)
    bid, ask = market.best(Side.BUY), market.best(Side.SELL)
    assert bid is not None and ask is not None and bid < ask


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"commitment": 0}, Reason.COMMITMENT_TOO_SMALL),
        ({"commitment": 10**9}, Reason.POOL_UNFUNDED),
        ({"lower": 0, "upper": 0}, Reason.POOL_WITHOUT_BOUNDS),
        ({"lower": 101}, Reason.POOL_BOUNDS_OUT_OF_ORDER),
        ({"upper": 100}, Reason.POOL_BOUNDS_OUT_OF_ORDER),
        ({"base": 0}, Reason.INVALID_PRICE),
        ({"slippage": -1}, Reason.POOL_NEGATIVE),
        ({"fee": ONE}, Reason.LIQUIDITY_FEE_TOO_HIGH),
    ],
)
def test_a_wrong_pool_is_refused(change: dict[str, int], reason: Reason) -> None:
    _, market = opened()
    assert market.pools.create("lp", replace(TERMS, **change)) is reason
    assert not market.pools.pools


def test_amm_6_the_bound_on_the_side_of_the_position_stays() -> None:
    exchange, market, pool = with_pool()
    send(exchange, "ann", Side.SELL, 50, 90)
    assert pool.position.volume > 0
    assert market.pools.amend("lp", replace(TERMS, lower=0)) is Reason.POOL_BOUND_IN_USE
    send(exchange, "ann", Side.BUY, 150, 120)
    assert pool.position.volume < 0
    assert market.pools.amend("lp", replace(TERMS, upper=0)) is Reason.POOL_BOUND_IN_USE
    assert pool.terms == TERMS


def test_amm_6_a_market_that_has_ended_takes_no_pools() -> None:
    _, market, _ = with_pool()
    market.state = MarketState.TRADING_TERMINATED
    assert market.pools.create("lp2", TERMS) is Reason.MARKET_CLOSED
    assert market.pools.amend("lp", TERMS) is Reason.MARKET_CLOSED
    assert market.pools.cancel("lp", at_once=True) is Reason.MARKET_CLOSED


def test_a_pool_that_only_reduces_ends_when_its_position_is_closed() -> None:
    exchange, market, pool = with_pool()
    send(exchange, "ann", Side.BUY, 100, 120)
    held = pool.position.volume
    assert market.pools.cancel("lp", at_once=False) is Reason.NONE
    assert [found.status for found in market.pools.every()] == [PoolStatus.REDUCE_ONLY]
    assert market.best(Side.SELL) is None
    send(exchange, "ann", Side.SELL, 1000, 80)
    exchange.advance(1)
    assert held < 0 == pool.position.volume
    assert pool.status is PoolStatus.CANCELLED
    assert pool.position.general.balance == pool.position.margin.balance == 0
    assert total(exchange) == exchange.ledger.deposited["USD"]


def test_an_amendment_lets_a_pool_quote_on_both_sides_again() -> None:
    exchange, market, pool = with_pool()
    send(exchange, "ann", Side.BUY, 100, 120)
    market.pools.cancel("lp", at_once=False)
    assert market.pools.amend("lp", TERMS) is Reason.NONE
    assert pool.status is PoolStatus.ACTIVE
    assert market.best(Side.SELL) is not None


def test_a_pool_that_is_cancelled_at_once_leaves_position_and_margin_to_the_network() -> None:
    exchange, market, pool = with_pool()
    send(exchange, "ann", Side.BUY, 100, 120)
    exchange.advance(1)
    margin, held = pool.position.margin.balance, pool.position.volume
    assert margin > 0
    assert market.pools.cancel("lp", at_once=True) is Reason.NONE
    assert market.network.volume == held
    assert market.insurance.balance == margin
    assert general(exchange, "lp") + margin == pytest.approx(1_000_000, abs=2000)


def test_an_owner_may_trade_with_its_own_pool() -> None:
    exchange, _, pool = with_pool()
    assert send(exchange, "lp", Side.BUY, 10, 110).remaining == 0
    assert pool.position.volume == -10


def test_a_pool_may_follow_a_price_from_outside() -> None:
    _, market, pool = with_pool(replace(TERMS, base_trigger=factor("0.02")))
    assert market.pools.follow_price("lp", 101) is Reason.NONE
    assert pool.terms.base == 100
    assert market.pools.follow_price("lp", 103) is Reason.NONE
    assert pool.terms.base == 103


def test_pools_earn_fees_by_what_their_volume_amounts_to() -> None:
    exchange, market, pool = with_pool(replace(TERMS, fee=10 * FEE))
    for _ in range(21):
        exchange.advance(1)
    stake = market.liquidity.pool_stakes[pool.party]
    assert stake > 0
    assert market.liquidity.shares.shares() == {pool.party: ONE}
    assert market.liquidity_fee == 10 * FEE
    send(exchange, "ann", Side.BUY, 100, 120)
    for _ in range(8):
        exchange.advance(1)
    before = pool.position.general.balance
    exchange.advance(1)
    assert pool.position.general.balance > before


def test_a_pool_that_is_cancelled_at_once_in_an_auction_leaves_when_it_is_over() -> None:
    exchange, market, pool = with_pool()
    send(exchange, "ann", Side.BUY, 100, 120)
    held = pool.position.volume
    market.suspend()
    assert market.pools.cancel("lp", at_once=True) is Reason.NONE
    assert (market.network.volume, pool.position.volume) == (0, held)
    market.resume()
    exchange.advance(1)
    assert (market.network.volume, pool.status) == (held, PoolStatus.CANCELLED)
