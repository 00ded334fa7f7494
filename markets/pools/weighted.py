"""Weighted pools: the geometric mean of the reserves, with weights that may move."""

from dataclasses import dataclass
from typing import final

import numpy as np

from tokenspice.engine.units import Floats
from tokenspice.markets.errors import PoolError
from tokenspice.markets.pools.arbitrage import Route, all_routes_trade, pair_trade
from tokenspice.markets.pools.step import Costs, Offer, Pool, PoolState

__all__ = ["WeightedPool", "constant_product"]


@final
@dataclass(frozen=True)
class WeightedPool(Pool):
    """A pool whose invariant is Π reserves**weights, as Balancer's.

    Its weights are `start_weights` at first, and what each tick says later.

    Attributes:
        start_weights: [n] positive, with sum 1.
        route: what the arbitrageur may trade at once where there is a fee.
        moves: whether the weights move. If not, the arbitrageur looks once a step, not twice.
    """

    start_weights: tuple[float, ...]
    route: Route = "all"
    moves: bool = True

    def __post_init__(self) -> None:
        weights = self.weights
        if len(weights) < 2 or not (weights > 0).all() or abs(weights.sum() - 1) > 1e-9:
            raise PoolError(
                f"WeightedPool: weights {list(self.start_weights)}. Write two or more, positive, with sum 1."
            )

    @property
    def weights(self) -> Floats:
        """[n] the weights at the start."""
        return np.array(self.start_weights, dtype=float)

    @property
    def has_weights(self) -> bool:  # type: ignore[override]
        """Whether ticks set the weights."""
        return self.moves

    @property
    def n_tokens(self) -> int:  # type: ignore[override]
        """How many tokens the pool holds."""
        return len(self.start_weights)

    def start(self, value_USD: float, prices: Floats) -> PoolState:
        weights = self.weights
        return PoolState(weights * value_USD / prices, weights, np.zeros(0), np.zeros(len(weights)))

    def spot_prices(self, state: PoolState) -> Floats:
        depth = state.weights / state.reserves
        return np.asarray(depth / depth[-1])

    def invariant(self, state: PoolState) -> float:
        return float(np.exp(state.weights @ np.log(state.reserves)))

    def swap_in(self, state: PoolState, token_in: int, token_out: int, amount_in: float, fee: float) -> float:
        r, w = state.reserves, state.weights
        grown = 1 + (1 - fee) * amount_in / r[token_in]
        return float(-r[token_out] * np.expm1(-w[token_in] / w[token_out] * np.log(grown)))

    def swap_out(self, state: PoolState, token_in: int, token_out: int, amount_out: float, fee: float) -> float:
        r, w = state.reserves, state.weights
        if amount_out >= r[token_out]:
            raise PoolError(f"swap_out: {amount_out} of token {token_out} asked; the pool holds {r[token_out]}.")
        left = np.log1p(-amount_out / r[token_out])
        return float(r[token_in] / (1 - fee) * np.expm1(-w[token_out] / w[token_in] * left))

    def offer(self, state: PoolState, prices: Floats, costs: Costs) -> Offer:
        best = all_routes_trade if self.route == "all" or not costs.fee else pair_trade
        trade = best(state.reserves, state.weights, prices, 1 - costs.fee)
        # The best trade gains, be it less than rounding; only what it costs elsewhere may keep it from being made.
        is_free = not costs.gas_USD and not costs.outside_fee
        return Offer(trade, judged=np.zeros(len(trade)) if is_free else None)


def constant_product() -> WeightedPool:
    """Two tokens in equal parts, x · y = k, as Uniswap V2's."""
    return WeightedPool((0.5, 0.5), moves=False)
