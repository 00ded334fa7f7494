"""A maker who quotes by optimal control, with pegged orders."""

from dataclasses import dataclass
from typing import Annotated, final

from tokenspice.agents.exchange.commitment import commit
from tokenspice.agents.exchange.party import StrategyAgent
from tokenspice.agents.exchange.pegs import PegOrder
from tokenspice.engine import MINUTE, Above, AtLeast, Doc, ParametersBase, Share, SimStateBase, Unit
from tokenspice.markets.exchange import ExchangeService, Side
from tokenspice.markets.quoting import DepthRule, Depths, FiniteHorizonDepths, MakerProblem, StationaryDepths

__all__ = ["OptimalMarketMaker", "OptimalStrategy", "depth_rule", "maker_depths"]


@final
@dataclass(frozen=True)
class OptimalStrategy(ParametersBase):
    """What it solves, and what it puts on the book."""

    problem: MakerProblem = MakerProblem(kappa=500.0)
    is_stationary: Annotated[bool, Doc("whether it takes the end to be infinitely far; else it is the run's")] = False
    spread: Annotated[
        float, AtLeast(0), Unit("price"), Doc("of the market's best prices, whose half depths include")
    ] = 0.002
    limit_order_size: Annotated[float, Above(0), Unit("contracts"), Doc("of each of its two orders")] = 10.0
    commitment_amount: Annotated[float, AtLeast(0), Unit("asset"), Doc("that it commits to liquidity; 0 for none")] = (
        6000.0
    )
    fee: Annotated[Share, Doc("that it nominates for liquidity")] = 0.0015
    entry_step: Annotated[int, AtLeast(0), Unit("steps"), Doc("before which it does nothing")] = 0
    mint: Annotated[float, AtLeast(0), Unit("asset"), Doc("what it is given at the beginning")] = 1e6


@final
class OptimalMarketMaker(StrategyAgent[OptimalStrategy]):
    """Keeps a bid and an ask as far from the best prices as optimal control says for what it holds.

    Args:
        name: of the agent.
        service: the exchange.
        market_id: where it quotes.
        n_ticks: of the run.
        time_step: seconds of a tick.
        strategy: its parameters.
    """

    def __init__(
        self,
        name: str,
        service: ExchangeService,
        market_id: str,
        n_ticks: int,
        time_step: int = MINUTE,
        strategy: OptimalStrategy = OptimalStrategy(),
    ) -> None:
        super().__init__(name, service, market_id, strategy)
        self._rule = depth_rule(strategy.problem, strategy.is_stationary, n_ticks, time_step)
        self._bid, self._ask = PegOrder(self, Side.BUY), PegOrder(self, Side.SELL)

    def takeStep(self, state: SimStateBase) -> None:
        ss = self.strategy
        if state.tick < ss.entry_step:
            return
        if ss.commitment_amount > 0:
            commit(self.service, self.party, self.market_id, ss.commitment_amount, ss.fee)
        if not self.is_trading():
            return
        depths = self.decide(state)
        for order, depth in ((self._bid, depths.bid), (self._ask, depths.ask)):
            offset = 0.0 if depth is None else max(depth - ss.spread / 2, self.tick_size)
            order.keep(0.0 if depth is None else ss.limit_order_size, offset)

    def decide(self, state: SimStateBase) -> Depths:
        """Return how far from the mid it wants to bid and to ask."""
        return maker_depths(self._rule, self.volume(), state)


def depth_rule(problem: MakerProblem, is_stationary: bool, n_ticks: int, time_step: int) -> DepthRule:
    """Return how deep a maker quotes in a run of `n_ticks` ticks."""
    if is_stationary:
        return StationaryDepths(problem)
    minutes = time_step / MINUTE
    return FiniteHorizonDepths(problem, max(n_ticks, 1) * minutes, minutes)


def maker_depths(rule: DepthRule, volume: float, state: SimStateBase) -> Depths:
    """Return the depths at a tick, for an inventory that is cut to a whole number of trades."""
    return rule.depths(int(volume), (state.ss.max_ticks - state.tick) * state.ss.time_step / MINUTE)
