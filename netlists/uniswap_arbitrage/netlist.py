"""What do arbitrageurs take from a pool that follows an outside price? Uniswap V3's contracts, on a chain."""

from dataclasses import dataclass
from typing import Annotated

from tokenspice.agents import (
    ArbitrageurAgent,
    Gain,
    GeometricBrownianMotion,
    PriceAgent,
    TakenGain,
    TakenGainKPIs,
    TransientImpact,
)
from tokenspice.engine import (
    COUNT,
    YEAR,
    Above,
    Amount,
    AtLeast,
    Between,
    Choice,
    Doc,
    LogNormal,
    LogRow,
    Metric,
    Range,
    Rows,
    SimStateBase,
    SimStrategyBase,
    Spec,
    Study,
    Unit,
    final,
    in_tokens,
    lines,
    tokens,
)
from tokenspice.protocols import UniswapV3
from tokenspice.web3engine import Chain


@dataclass(frozen=True)
class SimStrategy(SimStrategyBase):
    time_step: int = YEAR // 100
    max_ticks: int = 100  # one year
    start_price: Annotated[
        float, Above(0), Unit("DAI per WETH"), Doc("of the 0.3 % pool at mainnet block 19,471,508, as in VERBS' cache")
    ] = 3265.3553089469306
    price: GeometricBrownianMotion = GeometricBrownianMotion()
    impact: TransientImpact = TransientImpact()
    pool_fee_millionths: Annotated[
        int, Between(0, 999_999), Unit("10⁻⁶"), Doc("of what goes in: 500, 3000 or 10000")
    ] = 3_000
    pool_WETH: Annotated[Amount, Above(0), Doc("with as much DAI as it is worth; hand-set")] = tokens(5_000)
    arbitrageur_WETH: Annotated[Amount, AtLeast(0), Doc("what it begins with; VERBS'")] = tokens(1_000_000)
    arbitrageur_DAI: Annotated[Amount, AtLeast(0), Doc("what it begins with; VERBS'")] = tokens(10**12)
    heeds_fee: Annotated[
        bool, Doc("whether it stops where the fee would cost it more than it gains; VERBS' does not")
    ] = False


class SimState(SimStateBase):
    def __init__(self, ss: SimStrategy, chain: Chain) -> None:
        super().__init__(ss, chain)
        weth, dai = (chain.deploy_token(symbol, supply=tokens(10**15)) for symbol in ("WETH", "DAI"))
        uniswap = UniswapV3(chain)
        pool = uniswap.create_pool(weth, dai, ss.pool_fee_millionths, ss.start_price)
        pool_DAI = pool.worth(chain, ss.pool_WETH)
        provider = chain.wallet("provider", WETH=ss.pool_WETH, DAI=pool_DAI)
        uniswap.add_liquidity(provider, pool, ss.pool_WETH, pool_DAI)
        wallet = chain.wallet("arbitrageur", WETH=ss.arbitrageur_WETH, DAI=ss.arbitrageur_DAI)
        pool.approve(wallet)

        outside = PriceAgent("outside_price", ss.start_price, ss.price, ss.impact, lambda: pool.price(chain))
        self.addAgent(outside)
        self.addAgent(ArbitrageurAgent("arbitrageur", wallet, pool, lambda: outside.traded, heeds_fee=ss.heeds_fee))
        self.chain, self.pool = chain, pool
        self.gain = Gain(chain, wallet.address, weth, dai)
        self.kpis: TakenGainKPIs = TakenGainKPIs(ss.time_step, TakenGain(chain, wallet.address, weth, dai), outside)


def netlist_createLogData(state: SimState) -> LogRow:
    outside = state.agents.filter_by_class(PriceAgent)["outside_price"]
    arbitrageur = state.agents.filter_by_class(ArbitrageurAgent)["arbitrageur"]
    pool_WETH, pool_DAI = state.pool.reserves(state.chain)
    return LogRow(
        pool_price=state.pool.price(state.chain),
        outside_price=outside.price,
        traded_price=outside.traded,
        pool_WETH=in_tokens(pool_WETH),
        pool_DAI=in_tokens(pool_DAI),
        arbitrageur_gain_DAI=state.gain.at(outside.price),
        n_trades=arbitrageur.n_trades,
        n_refused=arbitrageur.n_refused,
        arbitrageur_taken_DAI=state.kpis.taken.total,
    )


netlist_charts = [
    lines(
        "What the arbitrageur takes from the pool",
        "DAI",
        arbitrageur_taken_DAI="each trade at the outside price of its tick",
        arbitrageur_gain_DAI="all it holds, at today's outside price",
    ).shown(about="Against having kept its tokens. The pool's liquidity has lost as much, after the fees it took."),
    lines("Price of WETH", "DAI", outside_price="").shown(
        about="Outside. The pool's follows it; the next chart shows how near."
    ),
    lines(
        "How far the pool is from outside",
        "DAI",
        pool_price="in the pool",
        traded_price="outside, with the impact of trades",
    ).shown(minus="outside_price", about="Price of WETH less the outside price."),
    lines("WETH in the pool", "WETH", pool_WETH=""),
    lines("DAI in the pool", Unit("DAI, millions", 1e-06), pool_DAI=""),
    lines("Trades", COUNT, n_trades="made", n_refused="refused"),
]


def provider_loss(rows: Rows) -> float:
    """Return how much less the pool is worth than what was put in, as a share, both at the last outside price."""
    price = rows["outside_price"][-1]
    held = rows["pool_WETH"][0] * price + rows["pool_DAI"][0]
    return float(1 - (rows["pool_WETH"][-1] * price + rows["pool_DAI"][-1]) / held)


netlist_study = Study(
    design={"pool_fee_millionths": Choice(500, 3_000, 10_000), "heeds_fee": Choice(False, True)},
    random={"price.sigma": LogNormal(median=0.5, spread=0.4), "pool_WETH": LogNormal(median="5000", spread=0.8)},
    environment={"price.mu": Range(-1.0, 1.0), "impact.weight": Range(0.0, 0.5)},
    metrics={"provider_loss": Metric(provider_loss), "gain": final("arbitrageur_gain_DAI", unit="DAI")},
    specs=[Spec("provider_loss", at_most=0.1, in_share=0.9)],
    invariants={"the pool holds both tokens": lambda state: min(state.pool.reserves(state.chain)) > 0},
    goals={"provider_loss": "minimise"},
)
