"""Who provides a pool's liquidity, and who takes a share of its fees."""

from dataclasses import dataclass
from typing import Annotated, final

from tokenspice.agents.dynamic_pools.market import level_at, minute_of
from tokenspice.engine import (
    AgentBase,
    Between,
    Doc,
    InsufficientFunds,
    ParametersBase,
    Probability,
    Seconds,
    SimStateBase,
    Unit,
    WalletBase,
    in_tokens,
)
from tokenspice.markets.pools import Changes
from tokenspice.protocols.dynamicpool import DynamicPool

__all__ = ["CollectorAgent", "FeeAgent", "LiquidityAgent", "LiquidityTerms", "SupplyAgent"]


@final
@dataclass(frozen=True)
class LiquidityTerms(ParametersBase):
    """How often a provider comes and goes."""

    activity: Annotated[Probability, Unit("per tick"), Doc("chance to join or to leave; hand-set")] = 0.005
    mean_share: Annotated[
        float, Between(0, 1), Unit("share"), Doc("of the pool, the mean size of a deposit, exponential; hand-set")
    ] = 0.02


@final
class LiquidityAgent(AgentBase):
    """Joins a pool by chance, and leaves it by chance with all that it has there.

    Args:
        name: of the agent and of its random stream.
        wallet: its budget.
        pool: where.
        terms: its parameters.

    Attributes:
        n_joins, n_leaves: so far.
        n_refused: joins that its budget did not allow.
    """

    def __init__(
        self, name: str, wallet: WalletBase, pool: DynamicPool, terms: LiquidityTerms = LiquidityTerms()
    ) -> None:
        super().__init__(name, wallet)
        self._own: WalletBase = wallet
        self._pool, self._terms = pool, terms
        self.n_joins = self.n_leaves = self.n_refused = 0

    def takeStep(self, state: SimStateBase) -> None:
        rng = state.rng(self.name)
        if rng.random() >= self._terms.activity:
            return
        size, held = float(rng.exponential()) * self._terms.mean_share, self._pool.shares(self._own)
        if held and rng.random() < 0.5:
            self._pool.leave(self._own, held)
            self.n_leaves += 1
        elif shares := int(self._pool.total_shares() * size):
            self._join(shares)

    def _join(self, shares: int) -> None:
        try:
            self._pool.join(self._own, shares)
            self.n_joins += 1
        except InsufficientFunds:
            self.n_refused += 1


@final
class SupplyAgent(AgentBase):
    """Lets the supply of a pool's shares follow a path, by joining and leaving.

    Args:
        name: of the agent.
        wallet: its budget, and who opened the pool, if the supply falls.
        pool: where.
        supply: in any unit; only its changes matter.
        every: seconds after which changes take place.
    """

    def __init__(self, name: str, wallet: WalletBase, pool: DynamicPool, supply: Changes, every: Seconds = 1) -> None:
        super().__init__(name, wallet)
        self._every = every
        self._own: WalletBase = wallet
        self._pool, self._supply = pool, supply
        self._last = level_at(supply, 0)

    def takeStep(self, state: SimStateBase) -> None:
        now = level_at(self._supply, minute_of(state))
        if now == self._last or not state.every(self._every):
            return
        total = self._pool.total_shares()
        change = round(total * (now / self._last - 1))
        self._last = now
        if change > 0:
            self._pool.join(self._own, change)
        else:
            self._pool.leave(self._own, -change)


@final
class FeeAgent(AgentBase):
    """Sets a pool's fee when it changes.

    Args:
        name: of the agent.
        pool: which.
        fee: a share of what is paid in, by the minute.
    """

    def __init__(self, name: str, pool: DynamicPool, fee: Changes) -> None:
        super().__init__(name)
        self._pool, self._fee = pool, fee
        self._last = level_at(fee, 0)

    def takeStep(self, state: SimStateBase) -> None:
        now = level_at(self._fee, minute_of(state))
        if now != self._last:
            self._pool.set_fee(now)
            self._last = now


@final
class CollectorAgent(AgentBase):
    """Collects the protocol's share of the fees.

    Args:
        name: of the agent.
        pool: which.

    Attributes:
        collected: [n] so far, tokens.
    """

    def __init__(self, name: str, pool: DynamicPool) -> None:
        super().__init__(name)
        self._pool = pool
        self.collected = [0.0] * len(pool.symbols)

    def takeStep(self, state: SimStateBase) -> None:
        if any(self._pool.owed()):
            self.collected = [
                before + in_tokens(amount) for before, amount in zip(self.collected, self._pool.collect(), strict=True)
            ]
