"""Fees: rounded up by component, paid by the taker, halved in auctions, and none for disposals."""

import pytest

from tests.markets.exchange.cases import cases
from tests.markets.exchange.trading import Trading
from tokenspice.markets.exchange import AccountType, FactorFees, Fees, Side, SimpleRisk
from tokenspice.markets.exchange.fees import auction_half

RULE = FactorFees(0.005, 0.002, 0.001, 0.001)


def liquidity(part: str) -> int:
    return int(part) * 10**15


def test_each_component_is_rounded_up_for_each_trade() -> None:
    """FEE-1."""
    for row, expected in zip(cases()["FEE-1"]["events"], cases()["FEE-1"]["expect"], strict=True):
        fees = [RULE.fees(size * price, 1, liquidity("100")) for size, price in row["trades"]]
        assert [fee.maker for fee in fees] == expected["maker"]
        assert [fee.infrastructure for fee in fees] == expected["infrastructure"]
        assert sum(fee.liquidity for fee in fees) == expected.get("liquidity_total", sum(expected.get("liquidity", [])))


def test_the_notional_is_exact_before_it_is_rounded_up() -> None:
    assert RULE.fees(1, 1000, 0) == (1, 1, 0, 1, 1)
    assert RULE.fees(200_000, 1000, 0).maker == 1  # 200 * 0.005


def test_the_taker_pays_and_the_maker_receives_its_component_alone() -> None:
    """FEE-2."""
    case = cases()["FEE-2"]
    given, expect = case["given"], case["expect"]
    trading = Trading(
        mark_seconds=100,
        fees=FactorFees(given["maker"], given["infrastructure"], given["treasury"], given["buyback"]),
        liquidity_fee=given["liquidity"],
        risk=SimpleRisk(0.2, 0.1),
    )
    trading.market.mark = given["mark"]
    trading.market.clearing.marked_at = trading.exchange.now
    for event in case["events"]:
        (trading.buy if event["side"] == "buy" else trading.sell)(event["party"], event["size"], event["price"])

    for party in ("t1", "t2"):
        margin, general = trading.accounts(party)
        assert {"margin": margin, "general_change": general - trading.funds} == expect[party]
    find = trading.exchange.ledger.find
    pools = (AccountType.FEES_INFRASTRUCTURE, AccountType.NETWORK_TREASURY, AccountType.BUY_BACK_FEES)
    assert [find("network", "USD", type) for type in pools] == [7, 5, 3]
    assert find("network", "USD", AccountType.FEES_LIQUIDITY, trading.market.id) == 5


def test_fees_come_from_general_first_and_then_from_margin() -> None:
    trading = Trading(fees=FactorFees(0.0, 0.1, 0.0, 0.0))
    trading.fund(maker=10**6, taker=17)
    trading.market.mark = 100
    trading.sell("maker", 1, 100)
    trading.exchange.submit("taker", trading.market.id, Side.BUY, 1, 100)
    paid = trading.exchange.ledger.find("network", "USD", AccountType.FEES_INFRASTRUCTURE)

    assert paid == 10  # 5 were left in general once 12 were put aside


def test_each_side_of_an_auction_pays_half_and_nobody_a_maker_fee() -> None:
    """FEE-4."""
    assert auction_half(Fees(7, 7, 5, 4, 3)) == (0, 4, 3, 2, 2)


@pytest.mark.parametrize(("is_opening", "each"), [(True, 0), (False, 3)])
def test_an_opening_auction_is_free(is_opening: bool, each: int) -> None:
    trading = Trading(fees=FactorFees(0.5, 0.05, 0.0, 0.0))
    trading.fund(a=1000, b=1000)
    market = trading.market
    market.clearing.auction_trade(market.position("a"), market.position("b"), 1, 100, is_opening)

    assert [trading.accounts(party)[1] for party in ("a", "b")] == [1000 - each] * 2
