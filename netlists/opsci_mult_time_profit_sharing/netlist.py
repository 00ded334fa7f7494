"""What if projects take time, and a place is filled again as soon as one ends?"""

from dataclasses import dataclass
from typing import Annotated

from tokenspice.agents.science.payments import ANY_ASSET, split_each
from tokenspice.agents.science.proposals import ProjectSetup, ProposalContents, ProposalSetup
from tokenspice.agents.science.scores import Score
from tokenspice.engine import Doc
from tokenspice.netlists.science.charts import science_charts
from tokenspice.netlists.science.legacy import credit_when_funded
from tokenspice.netlists.science.log import science_row
from tokenspice.netlists.science.marks import TreasuryKPIs, treasury_marks
from tokenspice.netlists.science.state import ScienceStateBase
from tokenspice.netlists.science.strategy import (
    MarketParameters,
    PreferredDuration,
    RandomBuying,
    Researchers,
    ScienceStrategyBase,
)
from tokenspice.netlists.science.tables import project_tables
from tokenspice.netlists.science.wiring import (
    add_rolling_researchers,
    add_rolling_treasury,
    knowledge_market,
    knowledge_outlet,
    researcher_names,
)
from tokenspice.web3engine import Chain

KPIs = TreasuryKPIs
netlist_createLogData = science_row
netlist_marks = treasury_marks
netlist_plotInstructions = science_charts
netlist_tables = project_tables


@dataclass(frozen=True)
class SimStrategy(MarketParameters, ScienceStrategyBase):
    NUMBER_OF_RESEARCHERS: Researchers = 10
    RANDOM_BUYING: RandomBuying = False
    PROPOSAL_SETUP: ProposalSetup = ProjectSetup()  # what is not left to chance
    PREFERRED_DURATION: Annotated[PreferredDuration, Doc("of the projects that are funded; with legacy, longer")] = (
        "shorter"
    )


class SimState(ScienceStateBase):
    def __init__(self, ss: SimStrategy, chain: Chain | None = None) -> None:
        super().__init__(ss, chain, ProposalContents(time=True, quality=True))
        score = Score(duration="longer" if ss.variant.prefers_longer_projects else ss.PREFERRED_DURATION, quality=True)
        treasury = add_rolling_treasury(self, score)
        credits = credit_when_funded(treasury) if ss.variant.credits_without_payment else None
        market = knowledge_market(self, ss, split_each, credits)
        assets = dict.fromkeys(researcher_names(0, ss.NUMBER_OF_RESEARCHERS), ANY_ASSET)
        add_rolling_researchers(self, assets, knowledge_outlet(ss, market), treasury, ss.RANDOM_BUYING)
        self.addAgent(market)
