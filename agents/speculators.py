"""Who speculates: with datatokens, or with stakes in their pools."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar, final

from tokenspice.agents.pools import pools
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
from tokenspice.protocols import DUST, Pool
from tokenspice.web3engine import EvmAgentBase, EvmWallet

__all__ = [
    "SpeculatorAgent",
    "SpeculatorBase",
    "SpeculatorStrategy",
    "StakerspeculatorAgent",
    "StakerspeculatorStrategy",
]

ONE = tokens(1)
HEADS = 0.5  # who could both go in and out, decides by a fair coin


@dataclass(frozen=True)
class SpeculatorStrategy(ParametersBase):
    """When and how much a speculator trades. Parts have 18 decimals."""

    s_between_speculates: Annotated[
        Seconds, AtLeast(0), Doc("between two trades, each with a random pool; who has its datatokens tosses a coin")
    ] = DAY
    DT_bought: Annotated[Amount, AtLeast(0), Unit("datatokens"), Doc("how many it buys each time")] = tokens(1)
    part_sold: Annotated[Amount, Between(0, ONE), Doc("of its datatokens of a pool, each time")] = tokens(1)


@dataclass(frozen=True)
class StakerspeculatorStrategy(ParametersBase):
    """When and how much a staker goes in and out. Parts have 18 decimals."""

    s_between_speculates: Annotated[
        Seconds, AtLeast(0), Doc("between two moves, each with a random pool; who has shares of it tosses a coin")
    ] = 8 * HOUR
    part_staked: Annotated[Amount, Between(0, ONE), Doc("of its OCEAN, each time")] = tokens("0.1")
    part_unstaked: Annotated[Amount, Between(0, ONE), Doc("of its shares of a pool, each time")] = tokens("0.1")


Strategy = TypeVar("Strategy", SpeculatorStrategy, StakerspeculatorStrategy)


class SpeculatorBase(EvmAgentBase, Generic[Strategy]):
    """IMPLEMENT the three that say what is held in a pool, and how one gets in and out.

    Args:
        name: of the agent.
        wallet: holds its OCEAN.
        strategy: its parameters.
        rugged_pools: names of pools that it avoids.
    """

    def __init__(self, name: str, wallet: EvmWallet, strategy: Strategy, rugged_pools: list[str] | None = None) -> None:
        super().__init__(name, wallet)
        self._strategy: Strategy = strategy
        self._rugged_pools = [] if rugged_pools is None else rugged_pools
        self._timer = Every(strategy.s_between_speculates)

    def takeStep(self, state: SimStateBase) -> None:
        is_due, choices = self._timer.is_due(state), pools(state, self._rugged_pools)
        if not (is_due and choices):
            return
        self._timer.restart(state)
        rng = state.rng(self.name)
        pool = choices[rng.integers(len(choices))]
        held = self._held(pool)
        if held and rng.random() < HEADS:
            self._go_out(pool, held)
        else:
            self._go_in(pool)

    @abstractmethod
    def _held(self, pool: Pool) -> Amount:
        """Return what it could take out."""

    @abstractmethod
    def _go_out(self, pool: Pool, held: Amount) -> None:
        """Turn some of what is held into OCEAN."""

    @abstractmethod
    def _go_in(self, pool: Pool) -> None:
        """Spend some OCEAN."""


@final
class SpeculatorAgent(SpeculatorBase[SpeculatorStrategy]):
    """Picks a random pool, and buys or sells its datatoken.

    It trades what the pool takes, and buys nothing that it cannot pay.
    """

    def _held(self, pool: Pool) -> Amount:
        return pool.datatokens_of(self.wallet.address)

    def _go_out(self, pool: Pool, held: Amount) -> None:
        amount = min(held * self._strategy.part_sold // ONE, pool.most_datatokens_in())
        if amount >= DUST:
            pool.sell_datatoken(self.wallet, amount)

    def _go_in(self, pool: Pool) -> None:
        amount = min(self._strategy.DT_bought, pool.most_datatokens_out())
        if amount < DUST:
            return
        cost = pool.cost_of(amount)
        if cost <= self.wallet.balance("OCEAN"):
            pool.buy_datatoken(self.wallet, amount, cost)


@final
class StakerspeculatorAgent(SpeculatorBase[StakerspeculatorStrategy]):
    """Picks a random pool, and stakes OCEAN in it or takes some of its stake back.

    It moves what the pool takes.
    """

    def _held(self, pool: Pool) -> Amount:
        return pool.shares_of(self.wallet.address)

    def _go_out(self, pool: Pool, held: Amount) -> None:
        amount = min(held * self._strategy.part_unstaked // ONE, pool.most_shares_in())
        if amount:
            pool.exit_to_ocean(self.wallet, amount)

    def _go_in(self, pool: Pool) -> None:
        amount = min(self.wallet.balance("OCEAN") * self._strategy.part_staked // ONE, pool.most_ocean_in())
        if amount >= DUST:
            pool.join(self.wallet, amount)
