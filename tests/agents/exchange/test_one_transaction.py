"""A maker who cancels its quotes and sends others does so in one transaction: nobody sees a moment without them."""

import pytest

from tokenspice.markets.exchange import ExchangeService, ExchangeWorld, MarketConfig, SimpleRisk


@pytest.mark.parametrize("together", [True, False])
def test_who_requotes_within_a_batch_has_not_missed_its_obligation(together: bool) -> None:
    world = ExchangeWorld()
    service = world.service
    service.create_asset("USD", 5)
    market = service.create_market_from_config(
        MarketConfig("ETH", "USD", decimals=2, opens_at_once=True, risk=SimpleRisk(0.1, 0.1), mark_seconds=0)
    )
    service.mint("maker", "USD", 1e6)
    for side, price in (("buy", 99), ("sell", 101)):
        service.submit_order("maker", market, side, 1_000, price)
    service.submit_simple_liquidity("maker", market, 10_000, 0.001)
    world.advance(300)
    commitment = service.market(market).liquidity.commitments["maker"]
    assert commitment.is_met

    if together:
        with service.one_transaction():
            requote(service, market)
    else:
        requote(service, market)

    assert commitment.is_met is together
    assert len(service.list_orders("maker", market)) == 2


def requote(service: ExchangeService, market: str) -> None:
    service.cancel_order("maker", market)
    for side, price in (("buy", 98), ("sell", 102)):
        service.submit_order("maker", market, side, 1_000, price)
