"""Liquidity providers and pools: what they commit, and what they show for it."""

import pytest

from tests.agents.exchange.market import MAKER, new_market, new_state, quote
from tokenspice.agents.exchange import (
    ArbitrageLiquidityProvider,
    ArbitrageLiquidityStrategy,
    AutomatedMarketMaker,
    ExponentialShapedMarketMaker,
    ExponentialStrategy,
    PoolStrategy,
    SimpleLiquidityProvider,
    SimpleLiquidityStrategy,
    UniformLiquidityProvider,
    UniformLiquidityStrategy,
)
from tokenspice.engine.errors import StrategyError
from tokenspice.markets.exchange import ExchangeService
from tokenspice.markets.processes import PriceSeries


def worth(service: ExchangeService, party: str, market: str) -> list[float]:
    """What a party's bids and its asks are worth."""
    orders = service.list_orders(party, market)
    return [sum(o.price * o.remaining for o in orders if o.side == side) for side in ("buy", "sell")]


def test_a_shaped_maker_commits_and_quotes_its_obligation_with_some_to_spare() -> None:
    service, market = new_market(None)
    strategy = ExponentialStrategy(commitment_amount=50_000, safety_factor=1.2, num_levels=4, mint=1e7)
    maker = ExponentialShapedMarketMaker("mm", service, market, PriceSeries([1000]), 100, 60, strategy)
    maker.takeStep(new_state())
    maker.takeStep(new_state())

    assert worth(service, "mm", market) == pytest.approx([60_000, 60_000], rel=0.01)
    (found,) = service.party_liquidity_provisions("mm", market)
    assert found.commitment == 50_000 or found.pending == 50_000
    assert service.party_account("mm", market).bond == 50_000


def test_no_order_of_a_shaped_maker_is_larger_than_it_may_be() -> None:
    service, market = new_market(None)
    strategy = ExponentialStrategy(commitment_amount=50_000, max_order_size=7, num_levels=4, mint=1e7)
    ExponentialShapedMarketMaker("mm", service, market, PriceSeries([1000]), 100, 60, strategy).takeStep(new_state())

    assert max(order.size for order in service.list_orders("mm", market)) == 7


def test_a_simple_provider_shows_an_iceberg_a_side_within_its_range() -> None:
    service, market = new_market(100)
    strategy = SimpleLiquidityStrategy(commitment_amount=10_000, price_range=0.1, offset_proportion=0.5)
    provider = SimpleLiquidityProvider("lp", service, market, strategy)
    provider.takeStep(new_state())

    orders = service.list_orders("lp", market)
    assert [(str(o.side), o.price, o.remaining) for o in orders] == [("buy", 95, 200), ("sell", 105, 200)]
    shown = dict(service.order_book_by_market(market).buys)
    assert shown[95] == 150


def test_a_simple_provider_shows_too_little_in_its_share_of_the_time() -> None:
    service, market = new_market(100)
    strategy = SimpleLiquidityStrategy(commitment_amount=10_000, target_time_on_book=0.3)
    provider, state, kept = SimpleLiquidityProvider("lp", service, market, strategy), new_state(), 0
    for state.tick in range(200):
        provider.takeStep(state)
        kept += sum(order.remaining > 100 for order in service.list_orders("lp", market))

    assert kept / 400 == pytest.approx(0.3, abs=0.07)
    assert {order.remaining for order in service.list_orders("lp", market)} <= {90, 200}


def test_a_uniform_provider_spreads_its_money_evenly_in_basis_points() -> None:
    service, market = new_market(1000)
    quote(service, market, 1000)
    strategy = UniformLiquidityStrategy(commitment_amount=10_000, bps_min=20, bps_max=100, levels=3)
    UniformLiquidityProvider("lp", service, market, strategy).takeStep(new_state())

    orders = service.list_orders("lp", market)
    assert [order.price for order in orders] == [998, 994, 990, 1002, 1006, 1010]
    assert [order.price * order.size for order in orders] == pytest.approx([5000] * 6, rel=0.01)
    with pytest.raises(StrategyError, match="write the smaller one first"):
        UniformLiquidityStrategy(bps_min=11)


def test_an_arbitrage_provider_holds_nothing_and_looks_now_and_then() -> None:
    service, market = new_market(100)
    strategy = ArbitrageLiquidityStrategy(interval=120, mint=1e5)
    provider = ArbitrageLiquidityProvider("arb", service, market, strategy)
    state, seen = new_state(), []
    for state.tick in range(4):
        provider.takeStep(state)
        seen.append(service.list_orders("arb", market)[0].id)
    assert seen[0] == seen[1] != seen[2] == seen[3]
    assert worth(service, "arb", market) == pytest.approx([88_000, 88_000], rel=0.01)

    service.cancel_order(MAKER, market)
    service.submit_order(MAKER, market, "sell", 5, 90)
    service.submit_order(MAKER, market, "buy", 500, 89)
    assert provider.volume() == 5
    state.tick = 4
    provider.takeStep(state)
    assert provider.volume() == 0


def test_a_pool_is_opened_at_the_outside_price_and_follows_it_now_and_then() -> None:
    service, market = new_market(100)
    prices = PriceSeries([100, 101, 102])
    pool = AutomatedMarketMaker("amm", service, market, prices, PoolStrategy(update_bias=1.0, mint=1e6))
    state, bases = new_state(), []
    for state.tick in range(3):
        pool.takeStep(state)
        (info,) = service.list_amms(market, "amm")
        bases.append((info.base, info.lower_bound, info.upper_bound))

    assert bases == [(100, 98, 102), (101, 98.98, 103.02), (102, 99.96, 104.04)]
    with pytest.raises(StrategyError, match="a lower or an upper bound"):
        PoolStrategy(lower_bound_scaling=0, upper_bound_scaling=0)


def test_a_pool_of_one_side_has_one_bound() -> None:
    service, market = new_market(100)
    strategy = PoolStrategy(lower_bound_scaling=0)
    pool = AutomatedMarketMaker("amm", service, market, PriceSeries([100]), strategy)
    pool.takeStep(new_state())

    (info,) = service.list_amms(market, "amm")
    assert pool.has_pool
    assert info.lower_bound != info.lower_bound  # NaN: there is none
    assert info.upper_bound == 102
