"""Who proposes programmes that change what others pay and get."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar, final

import numpy as np

from tokenspice.agents.exchange.party import PartyAgent
from tokenspice.agents.exchange.plumbing import give_votes
from tokenspice.engine import AtLeast, Doc, ParametersBase, Probability, SimStateBase, Unit
from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange import ExchangeService
from tokenspice.markets.exchange.governance.changes import UpdateProgramme
from tokenspice.markets.exchange.programmes.programme import (
    DiscountTier,
    Programme,
    RebateTier,
    ReferralProgramme,
    ReferralTier,
    VolumeDiscountProgramme,
    VolumeRebateProgramme,
)
from tokenspice.markets.exchange.programmes.tiers import FeeFactors
from tokenspice.markets.exchange.purchases import AutomatedPurchase

__all__ = [
    "ProgrammeStrategy",
    "ProtocolAutomatedPurchaseProgramManager",
    "ReferralProgramManager",
    "VolumeDiscountProgramManager",
    "VolumeRebateProgramManager",
]

CLOSES_AFTER, ENACTED_AFTER = 40, 50  # blocks, of a proposal that nobody waits for


@final
@dataclass(frozen=True)
class ProgrammeStrategy(ParametersBase):
    """Whether a programme stays as it was proposed, or is drawn anew."""

    is_fuzzy: Annotated[bool, Doc("whether it goes on to propose tables that it draws")] = False
    step_bias: Annotated[Probability, Doc("chance that it proposes something in a step, where it is fuzzy")] = 0.5
    attempts_per_step: Annotated[
        int, AtLeast(1), Unit("proposals"), Doc("that it draws in such a step until one is taken")
    ] = 100
    stake_key: Annotated[bool, Doc("whether it stakes its governance tokens")] = False
    votes: Annotated[float, AtLeast(0), Unit("VOTE"), Doc("governance tokens that it is given")] = 1e4


Proposed = TypeVar("Proposed", bound=Programme)


class ProgrammeManager(PartyAgent, Generic[Proposed]):
    """Proposes a programme when it is made. EXTEND it, set `programme` in the class, and implement `propose` and `draw`.

    Args:
        name: of the agent, of its key and of its random stream.
        service: the exchange.
        programme: what it proposes; that of its class unless given.
        strategy: its parameters.

    Attributes:
        n_taken, n_refused: proposals so far.
    """

    programme: Proposed

    def __init__(
        self,
        name: str,
        service: ExchangeService,
        programme: Proposed | None = None,
        strategy: ProgrammeStrategy = ProgrammeStrategy(),
    ) -> None:
        super().__init__(name, service)
        self.strategy = strategy
        self.n_taken = self.n_refused = 0
        give_votes(service, self.party, strategy.votes)
        if strategy.stake_key:
            service.stake(self.party, strategy.votes)
        self.propose(self.programme if programme is None else programme)
        self.n_taken += 1

    @abstractmethod
    def propose(self, programme: Proposed) -> None:
        """Put a programme to the vote, vote for it, and wait until it is in force.

        Raises:
            ExchangeError: it was refused.
        """

    @abstractmethod
    def draw(self, rng: np.random.Generator) -> Proposed:
        """Return a programme at random, which need not be a valid one.

        Raises:
            ExchangeError: it cannot even be written down.
        """

    def takeStep(self, state: SimStateBase) -> None:
        rng, ss = state.rng(self.name), self.strategy
        if not ss.is_fuzzy or rng.random() >= ss.step_bias:
            return
        for _ in range(ss.attempts_per_step):
            try:
                self._put_to_vote(self.draw(rng))
            except ExchangeError:
                self.n_refused += 1
            else:
                self.n_taken += 1
                return

    def _put_to_vote(self, programme: Proposed) -> None:
        """Propose a programme and vote for it, without waiting for what becomes of it.

        Raises:
            ExchangeError: it was refused.
        """
        now, block = self.service.get_blockchain_time(), self.service.seconds_per_block
        change = UpdateProgramme(programme)
        id = self.service.submit_proposal(self.party, change, now + CLOSES_AFTER * block, now + ENACTED_AFTER * block)
        self.service.vote(self.party, id)


REFERRALS = ReferralProgramme(
    (
        ReferralTier(0, 1, FeeFactors.of_all(0.05), FeeFactors.of_all(0.05)),
        ReferralTier(10_000, 2, FeeFactors.of_all(0.1), FeeFactors.of_all(0.1)),
    )
)
DISCOUNTS = VolumeDiscountProgramme(
    (DiscountTier(10_000, FeeFactors.of_all(0.05)), DiscountTier(100_000, FeeFactors.of_all(0.1)))
)
REBATES = VolumeRebateProgramme((RebateTier(0.1, 0.0001), RebateTier(0.5, 0.0002)))


@final
class ReferralProgramManager(ProgrammeManager[ReferralProgramme]):
    """Proposes what referrers earn and referees save; see `ProgrammeManager`."""

    programme = REFERRALS

    def propose(self, programme: ReferralProgramme) -> None:
        self.service.update_referral_program(self.party, programme)

    def draw(self, rng: np.random.Generator) -> ReferralProgramme:
        tiers = [
            ReferralTier(volume, int(rng.integers(0, 5)), FeeFactors.of_all(part), FeeFactors.of_all(part))
            for volume, part in zip(volumes(rng), parts(rng), strict=False)
        ]
        return ReferralProgramme(tuple(tiers), window=int(rng.integers(1, 10)))


@final
class VolumeDiscountProgramManager(ProgrammeManager[VolumeDiscountProgramme]):
    """Proposes what those save who trade much; see `ProgrammeManager`."""

    programme = DISCOUNTS

    def propose(self, programme: VolumeDiscountProgramme) -> None:
        self.service.update_volume_discount_program(self.party, programme)

    def draw(self, rng: np.random.Generator) -> VolumeDiscountProgramme:
        tiers = [DiscountTier(v, FeeFactors.of_all(part)) for v, part in zip(volumes(rng), parts(rng), strict=False)]
        return VolumeDiscountProgramme(tuple(tiers), window=int(rng.integers(1, 10)))


@final
class VolumeRebateProgramManager(ProgrammeManager[VolumeRebateProgramme]):
    """Proposes what those get whose orders others trade with; see `ProgrammeManager`."""

    programme = REBATES

    def propose(self, programme: VolumeRebateProgramme) -> None:
        self.service.update_volume_rebate_program(self.party, programme)

    def draw(self, rng: np.random.Generator) -> VolumeRebateProgramme:
        tiers = [RebateTier(share, 0.001 * part) for share, part in zip(parts(rng), parts(rng), strict=False)]
        return VolumeRebateProgramme(tuple(tiers), window=int(rng.integers(1, 10)))


def volumes(rng: np.random.Generator) -> list[float]:
    """Draw up to five volumes, mostly in rising order."""
    drawn: list[float] = (1000 * rng.standard_exponential(rng.integers(1, 6))).tolist()
    return sorted(drawn) if rng.random() < 0.8 else drawn


def parts(rng: np.random.Generator) -> list[float]:
    """Draw five shares in rising order, mostly below 1."""
    drawn: list[float] = np.sort(rng.random(5) * (1 if rng.random() < 0.8 else 2)).tolist()
    return drawn


@final
class ProtocolAutomatedPurchaseProgramManager(PartyAgent):
    """Proposes, when it is made, that the exchange buys with its fees, and does nothing after that.

    Args:
        name: of the agent and of its key.
        service: the exchange.
        programme: what is bought, with which fees, and when.
        votes: governance tokens that it is given.
    """

    def __init__(self, name: str, service: ExchangeService, programme: AutomatedPurchase, votes: float = 1e4) -> None:
        super().__init__(name, service)
        give_votes(service, self.party, votes)
        service.new_protocol_automated_purchase_program(self.party, programme)

    def takeStep(self, state: SimStateBase) -> None:
        pass
