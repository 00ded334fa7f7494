"""Who publishes data: opens pools for it, and lives on their shares and datatokens."""

from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar, final

from tokenspice.agents.pools import PoolAgent, pools
from tokenspice.agents.schedule import Every
from tokenspice.engine import (
    DAY,
    HOUR,
    Amount,
    AtLeast,
    Between,
    Doc,
    ParametersBase,
    Seconds,
    SimStateBase,
    Unit,
    tokens,
)
from tokenspice.protocols import DUST, DataMarket, OceanV3Terms, OceanV4Terms, Pool, Vesting
from tokenspice.web3engine import EvmAgentBase, EvmWallet

__all__ = ["PublisherAgent", "PublisherStrategy", "PublisherStrategyBase", "PublisherStrategyV4"]

OCEAN_TO_CREATE = tokens(200)  # a publisher with less does not open a pool
OCEAN_KEPT = tokens(1)  # what opening a pool leaves in the wallet
ONE = tokens(1)  # a whole, of which a strategy's parts are parts


@dataclass(frozen=True)
class PublisherStrategyBase(ParametersBase):
    """What any publisher does, and when. Parts have 18 decimals."""

    most_pools: Annotated[int, AtLeast(0), Unit("pools"), Doc("how many it opens")] = 1000
    s_between_create: Annotated[
        Seconds, AtLeast(0), Doc("between two pools; it opens one if it holds 200 OCEAN or more, with all but one")
    ] = 7 * DAY
    s_between_unstake: Annotated[Seconds, AtLeast(0), Doc("between two times that it gives shares back")] = 3 * DAY
    s_between_sellDT: Annotated[Seconds, AtLeast(0), Doc("between two sales of datatokens")] = 15 * DAY
    part_unstaked: Annotated[Amount, Between(0, ONE), Doc("of its shares of a random pool, each time")] = tokens("0.1")
    part_sold: Annotated[Amount, Between(0, ONE), Doc("of its datatokens of a random pool, each time")] = tokens("0.01")
    is_malicious: Annotated[bool, Doc("whether it unstakes and sells only in a window after it opened a pool")] = False
    s_wait_to_rug: Annotated[Seconds, AtLeast(0), Doc("from opening a pool to that window")] = 7 * DAY // 2
    s_rug_time: Annotated[Seconds, AtLeast(0), Doc("length of that window")] = 7 * DAY // 10

    @property
    def s_between_getVesting(self) -> Seconds:
        """Seconds between two claims of datatokens that vest, where the protocol has such."""
        return 0

    @property
    def blocks_before_getVesting(self) -> int:
        """Blocks from a pool's opening to the first claim, where the protocol has such."""
        return 0


@dataclass(frozen=True)
class PublisherStrategy(PublisherStrategyBase, OceanV3Terms):
    """Parameters of a publisher on Ocean V3."""


@dataclass(frozen=True)
class PublisherStrategyV4(PublisherStrategyBase, OceanV4Terms):
    """Parameters of a publisher on Ocean V4."""

    most_pools: int = 1
    part_sold: Amount = tokens("0.1")
    s_between_getVesting: Annotated[Seconds, AtLeast(0), Doc("between two claims of what has vested")] = 12 * HOUR
    blocks_before_getVesting: Annotated[
        int, AtLeast(0), Unit("blocks"), Doc("from a pool's opening to the first claim, at least")
    ] = 0


Strategy = TypeVar("Strategy", bound=PublisherStrategyBase)


