"""Who is liquidated when collateral loses its worth, and what do liquidators gain? Aave V3 and Uniswap V3, on a chain."""

from dataclasses import dataclass
from typing import Annotated, Literal

from tokenspice.agents import (
    ArbitrageurAgent,
    BorrowerAgent,
    BorrowerStrategy,
    Gain,
    GeometricBrownianMotion,
    LiquidatorAgent,
    OracleAgent,
    PriceAgent,
    TakenGain,
    TakenGainKPIs,
    TransientImpact,
    as_answer,
)
from tokenspice.engine import (
    COUNT,
    PERCENT,
    USD,
    YEAR,
    Above,
    Amount,
    AtLeast,
    Between,
    Choice,
    Doc,
    Falling,
    LogNormal,
    LogRow,
    Mark,
    Metric,
    Range,
    Rows,
    SimStateBase,
    SimStrategyBase,
    Spec,
    Study,
    Unit,
    highest,
    in_tokens,
    lines,
    mean,
    tokens,
)
from tokenspice.protocols import HEALTHY, USD_DECIMALS, AaveV3, ReserveTerms, UniswapV3, UniswapV3Pool
from tokenspice.web3engine import UNLIMITED, Chain, EvmWallet

DAI_TERMS = ReserveTerms(
    ltv_bps=7_500, liquidation_threshold_bps=8_000, optimal_usage_bps=8_000, slope_below_bps=400, slope_above_bps=7_500
)
SHOWN_AT_MOST = 3.0  # a health factor without a debt has no bound


@dataclass(frozen=True)
class SimStrategy(SimStrategyBase):
    time_step: int = YEAR // 100
    max_ticks: int = 100  # one year
    start_price: Annotated[
        float, Above(0), Unit("DAI per WETH"), Doc("of the 0.3 % pool at mainnet block 19,471,508, as in VERBS' cache")
    ] = 3265.3553089469306
    price: GeometricBrownianMotion = GeometricBrownianMotion(sigma=0.7)
    impact: TransientImpact = TransientImpact()
    pool_fee_millionths: Annotated[
        int, Between(0, 999_999), Unit("10⁻⁶"), Doc("of what goes in: 500, 3000 or 10000; hand-set")
    ] = 3_000
    pool_WETH: Annotated[Amount, Above(0), Doc("the pool's depth, with as much DAI as it is worth; hand-set")] = tokens(
        5_000
    )
    oracle: Annotated[
        Literal["pool", "outside"],
        Doc("WETH's price in the market: the pool's at the margin, as in VERBS, or the outside one, posted every tick"),
    ] = "pool"
    WETH: ReserveTerms = ReserveTerms()
    DAI: ReserveTerms = DAI_TERMS
    supplied_DAI: Annotated[Amount, Above(0), Doc("by the lender, at the beginning; hand-set")] = tokens(50_000)
    n_borrowers: Annotated[int, Between(1, 10_000), Doc("how many; VERBS'")] = 10
    collateral_WETH: Annotated[Amount, Above(0), Doc("of each borrower; VERBS'")] = tokens(1)
    borrower: BorrowerStrategy = BorrowerStrategy()
    adversarial: Annotated[bool, Doc("whether the liquidator moves the price to make accounts liquidatable")] = False
    trader_WETH: Annotated[Amount, AtLeast(0), Doc("the arbitrageur's and the liquidator's, each")] = tokens(1_000_000)
    trader_DAI: Annotated[Amount, AtLeast(0), Doc("the arbitrageur's and the liquidator's, each")] = tokens(10**12)


class SimState(SimStateBase):
    def __init__(self, ss: SimStrategy, chain: Chain) -> None:
        super().__init__(ss, chain)
        self.chain = chain
        self.weth, self.dai = (chain.deploy_token(symbol, supply=tokens(10**15)) for symbol in ("WETH", "DAI"))
        self.pool = self._open_pool(ss)
        self.market = AaveV3(chain)

        outside = PriceAgent("outside_price", ss.start_price, ss.price, ss.impact, lambda: self.pool.price(chain))
        self.addAgent(outside)
        self._open_market(ss, outside)
        trader = self._trader("arbitrageur", ss)
        self.addAgent(ArbitrageurAgent("arbitrageur", trader, self.pool, lambda: outside.traded))
        borrowers = [self._borrower(f"borrower{number}", ss) for number in range(ss.n_borrowers)]
        for borrower in borrowers:
            self.addAgent(borrower)
        trader = self._trader("liquidator", ss)
        trader.send(self.dai.contract.approve(self.market.pool.address, UNLIMITED))
        self.addAgent(LiquidatorAgent("liquidator", trader, chain, self.market, self.pool, borrowers, ss.adversarial))
        self.gain = Gain(chain, trader.address, self.weth, self.dai)
        self.kpis: TakenGainKPIs = TakenGainKPIs(
            ss.time_step, TakenGain(chain, trader.address, self.weth, self.dai), outside
        )

    def _open_pool(self, ss: SimStrategy) -> UniswapV3Pool:
        uniswap = UniswapV3(self.chain)
        pool = uniswap.create_pool(self.weth, self.dai, ss.pool_fee_millionths, ss.start_price)
        pool_DAI = pool.worth(self.chain, ss.pool_WETH)
        provider = self.chain.wallet("provider", WETH=ss.pool_WETH, DAI=pool_DAI)
        uniswap.add_liquidity(provider, pool, ss.pool_WETH, pool_DAI)
        return pool

    def _open_market(self, ss: SimStrategy, outside: PriceAgent) -> None:
        poster = self.chain.wallet("oracle")
        dai_price = self.chain.deploy("oracle/Aggregator", poster.address, as_answer(1.0))
        if ss.oracle == "pool":
            weth_price = self.chain.deploy(
                "oracle/PoolAggregator", self.pool.contract.address, self.pool.base_is_token0
            )
        else:
            weth_price = self.chain.deploy("oracle/Aggregator", poster.address, as_answer(ss.start_price))
            self.addAgent(OracleAgent("oracle", poster, weth_price, lambda: outside.price))
        self.market.list_token(self.weth, weth_price, ss.WETH)
        self.market.list_token(self.dai, dai_price, ss.DAI)
        lender = self.chain.wallet("lender", DAI=ss.supplied_DAI)
        lender.send(self.dai.contract.approve(self.market.pool.address, ss.supplied_DAI))
        lender.send(self.market.supply(lender, self.dai, ss.supplied_DAI))

    def _trader(self, name: str, ss: SimStrategy) -> EvmWallet:
        wallet = self.chain.wallet(name, WETH=ss.trader_WETH, DAI=ss.trader_DAI)
        self.pool.approve(wallet)
        return wallet

    def _borrower(self, name: str, ss: SimStrategy) -> BorrowerAgent:
        wallet = self.chain.wallet(name, WETH=ss.collateral_WETH)
        return BorrowerAgent(name, wallet, self.market, self.weth, self.dai, ss.borrower)


