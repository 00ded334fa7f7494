"""How long does public money last if what is spent on public research returns to the treasury?"""

from dataclasses import dataclass

from tokenspice.agents.science.proposals import ProjectSetup, ProposalContents, ProposalSetup
from tokenspice.agents.science.scores import Score
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


class SimState(ScienceStateBase):
    def __init__(self, ss: SimStrategy, chain: Chain | None = None) -> None:
        super().__init__(ss, chain, ProposalContents(time=True, quality=True))
        PublicFunding(self, ss, Score(duration=ss.PREFERRED_DURATION)).add_markets()
