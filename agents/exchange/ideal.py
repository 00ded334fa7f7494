"""A maker in the model's own world: orders are filled as often as the model says."""

from dataclasses import dataclass
from math import exp, isnan
from typing import Annotated, final

from tokenspice.agents.exchange.commitment import commit
from tokenspice.agents.exchange.optimal import depth_rule, maker_depths
from tokenspice.agents.exchange.party import Intent, PricedAgent
from tokenspice.engine import MINUTE, Above, AtLeast, Doc, ParametersBase, Share, SimStateBase, Unit
from tokenspice.markets.exchange import ExchangeService, Side, TimeInForce
from tokenspice.markets.processes import PriceSource
from tokenspice.markets.quoting import Depths, MakerProblem

__all__ = ["IdealMarketMaker", "IdealStrategy"]


@final
@dataclass(frozen=True)
class IdealStrategy(ParametersBase):
    """What it solves, and how large a trade is."""

    problem: MakerProblem = MakerProblem(kappa=500.0)
    is_stationary: Annotated[bool, Doc("whether it takes the end to be infinitely far; else it is the run's")] = False
    order_size: Annotated[float, Above(0), Unit("contracts"), Doc("of one trade")] = 1.0
    commitment_amount: Annotated[float, AtLeast(0), Unit("asset"), Doc("that it commits to liquidity; 0 for none")] = (
        1e5
    )
    fee: Annotated[Share, Doc("that it nominates for liquidity")] = 0.001
    mint: Annotated[float, AtLeast(0), Unit("asset"), Doc("what it and its counterpart are given at the beginning")] = (
        1e6
    )


@final
class IdealMarketMaker(PricedAgent[IdealStrategy]):
    """Quotes by optimal control about the outside price, and has a counterpart that trades as the model says.

    Each step Poisson's distribution gives the number of market orders of each side; of these, each fills the maker's order
    at depth d with probability exp(-kappa d). The counterpart then trades so much with it.

    Args:
        name: of the agent and of its random stream; its counterpart's key is called so too, with "/counterpart" after it.
        service: the exchange.
        market_id: where it quotes.
        prices: outside.
        n_ticks: of the run.
        time_step: seconds of a tick.
        strategy: its parameters.

    Attributes:
        arrived, filled: market orders so far, and how many of them it has met, (sells to its bid, buys from its ask).
    """

    def __init__(
        self,
        name: str,
        service: ExchangeService,
        market_id: str,
        prices: PriceSource,
        n_ticks: int,
        time_step: int = MINUTE,
        strategy: IdealStrategy = IdealStrategy(),
    ) -> None:
        super().__init__(name, service, market_id, prices, strategy)
        self._rule = depth_rule(strategy.problem, strategy.is_stationary, n_ticks, time_step)
        self._counterpart = service.create_key(f"{name}/counterpart")
        service.mint(self._counterpart, self.market.config.asset, strategy.mint)
        self.arrived = [0, 0]
        self.filled = [0, 0]

    def takeStep(self, state: SimStateBase) -> None:
        ss, price = self.strategy, self._prices.at(state.tick)
        if ss.commitment_amount > 0:
            commit(self.service, self.party, self.market_id, ss.commitment_amount, ss.fee)
        self.service.cancel_order(self.party, self.market_id)
        if isnan(price) or not self.is_trading():
            return
        depths = self.decide(state)
        rate = ss.problem.arrivals * state.ss.time_step / MINUTE
        for i, (side, depth) in enumerate(((Side.BUY, depths.bid), (Side.SELL, depths.ask))):
            arrived = int(state.rng(self.name).poisson(rate))
            self.arrived[i] += arrived
            if depth is not None:
                chance = exp(-ss.problem.kappa * max(depth, 0.0))
                self._trade(i, side, price, depth, int(state.rng(self.name).binomial(arrived, chance)))

    def decide(self, state: SimStateBase) -> Depths:
        """Return how far from the outside price it wants to bid and to ask."""
        return maker_depths(self._rule, self.volume() / self.strategy.order_size, state)

    def _trade(self, i: int, side: Side, price: float, depth: float, n_fills: int) -> None:
        """Quote so much as will be filled, or one order that will not, and let the counterpart fill it."""
        depth = max(depth, self.tick_size)
        quoted = price - depth if side is Side.BUY else price + depth
        size = max(n_fills, 1) * self.strategy.order_size
        placed = self.send(Intent(side, size, quoted, TimeInForce.GTC))
        if n_fills and placed and not placed.is_rejected:
            self.filled[i] += n_fills
            other = Side.SELL if side is Side.BUY else Side.BUY
            submit = self.service.submit_order
            submit(self._counterpart, self.market_id, other, size, quoted, time_in_force=TimeInForce.IOC)
