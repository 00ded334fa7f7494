"""Who pays for prices that differ between pools, and what does the best route over many hops save?"""

from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np

from tokenspice.agents.dynamic_pools import (
    MarketAgent,
    NetworkArbitrageurAgent,
    NetworkTraderAgent,
    NetworkTraderTerms,
)
from tokenspice.engine import (
    COUNT,
    HOUR,
    MINUTE,
    USD,
    Above,
    Amount,
    AtLeast,
    Between,
    Doc,
    LogRow,
    Seconds,
    SimStateBase,
    SimStrategyBase,
    Unit,
    in_tokens,
    lines,
)
from tokenspice.markets import Scenario
from tokenspice.markets.pools import Frictions, WeightedPool
from tokenspice.markets.prices import PriceProcess
from tokenspice.protocols.dynamicpool import PoolSystem, eighteen, open_evm, open_float
from tokenspice.web3engine import Chain

TOKENS = ("BTC", "ETH", "SOL", "USDC")
START_USD = np.array([20_000.0, 1_500.0, 20.0, 1.0])
# The tokens of each pool, and by what the fee is multiplied.
NETWORKS = {
    "twins": ((("BTC", "USDC"), 1.0), (("BTC", "USDC"), 0.2)),
    "triangle": ((("BTC", "USDC"), 1.0), (("BTC", "ETH"), 1.0), (("ETH", "USDC"), 1.0)),
    "star": ((("BTC", "USDC"), 1.0), (("ETH", "USDC"), 1.0), (("SOL", "USDC"), 1.0)),
    "basket": (
        (("BTC", "USDC"), 1.0),
        (("BTC", "ETH"), 1.0),
        (("ETH", "USDC"), 1.0),
        (("SOL", "USDC"), 1.0),
        (("BTC", "ETH", "SOL", "USDC"), 1.0),
    ),
}


@dataclass(frozen=True)
class SimStrategy(SimStrategyBase):
    time_step: Seconds = 10 * MINUTE
    max_ticks: int = 72
    log_interval: Seconds = HOUR // 2
    pools_in: Annotated[Literal["python", "evm"], Doc("floats, or contracts/dynamicpool on a chain")] = "python"
    network: Annotated[
        Literal["twins", "triangle", "star", "basket"],
        Doc(
            "which pools there are: two of one pair, three pairs in a circle, three pairs with USDC, or a basket of all too"
        ),
    ] = "basket"
    value_USD: Annotated[float, Above(0, 10**15), Unit("USD"), Doc("of each pool at the start")] = 500_000.0
    fee: Annotated[
        float, Between(0, 0.1), Unit("share"), Doc("of what is paid in; the second twin's is a fifth of it")
    ] = 0.003
    volatility: Annotated[float, AtLeast(0), Unit("per √year"), Doc("of the market's prices")] = 0.6
    arbitrageur_market: Annotated[
        Literal["closed", "open"],
        Doc("whether the arbitrageur can trade on the market outside, or between pools alone"),
    ] = "open"
    gas_USD: Annotated[float, AtLeast(0), Unit("USD"), Doc("of each pool in a round of trades")] = 1.0
    outside_fee: Annotated[
        float, Between(0, 1), Unit("share"), Doc("that the arbitrageur pays outside, of half of what it trades")
    ] = 0.001
    traders: NetworkTraderTerms = NetworkTraderTerms()
    budget_USD: Annotated[float, AtLeast(0), Unit("USD"), Doc("of arbitrageur and traders, each, in each token")] = (
        200_000.0
    )

    @property
    def uses_chain(self) -> bool:
        return self.pools_in == "evm"


