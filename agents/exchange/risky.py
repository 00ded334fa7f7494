"""A trader who puts all its money at stake, until it is closed out."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Literal, final

from tokenspice.agents.exchange.party import Intent, StrategyAgent, TraderAgent
from tokenspice.engine import Above, Doc, ParametersBase, Probability, SimStateBase, Unit
from tokenspice.markets.exchange import Side

__all__ = ["RiskyMarketOrderTrader", "RiskyStrategy"]


@final
@dataclass(frozen=True)
class RiskyStrategy(ParametersBase):
    """Which way it bets, and how much on each card."""

    side: Annotated[Literal["buy", "sell"], Doc("which way it bets")] = "buy"
    leverage_factor: Annotated[
        float, Above(0), Doc("of the position that its free money could carry by the risk factor, what it opens")
    ] = 0.5
    step_bias: Annotated[Probability, Doc("chance to let a step pass")] = 0.05
    mint: Annotated[float, Above(0), Unit("asset"), Doc("what it is given at the beginning, and after each ruin")] = 1e5


@final
class RiskyMarketOrderTrader(StrategyAgent[RiskyStrategy], TraderAgent):
    """Puts free money into its position each step; when it has lost all, it is given money anew.

    Attributes:
        close_outs: how often it has lost all.
    """

    strategy = RiskyStrategy()
    close_outs = 0

    def takeStep(self, state: SimStateBase) -> None:
        if not self._free() and not self.funds():
            self.close_outs += 1
            self.mint(self.strategy.mint)
            return
        super().takeStep(state)

    def decide(self, state: SimStateBase) -> Iterable[Intent]:
        if state.rng(self.name).random() < self.strategy.step_bias:
            return ()
        general, mid = self._free(), self.mid()
        if not (general > 0 and mid > 0):
            return ()
        factors = self.service.get_risk_factors(self.market_id)
        side = Side(self.strategy.side)
        factor = factors.long if side is Side.BUY else factors.short
        return (Intent(side, general * self.strategy.leverage_factor / factor / mid),)

    def _free(self) -> float:
        """What it has put nowhere aside."""
        return self.service.balance(self.party, self.market.config.asset)
