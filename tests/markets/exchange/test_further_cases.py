"""Cases of our own, in the words of the published ones, with numbers that were worked out by hand."""

from typing import Any

import pytest

from tests.markets.exchange.players import PLAYERS

SELL_5_AT_100 = ["sell", "a", 5, 100]
TRIGGER = {"search": 1.1, "initial": 1.2, "release": 1.4}


def order(party: str, side: str, size: int, price: int, **rest: Any) -> dict[str, Any]:
    return {"op": "order", "party": party, "side": side, "size": size, "price": price, **rest}


CASES: list[tuple[str, dict[str, Any], list[Any], Any]] = [
    (
        "uncross",
        {},
        [{"side": "buy", "size": 5, "price": 102}, {"side": "sell", "size": 5, "price": 98}],
        {"volume": 5, "range": [98, 102], "price": 100},
    ),
    (
        "matching",
        {"book": [SELL_5_AT_100, ["sell", "b", 5, 101]]},
        [order("t", "buy", 8, 101, tif="IOC")],
        {"trades": [{"price": 100, "size": 5}, {"price": 101, "size": 3}], "status": "FILLED"},
    ),
    (  # its own order stops it, and what has traded stands
        "matching",
        {"book": [SELL_5_AT_100, ["sell", "t", 5, 101]]},
        [order("t", "buy", 8, 101)],
        {"trades": [{"seller": "a", "price": 100, "size": 5}], "status": "STOPPED"},
    ),
    (
        "matching",
        {"book": [SELL_5_AT_100]},
        [order("t", "buy", 8, 0, type="MARKET", tif="IOC")],
        {"trades": [{"price": 100, "size": 5}], "status": "PARTIALLY_FILLED"},
    ),
    # Short 3 at 100 and 1 at 104 is short 4 at 101; bought back at 90, it earns 44.
    (
        "pnl",
        {"start": {"position": 0}},
        [["sell", 3, 100], ["sell", 1, 104], ["buy", 6, 90]],
        [[-3, 0, 0], [-4, -12, 0], [2, 0, 44]],
    ),
    # 2 · 1000 · (0.1 + 0.2) for the position, and 3 · 1000 · 0.2 for the order.
    (
        "margin",
        {
            "mark": 1000,
            "position": -2,
            "buys": 0,
            "sells": 3,
            "risk": {"long": 0.1, "short": 0.2},
            "slippage": 0.1,
            "scaling": TRIGGER,
        },
        [],
        {"maintenance": 1200, "search": 1320, "initial": 1440, "release": 1680},
    ),
    # In an auction an order counts at its own price where that is above the indicative one.
    ("margin", {"risk_long": 0.1, "indicative": 100}, [{"buy": 10, "limit": 300}], 300),
    # 240 of 245 are put aside, so that general pays 5 of 21 and the margin account the rest.
    (
        "fees",
        {
            "maker": 0.004,
            "infrastructure": 0.003,
            "liquidity": 0.002,
            "mark": 1000,
            "risk": {"long": 0.2, "short": 0.1},
            "slippage": 0.25,
            "initial": 1.2,
            "deposits": {"t2": 245},
        },
        [order("t1", "buy", 2, 1002), order("t2", "sell", 2, 1002)],
        {"t2": {"margin": 224, "general": 0}},
    ),
    (
        "iceberg",
        {"mark": 10},
        [
            {"op": "iceberg", "party": "p1", "side": "sell", "size": 50, "price": 10, "peak": 10, "minimum_visible": 3},
            order("p2", "sell", 20, 10),
            order("p3", "buy", 12, 10),
        ],
        {"trades": [{"seller": "p1", "size": 10}, {"seller": "p2", "size": 2}], "visible": 10, "reserved": 30},
    ),
    # A tenth of 400 in the book; then a tenth of 360, since 60 % of 60 are as much.
    (
        "network_disposal",
        {
            "network_position": -100,
            "network_entry": 150,
            "book": [["sell", "bulk", 400, 155], ["buy", "x", 1, 100]],
            "mark": 150,
            "step_seconds": 5,
            "fraction": 0.6,
            "full_size": 10,
            "max_fraction": 0.1,
        },
        [{"op": "disposal"}, {"op": "disposal"}],
        {"sizes": [40, 36], "price": 155},
    ),
    (
        "transfer",
        {"A": 1000, "B": 1000},
        [{"op": "transfer", "frm": "A", "to": "B", "amount": 0.5}],
        [{"A": 999.4995, "B": 1000.5}],
    ),
]


@pytest.mark.parametrize(("kind", "given", "events", "expect"), CASES, ids=[case[0] for case in CASES])
def test_it_comes_out_as_worked_out_by_hand(kind: str, given: dict[str, Any], events: list[Any], expect: Any) -> None:
    PLAYERS[kind]({"kind": kind, "title": "", "given": given, "events": events, "expect": expect})
