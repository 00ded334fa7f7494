"""The function-maximising pool, as CoW Protocol's: it trades each batch at the price at which the batch clears.

Source: Canidio and Fritsch, "Arbitrageurs' profits, LVR, and sandwich attacks", arXiv 2307.02074.
"""

from dataclasses import dataclass
from typing import final

import numpy as np

from tokenspice.engine.units import Floats
from tokenspice.markets.errors import PoolError
from tokenspice.markets.pools.step import Costs, Offer, Pool, PoolState

__all__ = ["CowPool"]


@final
@dataclass(frozen=True)
class CowPool(Pool):
    """Two tokens, of which the first has weight `weight`.

    Attributes:
        weight: of the first token; the second has the rest.
        competition: 1 if solvers bid all profit away, 0 if there is one solver; between them, that blend of trades.
    """

    weight: float = 0.5
    competition: float = 1.0
    n_tokens = 2

    def __post_init__(self) -> None:
        if not (0 < self.weight < 1 and 0 <= self.competition <= 1):
            raise PoolError(
                f"CowPool: weight {self.weight}, competition {self.competition}. Write numbers from 0 to 1."
            )

    @property
    def weights(self) -> Floats:
        """[2] of the tokens."""
        return np.array([self.weight, 1 - self.weight])

    def start(self, value_USD: float, prices: Floats) -> PoolState:
        return PoolState(self.weights * value_USD / prices, np.zeros(0), np.zeros(0), np.zeros(2))

    def spot_prices(self, state: PoolState) -> Floats:
        return np.array([self.spot(state.reserves), 1.0])

    def spot(self, reserves: Floats) -> float:
        """The first token's price in units of the second."""
        return float(reserves[1] / reserves[0] * self.weight / (1 - self.weight))

    def invariant(self, state: PoolState) -> float:
        return float(np.exp(self.weights @ np.log(state.reserves)))

    def swap_in(self, state: PoolState, token_in: int, token_out: int, amount_in: float, fee: float) -> float:
        r, w = state.reserves, self.weights[token_in]
        return float(r[token_out] * amount_in / (r[token_in] / (1 - fee) * (1 - w) / w + amount_in / w))

    def swap_out(self, state: PoolState, token_in: int, token_out: int, amount_out: float, fee: float) -> float:
        r, w = state.reserves, self.weights[token_in]
        if amount_out >= w * r[token_out]:
            raise PoolError(
                f"swap_out: {amount_out} of token {token_out} asked; this pool gives less than {w * r[token_out]}."
            )
        return float(amount_out * r[token_in] / (1 - fee) * (1 - w) / w / (r[token_out] - amount_out / w))

    def offer(self, state: PoolState, prices: Floats, costs: Costs) -> Offer:
        """The batch's trade. Competition leaves no profit, so gas is judged by what one solver alone would gain."""
        alone = self.lone_solver(state.reserves, prices, costs)
        if self.competition == 0:
            return Offer(alone)
        trade = self.competition * self.competing(state.reserves, prices, costs) + (1 - self.competition) * alone
        return Offer(trade, alone if costs.gas_USD else np.zeros(2))

    def competing(self, reserves: Floats, prices: Floats, costs: Costs) -> Floats:
        """[2] the batch that moves the price to the nearest edge of the band without trade."""
        market, width = prices[0] / prices[1], (1 - costs.fee) * (1 - costs.outside_fee)
        price = self.spot(reserves)
        if market * width <= price <= market / width:
            return np.zeros(2)
        price = market * width if price < market * width else market / width
        x = 2 * self.weights[::-1] * reserves
        net = 0.5 * np.array([x[0] + x[1] / price, x[0] * price + x[1]]) - x
        return np.where(net > 0, net / (1 - costs.fee), net)

    def lone_solver(self, reserves: Floats, prices: Floats, costs: Costs) -> Floats:
        """[2] the trade that gains most for the only solver."""
        for token_in in (0, 1):
            trade = self.solver_trade(token_in, reserves, prices, 1 - costs.fee)
            if trade[token_in] > 0:
                return trade
        return np.zeros(2)

    def solver_trade(self, token_in: int, reserves: Floats, prices: Floats, gamma: float) -> Floats:
        """[2] the solver's best trade if it pays in this token; its in-leg is negative if there is none."""
        held = self.weights[::-1] * reserves
        root = np.sqrt(self.weight * (1 - self.weight) * reserves.prod() / gamma)
        market = np.sqrt(prices[0] / prices[1])
        trade = np.array([root / market, root * market]) - held
        trade[token_in] -= held[token_in] * (1 / gamma - 1)
        return trade
