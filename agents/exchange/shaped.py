"""Makers who put a shape on each side of the book."""

from abc import abstractmethod
from dataclasses import dataclass
from math import isnan
from typing import Annotated, final

from tokenspice.agents.exchange.commitment import commit, obligation
from tokenspice.agents.exchange.optimal import depth_rule, maker_depths
from tokenspice.agents.exchange.party import ExchangeAgent, Intent
from tokenspice.engine import MINUTE, Above, AtLeast, Doc, ParametersBase, Seconds, Share, SimStateBase, Unit
from tokenspice.markets.exchange import ExchangeService, Side, TimeInForce
from tokenspice.markets.processes import PriceSource
from tokenspice.markets.quoting import Depths, Level, MakerProblem, exponential_levels, scaled_levels

__all__ = ["ExponentialShapedMarketMaker", "ExponentialStrategy", "ShapedMarketMaker", "ShapedStrategy"]


@dataclass(frozen=True)
class ShapedStrategy(ParametersBase):
    """What a maker commits, and how it keeps its quotes."""

    commitment_amount: Annotated[float, AtLeast(0), Unit("asset"), Doc("that it commits to liquidity; 0 for none")] = (
        6000.0
    )
    supplied_amount: Annotated[float, AtLeast(0), Unit("asset"), Doc("for which it quotes; 0 for what it commits")] = (
        0.0
    )
    fee: Annotated[Share, Doc("that it nominates for liquidity")] = 0.001
    safety_factor: Annotated[float, AtLeast(0), Doc("times its obligation, what it quotes on each side")] = 1.2
    max_order_size: Annotated[float, Above(0), Unit("contracts"), Doc("of one order")] = 10_000.0
    order_validity_length: Annotated[
        Seconds, AtLeast(0), Doc("how long an order stays; 0 for until it is replaced")
    ] = 0
    isolated_margin_factor: Annotated[Share, Doc("of isolated margin; 0 for cross margin")] = 0.0
    auto_top_up: Annotated[bool, Doc("whether it is given money anew when it has less than half of the first")] = False
    random_side_first: Annotated[bool, Doc("whether chance says which side it sends first")] = False
    mint: Annotated[float, AtLeast(0), Unit("asset"), Doc("what it is given at the beginning")] = 1e6


class ShapedMarketMaker(ExchangeAgent):
    """Each step: a price, depths for what it holds, a shape at these depths, scaled to what it has committed.

    IMPLEMENT `depths` and `shape`; OVERRIDE `commitment` where that changes. A learner takes its place by another `depths`.

    Args:
        name: of the agent and of its random stream.
        service: the exchange.
        market_id: where it quotes.
        prices: outside; it does not quote before there is one.
        strategy: its parameters.
    """

    def __init__(
        self, name: str, service: ExchangeService, market_id: str, prices: PriceSource, strategy: ShapedStrategy
    ) -> None:
        super().__init__(name, service, market_id, strategy.mint)
        self.terms = strategy
        self._prices = prices
        if strategy.isolated_margin_factor > 0:
            service.update_margin_mode(self.party, market_id, "isolated", strategy.isolated_margin_factor)

    @abstractmethod
    def depths(self, state: SimStateBase) -> Depths:
        """Return how far from the price it bids and asks; None for not at all."""

    @abstractmethod
    def shape(self, price: float, depths: Depths) -> tuple[list[Level], list[Level]]:
        """Return bids and asks, the best first; a side that is not quoted is empty."""

    def commitment(self, state: SimStateBase) -> float:
        """Return what it wants to have committed; 0 for nothing."""
        return self.terms.commitment_amount

    def outside(self, state: SimStateBase) -> float:
        """Return the price that it quotes about; NaN for none."""
        return self._prices.at(state.tick)

    def takeStep(self, state: SimStateBase) -> None:
        price = self.outside(state)
        if isnan(price) or not self.is_open():
            return
        if self.terms.auto_top_up:
            self.top_up(self.terms.mint)
        committed = self.commitment(state)
        if committed > 0:
            commit(self.service, self.party, self.market_id, committed, self.terms.fee)
        bids, asks = (self._scaled(levels, committed) for levels in self.shape(price, self.depths(state)))
        self._requote(bids, asks, state)

    def _scaled(self, levels: list[Level], committed: float) -> list[Level]:
        if committed <= 0:
            return levels
        supplied = self.terms.supplied_amount or committed
        wanted = self.terms.safety_factor * obligation(self.service, supplied)
        return scaled_levels(levels, wanted, self.terms.max_order_size)

    def _requote(self, bids: list[Level], asks: list[Level], state: SimStateBase) -> None:
        """Cancel all orders, and send these."""
        ss = self.terms
        expires_at = self.service.get_blockchain_time() + ss.order_validity_length if ss.order_validity_length else 0
        tif = TimeInForce.GTT if expires_at else TimeInForce.GTC
        sides = [(Side.BUY, bids), (Side.SELL, asks)]
        if ss.random_side_first and state.rng(self.name).random() < 0.5:
            sides.reverse()
        with self.service.one_transaction():
            self.service.cancel_order(self.party, self.market_id)
            for side, levels in sides:
                for price, size in levels:
                    self.send(Intent(side, size, price, tif, expires_at))


@final
@dataclass(frozen=True)
class ExponentialStrategy(ShapedStrategy):
    """A shape whose sizes grow outwards, at depths by optimal control."""

    problem: MakerProblem = MakerProblem()
    is_stationary: Annotated[bool, Doc("whether it takes the end to be infinitely far; else it is the run's")] = False
    kappa: Annotated[float, Doc("of sizes: at a distance d from the first level exp(kappa d)")] = 1.0
    num_levels: Annotated[int, AtLeast(1), Unit("levels"), Doc("on each side")] = 25
    tick_spacing: Annotated[float, Above(0), Unit("price"), Doc("from one level to the next")] = 1.0


@final
class ExponentialShapedMarketMaker(ShapedMarketMaker):
    """Quotes at optimal depths, with sizes that grow outwards.

    Args:
        name: of the agent and of its random stream.
        service: the exchange.
        market_id: where it quotes.
        prices: outside.
        n_ticks: of the run.
        time_step: seconds of a tick.
        strategy: its parameters.
    """

    def __init__(
        self,
        name: str,
        service: ExchangeService,
        market_id: str,
        prices: PriceSource,
        n_ticks: int,
        time_step: int = MINUTE,
        strategy: ExponentialStrategy = ExponentialStrategy(),
    ) -> None:
        super().__init__(name, service, market_id, prices, strategy)
        self.strategy = strategy
        self._rule = depth_rule(strategy.problem, strategy.is_stationary, n_ticks, time_step)

    def depths(self, state: SimStateBase) -> Depths:
        return maker_depths(self._rule, self.volume(), state)

    def shape(self, price: float, depths: Depths) -> tuple[list[Level], list[Level]]:
        bids, asks = (self._side(price, depth, away) for depth, away in ((depths.bid, -1), (depths.ask, 1)))
        return bids, asks

    def _side(self, price: float, depth: float | None, away: int) -> list[Level]:
        if depth is None:
            return []
        ss, tick = self.strategy, self.tick_size
        first = price + away * max(depth, tick)
        return exponential_levels(first, away, ss.kappa, ss.tick_spacing, ss.num_levels, tick)
