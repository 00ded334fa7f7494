"""The contract of a pool, and its one step.

Trades are seen from the pool: positive amounts flow in, negative ones out. What flows in is gross: it is all that the
trader pays, and the fee is part of it and stays in the pool. Prices are dollars a token; n is the number of tokens.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field, replace
from typing import final

import numpy as np

from tokenspice.engine.units import Floats
from tokenspice.markets.errors import PoolError

__all__ = ["Costs", "Offer", "Pool", "PoolState", "StepEvents", "Swap", "Tick"]


@dataclass(frozen=True)
class Costs:
    """What stands between a pool and the market.

    Attributes:
        fee: the pool's swap fee, a fraction of what is paid in.
        gas_USD: what one arbitrage transaction costs, dollars.
        outside_fee: what the arbitrageur pays elsewhere, a fraction of half the traded value.
        noise_ratio: what noise traders pay in fees, as a multiple of what arbitrageurs pay.
        protocol_share: the part of the fees that leaves the pool.
    """

    fee: float = 0.0
    gas_USD: float = 0.0
    outside_fee: float = 0.0
    noise_ratio: float = 0.0
    protocol_share: float = 0.0

    def __post_init__(self) -> None:
        for name, value, top in (
            ("fee", self.fee, 1.0),
            ("gas_USD", self.gas_USD, np.inf),
            ("outside_fee", self.outside_fee, 1.0),
            ("noise_ratio", self.noise_ratio, np.inf),
            ("protocol_share", self.protocol_share, np.nextafter(1.0, 2.0)),
        ):
            if not 0 <= value < top:
                raise PoolError(f"Costs: {name} is {value}; it is a number from 0 to below {top:g}.")


@dataclass(frozen=True)
class Swap:
    """A user's trade: `amount_in` of one token for as much of another as the pool gives.

    Attributes:
        token_in, token_out: indices of tokens.
        amount_in: what the user pays, tokens, before the fee.
    """

    token_in: int
    token_out: int
    amount_in: float


@dataclass(frozen=True)
class Tick:
    """What one step is told.

    Attributes:
        prices: [n] dollars.
        weights: [n] the pool's target weights; pools without weights do not look at them.
        costs: what trades cost in this step.
        swaps: users' trades, between the two arbitrages.
        supply_ratio: what the supply of pool shares is, over what it was.
        arbitrage: whether an arbitrageur looks at the pool.
        seconds: how long the step is.
    """

    prices: Floats
    weights: Floats = field(default_factory=lambda: np.zeros(0))
    costs: Costs = Costs()
    swaps: tuple[Swap, ...] = ()
    supply_ratio: float = 1.0
    arbitrage: bool = True
    seconds: float = 60.0


@dataclass(frozen=True)
class PoolState:
    """What a pool has.

    Attributes:
        reserves: [n] tokens, with the fees that belong to the liquidity providers.
        weights: [n] those of the last step; empty for pools without weights.
        inner: what else a kind of pool keeps: virtual balances, a price, fees set aside.
        protocol_fees: [n] tokens that have left for the protocol so far.
    """

    reserves: Floats
    weights: Floats
    inner: Floats
    protocol_fees: Floats

    def value_USD(self, prices: Floats) -> float:
        """What the reserves are worth, dollars."""
        return float(self.reserves @ prices)


@dataclass(frozen=True)
class Offer:
    """A trade that an arbitrageur may make.

    Attributes:
        trade: [n] tokens.
        judged: [n] the trade whose profit decides, where that is another one.
    """

    trade: Floats
    judged: Floats | None = None

    def pays(self, prices: Floats, costs: Costs) -> bool:
        """Whether the profit covers gas and the fee elsewhere."""
        trade = self.trade if self.judged is None else self.judged
        value = trade * prices
        return bool(-value.sum() - costs.gas_USD >= 0.5 * costs.outside_fee * np.abs(value).sum())


@dataclass(frozen=True)
class StepEvents:
    """What happened in a step.

    Attributes:
        trades: [phases, n] the arbitrages, zero where there was none, tokens.
        executed: for each phase, whether an arbitrage was made.
        swap_outs: what the users of `Tick.swaps` received, tokens.
        fee_income_USD: fees that the liquidity providers earned, noise traders' included, dollars.
        protocol_fees: [n] tokens that left for the protocol.
    """

    trades: Floats
    executed: tuple[bool, ...]
    swap_outs: tuple[float, ...]
    fee_income_USD: float
    protocol_fees: Floats


class Pool(ABC):
    """A pool of n tokens: its curve, and how it trades. It holds no state; `PoolState` does."""

    n_tokens: int
    has_weights = False

    @abstractmethod
    def start(self, value_USD: float, prices: Floats) -> PoolState:
        """A pool that is worth `value_USD` and whose prices are the market's."""

    @abstractmethod
    def spot_prices(self, state: PoolState) -> Floats:
        """[n] prices without fee, in units of the last token."""

    @abstractmethod
    def invariant(self, state: PoolState) -> float:
        """What a trade without fee leaves as it was. It doubles if all reserves double."""

    @abstractmethod
    def swap_in(self, state: PoolState, token_in: int, token_out: int, amount_in: float, fee: float) -> float:
        """Tokens that leave the pool for `amount_in`, which includes the fee. The state is not changed."""

    @abstractmethod
    def swap_out(self, state: PoolState, token_in: int, token_out: int, amount_out: float, fee: float) -> float:
        """Tokens, fee included, to be paid in for `amount_out`. The state is not changed."""

    @abstractmethod
    def offer(self, state: PoolState, prices: Floats, costs: Costs) -> Offer:
        """The most profitable trade against market prices; zeros where none is."""

    def drift(self, state: PoolState, prices: Floats, seconds: float) -> PoolState:
        """What time alone does to the pool."""
        return state

    def apply(self, state: PoolState, trade: Floats, fee: float) -> PoolState:
        """The pool after a trade."""
        return replace(state, reserves=state.reserves + trade)

    def scaled(self, state: PoolState, ratio: float) -> PoolState:
        """The pool after a proportional deposit or withdrawal."""
        return replace(state, reserves=state.reserves * ratio)

    def credit(self, state: PoolState, ratio: float) -> PoolState:
        """The pool after fees worth `ratio` of it came in, in its own proportions."""
        return self.scaled(state, 1 + ratio)

    def debit(self, state: PoolState, amounts: Floats) -> PoolState:
        """The pool after fees left for the protocol."""
        return replace(state, reserves=state.reserves - amounts, protocol_fees=state.protocol_fees + amounts)

    @final
    def join(self, state: PoolState, share: float) -> tuple[PoolState, Floats]:
        """Deposit in proportion: `share` of the pool as it is. Returns the pool, and what was paid, tokens."""
        if not share > -1:
            raise PoolError(f"join({share}): a share is above -1, which would be the whole pool.")
        joined = self.scaled(state, 1 + share)
        return joined, joined.reserves - state.reserves

    @final
    def exit(self, state: PoolState, share: float) -> tuple[PoolState, Floats]:
        """Withdraw `share` of the pool. Returns the pool, and what was received, tokens."""
        left, paid = self.join(state, -share)
        return left, -paid

    @final
    def swap(self, state: PoolState, swap: Swap, fee: float) -> tuple[PoolState, float]:
        """Do a user's trade. Returns the pool, and what the user received, tokens."""
        if swap.token_in == swap.token_out or swap.amount_in == 0:
            return state, 0.0
        if not swap.amount_in > 0:
            raise PoolError(f"swap: {swap.amount_in} tokens cannot be paid in. Write a positive amount.")
        out = self.swap_in(state, swap.token_in, swap.token_out, swap.amount_in, fee)
        trade = np.zeros(self.n_tokens)
        trade[swap.token_in], trade[swap.token_out] = swap.amount_in, -out
        return self.apply(state, trade, fee), out

    @final
    def step(self, state: PoolState, tick: Tick) -> tuple[PoolState, StepEvents]:
        """One step of time: supply, arbitrage of the prices, users' trades, arbitrage of the weights, fees."""
        before = state.protocol_fees
        if tick.supply_ratio != 1.0:
            state = self.scaled(state, tick.supply_ratio)
        state = self.drift(state, tick.prices, tick.seconds)
        state, first, income = self.arbitrage(state, tick)
        if self.has_weights:
            state = replace(state, weights=tick.weights)
        paid = []
        for swap in tick.swaps:
            state, out = self.swap(state, swap, tick.costs.fee)
            paid.append(out)
        trades = [first]
        if self.has_weights:
            state, second, more = self.arbitrage(state, tick)
            trades, income = [first, second], income + more
        executed = tuple(bool(trade.any()) for trade in trades)
        return state, StepEvents(np.array(trades), executed, tuple(paid), income, state.protocol_fees - before)

    @final
    def arbitrage(self, state: PoolState, tick: Tick) -> tuple[PoolState, Floats, float]:
        """One look of an arbitrageur. Returns the pool, the trade, and the providers' income, dollars."""
        prices, costs = tick.prices, tick.costs
        offer = self.offer(state, prices, costs) if tick.arbitrage else Offer(np.zeros(self.n_tokens))
        if not offer.trade.any() or not offer.pays(prices, costs):
            return state, np.zeros(self.n_tokens), 0.0
        state = self.apply(state, offer.trade, costs.fee)
        fees = np.maximum(offer.trade, 0) * costs.fee
        income = float(fees @ prices) * (1 - costs.protocol_share)
        if costs.noise_ratio:
            noise = costs.noise_ratio * income
            state = self.credit(state, noise / state.value_USD(prices))
            income += noise
        if costs.protocol_share:
            state = self.debit(state, fees * costs.protocol_share)
        return state, offer.trade, income
