"""Who keeps a pool on the book."""

from dataclasses import dataclass
from math import isnan
from typing import Annotated, final

from tokenspice.agents.exchange.party import PricedAgent
from tokenspice.engine import Above, AtLeast, Between, Doc, ParametersBase, Probability, Share, SimStateBase, Unit
from tokenspice.engine.errors import StrategyError
from tokenspice.markets.exchange import Reason

__all__ = ["AutomatedMarketMaker", "PoolStrategy"]


@final
@dataclass(frozen=True)
class PoolStrategy(ParametersBase):
    """A pool with bounds about a base price."""

    commitment_amount: Annotated[float, Above(0), Unit("asset"), Doc("that stands behind the pool")] = 7000.0
    slippage_tolerance: Annotated[Share, Doc("of the price that it may pay to come to its base")] = 0.05
    proposed_fee: Annotated[Share, Doc("that it nominates for liquidity")] = 1e-4
    lower_bound_scaling: Annotated[
        float, Between(0, 1), Doc("of the base, where it stops to buy; 0 for no lower bound")
    ] = 0.98
    upper_bound_scaling: Annotated[
        float, AtLeast(0), Doc("of the base, where it stops to sell; 0 for no upper bound")
    ] = 1.02
    leverage_at_lower_bound: Annotated[float, Above(0), Doc("of its position there")] = 20.0
    leverage_at_upper_bound: Annotated[float, Above(0), Doc("of its position there")] = 20.0
    update_bias: Annotated[Probability, Doc("chance to put the base to the present price in a step")] = 0.0
    mint: Annotated[float, AtLeast(0), Unit("asset"), Doc("what it is given at the beginning")] = 1e6

    def __post_init__(self) -> None:
        super().__post_init__()
        if not (self.lower_bound_scaling or self.upper_bound_scaling):
            raise StrategyError(
                "a pool has a lower or an upper bound. Write a lower_bound_scaling or an upper_bound_scaling."
            )
        if 0 < self.upper_bound_scaling <= 1 or self.lower_bound_scaling == 1:
            raise StrategyError(
                f"lower_bound_scaling = {self.lower_bound_scaling:g} and upper_bound_scaling = {self.upper_bound_scaling:g}: "
                "write one below 1 and one above 1."
            )


@final
class AutomatedMarketMaker(PricedAgent[PoolStrategy]):
    """Opens a pool at the outside price, and puts it to the price of the moment now and then.

    Attributes:
        has_pool: whether its pool was opened.
    """

    strategy = PoolStrategy()
    has_pool = False

    def takeStep(self, state: SimStateBase) -> None:
        base = self._prices.at(state.tick)
        if isnan(base) or not self.is_open():
            return
        if not self.has_pool:
            self.has_pool = self._open(base) is Reason.NONE
        elif self.decide(state):
            self._amend(base)

    def decide(self, state: SimStateBase) -> bool:
        """Return whether it puts its pool to the present price."""
        bias = self.strategy.update_bias
        return bias > 0 and state.rng(self.name).random() < bias

    def _bounds(self, base: float) -> tuple[float | None, float | None]:
        ss = self.strategy
        return base * ss.lower_bound_scaling or None, base * ss.upper_bound_scaling or None

    def _open(self, base: float) -> Reason:
        ss, (lower, upper) = self.strategy, self._bounds(base)
        return self.service.submit_amm(
            self.party,
            self.market_id,
            ss.commitment_amount,
            base,
            lower,
            upper,
            ss.leverage_at_lower_bound if lower else None,
            ss.leverage_at_upper_bound if upper else None,
            ss.slippage_tolerance,
            ss.proposed_fee,
        )

    def _amend(self, base: float) -> Reason:
        lower, upper = self._bounds(base)
        return self.service.amend_amm(
            self.party,
            self.market_id,
            self.strategy.slippage_tolerance,
            base=base,
            lower_bound=lower,
            upper_bound=upper,
        )
