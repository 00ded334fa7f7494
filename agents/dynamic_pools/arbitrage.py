"""Who trades a pool back to the market: exactly as far as it pays, with gas, a fee elsewhere, latency and a budget."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, final

import numpy as np

from tokenspice.agents.dynamic_pools.market import MarketAgent, level_at, minute_of
from tokenspice.engine import (
    AgentBase,
    Amount,
    AtLeast,
    Between,
    Doc,
    Floats,
    InsufficientFunds,
    ParametersBase,
    Seconds,
    SimStateBase,
    Unit,
    WalletBase,
    in_tokens,
)
from tokenspice.markets.pools import Changes, Costs, Offer, Route, all_routes_trade, pair_trade
from tokenspice.protocols.dynamicpool import DynamicPool, PoolRefused, eighteen

__all__ = ["ArbitrageTerms", "PoolArbitrageurAgent", "in_budget"]

DUST = 1e-12  # of reserves; what is less is rounding, and no trade


@final
@dataclass(frozen=True)
class ArbitrageTerms(ParametersBase):
    """What arbitrage costs, and how fast it is."""

    gas_USD: Annotated[
        float, AtLeast(0), Unit("USD"), Doc("that a transaction costs, whether or not it is refused")
    ] = 0.5
    outside_fee: Annotated[
        float, Between(0, 1), Unit("share"), Doc("that the arbitrageur pays elsewhere, of half of what it trades")
    ] = 0.0001
    latency_ticks: Annotated[
        int, AtLeast(0), Unit("ticks"), Doc("from its decision to its trade, which may be refused by then")
    ] = 0


@final
class PoolArbitrageurAgent(AgentBase):
    """Makes the most profitable trade with a pool, if it pays.

    What it pays in, it buys back at market prices at once, and sells there what it got; so that its budget is what it
    can pay in at once, and its gain is in the market's last token.

    Args:
        name: of the agent.
        wallet: its budget.
        pool: what it trades with.
        market: whose prices it sees, and where it settles.
        gas_USD, outside_fee: what trades cost, constant or changing by the minute.
        latency_ticks: from a decision to its trade.
        route: whether it trades any set of tokens at once, or one for one other.
        every: seconds between two looks.

    Attributes:
        n_trades, n_refused: that were made, and that the pool refused because others came first.
        gain_USD: of the trades, after all costs.
        gas_paid_USD: of trades and refusals.
        fees_USD: that it paid to the pool.
        last_fees_USD: of these, in its last step.
    """

    def __init__(
        self,
        name: str,
        wallet: WalletBase,
        pool: DynamicPool,
        market: MarketAgent,
        gas_USD: float | Changes = 0.0,
        outside_fee: float | Changes = 0.0,
        latency_ticks: int = 0,
        route: Route = "all",
        every: Seconds = 1,
    ) -> None:
        super().__init__(name, wallet)
        self._own: WalletBase = wallet
        self._pool, self._market = pool, market
        self._gas, self._outside = gas_USD, outside_fee
        self._latency, self._every = latency_ticks, every
        self._route: Route = route
        self._waiting: deque[tuple[int, list[Amount]]] = deque()
        self.n_trades = self.n_refused = 0
        self.gain_USD = self.gas_paid_USD = self.fees_USD = self.last_fees_USD = 0.0

    def takeStep(self, state: SimStateBase) -> None:
        self.last_fees_USD = 0.0
        minute = minute_of(state)
        costs = Costs(self._pool.fee(), level_at(self._gas, minute), level_at(self._outside, minute))
        # It knows of its own trade that is on its way, and decides again when that has landed.
        if state.every(self._every) and not self._waiting and (amounts := self._wanted(costs)):
            self._waiting.append((state.tick + self._latency, amounts))
        while self._waiting and self._waiting[0][0] <= state.tick:
            self._land(self._waiting.popleft()[1], costs)

    def _wanted(self, costs: Costs) -> list[Amount]:
        """The best trade, base units; nothing where none pays, or the budget is empty."""
        held = np.array([in_tokens(amount) for amount in self._pool.reserves()])
        weights, prices = self._pool.weights(), self._market.prices
        best = all_routes_trade if self._route == "all" or not costs.fee else pair_trade
        trade = best(held, weights, prices, 1 - costs.fee)
        is_free = not costs.gas_USD and not costs.outside_fee  # and the best trade gains, be it less than rounding
        if np.abs(trade / held).max() < DUST or not (is_free or Offer(trade).pays(prices, costs)):
            return []
        return in_budget(trade, self._own, self._pool.symbols)

    def _land(self, amounts: list[Amount], costs: Costs) -> None:
        self.gas_paid_USD += costs.gas_USD
        self.gain_USD -= costs.gas_USD
        try:
            traded = self._pool.trade(self._own, amounts)
        except (PoolRefused, InsufficientFunds):
            self.n_refused += 1
            return
        self.n_trades += 1
        paid = np.array([in_tokens(max(amount, 0)) for amount in traded])
        fees = float(paid @ self._market.prices) * costs.fee
        self.fees_USD += fees
        self.last_fees_USD += fees
        self.gain_USD += self._market.settle(self._own, traded, costs.outside_fee)


def in_budget(trade: Floats, wallet: WalletBase, symbols: Sequence[str]) -> list[Amount]:
    """A trade in base units, scaled down to what a wallet can pay; nothing if it can pay nothing.

    A part of a trade that the invariant allows is allowed too, because the invariant is concave.
    """
    amounts = [eighteen(float(amount)) for amount in trade]
    scale = 1.0
    for symbol, amount in zip(symbols, amounts, strict=True):
        if amount > 0:
            scale = min(scale, wallet.balance(symbol) / amount)
    if scale == 1.0:
        return amounts
    # A hair less, so that rounding does not ask for more than there is.
    scaled = [int(amount * scale * (1 - 1e-12)) for amount in amounts]
    return scaled if any(amount > 0 for amount in scaled) else []
