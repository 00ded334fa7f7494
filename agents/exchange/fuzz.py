"""An agent that sends anything: valid and invalid instructions, to find what an exchange does not bear."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import isnan
from typing import Annotated, Any, final

import numpy as np

from tokenspice.agents.exchange.party import StrategyAgent
from tokenspice.engine import AtLeast, Doc, ParametersBase, Probability, SimStateBase, Unit
from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange import (
    OrderAmendment,
    OrderSubmission,
    OrderType,
    Pegged,
    Side,
    StopSubmission,
    StopTrigger,
    TimeInForce,
)

__all__ = ["FuzzStrategy", "FuzzingAgent", "OrderFuzzer"]

LARGEST = float(2**64 - 1)
REFERENCES = ("best_bid", "best_ask", "mid")
NO_MARKET = "no market"


@final
@dataclass(frozen=True)
class FuzzStrategy(ParametersBase):
    """How much it sends in a step, and how much of that is valid."""

    submissions: Annotated[int, AtLeast(0), Unit("orders"), Doc("in a step")] = 5
    amendments: Annotated[int, AtLeast(0), Unit("orders"), Doc("that it changes in a step")] = 5
    stops: Annotated[int, AtLeast(0), Unit("orders"), Doc("that wait for a price, in a step")] = 5
    batched: Annotated[Probability, Doc("chance that the orders of a step come as a batch")] = 0.1
    toggles: Annotated[Probability, Doc("chance to change the mode of its margin in a step")] = 0.05
    bias: Annotated[Probability, Doc("chance of each field to be valid")] = 0.95
    mint: Annotated[float, AtLeast(0), Unit("asset"), Doc("what it is given whenever it has nothing")] = 1000.0


@final
class OrderFuzzer:
    """Draws orders, each of whose fields is valid with probability `bias`, and anything otherwise.

    Args:
        rng: draws them.
        bias: chance of each field to be valid.
    """

    def __init__(self, rng: np.random.Generator, bias: float) -> None:
        self._rng = rng
        self._bias = bias

    def chance(self, probability: float) -> bool:
        return bool(self._rng.random() < probability)

    def price(self, mid: float) -> float:
        """Near the mid in 9 of 10 cases, and as extreme as can be in the others."""
        if self.chance(0.9):
            return mid + 10 * float(self._rng.standard_normal())
        return float(self._rng.beta(0.001, 0.001)) * LARGEST

    def size(self) -> float:
        """A few contracts in 9 of 10 cases, and as extreme as can be in the others."""
        if self.chance(0.9):
            return float(self._rng.lognormal(0.0, 1.0))
        return float(self._rng.beta(0.001, 0.001)) * LARGEST

    def order(self, market_id: str, mid: float, now: int) -> dict[str, Any]:
        """Return the arguments of an order, as `OrderSubmission` takes them.

        Args:
            market_id: of the valid ones.
            mid: about which prices lie.
            now: Unix seconds.
        """
        kind = OrderType.MARKET if self.chance(0.2) else OrderType.LIMIT
        fields: dict[str, Any] = {
            "market_id": market_id if self.chance(self._bias) else NO_MARKET,
            "side": Side.BUY if self.chance(0.5) else Side.SELL,
            "volume": self.size() if self.chance(self._bias) else -self.size(),
            "order_type": kind,
            "time_in_force": self.time_in_force(kind),
            "reduce_only": self.chance(0.2),
            "post_only": self.chance(0.2),
        }
        is_pegged = kind is OrderType.LIMIT and self.chance(0.1)
        if is_pegged:
            fields["pegged"] = Pegged(REFERENCES[int(self._rng.integers(3))], abs(self.price(0.0)))
        if (kind is OrderType.LIMIT and not is_pegged) == self.chance(self._bias):
            fields["price"] = self.price(mid)
        if (fields["time_in_force"] is TimeInForce.GTT) == self.chance(self._bias):
            fields["expires_at"] = now + int(self._rng.integers(-10, 1000))
        if self.chance(0.1):
            fields |= {"peak_size": self.size(), "minimum_visible_size": self.size()}
        return fields

    def time_in_force(self, kind: OrderType) -> TimeInForce:
        valid = tuple(TimeInForce) if kind is OrderType.LIMIT else (TimeInForce.IOC, TimeInForce.FOK)
        choices = valid if self.chance(self._bias) else tuple(TimeInForce)
        return choices[int(self._rng.integers(len(choices)))]


@final
class FuzzingAgent(StrategyAgent[FuzzStrategy]):
    """Sends orders, amendments and stop orders at random. It is poor, so that it is closed out again and again.

    Attributes:
        n_sent: instructions so far.
        n_contradictions: of these, such as no builder makes.
    """

    strategy = FuzzStrategy()
    n_sent = n_contradictions = 0

    def takeStep(self, state: SimStateBase) -> None:
        ss, rng = self.strategy, state.rng(self.name)
        fuzzer, mid = OrderFuzzer(rng, ss.bias), self.mid()
        mid = 100.0 if isnan(mid) else mid
        if self.funds() == 0:
            self.mint(ss.mint)
        if fuzzer.chance(ss.toggles):
            mode = "isolated" if fuzzer.chance(0.5) else "cross"
            factor = float(rng.random()) if mode == "isolated" else None
            self._try(lambda: self.service.update_margin_mode(self.party, self.market_id, mode, factor))
        orders = [self._drawn(fuzzer, mid) for _ in range(ss.submissions)]
        self._send([order for order in orders if order], fuzzer.chance(ss.batched))
        for _ in range(ss.amendments):
            self._amend(fuzzer, mid, rng)
        for _ in range(ss.stops):
            self._stop(fuzzer, mid)

    def _drawn(self, fuzzer: OrderFuzzer, mid: float) -> OrderSubmission | None:
        fields = fuzzer.order(self.market_id, mid, self.service.get_blockchain_time())
        made = self._try(lambda: OrderSubmission(**fields))
        return made if isinstance(made, OrderSubmission) else None

    def _send(self, orders: list[OrderSubmission], is_batch: bool) -> None:
        if is_batch:
            self._try(lambda: self.service.submit_instructions(self.party, list(orders)))
        else:
            for order in orders:
                self._try(partial(self.service.submit_transaction, self.party, order))

    def _amend(self, fuzzer: OrderFuzzer, mid: float, rng: np.random.Generator) -> None:
        """Change a live order, or one that does not exist."""
        position = self.market.positions.get(self.party)
        live = list(position.orders) if position else []
        id = live[int(rng.integers(len(live)))] if live else "no order"
        price = fuzzer.price(mid) if fuzzer.chance(0.5) else None
        volume = fuzzer.size() if fuzzer.chance(0.5) else None
        delta = fuzzer.size() - 1 if fuzzer.chance(0.3) else None
        change = self._try(lambda: OrderAmendment(self.market_id, id, price, volume, delta))
        if isinstance(change, OrderAmendment):
            self._try(lambda: self.service.submit_transaction(self.party, change))

    def _stop(self, fuzzer: OrderFuzzer, mid: float) -> None:
        """Send an order that waits for a price, or two of which one cancels the other."""
        order = self._drawn(fuzzer, mid)
        if order is None:
            return
        rises = StopTrigger(price=fuzzer.price(mid)) if fuzzer.chance(0.6) else None
        falls = StopTrigger(trailing=0.05) if fuzzer.chance(0.6) else None
        stop = self._try(lambda: StopSubmission(order, rises, falls))
        if isinstance(stop, StopSubmission):
            self._try(lambda: self.service.submit_stop_order(self.party, stop))

    def _try(self, instruction: Callable[[], object]) -> object:
        """Do it; one that contradicts itself is counted, and is nothing."""
        self.n_sent += 1
        try:
            return instruction()
        except ExchangeError:
            self.n_contradictions += 1
            return None
