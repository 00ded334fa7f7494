"""Each invariant is noticed once it is broken."""

from collections.abc import Callable

import pytest

from tests.markets.exchange.stage import Stage
from tokenspice.markets.exchange import OrderStatus, TradingMode
from tokenspice.markets.exchange.invariants import Watch, broken_invariants


def traded() -> Stage:
    """A party that holds 5, and has an order of 3 that rests."""
    stage = Stage({"mark": 100}, [])
    stage.play({"op": "trade", "buyer": "party", "seller": "other", "size": 5, "price": 100})
    stage.play({"op": "order", "party": "party", "side": "buy", "size": 3, "price": 90, "ref": "bid"})
    stage.exchange.advance(1)
    return stage


def coin(stage: Stage) -> None:
    stage.general("party").balance += 1


def overdraw(stage: Stage) -> None:
    stage.general("other").balance -= 10**30
    stage.general("party").balance += 10**30


def keep_in_settlement(stage: Stage) -> None:
    stage.general("party").balance -= 7
    stage.market.settlement.balance += 7


def grow(stage: Stage) -> None:
    stage.position("party").volume += 1


def forget_an_order(stage: Stage) -> None:
    stage.position("party").buys -= 1


def hide(stage: Stage) -> None:
    level = stage.orders["bid"].level
    assert level
    level.volume += 1


def cross(stage: Stage) -> None:
    stage.market.in_auction = True
    stage.rest("sell", "other", 1, 80)
    stage.market.in_auction = False


def misplace(stage: Stage) -> None:
    stage.orders["bid"].price = 91


def finish(stage: Stage) -> None:
    stage.orders["bid"].status = OrderStatus.FILLED


def outlive(stage: Stage) -> None:
    stage.orders["bid"].expires = stage.exchange.now


def starve(stage: Stage) -> None:
    margin = stage.position("party").margin
    stage.general("party").balance += margin.balance
    margin.balance = 0


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (coin, "were deposited"),
        (overdraw, "is negative"),
        (keep_in_settlement, "the settlement account keeps 7"),
        (grow, "volumes sum to 1"),
        (forget_an_order, "buy orders sum to"),
        (hide, "level 90 shows 4"),
        (cross, "the book is crossed"),
        (misplace, "does not rest at its price"),
        (finish, "is live, and does not rest"),
        (outlive, "should have expired"),
        (starve, "of a maintenance margin of"),
    ],
)
def test_what_does_not_hold_is_said(harm: Callable[[Stage], None], words: str) -> None:
    stage = traded()
    assert broken_invariants(stage.exchange) == []

    harm(stage)

    assert any(words in fault for fault in broken_invariants(stage.exchange))


def test_a_trade_in_an_auction_is_noticed_as_it_happens() -> None:
    stage = traded()
    watch = Watch(stage.exchange)
    stage.market.mode, stage.market.in_auction = TradingMode.NO_TRADING, False

    stage.play({"op": "trade", "buyer": "party", "seller": "other", "size": 1, "price": 100})
    stage.exchange.venue.now -= 5

    found = watch.look()
    assert any("without trading" in fault for fault in found) and any("time went back" in fault for fault in found)
