"""Does a pool whose weights follow prices earn more than it pays arbitrageurs? In floats, or in contracts."""

from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np

from tokenspice.agents.dynamic_pools import (
    ArbitrageTerms,
    CollectorAgent,
    LiquidityAgent,
    LiquidityTerms,
    NoiseTerms,
    NoiseTraderAgent,
    PoolArbitrageurAgent,
    Surroundings,
    UpdateRunnerAgent,
    wire_pool,
)
from tokenspice.engine import (
    COUNT,
    DAY,
    MINUTE,
    PERCENT,
    USD,
    Above,
    AtLeast,
    Between,
    Doc,
    Floats,
    LogNormal,
    LogRow,
    Metric,
    ParametersBase,
    Range,
    Rows,
    Seconds,
    SimStateBase,
    SimStrategyBase,
    Spec,
    StrategyError,
    Study,
    Triangular,
    Unit,
    final,
    highest,
    in_tokens,
    lines,
)
from tokenspice.markets import Scenario
from tokenspice.markets.pools import Frictions, WeightedPool
from tokenspice.markets.prices import PriceProcess, Prices, bundled_prices, read_prices, timestamp
from tokenspice.markets.strategies import (
    GuardRails,
    MeanReversionChannel,
    MinVariance,
    Momentum,
    PowerChannel,
    Rule,
    Strategy,
)
from tokenspice.protocols.dynamicpool import open_evm, open_float
from tokenspice.web3engine import Chain

TOKENS = ("BTC", "ETH", "USDC")
START_USD = (20_000.0, 1_500.0, 1.0)  # of a process
BURN_IN_DAYS = 20  # that a process has before the run


@dataclass(frozen=True)
class RuleParameters(ParametersBase):
    """How weights follow prices. Each rule takes what it has a use for."""

    kind: Annotated[
        Literal["none", "momentum", "power_channel", "mean_reversion_channel", "min_variance"],
        Doc("by which weights follow prices; none leaves them as they are"),
    ] = "momentum"
    memory_days: Annotated[float, Above(0), Unit("days"), Doc("of what it remembers of prices")] = 3.0
    gain_per_day: Annotated[
        float, Unit("per day"), Doc("change of weight for a relative change of price, per day of memory")
    ] = 20.0
    exponent: Annotated[float, AtLeast(1), Doc("of power_channel and of the channel's trend")] = 1.0
    scale: Annotated[float, Above(0), Doc("half the gradient whose signal is 1")] = 0.5
    width: Annotated[float, Above(0), Doc("of the channel, a gradient")] = 0.02
    amplitude_per_day: Annotated[float, Unit("per day"), Doc("of the channel's counter-movement")] = 0.1
    blend_memory_days: Annotated[float, Above(0), Unit("days"), Doc("how slowly min_variance's weights follow")] = 3.0
    minimum_weight: Annotated[float, Between(0, 1 / 3), Unit("share"), Doc("of every token")] = 0.05
    max_change_per_minute: Annotated[float, AtLeast(0), Unit("per minute"), Doc("of any weight")] = 3e-4
    chunk_minutes: Annotated[int, AtLeast(1), Unit("minutes"), Doc("between two updates")] = 120
    moving_minutes: Annotated[
        int, AtLeast(1), Unit("minutes"), Doc("in which weights reach their target, at most chunk_minutes")
    ] = 120

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.kind != "none" and self.moving_minutes > self.chunk_minutes:
            raise StrategyError(
                f"moving_minutes = {self.moving_minutes}, chunk_minutes = {self.chunk_minutes}: weights move for a part of "
                "a chunk. Write moving_minutes that are at most chunk_minutes."
            )

    @property
    def rule(self) -> Rule | None:
        """The rule of `markets`."""
        momentum = (self.memory_days, self.gain_per_day)
        rules: dict[str, Rule] = {
            "momentum": Momentum(*momentum),
            "power_channel": PowerChannel(*momentum, self.exponent, self.scale),
            "mean_reversion_channel": MeanReversionChannel(
                *momentum, self.width, self.amplitude_per_day, self.exponent, self.scale
            ),
            "min_variance": MinVariance(self.memory_days, self.blend_memory_days),
        }
        return rules.get(self.kind)

    @property
    def strategy(self) -> Strategy | None:
        """The rule with its guard rails and times; None without one."""
        rule, guard = self.rule, GuardRails(self.minimum_weight, self.max_change_per_minute)
        return None if rule is None else Strategy(rule, guard, self.chunk_minutes, self.moving_minutes)


