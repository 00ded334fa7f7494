"""Liquidity from nobody in particular: the shape of the book, and how it moves."""

from math import expm1

import pytest

from tests.agents.exchange.market import new_market, new_state, sent
from tokenspice.agents.exchange import (
    AtTheTouchMarketMaker,
    AtTheTouchStrategy,
    BackgroundMarket,
    BackgroundStrategy,
    MarketRegime,
    MultiRegimeBackgroundMarket,
    OpenAuctionPass,
    OpenAuctionStrategy,
    OptimalMarketMaker,
    OptimalStrategy,
    UncrossAuctionAgent,
    UncrossStrategy,
)
from tokenspice.markets.exchange import ExchangeService, TradingMode
from tokenspice.markets.processes import PriceSeries
from tokenspice.markets.quoting import MakerProblem

WIDE = BackgroundStrategy(spread=2.0, tick_spacing=1.0, num_levels_per_side=4, kappa=0.5, mint=1e9)


def sides(service: ExchangeService, market: str) -> tuple[dict[float, float], dict[float, float]]:
    """Volume by price, of bids and of asks."""
    depth = service.order_book_by_market(market)
    return dict(depth.buys), dict(depth.sells)


def test_the_background_has_its_volumes_at_its_distances() -> None:
    service, market = new_market(None)
    BackgroundMarket("bg", service, market, PriceSeries([100]), WIDE).takeStep(new_state())

    bids, asks = sides(service, market)
    assert list(bids) == [99, 98, 97, 96]
    assert list(asks) == [101, 102, 103, 104]
    assert sum(bids.values()) == pytest.approx(expm1(0.5 * 4), abs=0.02)
    assert list(bids.values()) == list(asks.values())


@pytest.mark.parametrize("prices", [[100, 101.5, 110], [100, 98.5, 90]])
def test_the_background_moves_with_the_price_and_never_meets_itself(prices: list[float]) -> None:
    service, market = new_market(None)
    background = BackgroundMarket("bg", service, market, PriceSeries(prices), WIDE)
    orders, state = sent(service), new_state()
    for state.tick in range(3):
        background.takeStep(state)

    bids, asks = sides(service, market)
    assert (max(bids), min(asks)) == (prices[-1] - 1, prices[-1] + 1)
    assert len(orders) == 8  # the first step's: later ones are amended
    assert background.volume() == 0


def test_the_background_fills_up_what_was_taken_from_it() -> None:
    service, market = new_market(None)
    background = BackgroundMarket("bg", service, market, PriceSeries([100]), WIDE)
    background.takeStep(new_state())
    before = sides(service, market)
    service.create_key("taker")
    service.mint("taker", "USD", 1e9)
    service.submit_market_order(
        "taker", market, "buy", 1.0, fill_or_kill=False
    )  # the first level and some of the second
    assert sides(service, market) != before
    background.takeStep(new_state())

    assert sides(service, market) == before


def test_a_background_whose_prices_would_fall_to_zero_bids_less() -> None:
    service, market = new_market(None)
    BackgroundMarket("bg", service, market, PriceSeries([2.5]), WIDE).takeStep(new_state())

    assert list(sides(service, market)[0]) == [1.5, 0.5]


def test_regimes_follow_one_another_and_leave_nothing_in_gaps() -> None:
    service, market = new_market(None)
    regimes = [
        MarketRegime(1, 1, 3, 2.0, buy_kappa=0.2, sell_kappa=0.4, from_timepoint=0, thru_timepoint=0),
        MarketRegime(2, 1, 1, 2.0, from_timepoint=2, thru_timepoint=3),
    ]
    background = MultiRegimeBackgroundMarket("bg", service, market, PriceSeries([100]), regimes, mint=1e9)
    state, shown = new_state(), []
    for state.tick in range(5):
        background.takeStep(state)
        shown.append(sides(service, market))

    assert list(shown[0][0]) == [99, 98, 97]
    assert list(shown[0][1]) == [101, 102, 103]
    assert shown[0][0][99] == pytest.approx(2 * expm1(0.2), abs=0.01)
    assert shown[0][1][101] == pytest.approx(2 * expm1(0.4), abs=0.01)
    assert shown[1] == shown[4] == ({}, {})
    assert shown[2] == shown[3]
    assert [list(side) for side in shown[2]] == [[98], [102]]
    assert shown[2][0][98] == pytest.approx(2 * expm1(2), abs=0.01)


