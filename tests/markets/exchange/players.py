"""How the cases of each kind are played and held against what they expect."""

from collections.abc import Callable
from typing import Any

from tests.markets.exchange import auctions, distress, formulas, settling
from tests.markets.exchange.cases import Case
from tests.markets.exchange.charges import play_fees
from tests.markets.exchange.funding import play_funding
from tests.markets.exchange.margins import play_margin
from tests.markets.exchange.pool_cases import play_pools
from tests.markets.exchange.readings import accounts, compare, pnl
from tests.markets.exchange.stage import BUYER, SELLER, Stage

Player = Callable[[Case], None]


def play(case: Case) -> None:
    """Play the events one block apart; look at the market at each checkpoint, and at the end."""
    expect = dict(case["expect"])
    stage = Stage(case["given"], case["events"])
    series: dict[str, list[Any]] = {
        name: [] for name in expect if name == "mark_after" or name.startswith("transfer_to_")
    }
    for event in case["events"]:
        stage.play(event)
        if event["op"] == "checkpoint":
            compare(stage, expect.pop(event["name"]))
        for name, values in series.items():
            values.append(after_event(stage, name))
        stage.exchange.advance(stage.pace)
    assert {name: changes(name, values) for name, values in series.items()} == {
        name: expect.pop(name) for name in series
    }
    compare(stage, expect)


def after_event(stage: Stage, name: str) -> int | float:
    if name == "mark_after":
        return stage.market.mark
    party = name.removeprefix("transfer_to_")
    return sum(accounts(stage, party)) - stage.started[party]


def changes(name: str, values: list[Any]) -> list[Any]:
    """What was transferred with each event, from what a party has after each."""
    if name == "mark_after":
        return values
    return [after - before for before, after in zip([0, *values], values, strict=False)]


def play_trades_of_one(case: Case) -> None:
    """Rows (side, size, price) of one party, marked at each price."""
    start, found = case["given"]["start"], []
    entry = start.get("average_entry", case["events"][0][2])
    stage = Stage({"mark": start.get("mark", entry)}, [])
    if start["position"]:
        trade(stage, "buy" if start["position"] > 0 else "sell", abs(start["position"]), entry)
    for side, size, price in case["events"]:
        trade(stage, side, size, price)
        found.append(pnl(stage, "party"))
    assert found == case["expect"]


def trade(stage: Stage, side: str, size: int, price: int, party: str = "party") -> None:
    buyer, seller = (party, SELLER) if side == "buy" else (BUYER, party)
    stage.play({"op": "trade", "buyer": buyer, "seller": seller, "size": size, "price": price})


def play_uncrossing(case: Case) -> None:
    """Orders that the exchange gets, or only prices and sizes."""
    if any("op" in event for event in case["events"]):
        play(case)
    else:
        formulas.uncrossing(case)


def play_closeout(case: Case) -> None:
    (distress.play_order_of_actions if "order_of_actions" in case["expect"] else play)(case)


def play_socialisation(case: Case) -> None:
    (distress.play_moves if "short_closed_at" in case["expect"] else play)(case)


def play_mark_to_market(case: Case) -> None:
    (play if any("op" in event for event in case["events"]) else distress.play_scaled)(case)


PLAYERS: dict[str, Player] = {
    "amm": play_pools,
    "background_market": formulas.background_market,
    "closeout": play_closeout,
    "fees": play_fees,
    "iceberg": play,
    "loss_socialisation": play_socialisation,
    "funding": play_funding,
    "governance": formulas.votes,
    "margin": play_margin,
    "matching": play,
    "mtm": play_mark_to_market,
    "network_disposal": distress.play_disposals,
    "risk_factor": formulas.risk_factors,
    "optimal_mm_depths": formulas.optimal_depths,
    "pnl": play_trades_of_one,
    "price_monitoring": auctions.play_price_monitoring,
    "price_process": formulas.price_process,
    "settlement": settling.play_settlement,
    "liquidity_fee_factor": formulas.liquidity_fee,
    "pegged": auctions.play_pegs,
    "price_bounds": formulas.price_bounds,
    "probability_of_trading": formulas.trading_probability,
    "stop_orders": auctions.play_stops,
    "sla": formulas.sla,
    "target_stake": formulas.stake_wanted,
    "uncross": play_uncrossing,
    "transfer": settling.play_transfers,
}