@dataclass(frozen=True)
class SimStrategy(SimStrategyBase):
    time_step: Seconds = MINUTE
    max_ticks: int = DAY // MINUTE
    log_interval: Seconds = 15 * MINUTE
    pool_in: Annotated[Literal["python", "evm"], Doc("floats, or contracts/dynamicpool on a chain")] = "python"
    prices: Annotated[str, Doc("bundled, process, or a file of prices as `tsp pool` reads it")] = "bundled"
    start: Annotated[str, Doc("first day of the run; what lies before is what the rule remembers")] = "2023-01-21"
    volatility: Annotated[float, AtLeast(0), Unit("per √year"), Doc("of BTC and ETH, if prices are a process")] = 0.7
    value_USD: Annotated[float, Above(0, 10**15), Unit("USD"), Doc("of the pool at the start")] = 1_000_000.0
    fee: Annotated[float, Between(0, 0.1), Unit("share"), Doc("of what is paid in")] = 0.003
    protocol_share: Annotated[float, Between(0, 1), Unit("share"), Doc("of the fees, what the protocol collects")] = 0.1
    weights_move: Annotated[
        Literal["poked", "timed"], Doc("once a tick, after the arbitrage of prices, or by time alone")
    ] = "poked"
    rule: RuleParameters = RuleParameters()
    arbitrage: ArbitrageTerms = ArbitrageTerms()
    noise: NoiseTerms = NoiseTerms()
    liquidity: LiquidityTerms = LiquidityTerms()
    budget_USD: Annotated[
        float, AtLeast(0), Unit("USD"), Doc("of arbitrageur, traders and providers, each, in each token")
    ] = 500_000.0
    post_minutes: Annotated[int, AtLeast(1), Unit("minutes"), Doc("between two posts of prices to the oracle")] = 60
    stale_minutes: Annotated[
        int, AtLeast(0), Unit("minutes"), Doc("after which the update runner does not take a price any more")
    ] = 120

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.time_step % MINUTE:
            raise StrategyError(f"time_step = {self.time_step} s: prices are by the minute. Write a multiple of 60.")

    @property
    def uses_chain(self) -> bool:
        return self.pool_in == "evm"

    @property
    def scenario(self) -> Scenario:
        """The same question for `tsp pool`, but for those who trade by chance."""
        equal = tuple(1 / len(TOKENS) for _ in TOKENS)
        frictions = Frictions(
            self.fee, self.arbitrage.gas_USD, self.arbitrage.outside_fee, protocol_share=self.protocol_share
        )
        moves = self.rule.kind != "none"
        pool = WeightedPool(equal, moves=moves)
        return Scenario(TOKENS, self.start, "", pool, self.rule.strategy, frictions=frictions, value_USD=self.value_USD)


class SimState(SimStateBase):
    def __init__(self, ss: SimStrategy, chain: Chain | None = None) -> None:
        super().__init__(ss, *([chain] if chain else []))
        scenario, table = ss.scenario, price_table(ss).of(TOKENS).from_midnight()
        first, minutes = table.row(timestamp(ss.start)), ss.max_ticks * ss.time_step // MINUTE
        if first + minutes > len(table.close):
            raise StrategyError(
                f"max_ticks = {ss.max_ticks}: from {ss.start} on there are prices for {len(table.close) - first} "
                f"minutes. Write at most {(len(table.close) - first) * MINUTE // ss.time_step}."
            )
        if first % ss.rule.chunk_minutes:
            raise StrategyError(
                f"rule.chunk_minutes = {ss.rule.chunk_minutes}: {ss.start} is minute {first} of the prices, amid a chunk. "
                "Write a divisor of that, or another start."
            )
        seen = table.close[: first + 1 : ss.rule.chunk_minutes]
        pokes, stale = ss.weights_move == "poked", ss.stale_minutes * MINUTE
        if chain:
            self.system = open_evm(chain, scenario, seen, pokes, staleness=stale)
        else:
            self.system = open_float(scenario, seen, lambda: self.elapsed, pokes, stale)
        around = Surroundings(
            ss.budget_USD, 1e12, ss.arbitrage.latency_ticks, ss.post_minutes * MINUTE, ss.noise, ss.liquidity
        )
        self.market = wire_pool(self, self.system, scenario, table.close[first : first + max(minutes, 1)], around)
        self.first_reserves = reserves(self)


def price_table(ss: SimStrategy) -> Prices:
    """All prices, with those before the run."""
    if ss.prices == "bundled":
        return bundled_prices()
    if ss.prices != "process":
        return read_prices(ss.prices)
    minutes = BURN_IN_DAYS * DAY // MINUTE + ss.max_ticks * ss.time_step // MINUTE + 1
    volatility = (ss.volatility, ss.volatility, 0.001)
    first_ms = timestamp(ss.start) - BURN_IN_DAYS * DAY * 1000
    start = str(np.datetime64(first_ms, "ms").astype("datetime64[D]"))
    process = PriceProcess(TOKENS, START_USD, (0.0, 0.0, 0.0), volatility, correlation=0.0, start=start)
    return process.draw(minutes, ss.seed)


def reserves(state: SimState) -> Floats:
    """[n] tokens."""
    return np.array([in_tokens(amount) for amount in state.system.pool.reserves()])


