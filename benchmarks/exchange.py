"""How many orders a second the exchange takes, bare and with everything, and what a run of many agents costs.

    pip install -e '.[bench]' && python benchmarks/exchange.py [SECTION ...]

Sections: bare, full, blocks, agents, crash, repeat, memory; all of them unless some are named. Seconds are the process's
processor time, since other programs may run beside it; each figure stands with the ratio that matters.

`bare` plays the same orders, cancellations and market orders on a book of ours and on bourse's, which is written in Rust and
knows prices and sizes alone: no parties that are margined, no times in force, no auctions.
"""

import random
import resource
import time
from collections.abc import Callable
from typing import NamedTuple

ORDERS = 50_000
PRICE = 10_000


class Action(NamedTuple):
    """What one instruction of a benchmark does.

    Attributes:
        cancels: the index of the action whose order is cancelled; -1 for none.
        price: 0 for a market order.
    """

    trader: int
    is_buy: bool
    size: int
    price: int
    cancels: int


def actions(n: int, traders: int, seed: int = 1) -> list[Action]:
    """A mix of orders around one price: 60 % rest or trade, 10 % are market orders, 30 % cancel an earlier one."""
    rng = random.Random(seed)
    made: list[Action] = []
    for index in range(n):
        is_buy, depth, kind = rng.random() < 0.5, max(int(rng.gauss(20, 30)), -PRICE // 2), rng.random()
        price = 0 if kind < 0.1 else PRICE - depth if is_buy else PRICE + depth
        cancels = rng.randrange(max(index - 2000, 0), index) if index and kind > 0.7 else -1
        made.append(Action(rng.randrange(traders), is_buy, rng.randrange(1, 200), price, cancels))
    return made


def measured(work: Callable[[], object]) -> float:
    """Processor seconds that something takes."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def memory_mb() -> float:
    """The most memory that the process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def on_bourse(todo: list[Action]) -> None:
    import bourse

    book = bourse.core.OrderBook(0, 1)
    ids: list[int] = []
    for action in todo:
        if action.cancels >= 0:
            book.cancel_order(ids[action.cancels])
            ids.append(0)
        else:
            ids.append(book.place_order(action.is_buy, action.size, action.trader, price=action.price or None))
