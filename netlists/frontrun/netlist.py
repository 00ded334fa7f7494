"""What does the order of transactions in a block cost someone who swaps? A constant-product pool, on revm."""

from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from math import isqrt, prod
from typing import Annotated

from tokenspice.agents import (
    GWEI,
    ArbitrageurAgent,
    Gain,
    GeometricBrownianMotion,
    GweiPerGas,
    PriceAgent,
    SandwicherAgent,
    SandwichStrategy,
    SwapperAgent,
    SwapperStrategy,
)
from tokenspice.engine import (
    COUNT,
    MINUTE,
    USD,
    Above,
    Amount,
    AtLeast,
    Between,
    Doc,
    KPIsBase,
    LogRow,
    SimStateBase,
    SimStrategyBase,
    Unit,
    in_tokens,
    lines,
    tokens,
)
from tokenspice.protocols import ConstantProductPool, create_pool
from tokenspice.web3engine import Chain, EvmWallet, Ordering


@dataclass(frozen=True)
class SimStrategy(SimStrategyBase):
    time_step: int = 12  # a block of Ethereum's
    max_ticks: int = 600  # two hours
    log_interval: int = MINUTE
    ordering: Annotated[Ordering, Doc("of each block; by priority, whoever tips more is first")] = "priority"
    base_fee_gwei: Annotated[
        GweiPerGas,
        Doc("burnt by every transaction; one ether is taken to be worth one WETH"),
    ] = 0.0
    start_price: Annotated[
        float, Above(0), Unit("USD per WETH"), Doc("WETH/DAI on Uniswap V3 at mainnet block 19,471,508")
    ] = 3265.3553089469306
    price: GeometricBrownianMotion = GeometricBrownianMotion(sigma=0.7)
    pool_fee_millionths: Annotated[
        int, Between(0, 999_999), Unit("10⁻⁶"), Doc("of what goes in; 0.3 % as Uniswap V2's")
    ] = 3_000
    pool_WETH: Annotated[Amount, Above(0), Doc("with as much USD as it is worth")] = tokens(1_000)
    victim: SwapperStrategy = SwapperStrategy()
    sandwicher: SandwichStrategy = SandwichStrategy()
    is_sandwiched: Annotated[bool, Doc("whether there is a sandwicher")] = True
    arbitrageur_tip_gwei: Annotated[GweiPerGas, Doc("hand-set, below the victim's")] = 0.5
    trader_WETH: Annotated[Amount, AtLeast(0), Doc("what victim, sandwicher and arbitrageur begin with, each")] = (
        tokens(10_000)
    )
    trader_USD: Annotated[Amount, AtLeast(0), Doc("the same, in USD")] = tokens(30_000_000)


class SimState(SimStateBase):
    def __init__(self, ss: SimStrategy, chain: Chain) -> None:
        super().__init__(ss, chain)
        self.chain = chain
        self.weth, self.usd = (chain.deploy_token(symbol) for symbol in ("WETH", "USD"))
        self.pool = self._open_pool(ss)
        base_fee = round(ss.base_fee_gwei * GWEI)

        self.outside = PriceAgent("outside_price", ss.start_price, ss.price)
        self.addAgent(self.outside)
        self.victim = SwapperAgent("victim", self._trader("victim", ss), self.pool, ss.victim)
        self.addAgent(self.victim)
        trader, tip = self._trader("arbitrageur", ss), round(ss.arbitrageur_tip_gwei * GWEI)
        submit = partial(trader.submit, tip=tip)
        arbitrageur = ArbitrageurAgent(
            "arbitrageur", trader, self.pool, lambda: self.outside.price, submit, heeds_fee=True
        )
        self.addAgent(arbitrageur)
        self.sandwicher = SandwicherAgent(
            "sandwicher", chain.wallet("sandwicher"), chain, self.pool, ss.sandwicher, base_fee
        )
        chain.faucet.send(self.weth.contract.transfer(self.sandwicher.searcher.address, ss.trader_WETH))
        chain.faucet.send(self.usd.contract.transfer(self.sandwicher.searcher.address, ss.trader_USD))
        if ss.is_sandwiched:
            self.addAgent(self.sandwicher)

        chain.mempool.ordering = ss.ordering
        chain.mempool.set_base_fee(base_fee)
        self.kpis: KPIs = KPIs(ss.time_step, self)

    def _open_pool(self, ss: SimStrategy) -> ConstantProductPool:
        pool = create_pool(self.chain, self.weth, self.usd, ss.pool_fee_millionths)
        pool_USD = int(Fraction(ss.start_price) * ss.pool_WETH)
        provider = self.chain.wallet("provider", WETH=ss.pool_WETH, USD=pool_USD)
        pool.approve(provider)
        provider.send(pool.add_liquidity(ss.pool_WETH, pool_USD))
        return pool

    def _trader(self, name: str, ss: SimStrategy) -> EvmWallet:
        wallet = self.chain.wallet(name, WETH=ss.trader_WETH, USD=ss.trader_USD)
        self.pool.approve(wallet)
        return wallet