def netlist_createLogData(state: SimState) -> LogRow:
    pool, prices, provider = state.system.pool, state.market.prices, state.system.provider
    held, weights = reserves(state), pool.weights()
    arbitrageurs = state.agents.filter_by_class(PoolArbitrageurAgent).values()
    noise = state.agents.filter_by_class(NoiseTraderAgent)["noise_traders"]
    liquidity = state.agents.filter_by_class(LiquidityAgent)["liquidity"]
    runner = state.agents.filter_by_class(UpdateRunnerAgent)["update_runner"]
    collectors = state.agents.filter_by_class(CollectorAgent).values()
    value, m = float(held @ prices), held * prices / weights
    return LogRow(
        pool_USD=value,
        provider_USD=value * pool.shares(provider) / pool.total_shares(),
        held_USD=float(state.first_reserves @ prices),
        **{f"weight_{symbol}": float(weight) for symbol, weight in zip(pool.symbols, weights, strict=True)},
        **{f"price_{symbol}": float(price) for symbol, price in zip(pool.symbols[:-1], prices, strict=False)},
        gap_bps=float(m.max() / m.min() - 1) * 10_000,
        arbitrageur_gain_USD=sum(agent.gain_USD for agent in arbitrageurs),
        arbitrageur_gas_USD=sum(agent.gas_paid_USD for agent in arbitrageurs),
        arbitrage_fees_USD=sum(agent.fees_USD for agent in arbitrageurs),
        noise_fees_USD=noise.fees_USD,
        protocol_USD=float(sum(np.array(agent.collected) @ prices for agent in collectors)),
        n_arbitrages=sum(agent.n_trades for agent in arbitrageurs),
        n_arbitrages_refused=sum(agent.n_refused for agent in arbitrageurs),
        n_swaps=noise.n_swaps,
        n_swaps_refused=noise.n_refused,
        n_joins=liquidity.n_joins,
        n_leaves=liquidity.n_leaves,
        n_updates=runner.n_updates,
        n_updates_refused=runner.n_refused,
    )


netlist_x_axis = "Hour"
netlist_charts = [
    lines("What the first provider has gained by pooling", USD, provider_USD="").shown(
        minus="held_USD", about="Its worth in the pool less that of the tokens that it began with, had it kept them."
    ),
    lines(
        "What the pool earns and what arbitrageurs take",
        USD,
        arbitrage_fees_USD="fees of arbitrage",
        noise_fees_USD="fees of others",
        arbitrageur_gain_USD="arbitrageur's gain, after all costs",
    ).shown(about="In all, so far. The gain is what is left after fees and gas."),
    lines("First provider's worth", USD, provider_USD="in the pool", held_USD="had it kept its tokens"),
    lines("Weights", PERCENT, **{f"weight_{symbol}": symbol for symbol in TOKENS}).shown(draw="area"),
    lines("Price of BTC", USD, price_BTC=""),
    lines("Price of ETH", USD, price_ETH=""),
    lines("Pool", USD, pool_USD="").shown(about="With what all providers hold."),
    lines("How far the pool is from the market", "bps", gap_bps=""),
    lines("Fees", USD, arbitrage_fees_USD="of arbitrage", noise_fees_USD="of others", protocol_USD="the protocol's"),
    lines("Arbitrageur", USD, arbitrageur_gain_USD="gain, after all costs", arbitrageur_gas_USD="paid for gas"),
    lines("Arbitrages", COUNT, n_arbitrages="made", n_arbitrages_refused="refused"),
    lines("Swaps of others", COUNT, n_swaps="made", n_swaps_refused="not made"),
    lines("Other providers", COUNT, n_joins="joined", n_leaves="left"),
    lines("Updates of weights", COUNT, n_updates="made", n_updates_refused="refused, for old prices"),
]


def gain_over_holding(rows: Rows) -> float:
    """Return what the provider has more than who held the first reserves, as a share."""
    return float(rows["provider_USD"][-1] / rows["held_USD"][-1] - 1)


netlist_study = Study(
    design={
        "rule.gain_per_day": Range(0.0, 40.0),
        "rule.memory_days": Range(0.5, 10.0, log=True),
        "rule.max_change_per_minute": Range(3e-5, 1e-3, log=True),
        "fee": Range(0.0005, 0.01, log=True),
    },
    random={"noise.mean_USD": LogNormal(median=2_000, spread=0.5), "noise.activity": Triangular(0.0, 0.05, 0.2)},
    environment={"arbitrage.latency_ticks": Range(0, 10), "arbitrage.gas_USD": Range(0.1, 20.0, log=True)},
    metrics={
        "gain_over_holding": Metric(gain_over_holding),
        "gap": highest("gap_bps", unit="bps"),
        "fees": final("arbitrage_fees_USD", unit="USD"),
    },
    specs=[Spec("gain_over_holding", at_least=-0.01, in_share=0.9)],
    invariants={"weights are shares of one": lambda state: abs(sum(state.system.pool.weights()) - 1) < 1e-9},
    goals={"gain_over_holding": "maximise"},
)
