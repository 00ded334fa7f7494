"""Does public money last longer when ever more private researchers join?"""

from dataclasses import dataclass

from tokenspice.agents.science.generator import Growth, ResearcherGenerator
from tokenspice.agents.science.proposals import ProjectSetup, ProposalContents, ProposalSetup
from tokenspice.agents.science.scores import Score
from tokenspice.netlists.science.charts import project_charts, science_charts
from tokenspice.netlists.science.log import project_row, science_row
from tokenspice.netlists.science.marks import TreasuryKPIs, treasury_marks
from tokenspice.netlists.science.public_funding import PublicFunding
from tokenspice.netlists.science.state import ScienceStateBase
from tokenspice.netlists.science.strategy import (
    GrowthParameters,
    PreferredDuration,
    PublicParameters,
    ScienceStrategyBase,
)
from tokenspice.web3engine import Chain

KPIs = TreasuryKPIs
netlist_createLogData = science_row
netlist_marks = treasury_marks
netlist_plotInstructions = science_charts
netlist_rp_createLogData = project_row
netlist_rp_plotInstructions = project_charts


@dataclass(frozen=True)
class SimStrategy(GrowthParameters, PublicParameters, ScienceStrategyBase):
    PROPOSAL_SETUP: ProposalSetup = ProjectSetup()  # what is not left to chance
    PREFERRED_DURATION: PreferredDuration = "longer"


class SimState(ScienceStateBase):
    def __init__(self, ss: SimStrategy, chain: Chain | None = None) -> None:
        super().__init__(ss, chain, ProposalContents(time=True, quality=True))
        funding = PublicFunding(self, ss, Score(duration=ss.PREFERRED_DURATION))
        growth = Growth(ss.generator_cond_type, ss.generator_type, ss.time_interval, ss.start_gen, ss.variant)
        market, newcomer = funding.public_market, funding.add_newcomer
        self.addAgent(ResearcherGenerator("generator", growth, funding.treasury, market, newcomer))
        funding.add_markets()
