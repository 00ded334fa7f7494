"""Who keeps a pool's weights on their way: the oracle's updater, and the runner's caller."""

from typing import final

from tokenspice.agents.dynamic_pools.market import MarketAgent
from tokenspice.engine import AgentBase, Seconds, SimStateBase
from tokenspice.protocols.dynamicpool import DynamicPool, PoolRefused, WeightRunner

__all__ = ["PriceOracleAgent", "UpdateRunnerAgent"]


@final
class PriceOracleAgent(AgentBase):
    """Posts the market's prices to a runner's feeds.

    Args:
        name: of the agent.
        runner: whose.
        market: whose prices.
        every: seconds between two posts.

    Attributes:
        n_posts: so far.
    """

    def __init__(self, name: str, runner: WeightRunner, market: MarketAgent, every: Seconds) -> None:
        super().__init__(name)
        self._runner, self._market, self._every = runner, market, every
        self.n_posts = 0

    def takeStep(self, state: SimStateBase) -> None:
        if state.every(self._every):
            self._runner.post(self._market.prices)
            self.n_posts += 1


@final
class UpdateRunnerAgent(AgentBase):
    """Asks for new weights as soon as they are due, and lets the pool take the weights of the time.

    Args:
        name: of the agent.
        pool: whose weights move.
        runner: None if they do not.
        every: seconds between two updates.
        poke_every: seconds after which the pool takes the weights of the time again.

    Attributes:
        n_updates, n_refused: made, and refused because prices were too old.
    """

    def __init__(
        self, name: str, pool: DynamicPool, runner: WeightRunner | None, every: Seconds, poke_every: Seconds = 1
    ) -> None:
        super().__init__(name)
        self._pool, self._runner, self._every, self._poke_every = pool, runner, every, poke_every
        self._due = every
        self.n_updates = self.n_refused = 0

    def takeStep(self, state: SimStateBase) -> None:
        if self._runner and state.elapsed >= self._due:
            self._update(self._runner, state.elapsed)
        if state.every(self._poke_every):
            self._pool.poke()

    def _update(self, runner: WeightRunner, now: Seconds) -> None:
        try:
            runner.update()
        except PoolRefused:
            self.n_refused += 1
            return
        self.n_updates += 1
        self._due = now + self._every
