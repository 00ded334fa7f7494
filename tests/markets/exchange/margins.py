"""Cases of margin, played through the exchange: positions are traded, orders are rested, levels are read."""

import re
from typing import Any

from tests.markets.exchange.cases import Case
from tests.markets.exchange.given import decimals_of
from tests.markets.exchange.readings import maintenance, units
from tests.markets.exchange.stage import BUYER, SELLER, Stage
from tokenspice.markets.exchange import ONE

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


def compare_isolated(state: Case, factor: float, result: int | str) -> None:
    """The margin account after a switch to isolated margin, or that the switch is refused."""
    raise NotImplementedError(factor)


def play_isolated(case: Case) -> None:
    raise NotImplementedError(case["id"])


def in_auction(given: Case, row: Case) -> int | float:
    """The maintenance margin of one order in the opening auction, where others make the indicative price."""
    raise NotImplementedError(given, row)
