"""Who trades over several pools: an arbitrageur between them, and people who swap by the best route, or by habit."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, TypeAlias, final

import numpy as np

from tokenspice.agents.dynamic_pools.market import MarketAgent
from tokenspice.agents.dynamic_pools.routing import PoolView, Routed, best_arbitrage, best_swap
from tokenspice.engine import (
    AgentBase,
    Amount,
    AtLeast,
    Doc,
    Floats,
    InsufficientFunds,
    ParametersBase,
    Probability,
    SimStateBase,
    Unit,
    WalletBase,
    in_tokens,
)
from tokenspice.protocols.dynamicpool import DynamicPool, PoolRefused, eighteen

__all__ = ["NetworkArbitrageurAgent", "NetworkTraderAgent", "NetworkTraderTerms", "carry_out", "views"]

DUST = 1e-12  # of reserves; what is less is rounding, and no trade
LESS = Fraction(1, 10**9)  # of a trade, what rounding may let miss between two hops


def views(pools: Sequence[DynamicPool], symbols: Sequence[str]) -> list[PoolView]:
    """Pools as a router sees them, with their tokens' places among all symbols."""
    return [
        PoolView(
            tuple(symbols.index(symbol) for symbol in pool.symbols),
            np.array([in_tokens(amount) for amount in pool.reserves()]),
            pool.weights(),
            pool.fee(),
        )
        for pool in pools
    ]


def amounts_of(view: PoolView, trade: Floats) -> list[Amount]:
    """A pool's trade in base units; nothing if it is rounding."""
    if np.abs(trade / view.reserves).max() < DUST:
        return []
    return [eighteen(float(amount)) for amount in trade]


Plan: TypeAlias = list[tuple[int, list[Amount]]]


def payable(trades: dict[int, list[Amount]], pools: Sequence[DynamicPool], holdings: dict[str, Amount]) -> Plan:
    """An order of trades in which each can be paid from what the ones before brought in; shorter if there is none.

    What rounding lets miss, a trade does with less.
    """
    left, plan, held = dict(trades), Plan(), dict(holdings)
    while left:
        for i, amounts in left.items():
            if paid := within(amounts, [held[symbol] for symbol in pools[i].symbols]):
                for symbol, amount in zip(pools[i].symbols, paid, strict=True):
                    held[symbol] -= amount
                plan.append((i, paid))
                del left[i]
                break
        else:
            return plan
    return plan


def within(amounts: list[Amount], held: list[Amount]) -> list[Amount]:
    """A trade that can be paid, a hair smaller if need be; nothing if it would be more than a hair."""
    part = min((Fraction(have, amount) for amount, have in zip(amounts, held, strict=True) if amount > 0), default=1)
    if part >= 1:
        return amounts
    return scaled(amounts, Fraction(part)) if part > 1 - LESS else []


def scaled(amounts: list[Amount], part: Fraction) -> list[Amount]:
    """A part of a trade, rounded towards zero; pools allow it, because their invariants are concave."""
    return [int(amount * part) for amount in amounts]


def carry_out(routed: Routed, pools: Sequence[DynamicPool], seen: Sequence[PoolView], wallet: WalletBase) -> int:
    """Make routed trades, one pool after the other, and return with how many pools.

    What the wallet holds has to pay for the first of them; if it does not, all are halved until it does.

    Raises:
        PoolRefused: a pool has changed since it was seen.
    """
    wanted = {i: amounts_of(view, trade) for i, (view, trade) in enumerate(zip(seen, routed.trades, strict=True))}
    trades = {i: amounts for i, amounts in wanted.items() if amounts}
    holdings = {symbol: wallet.balance(symbol) for pool in pools for symbol in pool.symbols}
    while len(plan := payable(trades, pools, holdings)) < len(trades):
        halves = {i: scaled(amounts, Fraction(1, 2)) for i, amounts in trades.items()}
        trades = {i: amounts for i, amounts in halves.items() if min(amounts) < 0}
    for i, amounts in plan:
        pools[i].trade(wallet, amounts)
    return len(plan)


