"""One market and its parties, as a case describes them, that play the case's events through the exchange."""

import re
from collections.abc import Callable
from typing import Any

from tests.markets.exchange.cases import Case
from tests.markets.exchange.given import ORACLE, asset_of, config_of, first_price
from tokenspice.markets.exchange import (
    Exchange,
    Fees,
    Market,
    Order,
    OrderType,
    Position,
    Reason,
    Side,
    TimeInForce,
    Trade,
    TradingMode,
)
from tokenspice.markets.exchange.amendments import Amendment
from tokenspice.markets.exchange.icebergs import Iceberg
from tokenspice.markets.exchange.ledger import Account
from tokenspice.markets.exchange.pegs import Peg, PegReference
from tokenspice.markets.exchange.stop_orders import StopDirection, Trigger

Event = dict[str, Any]

RICH = 10**24
LATER = 10**9
BUYER, SELLER = "opening buyer", "opening seller"


class Stage:
    """Plays a case.

    Attributes:
        trades: with their fees, in order, without those of the opening.
        orders: by the name that the case gives them; the last one is `last`.
        pace: seconds from one event to the next, a block each.
    """

    def __init__(self, given: Case, events: list[Any], pace: int = 1) -> None:
        self.given, self.events, self.pace = given, events, pace
        self.exchange = Exchange()
        self.asset = asset_of(given)
        self.exchange.add_asset(self.asset)
        self.market: Market = self.exchange.add_market(config_of(given), 60 if self.is_about_the_opening else 0)
        self.trades: list[tuple[Trade, Fees]] = []
        self.orders: dict[str, Order] = {}
        self.last: Order | None = None
        self.refusal = Reason.NONE
        self.stops: dict[str, Any] = {}
        self.started: dict[str, int] = {}
        self.exchange.venue.on_trade = self.hear
        self.open()

    def hear(self, market: Market, trade: Trade, fees: Fees) -> None:
        self.trades.append((trade, fees))

    # the opening

    def open(self) -> None:
        """Give everybody money, and leave the opening auction, unless the case is about it."""
        for party, amount in self.given.get("deposits", {}).items():
            self.deposit(party, amount)
        if not self.is_about_the_opening:
            buyer, seller, size, price = self.opening()
            self.submit(buyer, Side.BUY, size, price)
            self.submit(seller, Side.SELL, size, price)
            self.uncross()
        self.trades.clear()
        if insurance := self.given.get("insurance"):
            self.exchange.ledger.deposit(self.market.insurance, insurance)
        for row in self.given.get("book", []):
            self.rest(*row)
        if volume := self.given.get("book_sell_volume"):
            self.rest("sell", "maker", volume, first_price(self.given, self.events))
        if volume := self.given.get("book_buy_volume"):
            self.rest("buy", "maker", volume, first_price(self.given, self.events))

    @property
    def is_about_the_opening(self) -> bool:
        return any(isinstance(event, dict) and event.get("op") == "end_opening_auction" for event in self.events)

    def opening(self) -> tuple[str, str, int, int]:
        """Who trades what in the opening auction: the case's, or one unit at its mark."""
        if opening := self.given.get("opening"):
            return opening["buyer"], opening["seller"], opening["size"], opening["price"]
        if found := re.match(r"(\d+) @ (\d+)", str(self.given.get("opening_trade", ""))):
            return BUYER, SELLER, int(found[1]), int(found[2])
        return BUYER, SELLER, 1, first_price(self.given, self.events)

    def uncross(self) -> None:
        """Let blocks pass until the opening auction is over."""
        for _ in range(100):
            if self.market.mode is not TradingMode.OPENING_AUCTION:
                return
            self.exchange.advance(1)
        raise AssertionError("the opening auction does not end")

    # parties

    def deposit(self, party: str, amount: int | float) -> None:
        self.exchange.deposit(party, self.asset.symbol, round(amount * 10**self.asset.decimals))
        self.started[party] = self.general(party).balance

    def general(self, party: str) -> Account:
        return self.exchange.general(party, self.asset.symbol)

    def position(self, party: str) -> Position:
        """The party's position; who has no money is made rich, as cases do that say nothing of it."""
        if party not in self.started:
            self.deposit(party, self.given.get("deposits_each", RICH))
        return self.market.position(party)

    # instructions

    def submit(self, party: str, side: Side, size: int, price: int, **rest: Any) -> Order:
        self.position(party)
        return self.exchange.submit(party, self.market.id, side, size, price, **rest)

    def rest(self, side: str, party: str, size: int, price: int) -> Order:
        """An order that lies in the book from the beginning."""
        return self.submit(party, Side(side), size, price)

    def price(self, price: int | float) -> int:
        """A price in ticks, which some cases give in whole units."""
        return int(round(price * 10**self.market.config.decimals))

    def play_all(self) -> None:
        for event in self.events:
            self.play(event)
            self.exchange.advance(self.pace)

    def play(self, event: Event) -> None:
        OPS[event["op"]](self, event)


