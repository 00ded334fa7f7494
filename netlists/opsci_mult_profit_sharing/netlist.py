"""Does funding the best few proposals of each round reach more researchers than funding the best one?"""

from dataclasses import dataclass

from tokenspice.agents.science.payments import split_by_first_payer, split_each
from tokenspice.agents.science.proposals import ProposalContents, ProposalSetup, QualitySetup
from tokenspice.agents.science.scores import Score
from tokenspice.engine import Amount, tokens
from tokenspice.netlists.science.charts import reach_charts
from tokenspice.netlists.science.legacy import credit_each_hour
from tokenspice.netlists.science.log import science_row
from tokenspice.netlists.science.marks import TreasuryKPIs, treasury_marks
from tokenspice.netlists.science.state import ScienceStateBase
from tokenspice.netlists.science.strategy import MarketParameters, Researchers, RoundParameters, ScienceStrategyBase
from tokenspice.netlists.science.wiring import (
    add_round_researchers,
    add_round_treasury,
    knowledge_market,
    knowledge_outlet,
    researcher_names,
)
from tokenspice.web3engine import Chain

KPIs = TreasuryKPIs
netlist_createLogData = science_row
netlist_marks = treasury_marks
netlist_plotInstructions = reach_charts


@dataclass(frozen=True)
class SimStrategy(MarketParameters, RoundParameters, ScienceStrategyBase):
    NUMBER_OF_RESEARCHERS: Researchers = 5
    PROPOSAL_SETUP: ProposalSetup = QualitySetup()  # what is not left to chance
    market_init_OCEAN: Amount = tokens(10_000)


class SimState(ScienceStateBase):
    def __init__(self, ss: SimStrategy, chain: Chain | None = None) -> None:
        super().__init__(ss, chain, ProposalContents(quality=True))
        period = ss.TICKS_BETWEEN_PROPOSALS
        treasury = add_round_treasury(self, "dao_treasury", Score(), period)
        split = split_by_first_payer if ss.variant.splits_by_first_payer else split_each
        credits = credit_each_hour(treasury) if ss.variant.credits_without_payment else None
        market = knowledge_market(self, ss, split, credits)
        names = researcher_names(0, ss.NUMBER_OF_RESEARCHERS)
        add_round_researchers(self, names, knowledge_outlet(ss, market), treasury, period)
        self.addAgent(market)
