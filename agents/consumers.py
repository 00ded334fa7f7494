"""Who consumes data: buys datatokens, hands them in, and earns with what they open."""

from dataclasses import dataclass
from typing import Annotated, final

from tokenspice.agents.pools import pools
from tokenspice.agents.schedule import Every
from tokenspice.engine import DAY, Amount, AtLeast, Doc, ParametersBase, Seconds, SimStateBase, Unit, tokens
from tokenspice.protocols import Pool
from tokenspice.web3engine import EvmAgentBase, EvmWallet

__all__ = ["DataconsumerAgent", "DataconsumerStrategy"]

ONE = tokens(1)


@dataclass(frozen=True)
class DataconsumerStrategy(ParametersBase):
    """When a consumer buys, and what that brings it."""

    s_between_buys: Annotated[
        Seconds,
        AtLeast(0),
        Doc("between two purchases, each of a datatoken of a random pool that sells one for less than it has"),
    ] = 3 * DAY
    profit_margin_on_consume: Annotated[
        Amount, AtLeast(-ONE), Unit("OCEAN per OCEAN"), Doc("what consuming earns beyond what it cost")
    ] = tokens("0.2")


@final
class DataconsumerAgent(EvmAgentBase):
    """Buys one datatoken of a random pool that it can afford and consumes it.

    The datatoken goes to the pool's publisher. What the data earn, the cost and a margin, comes from outside of the data
    market: `income` pays it.

    Args:
        name: of the agent.
        wallet: holds its OCEAN.
        income: pays what consuming earns.
        strategy: its parameters.
        rugged_pools: names of pools that it avoids.
    """

    def __init__(
        self,
        name: str,
        wallet: EvmWallet,
        income: EvmWallet,
        strategy: DataconsumerStrategy = DataconsumerStrategy(),
        rugged_pools: list[str] | None = None,
    ) -> None:
        super().__init__(name, wallet)
        self._income = income
        self._strategy = strategy
        self._rugged_pools = [] if rugged_pools is None else rugged_pools
        self._timer = Every(strategy.s_between_buys)

    def takeStep(self, state: SimStateBase) -> None:
        if not self._timer.is_due(state):
            return
        if affordable := self._affordable(state):
            self._timer.restart(state)
            self._consume(*affordable[state.rng(self.name).integers(len(affordable))])

    def _affordable(self, state: SimStateBase) -> list[tuple[Pool, Amount]]:
        """The pools that sell a whole datatoken for less OCEAN than there is, with what it costs."""
        ocean = self.wallet.balance("OCEAN")
        open_pools = [pool for pool in pools(state, self._rugged_pools) if pool.most_datatokens_out() >= ONE]
        return [(pool, cost) for pool in open_pools if (cost := pool.cost_of(ONE)) < ocean]

    def _consume(self, pool: Pool, cost: Amount) -> None:
        if not pool.buy_datatoken(self.wallet, ONE, cost):
            return
        self.wallet.send(pool.datatoken.transfer(pool.publisher, ONE))
        earned = cost + cost * self._strategy.profit_margin_on_consume // ONE
        self._income.transfer(self.wallet, "OCEAN", earned)
