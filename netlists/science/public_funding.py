"""Public and private research side by side, with a market for each: what three netlists are built on."""

from typing import final

from tokenspice.agents.science.markets import MarketAgent, MarketRules
from tokenspice.agents.science.payments import Split, exactly, split_each, to_treasury_cumulated, to_treasury_each
from tokenspice.agents.science.private import (
    PRIVATE_ASSETS,
    PUBLIC_ASSETS,
    AssetType,
    PrivateResearcherAgent,
    PrivateTrade,
)
from tokenspice.agents.science.researchers import Outlet
from tokenspice.agents.science.scores import Score
from tokenspice.agents.science.treasury import RollingTreasuryAgent
from tokenspice.netlists.science.state import ScienceStateBase
from tokenspice.netlists.science.strategy import PublicParameters
from tokenspice.netlists.science.wiring import (
    add_rolling_researchers,
    add_rolling_treasury,
    fee_receivers,
    researcher_names,
)

__all__ = ["PublicFunding"]

DRAWS_PER_TYPE = 3  # where each researcher is built three times and one of them steps


@final
class PublicFunding:
    """Grants are for public research; private researchers buy from both markets and publish in theirs.

    The treasury and the researchers are added to the state at once.

    Args:
        state: to which they are added.
        ss: its strategy.
        score: of proposals.

    Attributes:
        treasury: pays for public research.
        public_market, private_market: for `add_markets`, when it is their turn to be added.
    """

    def __init__(self, state: ScienceStateBase, ss: PublicParameters, score: Score) -> None:
        self._state = state
        self._ss = ss
        self._n_newcomers = 0
        self._n_draws = DRAWS_PER_TYPE if state.ss.variant.builds_researchers_three_times else 1
        variant = state.ss.variant
        self.treasury: RollingTreasuryAgent = add_rolling_treasury(state, score)
        self._receivers = fee_receivers(state, ss)
        self.private_market = self._market("private_market", split_each, variant.counts_publications)
        split = to_treasury_cumulated if variant.sends_accumulated_payments else to_treasury_each
        self.public_market = self._market("public_market", split)
        costs, publish_cost = ss.ASSET_COSTS, ss.PRIVATE_PUBLISH_COST
        self._trade = PrivateTrade(
            self.private_market, self.public_market, costs, publish_cost, variant.affords_what_it_drew
        )
        self._add_public_researchers()
        for name in researcher_names(ss.NO_PUBLIC_RESEARCHERS, ss.NO_PRIVATE_RESEARCHERS):
            self._add_private_researcher(name, self._n_draws)

    def add_markets(self) -> None:
        """Add both markets, which step after all who were added before."""
        self._state.addAgent(self.private_market)
        self._state.addAgent(self.public_market)

    def add_newcomer(self) -> None:
        """Add a private researcher, with OCEAN that did not exist before."""
        self._add_private_researcher(f"new_researcher_{self._n_newcomers}", 1)
        self._n_newcomers += 1

    def _market(self, name: str, split: Split, counts_publications: bool = False) -> MarketAgent:
        rules = MarketRules(split, exactly(self._ss.TRANSACTION_FEES), True, counts_publications)
        wallet = self._state.ledger.wallet(name, self._ss.market_init_OCEAN)
        return MarketAgent(name, wallet, rules, self._receivers)

    def _add_public_researchers(self) -> None:
        state, ss = self._state, self._ss
        outlet = Outlet(
            self.public_market,
            exactly(ss.RATIO_FUNDS_TO_PUBLISH),
            ss.PRICE_OF_ASSETS,
            state.dice("public researchers") if state.ss.variant.publishes_by_chance else None,
        )
        assets = {
            name: self._asset(name, PUBLIC_ASSETS, self._n_draws)
            for name in researcher_names(0, ss.NO_PUBLIC_RESEARCHERS)
        }
        add_rolling_researchers(state, assets, outlet, self.treasury, ss.RANDOM_BUYING)

    def _add_private_researcher(self, name: str, draws: int) -> None:
        wallet = self._state.ledger.wallet(name, self._ss.private_init_OCEAN)
        asset, dice = self._asset(name, PRIVATE_ASSETS, draws), self._state.dice(name)
        self._state.addAgent(PrivateResearcherAgent(name, wallet, asset, self.treasury, self._trade, dice=dice))

    def _asset(self, name: str, types: tuple[AssetType, ...], draws: int) -> AssetType:
        dice = self._state.dice(name)
        first, *_ = [dice.choice(types) for _ in range(draws)]
        return first
