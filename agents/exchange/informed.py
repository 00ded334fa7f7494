"""A trader who knows, more or less, what the price will be."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, isnan
from typing import Annotated, final

from tokenspice.agents.exchange.party import Intent, PricedAgent, TraderAgent, side_of
from tokenspice.engine import Above, AtLeast, Doc, ParametersBase, Probability, Share, SimStateBase, Unit
from tokenspice.markets.exchange import ExchangeService, Side
from tokenspice.markets.processes import PriceSource

__all__ = ["InformedStrategy", "InformedTrader"]


@final
@dataclass(frozen=True)
class InformedStrategy(ParametersBase):
    """How far ahead it sees, how well, and how much it makes of that."""

    proportion_taken: Annotated[Share, Doc("of the volume that it believes to be mispriced, what it takes")] = 0.8
    accuracy: Annotated[Probability, Doc("chance that it is right about the direction")] = 1.0
    lookahead: Annotated[int, AtLeast(1), Unit("steps"), Doc("after which it closes what it has opened")] = 1
    max_abs_position: Annotated[float, Above(0), Unit("contracts"), Doc("the most that it holds, long or short")] = (
        100.0
    )
    mint: Annotated[float, AtLeast(0), Unit("asset"), Doc("what it is given at the beginning")] = 1e8


@final
class InformedTrader(PricedAgent[InformedStrategy], TraderAgent):
    """Takes what is mispriced by what it knows of the future, and closes it when that future has come.

    It compares the outside price with that of one step after its lookahead. Where it is wrong, it believes in the mirror
    of what will happen.

    Attributes:
        opened: what it has opened and not closed: (step at which it closes, signed volume).
    """

    def __init__(
        self,
        name: str,
        service: ExchangeService,
        market_id: str,
        prices: PriceSource,
        strategy: InformedStrategy = InformedStrategy(),
    ) -> None:
        super().__init__(name, service, market_id, prices, strategy)
        self.opened: deque[tuple[int, float]] = deque()

    def takeStep(self, state: SimStateBase) -> None:
        if not self.is_trading():
            return
        self._close_what_is_due(state.tick)
        for intent in self.decide(state):
            placed = self.send(intent)
            if placed and placed.filled:
                signed = placed.filled if intent.side is Side.BUY else -placed.filled
                self.opened.append((state.tick + self.strategy.lookahead, signed))

    def decide(self, state: SimStateBase) -> Iterable[Intent]:
        ss = self.strategy
        now = self._prices.at(state.tick)
        later = self._prices.at(state.tick + ss.lookahead + 1)
        if isnan(now) or isnan(later) or now == later:
            return ()
        is_right = ss.accuracy >= 1 or state.rng(self.name).random() < ss.accuracy
        belief = later if is_right else 2 * now - later
        side = side_of(belief - now)
        size = min(ss.proportion_taken * self._mispriced(side, belief), self._room(side))
        return (Intent(side, size),) if size > 0 else ()

    def _mispriced(self, side: Side, belief: float) -> float:
        """The volume of orders and pools on the other side whose price is better than it believes the price to become."""
        market, buys = self.market, side is Side.BUY
        sign = 1 if buys else -1
        last = ceil(sign * belief * 10**market.config.decimals) - 1  # the worst price that is still better, signed
        found = 0
        for level in market.book.asks if buys else market.book.bids:
            if sign * level.price > last:
                break
            found += level.volume
        pools = market.book.source
        if pools is not None and sign * last > 0:
            found += pools.volume(not buys, sign * last)
        return float(found / 10**self._digits)

    def _room(self, side: Side) -> float:
        """How much more it may hold on a side."""
        volume = self.volume()
        return self.strategy.max_abs_position - (volume if side is Side.BUY else -volume)

    def _close_what_is_due(self, step: int) -> None:
        due = 0.0
        while self.opened and self.opened[0][0] <= step:
            due += self.opened.popleft()[1]
        if not due:
            return
        placed = self.send(Intent(side_of(-due), abs(due)))
        left = abs(due) - (placed.filled if placed else 0.0)
        if round(left, self._digits) > 0:  # the book was too thin: what is left stays due
            self.opened.appendleft((step, left if due > 0 else -left))
