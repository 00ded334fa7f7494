"""A liquidity provider who lives on fees and holds no position."""

from dataclasses import dataclass
from math import isnan
from typing import Annotated, final

from tokenspice.agents.exchange.commitment import commit, obligation
from tokenspice.agents.exchange.party import Intent, StrategyAgent
from tokenspice.engine import MINUTE, AtLeast, Doc, ParametersBase, Seconds, Share, SimStateBase, Unit
from tokenspice.markets.exchange import Side, TimeInForce
from tokenspice.markets.quoting import equal_notional_levels

__all__ = ["ArbitrageLiquidityProvider", "ArbitrageLiquidityStrategy"]


@final
@dataclass(frozen=True)
class ArbitrageLiquidityStrategy(ParametersBase):
    """How much of its money it commits, and how often it looks."""

    commitment_ratio: Annotated[Share, Doc("of all its money, what it commits")] = 0.8
    fee: Annotated[Share, Doc("that it nominates for liquidity")] = 0.001
    safety: Annotated[float, AtLeast(0), Doc("by which share its quotes are worth more than its obligation")] = 0.1
    half_spread: Annotated[Share, Doc("from the mid to its quotes, a share of it")] = 0.01
    interval: Annotated[Seconds, AtLeast(1), Doc("from one look to the next")] = MINUTE
    mint: Annotated[float, AtLeast(0), Unit("asset"), Doc("what it is given at the beginning")] = 1e5


@final
class ArbitrageLiquidityProvider(StrategyAgent[ArbitrageLiquidityStrategy]):
    """Every so often it commits a share of all its money, sells what it holds at the market, and quotes anew."""

    strategy = ArbitrageLiquidityStrategy()

    def takeStep(self, state: SimStateBase) -> None:
        if not (state.every(self.strategy.interval) and self.is_open()):
            return
        committed = self.decide()
        if committed > 0:
            commit(self.service, self.party, self.market_id, committed, self.strategy.fee)
        self.service.cancel_order(self.party, self.market_id)
        if self.is_trading():
            self.flatten()
        self._quote(committed)

    def decide(self) -> float:
        """Return what it wants to have committed."""
        return self.strategy.commitment_ratio * self.funds()

    def _quote(self, committed: float) -> None:
        mid, ss = self.mid(), self.strategy
        if isnan(mid) or committed <= 0:
            return
        wanted = (1 + ss.safety) * obligation(self.service, committed)
        for side, away in ((Side.BUY, -1), (Side.SELL, 1)):
            for price, size in equal_notional_levels([mid * (1 + away * ss.half_spread)], wanted):
                self.send(Intent(side, size, price, TimeInForce.GTC))
