"""Cases of parties that cannot pay: moves of the mark price, close-outs, and how the network gets rid of positions."""

import re
from typing import Any

from tests.markets.exchange.cases import Case
from tests.markets.exchange.given import decimals_of
from tests.markets.exchange.readings import accounts
from tests.markets.exchange.stage import Stage
from tokenspice.markets.exchange import OrderStatus
from tokenspice.markets.exchange.profit import profit

SMALL = {"long": 0.001, "short": 0.001}


def move(stage: Stage, price: int) -> None:
    """Let two rich parties trade one unit, so that the mark price becomes this."""
    stage.play({"op": "trade", "buyer": "mover", "seller": "other mover", "size": 1, "price": price})
    stage.exchange.advance(1)


def play_moves(case: Case) -> None:
    """A short and a long party, each with its deposit, along a row of mark prices."""
    given, expect = case["given"], case["expect"]
    stage = Stage({"mark": given["entry"], "risk": SMALL, **given}, [])
    for party in ("mover", "other mover"):
        stage.deposit(party, 10**12)
    size, price = given["position"], given["entry"]
    stage.play({"op": "trade", "buyer": "long", "seller": "short", "size": size, "price": price})
    volumes = {}
    for event in case["events"]:
        move(stage, event["mark"])
        volumes[event["mark"]] = stage.position("short").volume
    assert all(volumes[mark] == -size for mark in volumes if mark <= expect["short_open_until"])
    assert volumes[expect["short_closed_at"]] == 0
    assert (stage.position("long").loss_socialised > 0) is expect["winner_loss_socialisation_nonzero"]


def play_scaled(case: Case) -> None:
    """What a change of the mark price brings to a position, with decimals of positions."""
    found: list[Any] = []
    digits = decimals_of(case["expect"])
    for event in case["events"]:
        stage = Stage({"mark": 10_000, "pdp": event["pdp"], "adp": digits}, [])
        units = event["position_units"]
        stage.deposit("party", 10**8)
        stage.play({"op": "trade", "buyer": "party", "seller": "other", "size": units, "price": 10_000})
        before = sum(accounts(stage, "party"))
        move(stage, 10_000 + event["mark_change"])
        found.append(round(sum(accounts(stage, "party")) - before, digits))
    assert found == case["expect"]


def play_disposals(case: Case) -> None:
    """The network holds a position from the start; blocks pass until it has sent each of its orders."""
    given, expect = case["given"], case["expect"]
    terms = liquidation_in(case)
    stage = Stage({"mark": given["network_entry"] + 10, "liquidation": terms, "book": []}, [])
    give_to_network(stage, given["network_position"], given["network_entry"])
    stage.trades.clear()
    for row in given["book"]:
        stage.rest(*row)
    network = stage.market.network
    after, realised = [], []
    for _ in case["events"]:
        count = len(stage.trades)
        wait_for_disposal(stage, terms["step_seconds"])
        size = sum(trade.size for trade, _ in stage.trades[count:])
        if found := re.search(r"added at (\d+)", given.get("top_up", "")):
            stage.rest("buy" if given["network_position"] > 0 else "sell", "topper", size, int(found[1]))
        after.append(abs(network.volume) if given["network_position"] > 0 else network.volume)
        realised.append(realised_by(stage))
    assert stage.market.mark == given.get("mark", given["network_entry"])  # which the network's trades do not move
    found_all = {
        "network_after": after,
        "network_realised": realised,
        "price": next(iter({trade.price for trade, _ in stage.trades})),
        "sizes": [trade.size for trade, _ in stage.trades],
    }
    assert {name: found_all[name] for name in expect} == expect


def realised_by(stage: Stage) -> int:
    return profit(stage.market.network, stage.market).realised


def liquidation_in(case: Case) -> dict[str, Any]:
    """The terms of disposal, which a case gives in its title where not in `given`."""
    given, text = case["given"], case["title"] + " " + case.get("note", "")
    terms: dict[str, Any] = {
        "step_seconds": 1,
        "fraction": 1.0,
        "full_size": 0,
        "max_fraction": 1.0,
        "price_range": 1.0,
    }
    patterns = {
        "step_seconds": r"step (\d+)",
        "fraction": r"(?<!max )fraction (\d*\.?\d+)",
        "full_size": r"full size (\d+)",
        "max_fraction": r"max fraction (\d*\.?\d+)",
        "price_range": r"range (\d*\.?\d+)",
    }
    for name, pattern in patterns.items():
        if found := re.search(pattern, text):
            terms[name] = type(terms[name])(found[1])
    return {**terms, **{name: given[name] for name in terms if name in given}}


def give_to_network(stage: Stage, volume: int, entry: int) -> None:
    """Let a party that has just enough for its initial margin be closed out at `entry`, with this volume."""
    size, start = abs(volume), entry + 10 if volume > 0 else entry - 10
    move(stage, start)
    stage.deposit("loser", size * start * 12 // 100 + 1)
    buyer, seller = ("loser", "winner") if volume > 0 else ("winner", "loser")
    stage.play({"op": "trade", "buyer": buyer, "seller": seller, "size": size, "price": start})
    move(stage, entry)
    assert stage.market.network.volume == volume


def wait_for_disposal(stage: Stage, seconds: int) -> None:
    count = len(stage.trades)
    for _ in range(3 * seconds):
        stage.exchange.advance(1)
        if len(stage.trades) > count:
            return
    raise AssertionError("the network disposes of nothing")


def play_order_of_actions(case: Case) -> None:
    """Margin search, then orders go, then a second look, then the position goes: with a party that each step could save."""
    assert [words.split()[0] for words in case["expect"]["order_of_actions"]] == ["margin", "cancel", "recompute", "if"]
    saved_by_search = after_a_fall(general=1000)
    assert (saved_by_search.position("party").volume, status(saved_by_search)) == (10, OrderStatus.ACTIVE)
    saved_by_cancelling = after_a_fall(general=0)
    assert (saved_by_cancelling.position("party").volume, status(saved_by_cancelling)) == (10, OrderStatus.CANCELLED)
    lost = after_a_fall(general=0, fall=19)
    assert (lost.position("party").volume, status(lost)) == (0, OrderStatus.CANCELLED)
    assert lost.market.network.volume == 10 and accounts(lost, "party") == [0, 0]
    assert lost.market.insurance.balance > 0


def after_a_fall(general: int, fall: int = 10) -> Stage:
    """A party that is long 10 at 100, bids for 12 more, and has its initial margin and `general` besides."""
    stage = Stage({"mark": 100, "deposits": {"party": 264 + general}, "liquidation": {"step_seconds": 10**6}}, [])
    stage.play({"op": "trade", "buyer": "party", "seller": "other", "size": 10, "price": 100})
    stage.play({"op": "order", "party": "party", "side": "buy", "size": 12, "price": 50, "ref": "bid"})
    assert stage.orders["bid"].status is OrderStatus.ACTIVE
    move(stage, 100 - fall)
    return stage


def status(stage: Stage) -> OrderStatus:
    return stage.orders["bid"].status
