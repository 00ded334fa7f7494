"""What do emission, burning and the rule of reward do to supply, price, output, and who owns the tokens?"""

from dataclasses import dataclass
from typing import Literal

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
    Amount,
    Floats,
    KPIsBase,
    LogRow,
    PlotInstructions,
    Seconds,
    SimStateBase,
    SimStrategyBase,
    StrategyError,
    Unit,
    YParam,
    gini,
    in_tokens,
    tokens,
)
from tokenspice.netlists.science.strategy import LedgerParameters, check_parameters
from tokenspice.web3engine import Chain

RANGES: dict[str, tuple[float, float]] = {
    "NUMBER_OF_CONTRIBUTORS": (1, 1000),
    "TICKS_BETWEEN_REWARDS": (2, 10**9),
    "N_MINTS": (1, 10**6),
    "SKILL": (0, 1000),
    "SKILL_SPREAD": (0, 5),
    "SPEND_RATE": (0, 1),
    "BURN_RATIO": (0, 1),
    "TREASURY_RATIO": (0, 1),
    "TREASURY_SPENDS": (0, 1),
    "INITIAL_VALUE_USD": (0, 10**15),
    "VALUE_PER_ASSET_USD": (0, 10**12),
}


@dataclass(frozen=True)
class SimStrategy(LedgerParameters, SimStrategyBase):
    time_step: Seconds = DAY
    max_ticks: int = 10 * 365
    log_interval: Seconds = 10 * DAY
    EMISSION: Literal["linear", "halving"] = "halving"
    N_MINTS: int = 24  # linear: how often; halving: how often between two halvings
    OCEAN_TO_MINT: Amount = tokens(500_000)  # altogether
    TICKS_BETWEEN_REWARDS: int = 30
    REWARD_RULE: RewardRule = "by_output"
    NUMBER_OF_CONTRIBUTORS: int = 20
    SKILL: float = 0.01  # assets per tick, on average over contributors
    SKILL_SPREAD: float = 0.5  # standard deviation of the logarithm of skills
    PRICE_OF_ASSETS: Amount = tokens(1000)
    SPEND_RATE: float = 0.2  # of what a contributor holds, per period
    BURN_RATIO: float = 0.05  # of each sale
    TREASURY_RATIO: float = 0.05  # of each sale
    TREASURY_SPENDS: float = 0.5  # of what the treasury holds, per period, on top of what is minted
    INITIAL_VALUE_USD: float = 1_000_000.0  # of all OCEAN together
    VALUE_PER_ASSET_USD: float = 100.0  # that each published asset adds
    contributor_init_OCEAN: Amount = tokens(10_000)
    treasury_init_OCEAN: Amount = tokens(300_000)

    def __post_init__(self) -> None:
        super().__post_init__()
        check_parameters(self, RANGES)
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
        self.kpis = KPIs(ss.time_step)

    def _contributor(self, ss: SimStrategy, number: int) -> ContributorAgent:
        name = f"contributor{number}"
        rng = self.rng(name)
        skill = ss.SKILL * rng.lognormal(-(ss.SKILL_SPREAD**2) / 2, ss.SKILL_SPREAD)
        return ContributorAgent(name, self.ledger.wallet(name, ss.contributor_init_OCEAN), skill, rng)


class KPIs(KPIsBase):
    """The balances say it all."""


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


def netlist_plotInstructions(header: list[str], values: Floats) -> PlotInstructions:
    ocean = Unit("OCEAN")

    def lines(title: str, unit: Unit, **columns: str) -> YParam:
        return YParam(list(columns), list(columns.values()), title, unit)

    charts = [
        lines("Supply", ocean, supply_OCEAN="supply", minted_OCEAN="minted", burned_OCEAN="burned"),
        lines("Value of all OCEAN", USD, value_USD="value"),
        lines("Who holds the supply", ocean, contributors_OCEAN="contributors", dao_treasury_OCEAN="treasury"),
        lines("Paid so far", ocean, rewarded_OCEAN="rewards", sold_OCEAN="for assets"),
        lines("Assets", COUNT, n_assets="published", n_bought="bought"),
        lines("Gini coefficient", Unit("0 to 1"), gini_OCEAN="OCEAN held", gini_assets="assets published"),
    ]
    if "price_USD_per_OCEAN" in header:
        charts.insert(1, lines("Price", Unit("USD per OCEAN"), price_USD_per_OCEAN="price"))
    return PlotInstructions("Month", values[:, header.index("Month")], charts)
