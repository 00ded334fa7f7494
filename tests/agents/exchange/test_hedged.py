"""A maker who hedges elsewhere: what it quotes, what it holds, and where its money is."""

from typing import Any

import pytest

from tests.agents.exchange.market import new_market, new_state, quote
from tokenspice.agents.exchange import HedgedMarketMaker, HedgedStrategy
from tokenspice.markets.exchange import ExchangeService, FactorFees, MarketConfig

FREE = FactorFees(0.0, 0.0, 0.0, 0.0)


def two_markets(**strategy: Any) -> tuple[ExchangeService, str, str, HedgedMarketMaker]:
    """A service, the ids of the market where a maker quotes and of the one where it hedges, and the maker."""
    service, external = new_market(1000, fees=FactorFees(0.0002, 0.0005, 0.0, 0.0))
    quote(service, external, 1000, size=100)
    config = MarketConfig("OWN", "USD", decimals=2, position_decimals=2, mark_seconds=0, opens_at_once=True, fees=FREE)
    internal = service.create_market_from_config(config)
    values = {"commitment_amount": 0.0, "num_levels": 2, "transfer_threshold": 1e12, "mint": 1e6} | strategy
    return service, internal, external, HedgedMarketMaker("h", service, internal, external, HedgedStrategy(**values))


def test_its_quotes_leave_its_margin_after_the_fees_of_the_market_where_it_hedges() -> None:
    service, internal, external, maker = two_markets(profit_margin=0.01)
    maker.takeStep(new_state())

    bid, ask = service.best_prices(internal)
    paid = 0.0007
    assert bid == pytest.approx(999.5 * (1 - paid) / 1.01, abs=0.011)
    assert ask == pytest.approx(1000.5 * (1 + paid) / 0.99, abs=0.011)


def test_what_it_comes_to_hold_it_trades_away_where_it_hedges() -> None:
    service, internal, external, maker = two_markets()
    maker.takeStep(new_state())
    service.create_key("seller")
    service.mint("seller", "USD", 1e7)
    service.submit_market_order("seller", internal, "sell", 1.5, fill_or_kill=False)
    maker.takeStep(new_state())

    assert maker.volume() == 1.5
    assert maker.hedge.volume() == -1.5
    service.submit_market_order("seller", internal, "buy", 1.0, fill_or_kill=False)
    maker.takeStep(new_state())
    assert (maker.volume(), maker.hedge.volume()) == (0.5, -0.5)


def test_it_does_not_quote_while_it_cannot_hedge() -> None:
    service, internal, external, maker = two_markets()
    service.cancel_order("maker", external)
    maker.takeStep(new_state())

    assert service.list_orders("h", internal) == []


def test_it_moves_half_of_a_difference_and_counts_what_is_on_its_way() -> None:
    service, _, _, maker = two_markets(transfer_threshold=500.0, internal_delay=120, mint=10_000)
    service.mint(maker.party, "USD", 1000)
    state, free = new_state(time_step=60), []
    for state.tick in range(4):
        maker.takeStep(state)
        free.append((maker.free(maker) - 9000, maker.free(maker.hedge)))
        service.forward(60)

    assert free[0][1] == 10_000  # it has left, and has not arrived
    assert free[-1][1] == 10_500
    assert maker.free(maker) < 10_500