def test_a_maker_at_the_touch_follows_the_best_prices_until_it_holds_enough() -> None:
    service, market = new_market(100)
    maker = AtTheTouchMarketMaker("touch", service, market, AtTheTouchStrategy(order_size=2, max_position=2))
    maker.takeStep(new_state())
    assert sides(service, market)[0][99.5] == 12

    service.create_key("seller")
    service.mint("seller", "USD", 1e9)
    service.submit_market_order("seller", market, "sell", 12, fill_or_kill=False)
    assert maker.volume() == 2
    maker.takeStep(new_state())
    orders = service.list_orders("touch", market)
    assert [(str(order.side), order.price, order.remaining) for order in orders] == [("sell", 100.5, 2)]


def test_a_maker_at_the_touch_cancels_its_bid_alone_where_it_has_no_ask() -> None:
    service, market = new_market(100)
    maker = AtTheTouchMarketMaker("touch", service, market, AtTheTouchStrategy(order_size=2, max_position=2))
    maker.decide = lambda state: (True, False)  # type: ignore[method-assign]
    maker.takeStep(new_state())
    assert len(service.list_orders("touch", market)) == 1
    maker.decide = lambda state: (False, False)  # type: ignore[method-assign]
    maker.takeStep(new_state())

    assert service.list_orders("touch", market) == []


def test_an_optimal_maker_pegs_its_orders_by_its_depths_less_half_the_spread() -> None:
    service, market = new_market(100)
    strategy = OptimalStrategy(MakerProblem(kappa=0.5), True, spread=1.0, limit_order_size=3, commitment_amount=0)
    maker = OptimalMarketMaker("opt", service, market, 100, 60, strategy)
    maker.takeStep(new_state())
    depths = maker.decide(new_state())

    assert depths.bid is not None
    found = {str(order.side): order.price for order in service.list_orders("opt", market)}
    assert found["buy"] == pytest.approx(99.5 - (depths.bid - 0.5), abs=0.011)
    assert found["sell"] == pytest.approx(100.5 + (depths.bid - 0.5), abs=0.011)


def test_a_pair_of_openers_opens_a_market_at_its_price() -> None:
    service, market = new_market(None, opens_at_once=False)
    for side in ("buy", "sell"):
        OpenAuctionPass(side, service, market, OpenAuctionStrategy(side, 250.0, 2.0))
    service.forward("5s")

    assert service.market(market).mode is TradingMode.CONTINUOUS
    assert service.get_latest_market_data(market).last_traded_price == 250
    assert service.get_latest_market_data(market).open_interest == 2


def test_a_pair_that_uncrosses_ends_an_auction_near_the_outside_price() -> None:
    service, market = new_market(None, opens_at_once=False)
    pair = [
        UncrossAuctionAgent(f"x-{side}", service, market, PriceSeries([400]), UncrossStrategy(side, 3))
        for side in ("buy", "sell")
    ]
    state = new_state()
    for state.tick in range(2):
        for agent in pair:
            agent.takeStep(state)
        service.forward(state.ss.time_step)

    assert service.market(market).mode is TradingMode.CONTINUOUS
    assert service.get_latest_market_data(market).last_traded_price == pytest.approx(400, abs=0.02)
    assert [agent.volume() for agent in pair] == [3, -3]
    assert service.list_orders("x-buy", market) == []
