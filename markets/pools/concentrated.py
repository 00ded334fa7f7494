"""Concentrated liquidity, as Uniswap V3's: two tokens, positions between prices, fees set aside.

`PoolState.inner` holds the square root of the price, the fees set aside (tokens), and each position's liquidity.
`PoolState.reserves` holds those fees, too.
"""

from dataclasses import dataclass, replace
from typing import final

import numpy as np

from tokenspice.engine.units import Floats
from tokenspice.markets.errors import PoolError
from tokenspice.markets.pools.step import Costs, Offer, Pool, PoolState

__all__ = ["ConcentratedPool", "Position"]


@final
@dataclass(frozen=True)
class Position:
    """Liquidity between two prices of the first token in units of the second.

    Attributes:
        low, high: prices.
        share: of the pool's value at the start.
    """

    low: float
    high: float
    share: float = 1.0


@final
@dataclass(frozen=True)
class ConcentratedPool(Pool):
    """Positions of liquidity over one price.

    Attributes:
        positions: at least one; their shares have sum 1.
    """

    positions: tuple[Position, ...]
    n_tokens = 2

    def __post_init__(self) -> None:
        if not self.positions or not all(0 < p.low < p.high for p in self.positions):
            raise PoolError("ConcentratedPool: write positions with 0 < low < high.")
        if abs(sum(p.share for p in self.positions) - 1) > 1e-9:
            raise PoolError("ConcentratedPool: the positions' shares do not have sum 1.")

    @property
    def edges(self) -> Floats:
        """[2, positions] square roots of the prices."""
        return np.asarray(np.sqrt(np.array([[p.low for p in self.positions], [p.high for p in self.positions]])))

    def start(self, value_USD: float, prices: Floats) -> PoolState:
        root = float(np.sqrt(prices[0] / prices[1]))
        unit = self.units(root)
        shares = np.array([p.share for p in self.positions])
        depths = shares * value_USD / (prices @ unit)
        return PoolState(unit @ depths, np.zeros(0), np.concatenate([[root, 0.0, 0.0], depths]), np.zeros(2))

    def units(self, root: float) -> Floats:
        """[2, positions] tokens of a position with liquidity 1, at a square root of the price."""
        low, high = self.edges
        inside = np.clip(root, low, high)
        return np.array([1 / inside - 1 / high, inside - low])

    def held(self, state: PoolState, root: float) -> Floats:
        """[2] tokens in the positions at a square root of the price, without fees."""
        return self.units(root) @ state.inner[3:]

    def spot_prices(self, state: PoolState) -> Floats:
        return np.array([state.inner[0] ** 2, 1.0])

    def invariant(self, state: PoolState) -> float:
        return float(state.inner[3:].sum())

    def scaled(self, state: PoolState, ratio: float) -> PoolState:
        return replace(state, reserves=state.reserves * ratio, inner=np.append(state.inner[0], state.inner[1:] * ratio))

    def credit(self, state: PoolState, ratio: float) -> PoolState:
        return self.set_aside(replace(state, reserves=state.reserves * (1 + ratio)), state.reserves * ratio)

    def debit(self, state: PoolState, amounts: Floats) -> PoolState:
        return self.set_aside(super().debit(state, amounts), -amounts)

    def set_aside(self, state: PoolState, fees: Floats) -> PoolState:
        """The same reserves, of which more are fees."""
        inner = state.inner.copy()
        inner[1:3] += fees
        return replace(state, inner=inner)

    def apply(self, state: PoolState, trade: Floats, fee: float) -> PoolState:
        paid = np.maximum(trade, 0) * fee
        held = state.reserves - state.inner[1:3] + trade - paid
        root = self.root_at(state, held)
        moved = replace(state, reserves=state.reserves + trade, inner=np.append(root, state.inner[1:]))
        return self.set_aside(moved, paid)

    def root_at(self, state: PoolState, held: Floats) -> float:
        """The square root of the price at which the positions hold so much of the second token."""
        return self.where(state, 1, float(held[1])) if held[1] > 0 else self.where(state, 0, float(held[0]))

    def where(self, state: PoolState, token: int, amount: float) -> float:
        """The square root of the price at which the positions hold `amount` of a token; piecewise in closed form."""
        knots = np.unique(self.edges)
        amounts = np.array([self.held(state, root)[token] for root in knots])
        grid = 1 / knots if token == 0 else knots
        if not min(amounts) * (1 - 1e-12) <= amount <= max(amounts) * (1 + 1e-12):
            raise PoolError(
                f"swap: the positions hold at most {max(amounts)} of token {token}; {amount} were to be there."
            )
        order = np.argsort(amounts)
        at = float(np.interp(amount, amounts[order], grid[order]))
        return 1 / at if token == 0 else at

    def swap_in(self, state: PoolState, token_in: int, token_out: int, amount_in: float, fee: float) -> float:
        held = self.held(state, state.inner[0])
        root = self.where(state, token_in, float(held[token_in] + (1 - fee) * amount_in))
        return float(held[token_out] - self.held(state, root)[token_out])

    def swap_out(self, state: PoolState, token_in: int, token_out: int, amount_out: float, fee: float) -> float:
        held = self.held(state, state.inner[0])
        root = self.where(state, token_out, float(held[token_out] - amount_out))
        return float((self.held(state, root)[token_in] - held[token_in]) / (1 - fee))

    def offer(self, state: PoolState, prices: Floats, costs: Costs) -> Offer:
        gamma, market, root = 1 - costs.fee, prices[0] / prices[1], state.inner[0]
        low, high = np.sqrt(market * gamma), np.sqrt(market / gamma)
        target = min(max(root, low), high)
        if target == root:
            return Offer(np.zeros(2))
        net = self.held(state, float(target)) - self.held(state, float(root))
        return Offer(np.where(net > 0, net / gamma, net))
