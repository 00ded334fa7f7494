"""Distress: orders go first, then the position goes to the network, which disposes of it."""

import pytest

from tests.markets.exchange.cases import cases
from tests.markets.exchange.trading import Trading
from tokenspice.markets.exchange import OrderStatus, OrderType, Side, SimpleRisk, StepwiseDisposal, TimeInForce, profit


def test_a_long_position_is_closed_out_and_unwound_one_block_later() -> None:
    """CLOSE-1."""
    case = cases()["CLOSE-1"]
    trading = Trading()
    trading.fund(**case["given"]["deposits"])
    trading.trade("t2_aux", "tt_aux", 1, 100)
    for side, party, size, price in case["given"]["book"]:
        trading.order(party, Side(side), size, price)
    for event in case["events"][:-2]:
        trading.order(event["party"], Side(event["side"]), event["size"], event["price"])
    market = trading.market
    trading.exchange.submit("tt_11", market.id, Side.SELL, 25, 0, type=OrderType.MARKET, tif=TimeInForce.FOK)
    assert (market.position("tt_10").volume, market.network.volume) == (26, 4)
    trading.exchange.advance(1)

    expect = case["expect"]
    assert {party: list(profit(market.position(party), market)) for party in expect["pnl"]} == expect["pnl"]
    assert trading.accounts("tt_5") == [0, 0]
    assert (market.mark, market.insurance.balance, market.network.volume) == (100, 0, 0)
    assert trading.is_conserved()


def poor_long(**settings: object) -> Trading:
    """A party with 400 that is long 10 at 100, with a bid of its own, and others who trade the price away."""
    trading = Trading(**settings)  # type: ignore[arg-type]
    trading.trade("bystander", "passer-by", 1, 100)
    trading.fund(poor=440)
    trading.trade("poor", "rich", 10, 100)
    return trading


def test_orders_are_cancelled_before_the_position_is_looked_at_again() -> None:
    """CLOSE-4."""
    trading = poor_long()
    trading.exchange.deposit("poor", "USD", 200)
    bid = trading.buy("poor", 17, 10)
    trading.mark(70)
    position = trading.market.position("poor")

    assert bid.status is OrderStatus.CANCELLED
    assert (position.volume, trading.market.clearing.closeouts) == (10, 0)
    assert position.margin.balance == 640 - 300


def test_a_party_without_position_gets_its_margin_back_when_its_orders_are_cancelled() -> None:
    trading = Trading()
    trading.trade("bystander", "passer-by", 1, 100)
    trading.fund(poor=24)
    bid = trading.buy("poor", 2, 50)
    trading.mark(130)

    assert (bid.status, trading.accounts("poor")) == (OrderStatus.CANCELLED, [0, 24])


def test_what_is_left_goes_to_the_insurance_pool() -> None:
    trading = poor_long()
    trading.mark(85)
    market = trading.market
    position = market.position("poor")

    assert (position.volume, trading.accounts("poor"), market.network.volume) == (0, [0, 0], 10)
    assert market.insurance.balance == 440 - 150
    assert profit(position, market) == (0, 0, -440)
    assert trading.is_conserved()


def test_the_networks_losses_come_out_of_the_insurance_pool() -> None:
    trading = poor_long()
    trading.mark(85)
    trading.mark(80)

    assert trading.market.insurance.balance == 290 - 50
    assert trading.is_conserved()


def test_disposals_do_not_move_the_mark_and_cost_no_fees() -> None:
    trading = poor_long()
    trading.mark(85)
    trading.buy("buyer", 10, 70)
    market = trading.market

    assert (market.network.volume, market.position("buyer").volume, market.mark) == (0, 10, 85)
    assert trading.exchange.ledger.find("network", "USD", trading.market.clearing.desk.accounts[0].type) == 0
    assert trading.is_conserved()


def test_disposal_waits_for_its_step() -> None:
    trading = poor_long(liquidation=StepwiseDisposal(10, 0.5, 0, 1.0, 10.0))
    trading.buy("buyer", 100, 70)
    trading.mark(85)
    volumes = [trading.market.network.volume]
    for seconds in (5, 5, 10):
        trading.exchange.advance(seconds)
        volumes.append(trading.market.network.volume)

    assert volumes == [5, 5, 2, 1]


def test_an_open_short_stays_until_its_money_is_gone() -> None:
    """SOC-6, with the default factors of the simulator."""
    trading = Trading(risk=SimpleRisk(0.01, 0.01), linear_slippage=0.001)
    trading.fund(short=20_000, long=20_000)
    trading.trade("long", "short", 100, 500)
    volumes = []
    for price in (550, 600, 650, 690, 710):
        trading.mark(price)
        volumes.append(trading.market.position("short").volume)

    assert volumes == [-100, -100, -100, -100, 0]
    assert trading.market.position("long").loss_socialised > 0
    assert sum(position.loss_socialised for position in trading.market.positions.values()) == 1000


@pytest.mark.parametrize("price", [60, 140])
def test_open_interest_is_the_sum_of_long_volumes(price: int) -> None:
    trading = poor_long()
    trading.mark(price)
    market = trading.market

    longs = sum(max(position.volume, 0) for position in [*market.positions.values(), market.network])
    assert market.open_interest == longs


def test_the_network_goes_on_right_after_an_auction() -> None:
    trading = poor_long(liquidation=StepwiseDisposal(1000, 0.5, 0, 1.0, 10.0))
    trading.buy("buyer", 100, 70)
    trading.mark(85)
    market = trading.market
    assert market.network.volume == 5
    market.suspend()
    trading.exchange.advance(1)
    assert market.network.volume == 5
    market.resume()
    for _ in range(3):
        trading.exchange.advance(1)

    assert (market.in_auction, market.network.volume) == (False, 2)
