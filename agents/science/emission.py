"""A token economy around research: emission, rewards by a rule, a market that burns, and a price."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, final

import numpy as np

from tokenspice.agents.science.ledger import OCEAN, Ledger
from tokenspice.agents.science.payments import part
from tokenspice.engine import AgentBase, Amount, SimStateBase, WalletBase, nth_part

__all__ = [
    "ContributorAgent",
    "DataShopAgent",
    "EmissionAgent",
    "HalvingEmission",
    "LinearEmission",
    "RewardRule",
    "Schedule",
    "ShopRules",
    "reward_shares",
]

RewardRule = Literal["equal", "by_output", "by_stake", "winner_takes_all"]


class Schedule(ABC):
    """IMPLEMENT `amount`: how much is minted, in base units, the n-th time, counted from 0."""

    @abstractmethod
    def amount(self, n: int) -> Amount: ...


@final
@dataclass(frozen=True)
class LinearEmission(Schedule):
    """The same each time, `n_mints` times, `total` altogether."""

    total: Amount
    n_mints: int

    def amount(self, n: int) -> Amount:
        if n >= self.n_mints:
            return 0
        return nth_part(self.total, n, self.n_mints)


@final
@dataclass(frozen=True)
class HalvingEmission(Schedule):
    """Half as much after every `n_mints` times, as Bitcoin does it; never more than `total` altogether."""

    total: Amount
    n_mints: int

    def amount(self, n: int) -> Amount:
        return self.total // (2 * self.n_mints) >> n // self.n_mints


@final
class ContributorAgent(AgentBase):
    """Publishes research, and buys that of others, which makes it more productive.

    It publishes a Poisson number of assets per tick, on average skill·√(1 + assets bought).

    Args:
        name: of the agent.
        wallet: receives rewards and what its assets earn.
        skill: assets per tick, of one that bought none.
        rng: its own stream.

    Attributes:
        n_assets: published so far.
        n_recent: of these, since the last rewards.
        n_bought: assets of others.
    """

    def __init__(self, name: str, wallet: WalletBase, skill: float, rng: np.random.Generator) -> None:
        super().__init__(name, wallet)
        self.n_assets = 0
        self.n_recent = 0
        self.n_bought = 0
        self._skill = skill
        self._rng = rng

    def takeStep(self, state: SimStateBase) -> None:
        published = int(self._rng.poisson(self._skill * (1 + self.n_bought) ** 0.5))
        self.n_assets += published
        self.n_recent += published


def reward_shares(rule: RewardRule, contributors: Sequence[ContributorAgent]) -> list[int]:
    """Return the weight of each contributor in the next rewards; all zero if there is nobody to reward."""
    if rule == "equal":
        return [1] * len(contributors)
    if rule == "by_stake":
        return [contributor.wallet.balance(OCEAN) for contributor in contributors]
    outputs = [contributor.n_recent for contributor in contributors]
    if rule == "by_output" or not any(outputs):
        return outputs
    best = outputs.index(max(outputs))
    return [int(number == best) for number in range(len(outputs))]


@final
class EmissionAgent(AgentBase):
    """Is the treasury: mints by a schedule, and rewards contributors with that and with a part of what it holds.

    What rounding leaves, and all of it if there is nobody to reward, stays in the treasury.

    Args:
        name: of the agent.
        wallet: the treasury.
        ledger: on which it mints.
        schedule: how much.
        contributors: whom it rewards.
        rule: how.
        spends: the part of what it held before minting that it adds to the rewards.
        period: ticks from one reward to the next.

    Attributes:
        minted: base units so far.
        rewarded: base units so far.
    """

    def __init__(
        self,
        name: str,
        wallet: WalletBase,
        *,
        ledger: Ledger,
        schedule: Schedule,
        contributors: Sequence[ContributorAgent],
        rule: RewardRule,
        spends: Fraction,
        period: int,
    ) -> None:
        super().__init__(name, wallet)
        self.minted: Amount = 0
        self.rewarded: Amount = 0
        self._ledger = ledger
        self._schedule = schedule
        self._contributors = contributors
        self._rule = rule
        self._spends = spends
        self._period = period
        self._n_mints = 0

    def takeStep(self, state: SimStateBase) -> None:
        if state.tick == 0 or state.tick % self._period:
            return
        budget = part(self.wallet.balance(OCEAN), self._spends)
        if new := self._schedule.amount(self._n_mints):
            self._ledger.mint(self.name, new)
        self._n_mints += 1
        self.minted += new
        self._reward(budget + new)

    def _reward(self, budget: Amount) -> None:
        shares = reward_shares(self._rule, self._contributors)
        total = sum(shares)
        for contributor, share in zip(self._contributors, shares, strict=True):
            contributor.n_recent = 0
            if share and (amount := budget * share // total):
                self.wallet.transfer(contributor.wallet, OCEAN, amount)
                self.rewarded += amount


@dataclass(frozen=True)
class ShopRules:
    """How the market works.

    Attributes:
        price: of an asset, in base units.
        spends: the part of their balance that contributors spend each period.
        burns: the part of each sale that is destroyed.
        to_treasury: the part of each sale that the treasury receives.
        period: ticks from one sale to the next.
    """

    price: Amount
    spends: Fraction
    burns: Fraction
    to_treasury: Fraction
    period: int


@final
class DataShopAgent(AgentBase):
    """Sells the assets of all to all, burns a part, and pays the rest to who published them, pro rata.

    Halfway between two rewards, each contributor buys as many assets as its budget allows. What rounding leaves, and
    what nobody could receive because nothing was published, goes to the treasury.

    Args:
        name: of the agent.
        wallet: empty between sales.
        ledger: on which it burns.
        contributors: buyers and sellers.
        treasury: receives its part.
        rules: how it works.

    Attributes:
        burned: base units so far.
        sold: base units paid by buyers so far.
    """

    def __init__(
        self,
        name: str,
        wallet: WalletBase,
        *,
        ledger: Ledger,
        contributors: Sequence[ContributorAgent],
        treasury: WalletBase,
        rules: ShopRules,
    ) -> None:
        super().__init__(name, wallet)
        self.burned: Amount = 0
        self.sold: Amount = 0
        self._ledger = ledger
        self._contributors = contributors
        self._treasury = treasury
        self._rules = rules

    def takeStep(self, state: SimStateBase) -> None:
        if state.tick % self._rules.period != self._rules.period // 2:
            return
        inflow = sum(self._sell_to(contributor) for contributor in self._contributors)
        if inflow:
            self._share(inflow)

    def _sell_to(self, buyer: ContributorAgent) -> Amount:
        n = part(buyer.wallet.balance(OCEAN), self._rules.spends) // self._rules.price
        if n:
            buyer.wallet.transfer(self.wallet, OCEAN, n * self._rules.price)
            buyer.n_bought += n
        return n * self._rules.price

    def _share(self, inflow: Amount) -> None:
        burned = part(inflow, self._rules.burns)
        if burned:
            self._ledger.burn(self.name, burned)
        self.sold += inflow
        self.burned += burned
        to_sellers = inflow - burned - part(inflow, self._rules.to_treasury)
        n_assets = sum(contributor.n_assets for contributor in self._contributors)
        for seller in self._contributors:
            if n_assets and (amount := to_sellers * seller.n_assets // n_assets):
                self.wallet.transfer(seller.wallet, OCEAN, amount)
        if left := self.wallet.balance(OCEAN):
            self.wallet.transfer(self._treasury, OCEAN, left)
