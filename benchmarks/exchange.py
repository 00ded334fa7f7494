"""How many orders a second the exchange takes, bare and with everything, and what a run of many agents costs.

    pip install -e '.[bench]' && python benchmarks/exchange.py [SECTION ...]

Sections: bare, full, agents, crash, evm, repeat, memory; all of them unless some are named. Seconds are the process's processor
time, since other programs may run beside it; each figure stands with the ratio that matters.

`bare` plays the same orders, cancellations and market orders on a book of ours and on bourse's, which is written in Rust and
knows prices and sizes alone: no parties that are margined, no times in force, no auctions. `full` sends them through the
service, floats in and out, with fees, margin checks before each order, and a mark to market every five seconds.

Seen in November 2026 on one core of a shared machine at a load of 12, with Python 3.11:

| section | figure |
|---|---|
| bare | 224,000 orders/s; bourse 2,270,000: a tenth |
| full | 26,000 to 42,000 orders/s (24 to 39 µs each), but 16,000 (61 µs) with 1,000 traders and 10 orders a block |
| agents | 1,000 x 1,000 in 46 s, 71 µs an order with the agents' own work |
| crash | 177 steps/s |
| evm | 7.2 times a run without the chain: 4.9 s against 0.7 s |
| repeat | the fastest runs 451 to 500 take 0.96 of the first 50 |
| memory | 13 MB more after 1,000,000 orders |

So clear Python reaches 20,000 orders/s. An order costs some 25 µs: 3 the service's numbers, 5 its margin, 5 the book, 4 fees and
positions of a trade, and calls between them. A mark to market costs 0.6 µs for each position that is open, alone on a
core, and 1.5 at that load; where a thousand of them are marked after every 50 orders, that is as much as the orders themselves.
"""

import random
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import bourse

from tokenspice.agents.exchange import LimitOrderStrategy, LimitOrderTrader, MarketOrderStrategy, MarketOrderTrader
from tokenspice.engine.sim_engine import SimEngine
from tokenspice.markets.exchange import (
    Asset,
    Exchange,
    ExchangeService,
    MarketConfig,
    Order,
    OrderStatus,
    OrderType,
    Side,
    TimeInForce,
)
from tokenspice.markets.exchange.book import OrderBook
from tokenspice.markets.exchange.ledger import Account, AccountType
from tokenspice.markets.exchange.positions import Position
from tokenspice.markets.processes import GeometricWalk
from tokenspice.netlists.exchange.state import ExchangeStateBase, ExchangeStrategyBase

ORDERS = 50_000
PRICE = 10_000
AIM_PER_SECOND = 20_000
AIM_SECONDS = 60
TRADERS = 1_000
STEPS = 1_000


class Action(NamedTuple):
    """One instruction of a benchmark.

    Attributes:
        price: 0 for a market order.
        cancels: the index of the action whose order is cancelled; -1 for none.
    """

    trader: int
    is_buy: bool
    size: int
    price: int
    cancels: int


