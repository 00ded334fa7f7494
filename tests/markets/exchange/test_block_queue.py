"""Transactions that wait for a block, on a market."""

from typing import Any

import pytest

from tests.markets.exchange.floor import Floor
from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange import Side
from tokenspice.markets.exchange.ordering import ArrivalOrdering, Transaction
from tokenspice.markets.exchange.orders import Order, OrderStatus, Reason


def send(floor: Floor, name: str, party: str, **arguments: Any) -> Transaction:
    return floor.exchange.send(name, party=floor.enrich(party), market_id=floor.market.id, **arguments)


def taken(floor: Floor) -> tuple[Order, Transaction, Transaction, Transaction]:
    """A maker's order, and in one block a taker that wants it, a new quote behind it, and the maker's cancel."""
    order = floor.sell("maker", 5, 105)
    taker = send(floor, "submit", "taker", side=Side.BUY, size=5, price=106)
    quote = send(floor, "submit", "quoter", side=Side.SELL, size=5, price=106, post_only=True)
    cancel = send(floor, "cancel", "maker", order_id=order.id)
    return order, taker, quote, cancel


def test_a_maker_cancels_before_a_taker_that_came_earlier() -> None:
    floor = Floor(last=100)
    order, taker, quote, cancel = taken(floor)
    assert order.status is OrderStatus.ACTIVE
    floor.wait()
    assert [(sent.block, sent.position) for sent in (cancel, quote, taker)] == [(1, 0), (1, 1), (0, 0)]
    assert cancel.result is Reason.NONE and floor.trades == []
    floor.wait()
    assert taker.block == 2 and floor.trades == [("taker", "quoter", 5, 106)]


def test_a_market_may_execute_as_transactions_arrive() -> None:
    floor = Floor(last=100, reorders_transactions=False)
    _, _, _, cancel = taken(floor)
    floor.wait()
    assert floor.trades == [("taker", "maker", 5, 105)] and cancel.result is Reason.NO_SUCH_ORDER


def test_another_rule_may_be_set() -> None:
    floor = Floor(last=100)
    floor.exchange.queue.rule = ArrivalOrdering()
    taken(floor)
    floor.wait()
    assert floor.trades == [("taker", "maker", 5, 105)]


@pytest.mark.parametrize("name", ["advance", "send", "markets", "nothing"])
def test_what_is_no_instruction_cannot_wait(name: str) -> None:
    with pytest.raises(ExchangeError, match=f'"{name}" is no instruction'):
        Floor().exchange.send(name)


def test_one_that_fails_stops_no_other() -> None:
    floor = Floor(last=100)
    wrong = floor.exchange.send("withdraw", party="nobody", symbol="USD", amount=5)
    right = send(floor, "submit", "maker", side=Side.SELL, size=5, price=105, post_only=True)
    floor.wait()
    assert isinstance(wrong.result, ExchangeError) and right.result.status is OrderStatus.ACTIVE


def test_arguments_that_the_instruction_does_not_take_are_refused_at_once() -> None:
    with pytest.raises(ExchangeError, match="unexpected keyword argument 'colour'"):
        Floor().exchange.send("cancel", party="p", market_id="M1", order_id="O1", colour="red")
