"""What changes when researchers own what they publish, and fees return to the treasury? One proposal per round."""

from dataclasses import dataclass

from tokenspice.agents.science.payments import split_by_first_payer, split_each
from tokenspice.agents.science.proposals import ProposalContents
from tokenspice.agents.science.scores import Score
from tokenspice.engine import Metric, Range, Rows, Spec, Study, Uniform, final, first_passage
from tokenspice.netlists.science.charts import science_charts
from tokenspice.netlists.science.legacy import credit_each_round
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
netlist_plotInstructions = science_charts


@dataclass(frozen=True)
class SimStrategy(MarketParameters, RoundParameters, ScienceStrategyBase):
    NUMBER_OF_RESEARCHERS: Researchers = 2
    PROPOSALS_FUNDED_AT_A_TIME: int = 1
    FEES_TO_STAKERS: float = 0.2


class SimState(ScienceStateBase):
    def __init__(self, ss: SimStrategy, chain: Chain | None = None) -> None:
        super().__init__(ss, chain, ProposalContents())
        period = ss.TICKS_BETWEEN_PROPOSALS
        treasury = add_round_treasury(self, "dao_treasury", Score(), period)
        split = split_by_first_payer if ss.variant.splits_by_first_payer else split_each
        credits = credit_each_round(treasury, period) if ss.variant.credits_without_payment else None
        market = knowledge_market(self, ss, split, credits)
        names = researcher_names(0, ss.NUMBER_OF_RESEARCHERS)
        add_round_researchers(self, names, knowledge_outlet(ss, market), treasury, period)
        self.addAgent(market)


def years_of_funding(rows: Rows) -> float:
    """Return how long the treasury funds research: until nothing leaves it any more."""
    treasury = rows["dao_treasury_OCEAN"]
    leaves = [place for place in range(1, len(treasury)) if treasury[place] < treasury[place - 1]]
    return float(rows["Day"][leaves[-1]] / 365) if leaves else 0.0


netlist_study = Study(
    design={
        "TRANSACTION_FEES": Range(0.02, 0.5),
        "FEES_TO_STAKERS": Range(0.0, 0.8),
        "TICKS_BETWEEN_PROPOSALS": Range(2_160, 8_640, step=720),
    },
    random={"PRICE_OF_ASSETS": Uniform("500", "2000"), "RATIO_FUNDS_TO_PUBLISH": Uniform(0.2, 0.6)},
    environment={"NUMBER_OF_RESEARCHERS": Range(2, 20)},
    metrics={
        "years_of_funding": Metric(years_of_funding, unit="years"),
        "gini": final("gini_total_funding"),
        "assets": final("market_assets"),
        "treasury_spent": first_passage("dao_treasury_OCEAN", at_most=10_000),
    },
    specs=[Spec("years_of_funding", at_least=10, unit="years", in_share=0.9), Spec("gini", at_most=0.5, in_share=0.9)],
    invariants={
        "nobody makes OCEAN": lambda state: (
            sum(agent.wallet.balance("OCEAN") for agent in state.allAgents())
            <= state.ss.treasury_init_OCEAN
            + state.ss.staker_init_OCEAN
            + state.ss.market_init_OCEAN
            + state.ss.NUMBER_OF_RESEARCHERS * state.ss.researcher_init_OCEAN
        )
    },
    goals={"assets": "maximise", "gini": "minimise"},
)
