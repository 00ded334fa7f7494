"""What do emission, burning and the rule of reward do to supply, price, output, and who owns the tokens?"""

from dataclasses import dataclass
from typing import Annotated, Literal

from tokenspice.agents import gini
from tokenspice.agents.science.emission import (
    ContributorAgent,
    DataShopAgent,
    EmissionAgent,
    HalvingEmission,
    LinearEmission,
    RewardRule,
    ShopRules,
)
from tokenspice.agents.science.ledger import OCEAN, open_ledger
from tokenspice.agents.science.payments import exactly
from tokenspice.engine import (
    COUNT,
    DAY,
    USD,
    Above,
    Amount,
    AtLeast,
    Between,
    Doc,
    Floats,
    LogRow,
    Seconds,
    Share,
    SimStateBase,
    SimStrategyBase,
    StrategyError,
    Unit,
    YParam,
    in_tokens,
    lines,
    tokens,
)
from tokenspice.netlists.science.strategy import LedgerParameters
from tokenspice.web3engine import Chain


@dataclass(frozen=True)
class SimStrategy(LedgerParameters, SimStrategyBase):
    time_step: Seconds = DAY
    max_ticks: int = 10 * 365
    log_interval: Seconds = 10 * DAY
    EMISSION: Annotated[
        Literal["linear", "halving"],
        Doc("`linear`: the same each time, N_MINTS times; `halving`: half as much after every N_MINTS times"),
    ] = "halving"
    N_MINTS: Annotated[
        int, Between(1, 10**6), Unit("times"), Doc("how often is minted: altogether, or between two halvings")
    ] = 24
    OCEAN_TO_MINT: Annotated[Amount, AtLeast(0), Unit("OCEAN"), Doc("altogether")] = tokens(500_000)
    TICKS_BETWEEN_REWARDS: Annotated[int, AtLeast(2), Unit("ticks"), Doc("and between two sales")] = 30
    REWARD_RULE: Annotated[RewardRule, Doc("who is rewarded, and how much")] = "by_output"
    NUMBER_OF_CONTRIBUTORS: Annotated[
        int, Between(1, 1000), Unit("contributors"), Doc("who publish, buy and are rewarded")
    ] = 20
    SKILL: Annotated[float, Between(0, 1000), Unit("assets per tick"), Doc("on average, of one who bought none")] = 0.01
    SKILL_SPREAD: Annotated[float, Between(0, 5), Doc("standard deviation of the logarithm of skills")] = 0.5
    PRICE_OF_ASSETS: Annotated[Amount, Above(0), Unit("OCEAN"), Doc("that contributors pay for an asset of others")] = (
        tokens(1000)
    )
    SPEND_RATE: Annotated[Share, Doc("of what a contributor holds, spent per period")] = 0.2
    BURN_RATIO: Annotated[Share, Doc("of each sale, destroyed")] = 0.05
    TREASURY_RATIO: Annotated[Share, Doc("of each sale, to the treasury")] = 0.05
    TREASURY_SPENDS: Annotated[Share, Doc("of what the treasury holds, added to the rewards per period")] = 0.5
    INITIAL_VALUE_USD: Annotated[float, Between(0, 10**15), Unit("USD"), Doc("of all OCEAN together")] = 1_000_000.0
    VALUE_PER_ASSET_USD: Annotated[float, Between(0, 10**12), Unit("USD"), Doc("that each published asset adds")] = (
        100.0
    )
    contributor_init_OCEAN: Annotated[Amount, AtLeast(0), Doc("of each")] = tokens(10_000)
    treasury_init_OCEAN: Annotated[Amount, AtLeast(0), Doc("of the treasury")] = tokens(300_000)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.BURN_RATIO + self.TREASURY_RATIO > 1:
            raise StrategyError("BURN_RATIO and TREASURY_RATIO are more than a whole sale. Write parts of at most 1.")


