"""Cases of fees: who pays what for a trade, before the trade is marked to market."""

from typing import Any

from tests.markets.exchange.cases import Case
from tests.markets.exchange.readings import accounts, compare
from tests.markets.exchange.stage import Stage
from tokenspice.markets.exchange import Side

NEVER = 10**9
FIELDS = ("maker", "infrastructure", "liquidity", "treasury", "buyback")


def play_fees(case: Case) -> None:
    """Rows of trades of one order, orders in words of their own, or what the text says of auctions."""
    given = {"mark_seconds": NEVER, **case["given"]}
    if "split" in case["expect"]:
        play_auction(case)
    elif case["events"] and "trades" in case["events"][0]:
        for event, expected in zip(case["events"], case["expect"], strict=True):
            play_row(given, event["trades"], expected)
    else:
        stage = Stage(given, case["events"], pace=0)
        for event in case["events"]:
            stage.play(event)
        compare(stage, case["expect"])


def play_row(given: Case, trades: list[list[int]], expected: dict[str, Any]) -> None:
    """One taker meets a maker for each trade (size, price)."""
    stage = Stage({**given, "mark": trades[0][1]}, [], pace=0)
    for index, (size, price) in enumerate(trades):
        stage.submit(f"maker {index}", Side.SELL, size, price)
    stage.submit("taker", Side.BUY, sum(size for size, _ in trades), max(price for _, price in trades))
    columns = dict(zip(FIELDS, zip(*(fees for _, fees in stage.trades), strict=True), strict=True))
    for name, value in expected.items():
        found = columns[name.removesuffix("_total")]
        assert (name, sum(found) if name.endswith("_total") else list(found)) == (name, value)


def play_auction(case: Case) -> None:
    """Two orders that meet as an auction ends: the opening one is free, of any other each side pays its part."""
    split, maker = case["expect"]["split"], case["expect"]["maker"]
    given = {"maker": 0.01, "infrastructure": 0.02, "liquidity": 0.03, "treasury": 0.04, "buyback": 0.05, "mark": 1000}
    opening = Stage(given, [{"op": "end_opening_auction"}])
    meet(opening, 1000)
    opening.uncross()
    assert [sum(fees) for _, fees in opening.trades] == [0]
    stage = Stage(given, [])
    stage.market.suspend()
    meet(stage, 1000)
    stage.market.resume()
    ((_, fees),) = stage.trades
    whole = [round(10 * 1000 * given[name]) for name in FIELDS]
    assert fees[0] == maker
    each = [round(part * split) for part in whole[1:]]
    paid = [stage.started[party] - sum(accounts(stage, party)) for party in ("buyer", "seller")]
    assert paid == [sum(each), sum(each)]


def meet(stage: Stage, price: int) -> None:
    for party, side in (("buyer", Side.BUY), ("seller", Side.SELL)):
        stage.deposit(party, 10**9)
        stage.submit(party, side, 10, price)
