"""What the states of the science-funding netlists have in common."""

from tokenspice.agents.science.community import CommunityAgent
from tokenspice.agents.science.dice import dice_by_name
from tokenspice.agents.science.ledger import open_ledger
from tokenspice.agents.science.markets import MarketAgent
from tokenspice.agents.science.private import PrivateResearcherAgent
from tokenspice.agents.science.projects import Projects
from tokenspice.agents.science.proposals import ProposalContents
from tokenspice.agents.science.researchers import ResearcherBase
from tokenspice.agents.science.treasury import TreasuryBase
from tokenspice.engine import AgentBase, NetlistError, SimStateBase
from tokenspice.netlists.science.strategy import ScienceStrategyBase
from tokenspice.web3engine import Chain

__all__ = ["ScienceStateBase"]


class ScienceStateBase(SimStateBase):
    """EXTEND `__init__`: call super, then add the agents with `netlists/science/wiring.py`, and set `kpis`.

    Args:
        ss: the run's parameters.
        chain: where OCEAN lives if the strategy says so; None otherwise.
        contents: what proposals state.

    Attributes:
        ledger: makes the wallets.
        dice: returns an agent's dice, by its name.
        researchers: those who propose, in the order in which they step.
        private_researchers: those who do not.
        markets: in the order in which they step; of two, the private one comes first.
        projects: what was funded.
    """

    ss: ScienceStrategyBase

    def __init__(self, ss: ScienceStrategyBase, chain: Chain | None, contents: ProposalContents) -> None:
        super().__init__(ss, *([chain] if chain else []))
        self.ledger = open_ledger(chain)
        self.dice = dice_by_name(self.rng, ss.seed, ss.variant.shares_dice)
        self.contents = contents
        self.projects = Projects()
        self.researchers: list[ResearcherBase] = []
        self.private_researchers: list[PrivateResearcherAgent] = []
        self.markets: list[MarketAgent] = []
        self._treasury: TreasuryBase | None = None
        self.staker: AgentBase | None = None
        self.member: CommunityAgent | None = None

    @property
    def treasury(self) -> TreasuryBase:
        """Whoever pays the grants."""
        if self._treasury is None:
            raise NetlistError("this state has no treasury. Add one of agents/science/treasury.py first.")
        return self._treasury

    def addAgent(self, agent: AgentBase) -> None:
        super().addAgent(agent)
        match agent:
            case TreasuryBase():
                self._treasury = agent
            case ResearcherBase():
                self.researchers.append(agent)
            case PrivateResearcherAgent():
                self.private_researchers.append(agent)
            case MarketAgent():
                self.markets.append(agent)
            case CommunityAgent():
                self.member = agent