class KPIs(KPIsBase):
    """Compares with the beginning: what traders held, what ether they had, and what the pool's product was.

    Args:
        time_step: seconds per tick.
        state: at the beginning.
    """

    def __init__(self, time_step: int, state: SimState) -> None:
        super().__init__(time_step)
        chain, arbitrageur = state.chain, state.chain.wallet("arbitrageur")
        self.sandwicher = Gain(chain, state.sandwicher.searcher.address, state.weth, state.usd)
        self.arbitrageur = Gain(chain, arbitrageur.address, state.weth, state.usd)
        self._wallets = {name: chain.wallet(name) for name in ("victim", "arbitrageur", "sandwicher")}
        self._first_wei = {name: wallet.wei for name, wallet in self._wallets.items()}
        self._first_root = isqrt(prod(state.pool.reserves(chain)))

    def gas_in_ether(self, name: str) -> float:
        """What an agent has paid for gas, tips included."""
        return in_tokens(self._first_wei[name] - self._wallets[name].wei)

    def fees_in_base(self, reserves: tuple[Amount, Amount]) -> float:
        """What the fees added to the pool, which is all by which the root of its product can have grown."""
        return 2 * in_tokens(reserves[0]) * (1 - self._first_root / isqrt(prod(reserves)))


def netlist_createLogData(state: SimState) -> LogRow:
    state.victim.settle()
    state.sandwicher.settle()
    price, kpis, victim = state.outside.price, state.kpis, state.victim
    return LogRow(
        pool_price=state.pool.price(state.chain),
        outside_price=price,
        victim_swaps=victim.n_swaps,
        victim_failed=victim.n_failed,
        victim_lost_WETH=victim.lost,
        victim_lost_USD=victim.lost * price,
        victim_lost_bps=victim.lost / victim.quoted * 10_000 if victim.quoted else 0.0,
        sandwiches_tried=state.sandwicher.n_tried,
        sandwiches_landed=state.sandwicher.n_landed,
        sandwicher_gain_USD=kpis.sandwicher.at(price),
        arbitrageur_gain_USD=kpis.arbitrageur.at(price),
        lp_fees_USD=kpis.fees_in_base(state.pool.reserves(state.chain)) * price,
        **{f"{name}_gas_USD": kpis.gas_in_ether(name) * price for name in ("victim", "arbitrageur", "sandwicher")},
    )


netlist_x_axis = "Hour"
netlist_charts = [
    lines("Victim's loss against the pool's quote", "bps of what was quoted", victim_lost_bps="").shown(
        where="victim_swaps",
        about="On average over its swaps so far: what the pool offered before the block, less what the victim got.",
    ),
    lines(
        "Who gains what the victim loses, before gas",
        USD,
        victim_lost_USD="victim's loss",
        sandwicher_gain_USD="sandwicher's gain",
        arbitrageur_gain_USD="arbitrageur's gain",
        lp_fees_USD="fees to liquidity",
    ).shown(about="Traders against having kept their tokens, at today's price; fees as added to the pool by all."),
    lines("Victim's loss in WETH", "WETH", victim_lost_WETH=""),
    lines("Price of WETH", USD, outside_price="").shown(about="Outside."),
    lines("How far the pool is from outside", USD, pool_price="").shown(
        minus="outside_price", about="Price of WETH in the pool less the outside price."
    ),
    lines(
        "Paid for gas and tips",
        USD,
        victim_gas_USD="victim",
        sandwicher_gas_USD="sandwicher",
        arbitrageur_gas_USD="arbitrageur",
    ),
    lines("Victim's swaps", COUNT, victim_swaps="went through", victim_failed="failed"),
    lines("Sandwiches", COUNT, sandwiches_tried="tried", sandwiches_landed="first swap landed"),
]
