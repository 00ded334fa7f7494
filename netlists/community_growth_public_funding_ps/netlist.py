"""What do salaries, continued projects and a curious public change?"""

from dataclasses import dataclass
from typing import Annotated

from tokenspice.agents.science.community import CommunityAgent
from tokenspice.agents.science.proposals import ProjectSetup, ProposalContents, ProposalSetup
from tokenspice.agents.science.scores import Score
from tokenspice.engine import Amount, AtLeast, Between, Doc, Unit, tokens
from tokenspice.netlists.science.charts import science_charts
from tokenspice.netlists.science.log import science_row
from tokenspice.netlists.science.marks import TreasuryKPIs, treasury_marks
from tokenspice.netlists.science.public_funding import PublicFunding
from tokenspice.netlists.science.state import ScienceStateBase
from tokenspice.netlists.science.strategy import PreferredDuration, PublicParameters, ScienceStrategyBase
from tokenspice.netlists.science.tables import project_tables
from tokenspice.web3engine import Chain

KPIs = TreasuryKPIs
netlist_createLogData = science_row
netlist_marks = treasury_marks
netlist_plotInstructions = science_charts
netlist_tables = project_tables


@dataclass(frozen=True)
class SimStrategy(PublicParameters, ScienceStrategyBase):
    PROPOSAL_SETUP: ProposalSetup = ProjectSetup()  # what is not left to chance
    PREFERRED_DURATION: PreferredDuration = "longer"
    NO_PRIVATE_RESEARCHERS: int = 0
    CONTINUING_FACTOR: Annotated[
        float,
        Between(0.001, 1000),
        Unit("factor"),
        Doc("by which the score of a continuing proposal is multiplied; below 1 prefers it"),
    ] = 0.6
    treasury_init_OCEAN: Amount = tokens(1_000_000)
    member_init_OCEAN: Annotated[Amount, AtLeast(0), Doc("of the community's member")] = tokens(10_000)


class SimState(ScienceStateBase):
    def __init__(self, ss: SimStrategy, chain: Chain | None = None) -> None:
        super().__init__(ss, chain, ProposalContents(time=True, quality=True, salary=True))
        funding = PublicFunding(self, ss, Score(duration=ss.PREFERRED_DURATION, continuing=ss.CONTINUING_FACTOR))
        funding.add_markets()
        member = CommunityAgent(
            "member",
            self.ledger.wallet("member", ss.member_init_OCEAN),
            treasury=funding.treasury,
            market=funding.public_market,
            price=ss.PRICE_OF_ASSETS,
            projects=self.projects,
            dice=self.dice("member"),
            variant=ss.variant,
        )
        self.addAgent(member)
