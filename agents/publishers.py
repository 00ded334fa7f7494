"""Who publishes data: mints datatokens, opens pools for them, and lives on both."""

from dataclasses import dataclass
from typing import ClassVar, final

from agents.liquidity import PoolAgent
from engine.agent import AgentBase
from engine.errors import StrategyError
from engine.sim_state import SimStateBase
from engine.units import DAY, Amount, Seconds, in_tokens, tokens
from web3engine.contract import Method
from web3engine.protocols.ocean_v3 import OceanV3, Pool
from web3engine.wallet import EvmWallet

__all__ = ["PublisherAgent", "PublisherStrategy"]

OCEAN_TO_CREATE = tokens(200)  # a publisher with less does not open a pool
OCEAN_KEPT = tokens(1)  # what opening a pool leaves in the wallet
SHARES_PER_UNSTAKE = 10  # one part in …
DATATOKENS_PER_SALE = 100  # one part in …


@dataclass(frozen=True)
class PublisherStrategy:
    """What a publisher does, and when. Amounts in base units, weights as Balancer's denormalised ones."""

    DT_init: Amount = tokens(1000)  # datatokens minted for each pool
    DT_stake: Amount = tokens(20)  # of these, how many go into the pool
    pool_weight_DT: Amount = tokens(3)
    pool_weight_OCEAN: Amount = tokens(7)
    s_between_create: Seconds = 7 * DAY
    s_between_unstake: Seconds = 3 * DAY
    s_between_sellDT: Seconds = 15 * DAY
    is_malicious: bool = False  # pulls the rug: unstakes and sells only in a window after creating
    s_wait_to_rug: Seconds = 7 * DAY // 2  # from creation to the window
    s_rug_time: Seconds = 7 * DAY // 10  # the window's length

    def __post_init__(self) -> None:
        if self.DT_stake > self.DT_init:
            raise StrategyError(
                f"DT_stake = {in_tokens(self.DT_stake):g}: a publisher stakes no more than the "
                f"DT_init = {in_tokens(self.DT_init):g} datatokens that it mints."
            )


@final
class PublisherAgent(AgentBase):
    """Opens a pool with all its OCEAN but one, unstakes from its pools, sells its datatokens.

    The timers start with the run, not with a pool; a publisher whose first pool takes a week may therefore
    unstake in the same tick.

    Args:
        name: the agent's.
        wallet: holds its OCEAN.
        protocol: where it publishes.
        strategy: its parameters.
        rugged_pools: the list to which a malicious publisher adds the name of a pool that it has rugged.
    """

    state_names: ClassVar[tuple[str, ...]] = (
        *("_rugged_pools", "_own_pools"),
        *("_s_since_create", "_s_since_unstake", "_s_since_sell"),
    )

    wallet: EvmWallet

    def __init__(
        self,
        name: str,
        wallet: EvmWallet,
        protocol: OceanV3,
        strategy: PublisherStrategy = PublisherStrategy(),
        rugged_pools: list[str] | None = None,
    ) -> None:
        super().__init__(name, wallet)
        self._protocol = protocol
        self._strategy = strategy
        self._rugged_pools = [] if rugged_pools is None else rugged_pools
        self._own_pools: list[str] = []
        self._s_since_create = 0
        self._s_since_unstake = 0
        self._s_since_sell = 0

    def takeStep(self, state: SimStateBase) -> None:
        self._s_since_create += state.ss.time_step
        self._s_since_unstake += state.ss.time_step
        self._s_since_sell += state.ss.time_step
        self._create_pool_if_due(state)
        self._unstake_if_due(state)
        self._sell_datatokens_if_due(state)
        self._flag_rugged_pool()

    def _create_pool_if_due(self, state: SimStateBase) -> None:
        if self._s_since_create < self._strategy.s_between_create:
            return
        ocean = self.wallet.balance("OCEAN")
        if ocean >= OCEAN_TO_CREATE:
            self._s_since_create = 0
            number = len(state.agents.filter_by_class(PoolAgent))
            pool = self._create_pool(number, ocean - OCEAN_KEPT)
            state.addAgent(PoolAgent(f"pool{number}", pool))
            self._own_pools.append(f"pool{number}")

    def _create_pool(self, number: int, ocean: Amount) -> Pool:
        ss = self._strategy
        datatoken = self._protocol.create_datatoken(self.wallet, f"DT{number}", ss.DT_init)
        self.wallet.send(datatoken.mint(self.wallet.address, ss.DT_init))
        stakes, weights = (ss.DT_stake, ocean), (ss.pool_weight_DT, ss.pool_weight_OCEAN)
        return self._protocol.create_pool(self.wallet, f"pool{number}", datatoken, stakes, weights)

    def _unstake_if_due(self, state: SimStateBase) -> None:
        if self._s_since_unstake < self._strategy.s_between_unstake or not self._may_act():
            return
        staked = [(pool, shares) for pool in pools(state) if (shares := self._held(pool.contract.balanceOf))]
        if staked:
            self._s_since_unstake = 0
            pool, shares = staked[state.rng(self.name).integers(len(staked))]
            self.wallet.send(pool.exit_to_ocean(shares // SHARES_PER_UNSTAKE))

    def _sell_datatokens_if_due(self, state: SimStateBase) -> None:
        if self._s_since_sell < self._strategy.s_between_sellDT or not self._may_act():
            return
        sellable = [(pool, held) for pool in pools(state) if (held := self._held(pool.datatoken.balanceOf))]
        if sellable:
            self._s_since_sell = 0
            pool, held = self._choose_sale(state, sellable)
            amount = min(held // DATATOKENS_PER_SALE, pool.most_datatoken_in(self.wallet))
            self.wallet.send(pool.datatoken.approve(pool.contract.address, amount))
            self.wallet.send(pool.sell_datatoken(amount))

    def _choose_sale(self, state: SimStateBase, sellable: list[tuple[Pool, Amount]]) -> tuple[Pool, Amount]:
        if self._strategy.is_malicious:
            newest = state.agents.filter_by_class(PoolAgent)[self._own_pools[-1]].pool
            return next(sale for sale in sellable if sale[0] is newest)
        return sellable[state.rng(self.name).integers(len(sellable))]

    def _flag_rugged_pool(self) -> None:
        if not (self._strategy.is_malicious and self._own_pools):
            return
        newest = self._own_pools[-1]
        if self._s_since_create >= self._strategy.s_wait_to_rug and newest not in self._rugged_pools:
            self._rugged_pools.append(newest)

    def _may_act(self) -> bool:
        ss = self._strategy
        window_ends = ss.s_wait_to_rug + ss.s_rug_time
        return not ss.is_malicious or ss.s_wait_to_rug <= self._s_since_create <= window_ends

    def _held(self, balance_of: Method) -> Amount:
        return int(self.wallet.read(balance_of(self.wallet.address)))


def pools(state: SimStateBase) -> list[Pool]:
    """Return the pools of a state, oldest first."""
    return [agent.pool for agent in state.agents.filter_by_class(PoolAgent).values()]