def actions(n: int, traders: int, seed: int = 1) -> list[Action]:
    """A mix of orders around one price: 63 % rest or trade, 7 % are market orders, 30 % cancel an earlier one."""
    rng = random.Random(seed)
    made: list[Action] = []
    for index in range(n):
        is_buy, depth, kind = rng.random() < 0.5, max(int(rng.gauss(20, 30)), -PRICE // 2), rng.random()
        price = 0 if kind < 0.07 else PRICE - depth if is_buy else PRICE + depth
        cancels = rng.randrange(max(index - 2000, 0), index) if index and kind > 0.7 else -1
        made.append(Action(rng.randrange(traders), is_buy, rng.randrange(1, 200), price, cancels))
    return made


def measured(work: Callable[[], object]) -> float:
    """Processor seconds that something takes."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def memory_MB() -> float:
    """The most memory that the process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


# bare


def on_bourse(todo: list[Action]) -> None:
    book = bourse.core.OrderBook(0, 1)
    ids: list[int] = []
    for action in todo:
        if action.cancels >= 0:
            book.cancel_order(ids[action.cancels])
            ids.append(0)
        else:
            ids.append(book.place_order(action.is_buy, action.size, action.trader, price=action.price or None))


def on_book(todo: list[Action], positions: list[Position]) -> None:
    """The same on our book alone."""
    book = OrderBook()
    orders: list[Order | None] = []
    for index, (trader, is_buy, size, price, cancels) in enumerate(todo):
        if cancels >= 0:
            earlier = orders[cancels]
            if earlier is not None and earlier.level is not None:
                book.remove(earlier)
            orders.append(None)
            continue
        order = Order(f"O{index}", positions[trader], Side.BUY if is_buy else Side.SELL, size, price)
        fills, is_self_trade = book.fills(order)
        for resting, filled, _ in fills:
            order.remaining -= filled
            book.fill(resting, filled)
        if order.remaining and price and not is_self_trade:
            book.add(order)
        orders.append(order)


def bare() -> None:
    """Both books on the same orders."""
    todo = actions(ORDERS, 100)
    money = Account("", "USD", AccountType.GENERAL)
    positions = [Position(f"p{n}", n, money, money) for n in range(100)]
    ours, theirs = measured(lambda: on_book(todo, positions)), measured(lambda: on_bourse(todo))
    print(f"bare: {ORDERS / ours:,.0f} orders/s; bourse {ORDERS / theirs:,.0f}; ratio {theirs / ours:.3f}")


# with everything


def opened(traders: int) -> tuple[ExchangeService, str]:
    """A market in continuous trading, and traders with money."""
    exchange = Exchange()
    service = ExchangeService(exchange)
    exchange.add_asset(Asset("USD", 5))
    config = MarketConfig("BTC", "USD", decimals=2, position_decimals=2, opens_at_once=True)
    market = exchange.add_market(config)
    for n in range(traders):
        exchange.deposit(f"p{n}", "USD", 10**14)
    return service, market.id


def through_service(service: ExchangeService, market: str, todo: list[Action], per_block: int) -> None:
    submit, cancel, forward = service.submit_order, service.cancel_order, service.forward
    ids: list[tuple[str, str]] = []
    for index, (trader, is_buy, size, price, cancels) in enumerate(todo):
        party = f"p{trader}"
        if cancels >= 0:
            owner, id = ids[cancels]
            if id:
                cancel(owner, market, id)
            ids.append((party, ""))
        else:
            side = Side.BUY if is_buy else Side.SELL
            if price:
                placed = submit(party, market, side, size / 100, price / 100)
            else:
                kind, tif = OrderType.MARKET, TimeInForce.IOC
                placed = submit(party, market, side, size / 100, order_type=kind, time_in_force=tif)
            ids.append((party, placed.id if placed.status is OrderStatus.ACTIVE else ""))
        if index % per_block == per_block - 1:
            forward(1)


def full() -> None:
    """Orders through the service, at several sizes of blocks and of crowds."""
    for traders, per_block in ((100, 10), (100, 100), (1000, 10), (1000, 100), (1000, 1000)):
        service, market = opened(traders)
        todo = actions(ORDERS, traders)
        seconds = measured(lambda: through_service(service, market, todo, per_block))  # noqa: B023
        rate = ORDERS / seconds
        print(
            f"full: {traders:5} traders, {per_block:5} orders a block: {rate:,.0f} orders/s, {1e6 / rate:.1f} µs an order; "
            f"{rate / AIM_PER_SECOND:.2f} of the aim"
        )


# agents


@dataclass(frozen=True)
class CrowdStrategy(ExchangeStrategyBase):
    time_step: int = 10
    max_ticks: int = STEPS
    n_makers: int = TRADERS * 8 // 10
    n_takers: int = TRADERS * 2 // 10


class Crowd(ExchangeStateBase):
    """Many traders who send limit orders, and some who send market orders."""

    ss: CrowdStrategy

    def __init__(self, ss: CrowdStrategy) -> None:
        super().__init__(ss)
        self.open_market(MarketConfig("BTC", "USD", decimals=2, position_decimals=2), GeometricWalk())
        where = (self.service, self.market_id)
        limits = LimitOrderStrategy(mean=-1.0, sigma=0.5, spread=0.2)
        self.add_openers()
        self.add_group("makers", [LimitOrderTrader(f"m{i}", *where, limits, self.prices) for i in range(ss.n_makers)])
        market_orders = MarketOrderStrategy(base_order_size=1.0, mint=1e6)
        self.add_group("takers", [MarketOrderTrader(f"t{i}", *where, market_orders) for i in range(ss.n_takers)])


def agents() -> None:
    """A thousand agents for a tenth of the steps, from which the whole run follows."""
    state = Crowd(CrowdStrategy())
    engine = SimEngine(state, lambda state: {})
    warm, ticks = 20, STEPS // 10
    engine.run(warm)
    orders = state.service.exchange._orders
    seconds = measured(lambda: engine.run(warm + ticks))
    sent = state.service.exchange._orders - orders
    whole = seconds * STEPS / ticks
    print(
        f"agents: {TRADERS} agents x {STEPS} steps in {whole:.0f} s of a processor ({seconds / ticks * 1e3:.1f} ms a step, "
        f"{sent / ticks:.0f} orders a step, {1e6 * seconds / sent:.0f} µs each, the agents' own work included); "
        f"{AIM_SECONDS / whole:.2f} of the aim"
    )


def crash() -> None:
    """The scenario of a crash."""
    import tokenspice as ts

    netlist = ts.netlist("vega_crash")
    seconds = measured(lambda: ts.run(netlist, transactions=False))
    steps = 500
    print(f"crash: {steps / seconds:,.0f} steps/s ({seconds:.1f} s a run)")


def evm() -> None:
    """The netlist that keeps its money in a vault on the in-process chain, settled once a step, against the same without."""
    import tokenspice as ts

    netlist = ts.netlist("vega_evm")
    alone = measured(lambda: ts.run(netlist, transactions=False, settlement="engine"))
    both = measured(lambda: ts.run(netlist, transactions=False))
    print(
        f"evm: a run takes {both:.1f} s with settlement on the chain, {alone:.1f} s without; ratio {both / alone:.2f}"
    )


def repeat() -> None:
    """The first runs of a process against the last of 500; the fastest of each, which other programs disturb least."""
    seconds = []
    todo = actions(500, 50)
    for _ in range(500):
        service, market = opened(50)
        seconds.append(measured(lambda: through_service(service, market, todo, 10)))  # noqa: B023
    first, last = min(seconds[:50]), min(seconds[-50:])
    print(
        f"repeat: the fastest of runs 451 to 500 took {last / first:.3f} of that of runs 1 to 50; {memory_MB():.0f} MB"
    )


def memory() -> None:
    """A million orders on one exchange."""
    service, market = opened(100)
    through_service(service, market, actions(20_000, 100), 10)
    before = memory_MB()
    for seed in range(20):
        cancel_all(service, market)
        through_service(service, market, actions(50_000, 100, seed), 10)
    print(f"memory: {before:.0f} MB before, {memory_MB():.0f} MB after 1,000,000 orders more")


def cancel_all(service: ExchangeService, market: str) -> None:
    for n in range(100):
        service.exchange.cancel_all(f"p{n}", market)


SECTIONS: dict[str, Callable[[], None]] = {
    "bare": bare,
    "full": full,
    "agents": agents,
    "crash": crash,
    "evm": evm,
    "repeat": repeat,
    "memory": memory,
}


if __name__ == "__main__":
    for name in sys.argv[1:] or SECTIONS:
        SECTIONS[name]()
        sys.stdout.flush()
