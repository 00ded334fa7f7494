"""What becomes of a university's money when nothing flows back? The baseline of the science-funding netlists."""

from dataclasses import dataclass

from tokenspice.agents.science.markets import MarketAgent, MarketRules
from tokenspice.agents.science.payments import keep_all
from tokenspice.agents.science.proposals import ProposalContents
from tokenspice.agents.science.researchers import Outlet
from tokenspice.agents.science.scores import Score
from tokenspice.engine import Amount
from tokenspice.netlists.science.charts import science_charts
from tokenspice.netlists.science.log import science_row
from tokenspice.netlists.science.marks import TreasuryKPIs, treasury_marks
from tokenspice.netlists.science.state import ScienceStateBase
from tokenspice.netlists.science.strategy import Researchers, RoundParameters, ScienceStrategyBase
from tokenspice.netlists.science.wiring import add_round_researchers, add_round_treasury, researcher_names
from tokenspice.web3engine import Chain

KPIs = TreasuryKPIs
netlist_createLogData = science_row
netlist_marks = treasury_marks
netlist_plotInstructions = science_charts


@dataclass(frozen=True)
class SimStrategy(RoundParameters, ScienceStrategyBase):
    NUMBER_OF_RESEARCHERS: Researchers = 2
    PROPOSALS_FUNDED_AT_A_TIME: int = 1
    FUNDING_BOUNDARY: Amount = 0
    researcher_init_OCEAN: Amount = 0


class SimState(ScienceStateBase):
    def __init__(self, ss: SimStrategy, chain: Chain | None = None) -> None:
        super().__init__(ss, chain, ProposalContents())
        university = add_round_treasury(self, "university", Score(), ss.TICKS_BETWEEN_PROPOSALS)
        sellers = MarketAgent("sellers", self.ledger.wallet("sellers"), MarketRules(keep_all))
        names = researcher_names(0, ss.NUMBER_OF_RESEARCHERS)
        add_round_researchers(self, names, Outlet(sellers), university, ss.TICKS_BETWEEN_PROPOSALS)
        self.addAgent(sellers)
