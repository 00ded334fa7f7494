"""Cases of auctions and of what is priced off the book: protective auctions, pegs, stop orders."""

from typing import Any

from tests.markets.exchange.cases import Case
from tests.markets.exchange.readings import compare
from tests.markets.exchange.stage import Stage
from tokenspice.markets.exchange import OrderStatus, Side, TradingMode
from tokenspice.markets.exchange.orders import OrderType, TimeInForce
from tokenspice.markets.exchange.pegs import Peg, PegReference
from tokenspice.markets.exchange.stop_orders import StopDirection, StopOrder, StopStatus, Trigger


def play_price_monitoring(case: Case) -> None:
    """Orders that come at once; what they lead to, and what there is once the auction is over."""
    expect = dict(case["expect"])
    on_exit, length = expect.pop("on_exit", None), expect.pop("auction_duration_s", None)
    expect["trades"] = expect.pop("trades_immediately", [])
    if "mark_until_exit" in expect:
        expect["mark"] = expect.pop("mark_until_exit")
    stage = Stage(case["given"], case["events"], pace=0)
    for event in case["events"]:
        stage.play(event)
    compare(stage, expect)
    if length:
        modes = []
        for seconds in (length - 1, 1):
            pass_seconds(stage, seconds)
            modes.append(stage.market.mode)
        assert modes == [TradingMode.MONITORING_AUCTION, TradingMode.CONTINUOUS]
    if on_exit:
        compare(stage, on_exit)
    for tif in (TimeInForce.IOC, TimeInForce.FOK):
        assert_only_refused(case, tif, OrderType.LIMIT)
        assert_only_refused(case, tif, OrderType.MARKET)


def pass_seconds(stage: Stage, seconds: int) -> None:
    for _ in range(seconds):
        stage.exchange.advance(1)


def assert_only_refused(case: Case, tif: TimeInForce, type: OrderType) -> None:
    """The last order, sent so that it does not rest, is rejected or stopped, and starts no auction."""
    stage = Stage(case["given"], case["events"], pace=0)
    *others, last = case["events"]
    for event in others:
        stage.play(event)
    price = last["price"] if type is OrderType.LIMIT else 0
    order = stage.submit(last["party"], Side(last["side"]), last["size"], price, type=type, tif=tif)
    assert order.status in (OrderStatus.REJECTED, OrderStatus.STOPPED)
    assert stage.market.mode is TradingMode.CONTINUOUS and not stage.trades


def play_pegs(case: Case) -> None:
    """The price of one pegged order in a book of one bid and one ask; pegged to the mid unless the row says otherwise."""
    found: list[Any] = []
    for row in case["events"]:
        stage = Stage({"mark": row["best_bid"], "tick": row["tick"]}, [])
        stage.rest("buy", "maker", 1, row["best_bid"])
        stage.rest("sell", "other maker", 1, row["best_ask"])
        peg = Peg(PegReference[row.get("reference", "MID")], row["offset"])
        order = stage.submit("party", Side(row["side"]), 1, 0, peg=peg)
        found.append(order.price if order.status is OrderStatus.ACTIVE else order.status.name)
    assert found == case["expect"]


def play_stops(case: Case) -> None:
    if "without_position" in case["expect"]:
        play_rules_of_stops(case)
    else:
        play_listed_stop(case)


def play_listed_stop(case: Case) -> None:
    """A stop order of a party that holds a position."""
    given = case["given"]
    (party, volume) = next((key.removeprefix("position_"), value) for key, value in given.items() if "position" in key)
    decimals = len(str(given["market_price"]).partition(".")[2])
    price = round(given["market_price"] * 10**decimals)
    stage = Stage({"mark": price, "mdp": decimals}, [])
    buyer, seller = (party, "other") if volume > 0 else ("other", party)
    stage.play({"op": "trade", "buyer": buyer, "seller": seller, "size": abs(volume), "price": price})
    for event in case["events"]:
        stage.play(event)
    (legs,) = stage.stops.values()
    assert [leg.status.name for leg in legs] == [case["expect"]["status"]]
    assert [held for held in stage.market.stops.by_party[party].values()] == legs


def play_rules_of_stops(case: Case) -> None:
    expect, most = case["expect"], case["given"]["max_per_party_market"]
    stage = Stage({"mark": 100}, [])
    assert sent(stage, sell_below(90)).status.name == expect["without_position"]
    hold_one(stage)
    stage.exchange.venue.parameters.set("spam.protection.max.stopOrdersPerMarket", str(most))
    accepted = [sent(stage, sell_below(90 - n)) for n in range(most)]
    assert all(stop.status is StopStatus.PENDING for stop in accepted)
    assert sent(stage, sell_below(50)).status is StopStatus.REJECTED
    fires_at_the_trigger(expect)
    pair_of_stops(expect)
    waits_for_the_end_of_an_auction(expect)


def sell_below(price: int) -> Trigger:
    return Trigger(StopDirection.FALLS_BELOW, Side.SELL, 1, price)


def sell_above(price: int) -> Trigger:
    return Trigger(StopDirection.RISES_ABOVE, Side.SELL, 1, price)


def sent(stage: Stage, *triggers: Trigger) -> StopOrder:
    stage.position("party")
    return stage.exchange.submit_stop("party", stage.market.id, *triggers)[0]


def hold_one(stage: Stage) -> None:
    stage.play({"op": "trade", "buyer": "party", "seller": "other", "size": 1, "price": 100})


def trade_at(stage: Stage, price: int) -> None:
    stage.play({"op": "trade", "buyer": "mover", "seller": "other mover", "size": 1, "price": price})


def fires_at_the_trigger(expect: Case) -> None:
    """Not one tick before, and at the trigger itself."""
    assert ">=" in expect["rises_above_trigger"] and "<=" in expect["falls_below_trigger"]
    for trigger, before, at in ((sell_above(110), 109, 110), (sell_below(90), 91, 90)):
        stage = Stage({"mark": 100}, [])
        hold_one(stage)
        stop = sent(stage, trigger)
        stage.rest("buy", "buyer", 1, 20)
        trade_at(stage, before)
        assert (stop.status, stage.position("party").volume) == (StopStatus.PENDING, 1)
        trade_at(stage, at)
        assert (stop.status, stage.position("party").volume) == (StopStatus.TRIGGERED, 0)


def pair_of_stops(expect: Case) -> None:
    """One of two legs fires; the other has the status that the case says."""
    assert "STOPPED" in expect["oco"]
    stage = Stage({"mark": 100}, [])
    hold_one(stage)
    stage.rest("buy", "buyer", 1, 20)
    legs = stage.exchange.submit_stop("party", stage.market.id, sell_above(110), sell_below(90))
    trade_at(stage, 111)
    assert [leg.status for leg in legs] == [StopStatus.TRIGGERED, StopStatus.STOPPED]


def waits_for_the_end_of_an_auction(expect: Case) -> None:
    assert "exit" in expect["in_auction"]
    stage = Stage({"mark": 100}, [])
    hold_one(stage)
    stage.market.suspend()
    stop = sent(stage, sell_below(90))
    stage.rest("buy", "mover", 2, 80)
    stage.rest("sell", "other mover", 1, 80)
    pass_seconds(stage, 5)
    assert stop.status is StopStatus.PENDING
    stage.market.resume()
    assert (stop.status, stage.position("party").volume) == (StopStatus.TRIGGERED, 0)
