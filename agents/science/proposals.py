"""What a researcher asks for, and what it promises."""

from dataclasses import asdict, dataclass
from typing import Annotated, Protocol, final

from tokenspice.agents.science.dice import Dice
from tokenspice.engine import Amount, AtLeast, Doc, ParametersBase, Share, Unit, WalletBase, tokens

__all__ = ["Applicant", "Draft", "ProjectSetup", "Proposal", "ProposalContents", "ProposalSetup", "QualitySetup"]

GRANT = (10_000, 50_000)  # OCEAN
ASSETS = (1, 10)
RESEARCHERS = (1, 10)
TIME = (5_000, 15_000)  # ticks
SALARY = tokens(2_000)  # per month of 30 days of 24 ticks
TICKS_PER_MONTH = 24 * 30


@dataclass
class Proposal:
    """One request for a grant.

    Attributes:
        grant: asked for, in base units, the salary included.
        assets: that the project will publish.
        knowledge_access: the researcher's when it proposed.
        researchers: who would work on it.
        time: ticks that the project takes.
        integration, novelty: from 0 to 1; quality, as those see it who decide.
        impact: from 0 to 10: ten times the better of the two.
        continuing: whether it says that it goes on from an earlier project.
        salary: the part of the grant that the researcher keeps, in base units.
    """

    grant: Amount
    assets: int
    knowledge_access: float
    researchers: int = 10
    time: int = 0
    integration: float = 0.0
    novelty: float = 0.0
    impact: float = 0.0
    continuing: bool = False
    salary: Amount = 0


class Applicant(Protocol):
    """Who asks for a grant, as whoever pays it sees it."""

    @property
    def name(self) -> str: ...

    @property
    def wallet(self) -> WalletBase: ...

    @property
    def proposal(self) -> Proposal | None:
        """What it asks for at present; None if nothing."""

    @property
    def has_finished(self) -> bool:
        """Whether its funded project is over."""


@dataclass(frozen=True)
class ProposalSetup(ParametersBase):
    """What every proposal says instead of what is drawn; zero leaves it to chance."""

    grant_requested: Annotated[
        Amount, AtLeast(0), Unit("OCEAN"), Doc("without the salary, where there is one; 0: drawn, 10,000 … 50,000")
    ] = 0
    assets_generated: Annotated[int, AtLeast(0), Unit("assets"), Doc("0: drawn, 1 … 10")] = 0
    no_researchers: Annotated[
        int, AtLeast(0), Unit("researchers"), Doc("the same for all, so it changes no ranking; 0: drawn, 1 … 10")
    ] = 10


@dataclass(frozen=True)
class QualitySetup(ProposalSetup):
    """The same, of proposals that state their quality."""

    integration: Annotated[Share, Doc("0: drawn")] = 0.0
    novelty: Annotated[Share, Doc("0: drawn")] = 0.0


@dataclass(frozen=True)
class ProjectSetup(QualitySetup):
    """The same, of proposals that state how long their project takes too."""

    time: Annotated[int, AtLeast(0), Unit("ticks"), Doc("how long the project takes; 0: drawn, 5,000 … 15,000")] = 0


@dataclass(frozen=True)
class ProposalContents:
    """What a proposal states besides its grant and its assets."""

    time: bool = False
    quality: bool = False  # integration, novelty, impact
    salary: bool = False  # and whether it continues an earlier project; states time too


@final
class Draft:
    """Draws one researcher's proposals, in the order of draws of DARC-SPICE.

    Args:
        contents: what they state.
        setup: what is not left to chance. It is drawn all the same, so that the other draws stay what they were.
        dice: the researcher's random stream.
    """

    def __init__(self, contents: ProposalContents, setup: ProposalSetup, dice: Dice) -> None:
        self._contents = contents
        self._fixed = asdict(setup)
        self._dice = dice
        self._integration: float | None = None
        self._novelty: float | None = None

    def __call__(self, knowledge_access: float, may_continue: bool = True) -> Proposal:
        """Return a new proposal.

        Args:
            knowledge_access: the researcher's at present.
            may_continue: whether there is an earlier project that it could go on from.
        """
        dice, contents, fixed = self._dice, self._contents, self._fixed
        drawn = dice.randint(*GRANT) * 10**18
        proposal = Proposal(fixed["grant_requested"] or drawn, 0, knowledge_access)
        proposal.researchers = fixed["no_researchers"] or dice.randint(*RESEARCHERS)
        if contents.salary:
            proposal.time = self._time()
            proposal.continuing = dice.choice([True, False]) and may_continue
            proposal.salary = SALARY * proposal.time // TICKS_PER_MONTH
            proposal.grant += proposal.salary
        assets = dice.randint(*ASSETS)
        proposal.assets = fixed["assets_generated"] or assets
        if contents.time and not contents.salary:
            proposal.time = self._time()
        if contents.quality:
            self._integration, self._novelty = self._like(self._integration), self._like(self._novelty)
            proposal.integration = fixed["integration"] or self._integration
            proposal.novelty = fixed["novelty"] or self._novelty
            proposal.impact = 10 * max(proposal.integration, proposal.novelty)
        return proposal

    def _time(self) -> int:
        drawn = self._dice.randint(*TIME)
        return int(self._fixed["time"] or drawn)

    def _like(self, last: float | None) -> float:
        # A researcher's work stays in the half of the scale in which it began.
        if last is None:
            return self._dice.random()
        return self._dice.uniform(0.0, 0.5) if last < 0.5 else self._dice.uniform(0.5, 1.0)
