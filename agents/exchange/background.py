"""Liquidity about an outside price, from nobody in particular."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan
from typing import Annotated, final

from tokenspice.agents.exchange.ladder import Ladder, move_ladders
from tokenspice.agents.exchange.party import ExchangeAgent
from tokenspice.engine import Above, AtLeast, Doc, ParametersBase, SimStateBase, Unit
from tokenspice.engine.errors import StrategyError
from tokenspice.markets.exchange import ExchangeService, Side
from tokenspice.markets.processes import PriceSource
from tokenspice.markets.quoting import Level, background_levels

__all__ = ["BackgroundMarket", "BackgroundStrategy", "MarketRegime", "MultiRegimeBackgroundMarket", "dense"]

LOWEST = 0.01  # the lowest price that a regime quotes


class LadderedAgent(ExchangeAgent):
    """Keeps two ladders about a price. EXTEND it, and implement `quotes`.

    A learner takes its place by another `quotes`.
    """

    def __init__(self, name: str, service: ExchangeService, market_id: str, prices: PriceSource, mint: float) -> None:
        super().__init__(name, service, market_id, mint)
        self._prices = prices
        self._bids, self._asks = Ladder(self, Side.BUY), Ladder(self, Side.SELL)
        self._before = 0.0

    @abstractmethod
    def quotes(self, step: int, price: float) -> tuple[list[Level], list[Level]]:
        """Return bids and asks, the best first, about an outside price."""

    def takeStep(self, state: SimStateBase) -> None:
        price = self._prices.at(state.tick)
        if isnan(price) or not self.is_open():
            return
        bids, asks = self.quotes(state.tick, price)
        move_ladders(self._bids, self._asks, bids, asks, is_rising=price >= self._before)
        self._before = price


@final
@dataclass(frozen=True)
class BackgroundStrategy(ParametersBase):
    """How the book looks."""

    spread: Annotated[float, Above(0), Unit("price"), Doc("from the best bid to the best ask")] = 0.02
    tick_spacing: Annotated[float, Above(0), Unit("price"), Doc("from one level to the next")] = 0.01
    num_levels_per_side: Annotated[int, AtLeast(1), Unit("levels"), Doc("on each side")] = 20
    kappa: Annotated[float, Above(0), Unit("per price"), Doc("how steeply volume grows with distance")] = 1.0
    mint: Annotated[float, AtLeast(0), Unit("asset"), Doc("what it is given at the beginning")] = 1e6


@final
class BackgroundMarket(LadderedAgent):
    """Quotes so that the volume up to a distance d from the outside price is exp(kappa d) - 1.

    Args:
        name: of the agent.
        service: the exchange.
        market_id: where it quotes.
        prices: outside.
        strategy: its parameters.
    """

    def __init__(
        self,
        name: str,
        service: ExchangeService,
        market_id: str,
        prices: PriceSource,
        strategy: BackgroundStrategy = BackgroundStrategy(),
    ) -> None:
        super().__init__(name, service, market_id, prices, strategy.mint)
        self.strategy = strategy
        ss = strategy
        self._shape = background_levels(ss.kappa, ss.spread / 2, ss.tick_spacing, ss.num_levels_per_side)

    def quotes(self, step: int, price: float) -> tuple[list[Level], list[Level]]:
        bids = [Level(price - distance, volume) for distance, volume in self._shape if price > distance]
        return bids, [Level(price + distance, volume) for distance, volume in self._shape]


@final
@dataclass(frozen=True)
class MarketRegime(ParametersBase):
    """How the book looks from one step through another."""

    spread: Annotated[float, Above(0), Unit("price"), Doc("from the outside price to the best quote of each side")] = (
        0.02
    )
    tick_spacing: Annotated[float, Above(0), Unit("price"), Doc("from one level to the next")] = 0.01
    num_levels_per_side: Annotated[int, AtLeast(1), Unit("levels"), Doc("on each side")] = 20
    base_volume_size: Annotated[float, Above(0), Unit("contracts"), Doc("what volumes are multiples of")] = 0.1
    buy_kappa: Annotated[float, Above(0), Unit("per price"), Doc("how steeply bids grow with distance")] = 1.0
    sell_kappa: Annotated[float, Above(0), Unit("per price"), Doc("how steeply asks grow with distance")] = 1.0
    from_timepoint: Annotated[int, AtLeast(0), Unit("steps"), Doc("the first step")] = 0
    thru_timepoint: Annotated[int, AtLeast(0), Unit("steps"), Doc("the last step")] = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.thru_timepoint < self.from_timepoint:
            raise StrategyError(
                f"a regime from step {self.from_timepoint} through step {self.thru_timepoint}: write the earlier one first."
            )


def dense(regimes: Sequence[MarketRegime]) -> list[MarketRegime | None]:
    """Return the regime of every step up to the last one that has any; None in gaps.

    Raises:
        StrategyError: two regimes overlap.
    """
    ordered = sorted(regimes, key=lambda regime: regime.from_timepoint)
    found: list[MarketRegime | None] = []
    for regime in ordered:
        if regime.from_timepoint < len(found):
            raise StrategyError(
                f"a regime begins at step {regime.from_timepoint}, which an earlier one holds through step "
                f"{len(found) - 1}. Write regimes that do not overlap."
            )
        found += [None] * (regime.from_timepoint - len(found))
        found += [regime] * (regime.thru_timepoint + 1 - regime.from_timepoint)
    return found


@final
class MultiRegimeBackgroundMarket(LadderedAgent):
    """Quotes as the regime of a step says; without one, it takes its quotes away.

    Args:
        name: of the agent.
        service: the exchange.
        market_id: where it quotes.
        prices: outside.
        regimes: that do not overlap, in any order.
        mint: what it is given at the beginning.

    Raises:
        StrategyError: two regimes overlap.
    """

    def __init__(
        self,
        name: str,
        service: ExchangeService,
        market_id: str,
        prices: PriceSource,
        regimes: Sequence[MarketRegime],
        mint: float = 1e6,
    ) -> None:
        super().__init__(name, service, market_id, prices, mint)
        self._regimes = dense(regimes)

    def quotes(self, step: int, price: float) -> tuple[list[Level], list[Level]]:
        regime = self._regimes[step] if step < len(self._regimes) else None
        return (side_levels(regime, price, -1), side_levels(regime, price, 1)) if regime else ([], [])


def side_levels(regime: MarketRegime, price: float, away: int) -> list[Level]:
    """Return a regime's bids (away = -1) or asks (away = 1)."""
    kappa = regime.buy_kappa if away < 0 else regime.sell_kappa
    shape = background_levels(kappa, regime.spread, regime.tick_spacing, regime.num_levels_per_side)
    return [Level(max(price + away * d, LOWEST), volume * regime.base_volume_size) for d, volume in shape]
