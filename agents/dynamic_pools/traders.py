"""Who trades with a pool for reasons of their own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, final

import numpy as np

from tokenspice.agents.dynamic_pools.market import MarketAgent, minute_of
from tokenspice.engine import (
    AgentBase,
    AtLeast,
    Between,
    Doc,
    InsufficientFunds,
    ParametersBase,
    Probability,
    Seconds,
    SimStateBase,
    Unit,
    WalletBase,
    in_tokens,
)
from tokenspice.markets.pools import TimedSwap
from tokenspice.protocols.dynamicpool import DynamicPool, PoolRefused, eighteen

__all__ = ["NoiseFlowAgent", "NoiseTerms", "NoiseTraderAgent", "SwapReplayAgent"]


@final
@dataclass(frozen=True)
class NoiseTerms(ParametersBase):
    """How often, how much, and how carefully people swap."""

    activity: Annotated[Probability, Unit("per tick"), Doc("chance that someone swaps; hand-set")] = 0.05
    mean_USD: Annotated[float, AtLeast(0), Unit("USD"), Doc("mean of the sizes, which are exponential; hand-set")] = (
        2_000.0
    )
    slippage: Annotated[
        float, Between(0, 1), Unit("share"), Doc("how much worse than the market's price they take, fee included")
    ] = 0.02


@final
class NoiseTraderAgent(AgentBase):
    """Swaps one token for another, by chance, if the pool's price is not much worse than the market's.

    Args:
        name: of the agent and of its random stream.
        wallet: its budget; what it cannot pay, it does not swap.
        pool: where.
        market: whose prices it compares.
        terms: its parameters.

    Attributes:
        n_swaps, n_refused: made, and not made because the pool's price was too bad or the budget empty.
        volume_USD: that it swapped.
        fees_USD: that it paid.
    """

    def __init__(
        self, name: str, wallet: WalletBase, pool: DynamicPool, market: MarketAgent, terms: NoiseTerms = NoiseTerms()
    ) -> None:
        super().__init__(name, wallet)
        self._own: WalletBase = wallet
        self._pool, self._market, self._terms = pool, market, terms
        self.n_swaps = self.n_refused = 0
        self.volume_USD = self.fees_USD = 0.0

    def takeStep(self, state: SimStateBase) -> None:
        rng = state.rng(self.name)
        if rng.random() < self._terms.activity:
            token_in, token_out = (int(i) for i in rng.permutation(len(self._pool.symbols))[:2])
            self._swap(token_in, token_out, float(rng.exponential() * self._terms.mean_USD))

    def _swap(self, token_in: int, token_out: int, value_USD: float) -> None:
        prices = self._market.prices
        amount = eighteen(value_USD / float(prices[token_in]))
        least = eighteen(value_USD / float(prices[token_out]) * (1 - self._terms.slippage))
        if not amount:
            return
        try:
            self._pool.swap(self._own, token_in, token_out, amount, least)
        except (PoolRefused, InsufficientFunds):
            self.n_refused += 1
            return
        self.n_swaps += 1
        self.volume_USD += value_USD
        self.fees_USD += value_USD * self._pool.fee()


@final
class NoiseFlowAgent(AgentBase):
    """Stands for noise traders in short: it pays fees as a multiple of those that arbitrage has just paid.

    Source: Canidio and Fritsch, arXiv 2307.02074, who find a ratio of 1.5.

    Args:
        name: of the agent.
        wallet: its budget.
        pool: that it pays to.
        market: whose prices count.
        ratio: of its fees to the providers' share of the arbitrageur's.
        protocol_share: of fees.
        arbitrage_fees: returns the fees that arbitrage has just paid, dollars.

    Attributes:
        fees_USD: that it paid.
    """

    def __init__(
        self,
        name: str,
        wallet: WalletBase,
        pool: DynamicPool,
        market: MarketAgent,
        ratio: float,
        protocol_share: float,
        arbitrage_fees: Callable[[], float],
    ) -> None:
        super().__init__(name, wallet)
        self._own: WalletBase = wallet
        self._pool, self._market = pool, market
        self._ratio = ratio * (1 - protocol_share)
        self._fees = arbitrage_fees
        self.fees_USD = 0.0

    def takeStep(self, state: SimStateBase) -> None:
        income = self._ratio * self._fees()
        if not income:
            return
        held = self._pool.reserves()
        value = float(np.array([in_tokens(amount) for amount in held]) @ self._market.prices)
        self._pool.donate(self._own, [eighteen(in_tokens(amount) * income / value) for amount in held])
        self.fees_USD += income


@final
class SwapReplayAgent(AgentBase):
    """Does swaps that others once did.

    Args:
        name: of the agent.
        wallet: what it pays with.
        pool: where.
        swaps: in the order of their minutes.
        every: seconds after which those that are due are done.

    Attributes:
        n_swaps: made so far.
    """

    def __init__(
        self, name: str, wallet: WalletBase, pool: DynamicPool, swaps: Sequence[TimedSwap], every: Seconds = 1
    ) -> None:
        super().__init__(name, wallet)
        self._every = every
        self._own: WalletBase = wallet
        self._pool, self._swaps = pool, tuple(swaps)
        self.n_swaps = 0

    def takeStep(self, state: SimStateBase) -> None:
        minute = minute_of(state) if state.every(self._every) else -1
        while self.n_swaps < len(self._swaps) and (due := self._swaps[self.n_swaps]).minute <= minute:
            if due.token_in != due.token_out and due.amount_in:
                self._pool.swap(self._own, due.token_in, due.token_out, eighteen(due.amount_in))
            self.n_swaps += 1