@final
class NetworkArbitrageurAgent(AgentBase):
    """Makes the trades over all pools that gain most together, if they pay for their gas.

    Args:
        name: of the agent.
        wallet: its budget, which has to pay for the first of its trades.
        pools: that it knows.
        market: whose prices value what it gains, and where it settles if it is open.
        is_open: whether it can trade on the market outside. If not, it gains the market's last token alone, and begins and
            ends its trades with as much of all others.
        gas_USD: that each trade with a pool costs.
        outside_fee: that it pays outside, of half of what it trades.

    Attributes:
        n_rounds, n_trades, n_refused: rounds of trades, pools traded with in them, and rounds that a pool refused.
        longest: most pools in one round.
        gain_USD: after all costs.
        gas_paid_USD: of trades and refusals.
    """

    def __init__(
        self,
        name: str,
        wallet: WalletBase,
        pools: Sequence[DynamicPool],
        market: MarketAgent,
        is_open: bool = False,
        gas_USD: float = 0.0,
        outside_fee: float = 0.0,
    ) -> None:
        super().__init__(name, wallet)
        self._own: WalletBase = wallet
        self._pools, self._market, self._is_open = tuple(pools), market, is_open
        self._gas, self._outside = gas_USD, outside_fee
        self.n_rounds = self.n_trades = self.n_refused = self.longest = 0
        self.gain_USD = self.gas_paid_USD = 0.0

    def takeStep(self, state: SimStateBase) -> None:
        seen = views(self._pools, self._market.symbols)
        low, high = self._bounds()
        routed = best_arbitrage(seen, low, high, self._market.prices, self._gas)
        if not any(trade.any() for trade in routed.trades):
            return
        before = self._held()
        try:
            count = carry_out(routed, self._pools, seen, self._own)
        except (PoolRefused, InsufficientFunds):
            self.n_refused += 1
            count = 1
        else:
            self.n_rounds += count > 0
            self.n_trades += count
            self.longest = max(self.longest, count)
        self._book(before, count)

    def _bounds(self) -> tuple[Floats, Floats]:
        """What a token more is worth, and what a token less costs."""
        prices = self._market.prices
        if self._is_open:
            # The fee elsewhere is on half of what is traded there.
            return prices * (1 - self._outside / 2), prices * (1 + self._outside / 2)
        low, high = np.zeros(len(prices)), np.full(len(prices), np.inf)
        low[-1] = high[-1] = prices[-1]
        return low, high

    def _held(self) -> list[Amount]:
        return [self._own.balance(symbol) for symbol in self._market.symbols]

    def _book(self, before: list[Amount], count: int) -> None:
        change = [now - then for now, then in zip(self._held(), before, strict=True)]
        self.gas_paid_USD += self._gas * count
        if self._is_open:
            gain = self._market.settle(self._own, [-amount for amount in change], self._outside)
        else:
            gain = float(np.array([in_tokens(amount) for amount in change]) @ self._market.prices)
        self.gain_USD += gain - self._gas * count


@final
@dataclass(frozen=True)
class NetworkTraderTerms(ParametersBase):
    """How often, how much, and how cleverly people swap."""

    activity: Annotated[Probability, Unit("per tick"), Doc("chance that someone swaps; hand-set")] = 0.2
    mean_USD: Annotated[float, AtLeast(0), Unit("USD"), Doc("mean of the sizes, which are exponential; hand-set")] = (
        3_000.0
    )
    routed: Annotated[
        Probability, Unit("share"), Doc("of swaps, those that take the best route; the others take a pool by habit")
    ] = 0.5


@final
class NetworkTraderAgent(AgentBase):
    """Swaps one token for another by chance: over all pools by the best route, or in one pool that has both.

    Args:
        name: of the agent and of its random stream.
        wallet: its budget.
        pools: where.
        market: whose prices say what swaps are worth.
        terms: its parameters.

    Attributes:
        n_routed, n_direct, n_refused: swaps by route, in one pool, and not made.
        n_hops: pools that routed swaps went through.
        volume_USD: of all swaps.
        lost_USD: what swaps by route, and in one pool, gave less than the market would have.
    """

    def __init__(
        self,
        name: str,
        wallet: WalletBase,
        pools: Sequence[DynamicPool],
        market: MarketAgent,
        terms: NetworkTraderTerms = NetworkTraderTerms(),
    ) -> None:
        super().__init__(name, wallet)
        self._own: WalletBase = wallet
        self._pools, self._market, self._terms = tuple(pools), market, terms
        self.n_routed = self.n_direct = self.n_refused = self.n_hops = 0
        self.volume_USD = 0.0
        self.lost_USD = [0.0, 0.0]

    def takeStep(self, state: SimStateBase) -> None:
        rng = state.rng(self.name)
        if rng.random() >= self._terms.activity:
            return
        value, is_routed = float(rng.exponential() * self._terms.mean_USD), bool(rng.random() < self._terms.routed)
        pool = self._pools[int(rng.integers(len(self._pools)))]
        sold, bought = (pool.symbols[int(i)] for i in rng.permutation(len(pool.symbols))[:2])
        before = self._own.balance(bought)
        price = {s: float(p) for s, p in zip(self._market.symbols, self._market.prices, strict=True)}
        amount = eighteen(value / price[sold])
        if not amount:
            return
        try:
            if is_routed:
                self._route(sold, bought, amount)
            else:
                pool.swap(self._own, pool.symbols.index(sold), pool.symbols.index(bought), amount)
                self.n_direct += 1
        except (PoolRefused, InsufficientFunds):
            self.n_refused += 1
            return
        self.volume_USD += value
        self.lost_USD[not is_routed] += value - in_tokens(self._own.balance(bought) - before) * price[bought]

    def _route(self, sold: str, bought: str, amount: Amount) -> None:
        symbols, seen = self._market.symbols, views(self._pools, self._market.symbols)
        places = symbols.index(sold), symbols.index(bought)
        routed = best_swap(seen, *places, in_tokens(amount), self._market.prices)
        self.n_hops += carry_out(routed, self._pools, seen, self._own)
        self.n_routed += 1
