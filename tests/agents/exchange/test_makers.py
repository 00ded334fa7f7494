"""Makers: where they quote, how much, and what they do with what they hold."""

from math import exp

import pytest

from tests.agents.exchange.market import new_market, new_state
from tokenspice.agents.exchange import (
    ExponentialShapedMarketMaker,
    ExponentialStrategy,
    IdealMarketMaker,
    IdealStrategy,
    MarketRegime,
    SimpleLiquidityStrategy,
    dense,
    hedged_quotes,
)
from tokenspice.engine.errors import StrategyError
from tokenspice.markets.exchange import ExchangeService
from tokenspice.markets.processes import PriceSeries
from tokenspice.markets.quoting import MakerProblem, StationaryDepths


def book(service: ExchangeService, market: str) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    depth = service.order_book_by_market(market)
    return [(price, size) for price, size in depth.buys], [(price, size) for price, size in depth.sells]


def exponential(service: ExchangeService, market: str, price: float, **values: object) -> ExponentialShapedMarketMaker:
    strategy = ExponentialStrategy(**{"commitment_amount": 0.0, "num_levels": 3, "mint": 1e8} | values)  # type: ignore[arg-type]
    return ExponentialShapedMarketMaker("mm", service, market, PriceSeries([price]), 100, 60, strategy)


def test_an_exponential_maker_quotes_at_optimal_depths_and_grows_outwards() -> None:
    service, market = new_market(None)
    maker = exponential(service, market, 1000, is_stationary=True, kappa=0.7)
    maker.takeStep(new_state())
    depths = StationaryDepths(MakerProblem()).depths(0, 100)

    bids, asks = book(service, market)
    assert depths.bid and depths.ask
    assert [price for price, _ in bids] == pytest.approx([1000 - depths.bid - k for k in range(3)], abs=0.01)
    assert [price for price, _ in asks] == pytest.approx([1000 + depths.ask + k for k in range(3)], abs=0.01)
    assert [size for _, size in asks] == pytest.approx([1, exp(0.7), exp(1.4)], abs=0.01)


def test_a_maker_that_is_long_bids_deeper_and_stops_at_its_cap() -> None:
    service, market = new_market(None)
    maker = exponential(service, market, 1000, is_stationary=True, problem=MakerProblem(phi=0.05, q_low=-3, q_high=3))
    service.create_key("seller")
    service.mint("seller", "USD", 1e7)
    best = []
    for size in (0.0, 1.0, 2.0):
        if size:
            service.submit_market_order("seller", market, "sell", size, fill_or_kill=False)
        maker.takeStep(new_state())
        best.append(service.best_prices(market))

    assert best[1].bid < best[0].bid
    assert best[1].ask < best[0].ask
    assert maker.volume() == 3
    assert book(service, market)[0] == []
    assert len(book(service, market)[1]) == 3


def test_a_maker_replaces_its_quotes_each_step_and_waits_without_a_price() -> None:
    service, market = new_market(None)
    strategy = ExponentialStrategy(commitment_amount=0, num_levels=2, mint=1e8)
    prices = PriceSeries([float("nan"), 1000, 1010])
    maker = ExponentialShapedMarketMaker("mm", service, market, prices, 10, 60, strategy)
    state, mids = new_state(), []
    for state.tick in range(3):
        maker.takeStep(state)
        mids.append((maker.mid(), len(service.list_orders("mm", market))))

    assert [count for _, count in mids] == [0, 4, 4]
    assert mids[2][0] - mids[1][0] == pytest.approx(10)


def test_an_ideal_maker_is_filled_as_often_as_its_model_says() -> None:
    service, market = new_market(None, decimals=4)
    strategy = IdealStrategy(
        problem=MakerProblem(kappa=1.5, arrivals=5, phi=0.005, alpha=0.01),
        is_stationary=True,
        commitment_amount=0,
        mint=1e8,
    )
    maker = IdealMarketMaker("mm", service, market, PriceSeries([1000]), 4000, 60, strategy)
    state, expected = new_state(4000), [0.0, 0.0]
    for state.tick in range(4000):
        depths = maker.decide(state)
        for i, depth in enumerate(depths):
            expected[i] += 5 * exp(-1.5 * max(depth, 0)) if depth is not None else 0
        maker.takeStep(state)

    assert maker.arrived == pytest.approx([20_000, 20_000], rel=0.03)
    assert maker.filled == pytest.approx(expected, rel=0.05)
    assert maker.volume() == maker.filled[0] - maker.filled[1]


def test_what_a_hedged_maker_quotes_leaves_its_margin_once_it_is_hedged() -> None:
    bid, ask = hedged_quotes(99, 101, earned=0.0003, paid=0.001, margin=0.01)

    assert 99 * (1 - 0.001) - bid * (1 - 0.0003) == pytest.approx(0.01 * bid)
    assert ask * (1 + 0.0003) - 101 * (1 + 0.001) == pytest.approx(0.01 * ask)


def test_sparse_regimes_become_a_list_of_every_step_with_gaps() -> None:
    early, late = MarketRegime(from_timepoint=1, thru_timepoint=2), MarketRegime(from_timepoint=4, thru_timepoint=5)

    assert dense([late, early]) == [None, early, early, None, late, late]
    assert dense([]) == []
    with pytest.raises(StrategyError, match="begins at step 2, which an earlier one holds through step 2"):
        dense([early, MarketRegime(from_timepoint=2, thru_timepoint=9)])
    with pytest.raises(StrategyError, match="write the earlier one first"):
        MarketRegime(from_timepoint=3, thru_timepoint=2)


def test_an_iceberg_that_would_show_more_than_it_is_large_is_refused() -> None:
    with pytest.raises(StrategyError, match="write them in rising order"):
        SimpleLiquidityStrategy(peak_weighting=3)
