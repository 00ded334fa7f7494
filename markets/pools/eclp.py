"""Gyroscope's elliptic pool (E-CLP): two tokens, the second is the unit of price.

The tokens' prices lie on an arc of an ellipse, between `low` and `high`.

Source: Gyroscope's E-CLP technical paper.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import final

import numpy as np

from tokenspice.engine.units import Floats
from tokenspice.markets.errors import PoolError
from tokenspice.markets.pools.step import Costs, Offer, Pool, PoolState

__all__ = ["EclpPool"]


@final
@dataclass(frozen=True)
class EclpPool(Pool):
    """An arc of an ellipse.

    Attributes:
        low, high: prices of the first token in units of the second, between which the pool trades.
        stretch: how much longer the ellipse is than wide, at least 1.
        angle: radians by which it is turned.
    """

    low: float
    high: float
    stretch: float
    angle: float
    n_tokens = 2

    def __post_init__(self) -> None:
        if not (0 < self.low < self.high and self.stretch >= 1):
            raise PoolError(
                f"EclpPool: prices {self.low} to {self.high}, stretch {self.stretch}. Write 0 < low < high and stretch >= 1."
            )

    @cached_property
    def circle(self) -> Floats:
        """[2, 2] what turns the ellipse into a circle."""
        c, s = np.cos(self.angle), np.sin(self.angle)
        return np.array([[c / self.stretch, -s / self.stretch], [s, c]])

    @cached_property
    def ellipse(self) -> Floats:
        """[2, 2] the inverse of `circle`."""
        c, s = np.cos(self.angle), np.sin(self.angle)
        return np.array([[c * self.stretch, s], [-s * self.stretch, c]])

    @cached_property
    def centre(self) -> Floats:
        """[2] of the ellipse, if the invariant is 1."""
        return np.array([(self.ellipse @ self.tau(self.high))[0], (self.ellipse @ self.tau(self.low))[1]])

    def tau(self, price: float) -> Floats:
        """[2] the point of the circle at a price."""
        x, y = self.circle @ np.array([-1.0, price])
        zeta = -y / x
        return np.asarray(np.array([zeta, 1.0]) / np.sqrt(1 + zeta**2))

    def at(self, price: float, size: float) -> Floats:
        """[2] reserves at a price, of a pool whose invariant is `size`."""
        price = min(max(price, self.low), self.high)
        return size * (self.centre - self.ellipse @ self.tau(price))

    def start(self, value_USD: float, prices: Floats) -> PoolState:
        unit = self.at(prices[0] / prices[1], 1.0)
        return PoolState(unit * value_USD / (unit @ prices), np.zeros(0), np.zeros(0), np.zeros(2))

    def invariant(self, state: PoolState) -> float:
        return self.size(state.reserves)

    def size(self, reserves: Floats) -> float:
        """The invariant: the scale of the ellipse that the reserves lie on."""
        r, c = self.circle @ reserves, self.circle @ self.centre
        dot, wide = float(r @ c), float(c @ c) - 1
        return float((dot + np.sqrt(max(dot**2 - wide * float(r @ r), 0.0))) / wide)

    def spot(self, reserves: Floats) -> float:
        """The first token's price in units of the second."""
        x, y = self.circle @ (reserves - self.size(reserves) * self.centre)
        normal = np.array([x / y, 1.0]) @ self.circle
        return float(normal[0] / normal[1])

    def spot_prices(self, state: PoolState) -> Floats:
        return np.array([self.spot(state.reserves), 1.0])

    def other_reserve(self, token: int, reserve: float, size: float) -> float:
        """The other token's reserve on the ellipse, if this token's is `reserve`."""
        form = self.circle.T @ self.circle
        x = reserve - size * self.centre[token]
        a, b, c = form[1 - token, 1 - token], form[0, 1] * x, form[token, token] * x**2 - size**2
        return float(size * self.centre[1 - token] + (-b - np.sqrt(max(b**2 - a * c, 0.0))) / a)

    def swap_in(self, state: PoolState, token_in: int, token_out: int, amount_in: float, fee: float) -> float:
        r, size = state.reserves, self.size(state.reserves)
        most = self.at(self.low if token_in == 0 else self.high, size)[token_in]
        reserve = r[token_in] + (1 - fee) * amount_in
        if reserve > most * (1 + 1e-12):
            raise PoolError(f"swap: {amount_in} of token {token_in} would take the pool past the end of its prices.")
        return float(r[token_out] - self.other_reserve(token_in, reserve, size))

    def swap_out(self, state: PoolState, token_in: int, token_out: int, amount_out: float, fee: float) -> float:
        r, size = state.reserves, self.size(state.reserves)
        if amount_out > r[token_out]:
            raise PoolError(f"swap_out: {amount_out} of token {token_out} asked; the pool holds {r[token_out]}.")
        return float((self.other_reserve(token_out, r[token_out] - amount_out, size) - r[token_in]) / (1 - fee))

    def offer(self, state: PoolState, prices: Floats, costs: Costs) -> Offer:
        gamma, market, price = 1 - costs.fee, prices[0] / prices[1], self.spot(state.reserves)
        if market * gamma <= price <= market / gamma:
            return Offer(np.zeros(2))
        target = market * gamma if price < market * gamma else market / gamma
        net = self.at(target, self.size(state.reserves)) - state.reserves
        return Offer(np.where(net > 0, net / gamma, net))