def netlist_createLogData(state: SimState) -> LogRow:
    outside = state.agents.filter_by_class(PriceAgent)["outside_price"]
    borrowers = state.agents.filter_by_class(BorrowerAgent).values()
    liquidator = state.agents.filter_by_class(LiquidatorAgent)["liquidator"]
    accounts = [borrower.account for borrower in borrowers]
    healths = sorted(min(in_tokens(account.health), SHOWN_AT_MOST) for account in accounts)
    supplied, owed = state.market.supplied_and_owed(state.chain, state.dai)
    return LogRow(
        pool_price=state.pool.price(state.chain),
        outside_price=outside.price,
        oracle_price=in_tokens(state.market.price(state.chain, state.weth), USD_DECIMALS),
        least_health=healths[0],
        median_health=healths[len(healths) // 2],
        n_liquidatable=sum(account.health < HEALTHY for account in accounts),
        collateral_USD=in_tokens(sum(account.collateral for account in accounts), USD_DECIMALS),
        debt_USD=in_tokens(sum(account.debt for account in accounts), USD_DECIMALS),
        bad_debt_USD=in_tokens(sum(account.bad_debt for account in accounts), USD_DECIMALS),
        usage=owed / supplied,
        n_liquidations=liquidator.n_liquidations,
        n_pushed=liquidator.n_pushed,
        n_refused=liquidator.n_refused + sum(borrower.n_refused for borrower in borrowers),
        liquidator_gain_DAI=state.gain.at(outside.price),
        liquidator_taken_DAI=state.kpis.taken.total,
    )


def netlist_marks(state: SimState) -> list[Mark]:
    return state.agents.filter_by_class(LiquidatorAgent)["liquidator"].marks


netlist_charts = [
    lines("Health factor", "collateral that counts, per debt", least_health="least", median_health="median").shown(
        where="debt_USD", about="Whose is below 1 may be liquidated. 3 stands for 3 and more, and for no debt."
    ),
    lines(
        "Liquidator's gain",
        "DAI",
        liquidator_taken_DAI="each deal at the outside price of its tick",
        liquidator_gain_DAI="all it holds, at today's outside price",
    ).shown(about="Against having kept the tokens that it began with."),
    lines("Price of WETH", "DAI", outside_price="").shown(about="Outside. The pool's and the oracle's follow it."),
    lines("How far pool and oracle are from outside", "DAI", pool_price="in the pool", oracle_price="oracle").shown(
        minus="outside_price", about="Price of WETH less the outside price."
    ),
    lines("What borrowers pledge and owe", USD, collateral_USD="collateral", debt_USD="debt"),
    lines("Debt without collateral", USD, bad_debt_USD=""),
    lines("Share of the DAI supplied that is lent", PERCENT, usage=""),
    lines(
        "Accounts and liquidations",
        COUNT,
        n_liquidatable="accounts that may be liquidated",
        n_liquidations="liquidations",
        n_pushed="of these, after a push",
        n_refused="refused transactions",
    ),
]


def shortfall(rows: Rows) -> float:
    """Return the bad debt at its worst, as a share of what was owed at most."""
    return float(rows["bad_debt_USD"].max() / max(rows["debt_USD"].max(), 1.0))


def lenders_are_covered(state: SimState) -> bool:
    supplied, owed = state.market.supplied_and_owed(state.chain, state.dai)
    return owed <= supplied


netlist_study = Study(
    design={
        "WETH.ltv_bps": Range(5_000, 8_200, step=50),
        "WETH.liquidation_threshold_bps": Range(5_500, 9_000, step=50),
        "WETH.liquidation_bonus_bps": Range(200, 1_500, step=25),
    },
    random={"price.sigma": LogNormal(median=0.7, spread=0.3), "pool_WETH": LogNormal(median="5000", spread=0.8)},
    correlations={("price.sigma", "pool_WETH"): -0.4},
    environment={"oracle": Choice("pool", "outside"), "adversarial": Choice(False, True), "price.mu": Range(-1.0, 0.0)},
    metrics={
        "worst_bad_debt": highest("bad_debt_USD", unit="USD"),
        "shortfall": Metric(shortfall),
        "usage": mean("usage"),
    },
    specs=[Spec("worst_bad_debt", at_most=1_000, unit="USD", in_share=0.99, nearness=Falling("least_health"))],
    invariants={"lenders are owed no more than they supplied": lenders_are_covered},
    goals={"usage": "maximise", "worst_bad_debt": "minimise"},
)
