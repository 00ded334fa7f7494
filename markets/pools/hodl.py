"""The pool that never trades: what its tokens are worth if they are held."""

from dataclasses import dataclass
from typing import final

import numpy as np

from tokenspice.engine.units import Floats
from tokenspice.markets.errors import PoolError
from tokenspice.markets.pools.step import Costs, Offer, Pool, PoolState

__all__ = ["HodlPool"]


@final
@dataclass(frozen=True)
class HodlPool(Pool):
    """A basket of tokens that is held.

    Attributes:
        start_weights: [n] shares of the value at the start, with sum 1.
    """

    start_weights: tuple[float, ...]

    @property
    def n_tokens(self) -> int:  # type: ignore[override]
        """How many tokens are held."""
        return len(self.start_weights)

    def start(self, value_USD: float, prices: Floats) -> PoolState:
        weights = np.array(self.start_weights, dtype=float)
        return PoolState(weights * value_USD / prices, np.zeros(0), np.zeros(0), np.zeros(len(weights)))

    def spot_prices(self, state: PoolState) -> Floats:
        raise PoolError("HodlPool has no prices: it does not trade.")

    def invariant(self, state: PoolState) -> float:
        return float(np.linalg.norm(state.reserves))

    def swap_in(self, state: PoolState, token_in: int, token_out: int, amount_in: float, fee: float) -> float:
        raise PoolError("HodlPool does not trade. Give swaps to a pool that does.")

    def swap_out(self, state: PoolState, token_in: int, token_out: int, amount_out: float, fee: float) -> float:
        raise PoolError("HodlPool does not trade. Give swaps to a pool that does.")

    def offer(self, state: PoolState, prices: Floats, costs: Costs) -> Offer:
        return Offer(np.zeros(self.n_tokens))
