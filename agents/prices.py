"""Prices that are made elsewhere, on markets that a simulation does not hold."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, final

from tokenspice.engine import YEAR, AgentBase, Doc, ParametersBase, SimStateBase, Unit
from tokenspice.markets.processes import GeometricBrownianMotion
from tokenspice.web3engine import Contract, EvmAgentBase, EvmWallet

__all__ = ["GeometricBrownianMotion", "OracleAgent", "PriceAgent", "TransientImpact", "as_answer"]

AGGREGATOR_DECIMALS = 8  # of the answers of Chainlink's aggregators in USD


@final
@dataclass(frozen=True)
class TransientImpact(ParametersBase):
    """How far, and for how long, a pool that others pushed draws the outside price with it."""

    weight: Annotated[
        float, Unit("share"), Doc("of what others push the pool, what the outside price takes over at once; VERBS'")
    ] = 0.1
    decay: Annotated[float, Unit("per year"), Doc("how fast what is left of it fades; VERBS'")] = 2.0


@final
class PriceAgent(AgentBase):
    """Moves an outside price by one step of a process every tick.

    Args:
        name: of the agent and of its random stream.
        start: the first price.
        process: how it moves.
        impact: of a pool upon it.
        pool_price: returns that pool's price; None where no pool has an impact.

    Attributes:
        price: by the process alone.
        traded: with the impact upon it, as traders meet it.
    """

    def __init__(
        self,
        name: str,
        start: float,
        process: GeometricBrownianMotion,
        impact: TransientImpact = TransientImpact(),
        pool_price: Callable[[], float] | None = None,
    ) -> None:
        super().__init__(name)
        self.price = self.traded = start
        self._process = process
        self._impact = impact
        self._pool_price = pool_price
        self._pushed = 0.0

    def takeStep(self, state: SimStateBase) -> None:
        years = state.ss.time_step / YEAR
        if self._pool_price:
            # Counted is what moved the pool away from where the outside price had it.
            faded = self._pushed * math.exp(-self._impact.decay * years)
            self._pushed = faded + (self._pool_price() - self.traded if state.tick else 0.0)
        self.price = self._process.step(self.price, years, float(state.rng(self.name).standard_normal()))
        # However hard a pool was pushed, a price stays positive.
        self.traded = max(self.price + self._impact.weight * self._pushed, self.price / 2)


@final
class OracleAgent(EvmAgentBase):
    """Posts an outside price to an aggregator every tick.

    Args:
        name: of the agent.
        wallet: the aggregator's owner's.
        aggregator: contracts/oracle/Aggregator.sol.
        outside_price: returns the price.
    """

    def __init__(self, name: str, wallet: EvmWallet, aggregator: Contract, outside_price: Callable[[], float]) -> None:
        super().__init__(name, wallet)
        self._aggregator = aggregator
        self._outside_price = outside_price

    def takeStep(self, state: SimStateBase) -> None:
        self.wallet.send(self._aggregator.post(as_answer(self._outside_price())))


def as_answer(price: float) -> int:
    """Return a price as an aggregator holds it: an int with 8 decimals, rounded down, but positive."""
    return max(int(Fraction(price) * 10**AGGREGATOR_DECIMALS), 1)
