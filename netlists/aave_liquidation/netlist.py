"""Who is liquidated when collateral loses its worth, and what do liquidators gain? Aave V3 and Uniswap V3, on a chain."""

from dataclasses import dataclass
from typing import Literal

from tokenspice.agents import (
    ArbitrageurAgent,
    BorrowerAgent,
    BorrowerStrategy,
    Gain,
    GeometricBrownianMotion,
    LiquidatorAgent,
    OracleAgent,
    PriceAgent,
    TransientImpact,
    as_answer,
)
from tokenspice.engine import (
    COUNT,
    PERCENT,
    USD,
    YEAR,
    Amount,
    Floats,
    KPIsBase,
    LogRow,
    PlotInstructions,
    SimStateBase,
    SimStrategyBase,
    StrategyError,
    Unit,
    YParam,
    in_tokens,
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
    start_price: float = 3265.3553089469306  # DAI per WETH
    price: GeometricBrownianMotion = GeometricBrownianMotion(sigma=0.7)
    impact: TransientImpact = TransientImpact()
    pool_fee_millionths: int = 3_000  # 500, 3000 or 10000
    pool_WETH: Amount = tokens(5_000)  # with as much DAI as it is worth
    oracle: Literal["pool", "outside"] = "pool"  # what the market takes for WETH's price
    WETH: ReserveTerms = ReserveTerms()
    DAI: ReserveTerms = DAI_TERMS
    supplied_DAI: Amount = tokens(50_000)  # by a lender, at the beginning
    n_borrowers: int = 10
    collateral_WETH: Amount = tokens(1)  # of each borrower
    borrower: BorrowerStrategy = BorrowerStrategy()
    adversarial: bool = False  # whether the liquidator moves the price
    trader_WETH: Amount = tokens(1_000_000)  # the arbitrageur's and the liquidator's, each
    trader_DAI: Amount = tokens(10**12)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.start_price <= 0 or min(self.pool_WETH, self.n_borrowers, self.collateral_WETH, self.supplied_DAI) < 1:
            raise StrategyError(
                "start_price, pool_WETH, n_borrowers, collateral_WETH and supplied_DAI have to be more than 0."
            )


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
        self.kpis = KPIs(ss.time_step)

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


class KPIs(KPIsBase):
    """The balances say it all."""


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
    )


def netlist_plotInstructions(header: list[str], values: Floats) -> PlotInstructions:
    prices = ["pool_price", "outside_price", "oracle_price"]
    counts = ["n_liquidatable", "n_liquidations", "n_pushed", "n_refused"]
    charts = [
        YParam(prices, ["in the pool", "outside", "oracle"], "Price of WETH", Unit("DAI")),
        YParam(["least_health", "median_health"], ["least", "median"], "Health factor", Unit("1 is the limit")),
        YParam(["collateral_USD", "debt_USD"], ["collateral", "debt"], "What borrowers pledge and owe", USD),
        YParam(["bad_debt_USD"], [], "Debt without collateral", USD),
        YParam(["usage"], [], "Share of the DAI supplied that is lent", PERCENT),
        YParam(
            counts,
            ["accounts that may be liquidated", "liquidations", "of these, after a push", "refused transactions"],
            "Accounts and liquidations",
            COUNT,
        ),
        YParam(["liquidator_gain_DAI"], [], "Liquidator's gain", Unit("DAI")),
    ]
    return PlotInstructions("Day", values[:, header.index("Day")], charts)