class SimState(SimStateBase):
    def __init__(self, ss: SimStrategy, chain: Chain | None = None) -> None:
        super().__init__(ss, *([chain] if chain else []))
        self.ledger = open_ledger(chain)
        self.contributors = [self._contributor(ss, number) for number in range(ss.NUMBER_OF_CONTRIBUTORS)]
        treasury = self.ledger.wallet("dao_treasury", ss.treasury_init_OCEAN)
        schedule = LinearEmission if ss.EMISSION == "linear" else HalvingEmission
        self.emission = EmissionAgent(
            "dao_treasury",
            treasury,
            ledger=self.ledger,
            schedule=schedule(ss.OCEAN_TO_MINT, ss.N_MINTS),
            contributors=self.contributors,
            rule=ss.REWARD_RULE,
            spends=exactly(ss.TREASURY_SPENDS),
            period=ss.TICKS_BETWEEN_REWARDS,
        )
        self.shop = DataShopAgent(
            "shop",
            self.ledger.wallet("shop"),
            ledger=self.ledger,
            contributors=self.contributors,
            treasury=treasury,
            rules=ShopRules(
                ss.PRICE_OF_ASSETS,
                exactly(ss.SPEND_RATE),
                exactly(ss.BURN_RATIO),
                exactly(ss.TREASURY_RATIO),
                ss.TICKS_BETWEEN_REWARDS,
            ),
        )
        for agent in (*self.contributors, self.emission, self.shop):
            self.addAgent(agent)

    def _contributor(self, ss: SimStrategy, number: int) -> ContributorAgent:
        name = f"contributor{number}"
        rng = self.rng(name)
        skill = ss.SKILL * rng.lognormal(-(ss.SKILL_SPREAD**2) / 2, ss.SKILL_SPREAD)
        return ContributorAgent(name, self.ledger.wallet(name, ss.contributor_init_OCEAN), skill, rng)


def netlist_createLogData(state: SimState) -> LogRow:
    ss, contributors = state.ss, state.contributors
    assert isinstance(ss, SimStrategy)
    held = [contributor.wallet.balance(OCEAN) for contributor in contributors]
    assets = [contributor.n_assets for contributor in contributors]
    supply = in_tokens(state.ledger.supply)
    value = ss.INITIAL_VALUE_USD + ss.VALUE_PER_ASSET_USD * sum(assets)
    row = LogRow(
        supply_OCEAN=supply,
        minted_OCEAN=in_tokens(state.emission.minted),
        burned_OCEAN=in_tokens(state.shop.burned),
        rewarded_OCEAN=in_tokens(state.emission.rewarded),
        sold_OCEAN=in_tokens(state.shop.sold),
        dao_treasury_OCEAN=in_tokens(state.emission.wallet.balance(OCEAN)),
        contributors_OCEAN=in_tokens(sum(held)),
        n_assets=sum(assets),
        n_bought=sum(contributor.n_bought for contributor in contributors),
        value_USD=value,
        gini_OCEAN=gini(held),
        gini_assets=gini(assets),
    )
    if supply:
        row["price_USD_per_OCEAN"] = value / supply
    return row


netlist_x_axis = "Month"


def netlist_charts(header: list[str], values: Floats) -> list[YParam]:
    charts = [
        lines("Supply", "OCEAN", supply_OCEAN="supply", minted_OCEAN="minted", burned_OCEAN="burned"),
        lines("Value of all OCEAN", USD, value_USD=""),
        lines("Who holds the supply", "OCEAN", contributors_OCEAN="contributors", dao_treasury_OCEAN="treasury").shown(
            draw="area"
        ),
        lines("Paid so far", "OCEAN", rewarded_OCEAN="rewards", sold_OCEAN="for assets"),
        lines("Assets", COUNT, n_assets="published", n_bought="bought"),
        lines("Gini coefficient", "0 to 1", gini_OCEAN="OCEAN held", gini_assets="assets published").shown(
            where="n_assets", about="Over contributors: 0 is equal shares; 1 is all with one."
        ),
    ]
    if "price_USD_per_OCEAN" in header:
        charts.insert(
            1,
            lines("Price", "USD per OCEAN", price_USD_per_OCEAN="").shown(about="Value of all assets over the supply."),
        )
    return charts
