"""Cases of margin, played through the exchange: positions are traded, orders are rested, levels are read."""

import re
from typing import Any

from tests.markets.exchange.cases import Case
from tests.markets.exchange.given import decimals_of
from tests.markets.exchange.readings import maintenance, margin, units
from tests.markets.exchange.stage import BUYER, SELLER, Stage
from tokenspice.markets.exchange import ONE, Order, Reason, Side, factor

FAR = 7  # an order at a mark price divided, or multiplied, by this trades with nobody


def play_margin(case: Case) -> None:
    """Levels of given states, or of one state a row; of auctions where an indicative price is given."""
    given, expect = case["given"], case["expect"]
    if "factor" in given:
        play_isolated(case)
    elif "indicative" in given or "indicative_price" in given:
        assert [in_auction(given, row) for row in case["events"]] == as_rows(expect)
    elif isinstance(expect, dict):
        compare_levels({**given, "adp": decimals_of(expect)}, expect)
    else:
        found = [Levels({**given, **row}).initial for row in case["events"]]
        assert found == as_rows(expect)


def as_rows(expect: Any) -> list[Any]:
    return expect if isinstance(expect, list) else [expect]


class Levels:
    """A party's margin levels after it has traded its position and rested its orders at the mark price."""

    def __init__(self, state: Case) -> None:
        self.stage = Stage(state, [])
        hold(self.stage, "party", state.get("position", 0))
        self.alone = maintenance(self.stage, "party")
        mark = self.stage.market.mark
        for side, name, price in (("buy", "buys", max(mark // FAR, 1)), ("sell", "sells", mark * FAR)):
            if state.get(name):
                self.stage.rest(side, "party", state[name], price)
        self.stage.exchange.advance(1)
        self.maintenance = maintenance(self.stage, "party")

    def scaled(self, factor: int) -> int:
        return self.maintenance * factor // ONE

    @property
    def initial(self) -> int | float:
        return units(self.stage, self.scaled(self.stage.market.initial))


def hold(stage: Stage, party: str, volume: int) -> None:
    """Let a party trade so that it holds a position, at the mark price."""
    if volume:
        buyer, seller = (party, SELLER) if volume > 0 else (BUYER, party)
        price = stage.market.mark
        stage.play({"op": "trade", "buyer": buyer, "seller": seller, "size": abs(volume), "price": price})


def compare_levels(state: Case, expect: Case) -> None:
    levels = Levels(state)
    stage, market = levels.stage, levels.stage.market
    found = {
        "initial": levels.initial,
        "maintenance": units(stage, levels.maintenance),
        "maintenance_position_only": units(stage, levels.alone),
        "maintenance_with_orders": units(stage, levels.maintenance),
        "order_part": units(stage, levels.maintenance - levels.alone),
        "release": units(stage, levels.scaled(market.release)),
        "search": units(stage, levels.scaled(market.search)),
    }
    for name, value in expect.items():
        if name == "isolated":
            for factor, result in value.items():
                compare_isolated(state, number_in(factor), result)
        else:
            assert (name, found[name]) == (name, value)


def number_in(name: str) -> float:
    """0.9 of factor_0_9."""
    found = re.search(r"(\d+)_(\d+)$", name)
    assert found
    return float(f"{found[1]}.{found[2]}")


def compare_isolated(state: Case, factor_: float, result: int | str) -> None:
    """The margin account after a switch to isolated margin, or that the switch is refused."""
    stage = Stage(state, [])
    hold(stage, "party", state["position"])
    reason = isolate(stage, factor_)
    if isinstance(result, str):
        assert reason is not Reason.NONE and not stage.position("party").isolation
    else:
        assert (reason, margin(stage, "party")) == (Reason.NONE, result)


def isolate(stage: Stage, factor_: float) -> Reason:
    exchange: Any = stage.exchange
    reason: Reason = exchange.set_margin_mode("party", stage.market.id, factor(factor_))
    return reason


def play_isolated(case: Case) -> None:
    """Orders of a party whose position has a margin of its own; nothing is marked to market meanwhile.

    A source's rounding of halves is within one unit.
    """
    given = case["given"]
    stage = Stage({"mark_seconds": 10**9, **given}, [])
    hold(stage, "party", given["position"])
    assert isolate(stage, given["factor"]) is Reason.NONE
    last: Order | None = None
    for event, expected in zip(case["events"], case["expect"], strict=True):
        before = margin(stage, "party"), order_margin(stage)
        if "then" in event:
            assert last
            trade_part_of(stage, last, event["then"])
            before = before[0], 0
        else:
            side = "buy" if "buy" in event else "sell"
            if stage.position("party").volume * (1 if side == "buy" else -1) < 0:
                cancel_all(stage)
                before = margin(stage, "party"), order_margin(stage)
            last = stage.submit("party", Side(side), event[side], event["limit"])
        found = {
            "order_margin": order_margin(stage),
            "order_margin_added": order_margin(stage) - before[1],
            "position_margin_added": margin(stage, "party") - before[0],
        }
        for name, value in expected.items():
            assert abs(found[name] - value) <= 1, (event, name, found[name], value)


def order_margin(stage: Stage) -> int | float:
    account = stage.position("party").order_margin
    return units(stage, account.balance) if account else 0


def trade_part_of(stage: Stage, order: Order, words: str) -> None:
    """ "3 of the 5 trade": the order stays alone, and somebody takes 3 of it."""
    found = re.search(r"(\d+) of the (\d+)", words)
    assert found and order.remaining == int(found[2])
    cancel_all(stage, order)
    other = Side.BUY if order.side is Side.SELL else Side.SELL
    stage.submit("other", other, int(found[1]), order.price)


def cancel_all(stage: Stage, but: Order | None = None) -> None:
    for order in list(stage.position("party").orders.values()):
        if order is not but:
            stage.exchange.cancel("party", stage.market.id, order.id)


def in_auction(given: Case, row: Case) -> int | float:
    """The maintenance margin of one order in the opening auction, where others make the indicative price."""
    price: int = given["indicative" if "indicative" in given else "indicative_price"]
    risk = {"long": given.get("risk_long", 0.1), "short": given.get("risk_short", 0.1)}
    stage = Stage({"risk": risk, **given}, [{"op": "end_opening_auction"}])
    side = "buy" if "buy" in row else "sell"
    for party, way in (("other", "buy"), ("another", "sell")):
        stage.rest(way, party, 10 * row[side], price)
    stage.rest(side, "party", row[side], row["limit"])
    assert stage.market.indicative == price
    return maintenance(stage, "party")
