"""How much the network sends, and at which price."""

from decimal import Decimal

import pytest

from tests.markets.exchange.cases import cases
from tests.markets.exchange.trading import Trading
from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange import AccountType, Disposal, StepwiseDisposal, profit
from tokenspice.markets.exchange.price_monitoring import FactorBand, PriceTrigger


def test_a_disposal_takes_no_more_than_its_part_of_the_book() -> None:
    """CLOSE-3."""
    case = cases()["CLOSE-3"]
    given, expect = case["given"], case["expect"]
    trading = Trading(liquidation=StepwiseDisposal(10, 0.5, 50, 0.01, 10.0))
    market = trading.market
    market.mark = given["mark"]
    trading.exchange.ledger.deposit(market.account(AccountType.INSURANCE), 10_000)
    trading.exchange.deposit("rest", "USD", 10**9)
    for _, party, size, price in given["book"]:
        trading.buy(party, size, price)
    market.clearing.exchange(market.network, market.position("rest"), given["network_position"], given["network_entry"])
    sizes, network, realised = [], [market.network.volume], [0]
    while market.network.volume:
        trading.exchange.advance(10)
        network.append(market.network.volume)
        realised.append(profit(market.network, market).realised)
        sizes.append(network[-2] - network[-1])
        trading.buy("b2", sizes[-1], 140)

    assert (sizes, network[1:], realised[1:]) == (expect["sizes"], expect["network_after"], expect["network_realised"])


def quoted(*levels: tuple[str, int, int]) -> Trading:
    trading = Trading()
    trading.market.mark = 100
    for side, size, price in levels:
        (trading.buy if side == "buy" else trading.sell)("maker", size, price)
    return trading


def test_only_the_book_in_range_counts() -> None:
    market = quoted(("buy", 10, 99), ("buy", 20, 90), ("buy", 400, 89), ("sell", 5, 101), ("sell", 50, 111)).market
    rule = StepwiseDisposal(30, 1.0, 0, 0.1, 0.1)

    assert rule.disposal(1000, market) == Disposal(3, 90)
    assert rule.disposal(-1000, market) is None  # a tenth of 5 is no whole unit


def test_without_two_sides_the_range_lies_around_the_mark() -> None:
    market = quoted(("buy", 10, 95)).market

    assert StepwiseDisposal(30, 1.0, 0, 1.0, 0.04).disposal(3, market) is None
    assert StepwiseDisposal(30, 1.0, 0, 1.0, 0.06).disposal(3, market) == Disposal(3, 94)


@pytest.mark.parametrize(("held", "size"), [(1, 1), (4, 1), (15, 2), (24, 2), (25, 3), (100, 10)])
def test_a_fraction_is_rounded_and_one_at_least(held: int, size: int) -> None:
    assert StepwiseDisposal(fraction=0.1).wanted(held) == size


def test_positions_up_to_the_full_size_go_at_once() -> None:
    rule = StepwiseDisposal(fraction=0.1, full_size=50)

    assert (rule.wanted(50), rule.wanted(51)) == (50, 5)


def test_a_step_of_nothing_is_refused() -> None:
    with pytest.raises(ExchangeError, match="write a step of 1 second or more"):
        StepwiseDisposal(step_seconds=0)


def test_a_disposal_stays_one_tick_inside_the_price_bounds() -> None:
    triggers, band = (PriceTrigger(3600, 0.95, 60),), FactorBand(Decimal("0.9"), Decimal("1.1"))
    trading = Trading(price_triggers=triggers, price_band=band)
    trading.trade("a", "b", 1, 100)
    market = trading.market
    trading.exchange.ledger.deposit(market.insurance, 1000)
    for size, price in ((3, 91), (5, 90)):
        trading.buy("maker", size, price)
    market.clearing.exchange(market.network, market.position("a"), 20, 100)
    trading.exchange.advance(1)

    assert (market.network.volume, market.in_auction, market.mark) == (17, False, 100)