def order(stage: Stage, event: Event) -> None:
    tif = TimeInForce(event.get("tif", "GTC"))
    rest: dict[str, Any] = {"type": OrderType(event.get("type", "LIMIT").lower()), "tif": tif}
    if tif is TimeInForce.GTT:
        rest["expires"] = event.get("expires", stage.exchange.now + LATER)
    for flag in ("post_only", "reduce_only"):
        if event.get(flag):
            rest[flag] = True
    keep(stage, event, stage.submit(event["party"], Side(event["side"]), event["size"], event["price"] or 0, **rest))


def keep(stage: Stage, event: Event, made: Order) -> None:
    stage.orders[event.get("ref", made.id)] = stage.last = made


def iceberg(stage: Stage, event: Event) -> None:
    made = Iceberg(event["peak"], event["minimum_visible"])
    size, price = event["size"], event["price"]
    keep(stage, event, stage.submit(event["party"], Side(event["side"]), size, price, iceberg=made))


def pegged(stage: Stage, event: Event) -> None:
    made = Peg(PegReference[event.get("reference", "MID")], event["offset"])
    keep(stage, event, stage.submit(event["party"], Side(event["side"]), event["size"], 0, peg=made))


def amend(stage: Stage, event: Event) -> None:
    tif = event.get("tif")
    change = Amendment(
        price=event.get("price"),
        size=event.get("size"),
        size_change=event.get("size_delta"),
        tif=TimeInForce(tif) if tif else None,
        expires=event.get("expires"),
    )
    order = stage.orders[event["ref"]]
    stage.refusal = stage.exchange.amend(event["party"], stage.market.id, order.id, change)


def stop(stage: Stage, event: Event) -> None:
    """One leg, or two where `legs` lists them."""
    legs = [trigger_of(stage, leg) for leg in event.get("legs", [event])]
    stage.stops[event.get("ref", f"stop {len(stage.stops)}")] = stage.exchange.submit_stop(
        event["party"], stage.market.id, *legs
    )


def trigger_of(stage: Stage, leg: Event) -> Trigger:
    order = leg["order"]
    return Trigger(
        StopDirection[leg["side"].upper()],
        Side(order["side"]),
        order["size"],
        stage.price(leg["trigger"]),
        type=OrderType(order.get("type", "limit" if order.get("price") else "market").lower()),
        tif=TimeInForce(order.get("tif", "IOC")),
        order_price=stage.price(order.get("price") or 0),
        reduce_only=order.get("reduce_only", True),
    )


def trade(stage: Stage, event: Event) -> None:
    """Buyer and seller trade with each other; the seller's order rests first."""
    stage.submit(event["seller"], Side.SELL, event["size"], event["price"])
    stage.submit(event["buyer"], Side.BUY, event["size"], event["price"])


def cancel(stage: Stage, event: Event) -> None:
    stage.refusal = stage.exchange.cancel(event["party"], stage.market.id, stage.orders[event["ref"]].id)


def blocks(stage: Stage, event: Event) -> None:
    for _ in range(event.get("n", 1)):
        stage.exchange.advance(1)


def end_opening_auction(stage: Stage, event: Event) -> None:
    stage.uncross()


def checkpoint(stage: Stage, event: Event) -> None:
    """Whoever reads the case looks at the market here; see `readings.py`."""


def terminate(stage: Stage, event: Event) -> None:
    stage.exchange.submit_oracle_data(ORACLE, {"terminated": "true"})


def settle(stage: Stage, event: Event) -> None:
    stage.exchange.submit_oracle_data(ORACLE, {"price": str(event["price"])})


OPS: dict[str, Callable[[Stage, Event], None]] = {
    "amend": amend,
    "blocks": blocks,
    "cancel": cancel,
    "checkpoint": checkpoint,
    "end_opening_auction": end_opening_auction,
    "iceberg": iceberg,
    "order": order,
    "settle": settle,
    "terminate": terminate,
    "pegged": pegged,
    "stop": stop,
    "trade": trade,
}
