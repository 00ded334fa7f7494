"""Proposals and transfers that may mean nothing, and markets that take another's place."""

from abc import abstractmethod
from dataclasses import dataclass, replace
from typing import Annotated, Any, final

import numpy as np

from tokenspice.agents.exchange.party import ExchangeAgent, StrategyAgent
from tokenspice.agents.exchange.plumbing import give_votes
from tokenspice.engine import AtLeast, Doc, ParametersBase, Probability, SimStateBase, StrategyError, Unit
from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange import AccountType, ExchangeService
from tokenspice.markets.exchange.config import Successor
from tokenspice.markets.exchange.governance.changes import NewMarket
from tokenspice.markets.exchange.rewards.strategy import (
    DispatchStrategy,
    Distribution,
    EntityScope,
    RankShare,
    RewardMetric,
)

__all__ = ["FuzzyGovernanceTransfer", "FuzzyRewardFunder", "FuzzyTransferStrategy", "SuccessorMarketCreator"]

ACCOUNTS = tuple(AccountType)
METRICS = tuple(RewardMetric)
EXTREME = 1e12


@final
class SuccessorMarketCreator(ExchangeAgent):
    """Now and then proposes a market that takes the place of the one it was given, and votes for it.

    Args:
        name: of the agent and of its random stream.
        service: the exchange.
        market_id: whose place is taken.
        successor_probability: chance to do so in a step.
        votes: governance tokens that it is given.

    Attributes:
        n_proposed, n_refused: markets so far that were put to the vote, and that were not.
    """

    def __init__(
        self,
        name: str,
        service: ExchangeService,
        market_id: str,
        successor_probability: float = 0.02,
        votes: float = 1e4,
    ) -> None:
        super().__init__(name, service, market_id)
        if not 0 <= successor_probability <= 1:
            raise StrategyError(
                f"{name}: successor_probability = {successor_probability:g}. Write a number from 0 to 1."
            )
        self._probability = successor_probability
        give_votes(service, self.party, votes)
        self.n_proposed = self.n_refused = 0

    def takeStep(self, state: SimStateBase) -> None:
        rng = state.rng(self.name)
        if rng.random() >= self._probability:
            return
        successor = Successor(self.market_id, float(rng.random()))
        config = replace(self.market.config, name=f"{self.name}-{self.n_proposed}", successor=successor)
        now, block = self.service.get_blockchain_time(), self.service.seconds_per_block
        try:
            id = self.service.submit_proposal(self.party, NewMarket(config), now + 40 * block, now + 50 * block)
        except ExchangeError:
            self.n_refused += 1
        else:
            self.service.vote(self.party, id)
            self.n_proposed += 1


@final
@dataclass(frozen=True)
class FuzzyTransferStrategy(ParametersBase):
    """How often it tries, and how much of that is valid."""

    step_bias: Annotated[Probability, Doc("chance to do something in a step")] = 0.1
    validity: Annotated[Probability, Doc("chance of each field to be valid")] = 0.8
    attempts_per_step: Annotated[int, AtLeast(1), Unit("attempts"), Doc("in such a step, until one is taken")] = 20
    mint: Annotated[float, AtLeast(0), Unit("asset"), Doc("what it is given at the beginning")] = 1e6


class FuzzyFunder(StrategyAgent[FuzzyTransferStrategy]):
    """Tries a few times in a step, now and then. EXTEND it, and implement `attempt`.

    Attributes:
        n_taken, n_refused: attempts so far.
    """

    strategy = FuzzyTransferStrategy()
    n_taken = n_refused = 0

    @abstractmethod
    def attempt(self, rng: np.random.Generator) -> bool:
        """Try something; return whether it was taken.

        Raises:
            ExchangeError: it can mean nothing.
        """

    def takeStep(self, state: SimStateBase) -> None:
        rng, ss = state.rng(self.name), self.strategy
        if rng.random() >= ss.step_bias:
            return
        for _ in range(ss.attempts_per_step):
            try:
                is_taken = self.attempt(rng)
            except ExchangeError:
                is_taken = False
            if is_taken:
                self.n_taken += 1
                return
            self.n_refused += 1

    def is_valid(self, rng: np.random.Generator) -> bool:
        """Draw whether a field is valid."""
        return bool(rng.random() < self.strategy.validity)

    def amount(self, rng: np.random.Generator) -> float:
        return round(float(100 * rng.random()) if self.is_valid(rng) else EXTREME * float(rng.random()), 2)


@final
class FuzzyRewardFunder(FuzzyFunder):
    """Orders recurring payments to reward pools for anything, to anybody; see `FuzzyFunder`."""

    def attempt(self, rng: np.random.Generator) -> bool:
        asset = self.market.config.asset
        return not self.service.recurring_transfer(
            self.party,
            "network",
            asset,
            self.amount(rng),
            to_type=AccountType.REWARD_POOL if self.is_valid(rng) else ACCOUNTS[int(rng.integers(len(ACCOUNTS)))],
            factor=1 if self.is_valid(rng) else round(2 * float(rng.random()) - 1, 3),
            dispatch_strategy=self._dispatch(rng, asset),
        )

    def _dispatch(self, rng: np.random.Generator, asset: str) -> DispatchStrategy:
        """Return whom a pool rewards.

        Raises:
            ExchangeError: it cannot be so.
        """
        ranks = np.cumsum(rng.integers(0 if not self.is_valid(rng) else 1, 5, 4)).tolist()
        return DispatchStrategy(
            METRICS[int(rng.integers(len(METRICS)))],
            asset if self.is_valid(rng) else "nothing",
            entity_scope=EntityScope.INDIVIDUALS if rng.random() < 0.7 else EntityScope.TEAMS,
            window_length=int(rng.integers(1, 5)) if self.is_valid(rng) else int(rng.integers(-5, 200)),
            lock_period=int(rng.integers(0, 4)),
            distribution=Distribution.RANK if rng.random() < 0.5 else Distribution.PRO_RATA,
            rank_table=tuple(RankShare(rank, int(rng.integers(0, 50))) for rank in ranks),
        )


@final
class FuzzyGovernanceTransfer(FuzzyFunder):
    """Proposes transfers from the exchange's own accounts, and asks nobody; see `FuzzyFunder`."""

    def attempt(self, rng: np.random.Generator) -> bool:
        terms: dict[str, Any] = {
            "source": AccountType.NETWORK_TREASURY
            if self.is_valid(rng)
            else ACCOUNTS[int(rng.integers(len(ACCOUNTS)))],
            "target": AccountType.GENERAL if self.is_valid(rng) else ACCOUNTS[int(rng.integers(len(ACCOUNTS)))],
        }
        if self.is_valid(rng):
            terms["target_party"] = self.party
        self.service.propose_transfer("", self.market.config.asset, self.amount(rng), **terms)
        return True