@final
class PublisherAgent(EvmAgentBase, Generic[Strategy]):
    """Opens pools with all its OCEAN but one, unstakes from its pools, sells its datatokens, claims those that vest.

    The timers start with the run, not with a pool; a publisher whose first pool takes a week may therefore
    unstake in the same tick.

    Args:
        name: of the agent.
        wallet: holds its OCEAN.
        protocol: where it publishes.
        strategy: its parameters, among them the protocol's terms.
        rugged_pools: the list to which a malicious publisher adds the name of a pool that it has rugged.
    """

    def __init__(
        self,
        name: str,
        wallet: EvmWallet,
        protocol: DataMarket[Strategy],
        strategy: Strategy,
        rugged_pools: list[str] | None = None,
    ) -> None:
        super().__init__(name, wallet)
        self._protocol = protocol
        self._strategy = strategy
        self._rugged_pools = [] if rugged_pools is None else rugged_pools
        self._own_pools: dict[str, Pool] = {}
        self._unpaid: list[Vesting] = []
        self._create_timer = Every(strategy.s_between_create)
        self._unstake_timer = Every(strategy.s_between_unstake)
        self._sell_timer = Every(strategy.s_between_sellDT)
        self._claim_timer = Every(strategy.s_between_getVesting)

    def takeStep(self, state: SimStateBase) -> None:
        self._create_pool_if_due(state)
        self._unstake_if_due(state)
        self._sell_datatokens_if_due(state)
        self._flag_rugged_pool(state)
        self._claim_vesting_if_due(state)

    def _create_pool_if_due(self, state: SimStateBase) -> None:
        ss = self._strategy
        if not self._create_timer.is_due(state) or len(self._own_pools) >= ss.most_pools:
            return
        ocean = self.wallet.balance("OCEAN")
        if ocean >= OCEAN_TO_CREATE:
            self._create_timer.restart(state)
            number = len(state.agents.filter_by_class(PoolAgent))
            pool = self._protocol.open_pool(self.wallet, number, ocean - OCEAN_KEPT, ss)
            state.addAgent(PoolAgent(f"pool{number}", pool))
            self._own_pools[f"pool{number}"] = pool
            if pool.vesting:
                self._unpaid.append(pool.vesting)
                self._claim_timer.restart(state)

    def _unstake_if_due(self, state: SimStateBase) -> None:
        if not self._unstake_timer.is_due(state) or not self._may_act(state):
            return
        staked = [(pool, shares) for pool in pools(state) if (shares := pool.shares_of(self.wallet.address))]
        if staked:
            self._unstake_timer.restart(state)
            pool, shares = staked[state.rng(self.name).integers(len(staked))]
            amount = min(shares * self._strategy.part_unstaked // ONE, pool.most_shares_in())
            if amount:
                pool.exit_to_ocean(self.wallet, amount)

    def _sell_datatokens_if_due(self, state: SimStateBase) -> None:
        if not self._sell_timer.is_due(state) or not self._may_act(state):
            return
        candidates = self._newest_pool() if self._strategy.is_malicious else pools(state)
        sellable = [(pool, held) for pool in candidates if (held := pool.datatokens_of(self.wallet.address))]
        if sellable:
            self._sell_timer.restart(state)
            pool, held = sellable[state.rng(self.name).integers(len(sellable))]
            amount = min(held * self._strategy.part_sold // ONE, pool.most_datatokens_in())
            if amount >= DUST:
                pool.sell_datatoken(self.wallet, amount)

    def _newest_pool(self) -> list[Pool]:
        return list(self._own_pools.values())[-1:]

    def _flag_rugged_pool(self, state: SimStateBase) -> None:
        if not (self._strategy.is_malicious and self._own_pools):
            return
        newest = list(self._own_pools)[-1]
        if self._create_timer.elapsed(state) >= self._strategy.s_wait_to_rug and newest not in self._rugged_pools:
            self._rugged_pools.append(newest)

    def _may_act(self, state: SimStateBase) -> bool:
        ss = self._strategy
        window_ends = ss.s_wait_to_rug + ss.s_rug_time
        return not ss.is_malicious or ss.s_wait_to_rug <= self._create_timer.elapsed(state) <= window_ends

    def _claim_vesting_if_due(self, state: SimStateBase) -> None:
        ss = self._strategy
        if not self._unpaid or not self._claim_timer.is_due(state):
            return
        if ripe := [vesting for vesting in self._unpaid if vesting.blocks_passed() >= ss.blocks_before_getVesting]:
            self._claim_timer.restart(state)
            for vesting in ripe:
                self.wallet.send(vesting.claim())
            self._unpaid = [vesting for vesting in self._unpaid if not vesting.is_over()]