class SimState(SimStateBase):
    def __init__(self, ss: SimStrategy, chain: Chain | None = None) -> None:
        super().__init__(ss, *([chain] if chain else []))
        volatility = (*[ss.volatility] * 3, 0.0)
        process = PriceProcess(TOKENS, tuple(START_USD), (0.0,) * 4, volatility, correlation=0.0)
        table = process.draw(max(ss.max_ticks * ss.time_step // MINUTE, 1) + 1, ss.seed).close
        self.systems = [self._pool(ss, chain, symbols, factor) for symbols, factor in NETWORKS[ss.network]]
        self.pools = [system.pool for system in self.systems]
        bank = self.systems[0].bank
        if chain:
            for symbol in TOKENS:
                chain.tokens.get(symbol) or chain.deploy_token(symbol, 10**15 * 10**18)
        self.market = MarketAgent("market", bank("market", **funds(1e9)), table, TOKENS)
        self.arbitrageur = NetworkArbitrageurAgent(
            "arbitrageur",
            bank("arbitrageur", **funds(ss.budget_USD)),
            self.pools,
            self.market,
            ss.arbitrageur_market == "open",
            ss.gas_USD,
            ss.outside_fee,
        )
        self.traders = NetworkTraderAgent(
            "traders", bank("traders", **funds(ss.budget_USD)), self.pools, self.market, ss.traders
        )
        for agent in (self.market, self.traders, self.arbitrageur):
            self.addAgent(agent)

    def _pool(self, ss: SimStrategy, chain: Chain | None, symbols: tuple[str, ...], factor: float) -> PoolSystem:
        weights = tuple(1 / len(symbols) for _ in symbols)
        scenario = Scenario(
            symbols,
            "2023-01-01",
            "",
            WeightedPool(weights, moves=False),
            frictions=Frictions(ss.fee * factor),
            value_USD=ss.value_USD,
        )
        seen = START_USD[[TOKENS.index(symbol) for symbol in symbols]][None, :]
        return open_evm(chain, scenario, seen) if chain else open_float(scenario, seen, lambda: self.elapsed)


def funds(value_USD: float) -> dict[str, Amount]:
    """So many dollars' worth of each token, at the first prices."""
    return {symbol: eighteen(value_USD / float(price)) for symbol, price in zip(TOKENS, START_USD, strict=True)}


def disagreement(state: SimState) -> float:
    """By how much pools differ in a price in USDC, at most, bps; of pools without USDC, nothing is counted."""
    found: dict[str, list[float]] = {}
    for pool in state.pools:
        if "USDC" in pool.symbols:
            held, weights = np.array([in_tokens(amount) for amount in pool.reserves()]), pool.weights()
            depth = weights / held
            for symbol, price in zip(pool.symbols[:-1], depth / depth[-1], strict=False):
                found.setdefault(symbol, []).append(float(price))
    return max(max(prices) / min(prices) - 1 for prices in found.values()) * 10_000


def netlist_createLogData(state: SimState) -> LogRow:
    prices, traders, arbitrageur = state.market.prices, state.traders, state.arbitrageur
    values = [
        sum(
            in_tokens(amount) * float(prices[TOKENS.index(symbol)])
            for symbol, amount in zip(pool.symbols, pool.reserves(), strict=True)
        )
        for pool in state.pools
    ]
    return LogRow(
        pools_USD=sum(values),
        price_BTC=float(prices[0]),
        disagreement_bps=disagreement(state),
        arbitrageur_gain_USD=arbitrageur.gain_USD,
        arbitrageur_gas_USD=arbitrageur.gas_paid_USD,
        n_rounds=arbitrageur.n_rounds,
        n_rounds_refused=arbitrageur.n_refused,
        pools_per_round=arbitrageur.n_trades / max(arbitrageur.n_rounds, 1),
        longest_round=arbitrageur.longest,
        volume_USD=traders.volume_USD,
        routed_lost_USD=traders.lost_USD[0],
        direct_lost_USD=traders.lost_USD[1],
        n_routed=traders.n_routed,
        n_direct=traders.n_direct,
        n_swaps_refused=traders.n_refused,
        hops_per_swap=traders.n_hops / max(traders.n_routed, 1),
    )


netlist_x_axis = "Hour"
netlist_charts = [
    lines(
        "What swappers lose against the market", USD, routed_lost_USD="by the best route", direct_lost_USD="in one pool"
    ).shown(about="In all, so far. Which way a swap takes is drawn by lot."),
    lines("Arbitrageur", USD, arbitrageur_gain_USD="gain, after all costs", arbitrageur_gas_USD="paid for gas").shown(
        about="Each round at the market prices of its tick."
    ),
    lines("How far pools differ", "bps", disagreement_bps=""),
    lines("Worth of all pools", USD, pools_USD=""),
    lines("Price of BTC", USD, price_BTC=""),
    lines("Rounds of arbitrage", COUNT, n_rounds="made", n_rounds_refused="refused"),
    lines("Pools in a round", COUNT, pools_per_round="on average", longest_round="at most").shown(where="n_rounds"),
    lines("Volume of swaps", USD, volume_USD=""),
    lines("Swaps", COUNT, n_routed="by the best route", n_direct="in one pool", n_swaps_refused="not made"),
    lines("Hops of a routed swap", COUNT, hops_per_swap="").shown(where="n_routed", about="On average so far."),
]
