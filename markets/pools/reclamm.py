"""Balancer's readjusting concentrated liquidity (reCLAMM): x · y = k over reserves and virtual balances that move.

A pool that is off its centre moves its virtual balances until it is not. `PoolState.inner` is [3]: the virtual
balances, and the speed along the arc.

Source: Balancer's reCLAMM documentation.
"""

from dataclasses import dataclass, replace
from typing import Literal, final

import numpy as np

from tokenspice.engine.units import DAY, Floats
from tokenspice.markets.errors import PoolError
from tokenspice.markets.pools.arbitrage import all_routes_trade
from tokenspice.markets.pools.step import Costs, Offer, Pool, PoolState

__all__ = ["ReclammPool"]

HALF = np.array([0.5, 0.5])
LONGEST = 30 * DAY

# What is left of a token that an arbitrage would drain, dollars.
DUST_USD = 0.01


@final
@dataclass(frozen=True)
class ReclammPool(Pool):
    """Two tokens; prices are of the first in units of the second.

    Attributes:
        price_ratio: the highest price over the lowest, above 1.
        margin: the centeredness below which the virtual balances move.
        shift_base: what a virtual balance is multiplied by each second while it moves.
        path: "geometric", as the contract, or "arc": at constant speed along the curve.
        arc_speed: of the path "arc", in √second token a second; None for that at which a first step of
            `calibration_s` seconds equals the geometric one.
        scaled_speed: whether the balances move faster the farther the pool is off its centre.
        calibration_s: seconds.
    """

    price_ratio: float = 4.0
    margin: float = 0.2
    shift_base: float = 1 - 1 / 124_000
    path: Literal["geometric", "arc"] = "geometric"
    arc_speed: float | None = None
    scaled_speed: bool = False
    calibration_s: float = 60.0
    n_tokens = 2

    def __post_init__(self) -> None:
        if not (self.price_ratio > 1 and 0 <= self.margin <= 1 and 0 < self.shift_base <= 1):
            raise PoolError(
                f"ReclammPool: price ratio {self.price_ratio}, margin {self.margin}, shift base {self.shift_base}. "
                "Write a ratio above 1, a margin from 0 to 1 and a base above 0, at most 1."
            )

    def start(self, value_USD: float, prices: Floats) -> PoolState:
        root, market = np.sqrt(self.price_ratio), prices[0] / prices[1]
        real_a, virtual_a = 1.0, 1 / (root - 1)
        virtual_b = market / root * (virtual_a + real_a)
        real_b = np.sqrt(market * virtual_b * (real_a + virtual_a)) - virtual_b
        real_a = (real_b + virtual_b - virtual_a * market) / market
        reserves, virtual = np.array([real_a, real_b]), np.array([virtual_a, virtual_b])
        scale = value_USD / (reserves @ prices)
        return self.state(reserves * scale, virtual * scale)

    def state(self, reserves: Floats, virtual: Floats) -> PoolState:
        """A pool with given balances, such as one that is on a chain.

        Args:
            reserves, virtual: [2] real and virtual balances, tokens.
        """
        speed = self.arc_speed or 0.0
        if self.path == "arc" and self.arc_speed is None:
            ratio = np.sqrt(np.divide(*range_of(reserves, virtual)[::-1]))
            speed = calibrated_speed(reserves, virtual, self.shift_base, self.calibration_s, ratio, self.margin)
        return PoolState(reserves, np.zeros(0), np.append(virtual, speed), np.zeros(2))

    def invariant(self, state: PoolState) -> float:
        return float(np.sqrt((state.reserves + state.inner[:2]).prod()))

    def spot_prices(self, state: PoolState) -> Floats:
        effective = state.reserves + state.inner[:2]
        return np.array([effective[1] / effective[0], 1.0])

    def price_range(self, state: PoolState) -> tuple[float, float]:
        """The lowest and the highest price."""
        return range_of(state.reserves, state.inner[:2])

    def scaled(self, state: PoolState, ratio: float) -> PoolState:
        factors = np.array([ratio, ratio, np.sqrt(ratio)])
        return replace(state, reserves=state.reserves * ratio, inner=state.inner * factors)

    def swap_in(self, state: PoolState, token_in: int, token_out: int, amount_in: float, fee: float) -> float:
        effective = state.reserves + state.inner[:2]
        net = (1 - fee) * amount_in
        out = float(effective[token_out] * net / (effective[token_in] + net))
        if out > state.reserves[token_out]:
            raise PoolError(
                f"swap: {out} of token {token_out} would leave; the pool holds {state.reserves[token_out]}."
            )
        return out

    def swap_out(self, state: PoolState, token_in: int, token_out: int, amount_out: float, fee: float) -> float:
        effective = state.reserves + state.inner[:2]
        if amount_out > state.reserves[token_out]:
            raise PoolError(
                f"swap_out: {amount_out} of token {token_out} asked; the pool holds {state.reserves[token_out]}."
            )
        return float(effective[token_in] * amount_out / (effective[token_out] - amount_out) / (1 - fee))

    def offer(self, state: PoolState, prices: Floats, costs: Costs) -> Offer:
        trade = all_routes_trade(state.reserves + state.inner[:2], HALF, prices, 1 - costs.fee)
        for out in (0, 1):
            if state.reserves[out] + trade[out] < 0:
                return Offer(self.draining(state, out, prices, costs.fee), judged=trade)
        return Offer(trade)

    def draining(self, state: PoolState, out: int, prices: Floats, fee: float) -> Floats:
        """[2] the trade that leaves but dust of a token."""
        amount = max(state.reserves[out] - DUST_USD / prices[out], 0.0)
        trade = np.zeros(2)
        trade[out], trade[1 - out] = -amount, self.swap_out(state, 1 - out, out, amount, fee)
        return trade

    def drift(self, state: PoolState, prices: Floats, seconds: float) -> PoolState:
        virtual = state.inner[:2]
        centeredness, above = centered(state.reserves, virtual)
        if centeredness >= self.margin:
            return state
        speed = self.margin / max(centeredness, 1e-18) if self.scaled_speed else 1.0
        ratio = np.sqrt(np.divide(*self.price_range(state)[::-1]))
        # Below the centre, the tokens change places.
        order = slice(None) if above else slice(None, None, -1)
        real, ordered = state.reserves[order], virtual[order]
        if self.path == "geometric":
            falling = ordered[1] * self.shift_base ** min(seconds * speed, LONGEST)
        else:
            market = prices[0] / prices[1] if above else prices[1] / prices[0]
            width = np.sqrt(state.reserves[0] + virtual[0])
            way = 2 * state.inner[2] * speed * width * min(seconds, LONGEST)
            falling = along_arc(real, ordered, market, ratio, way)
        falling = max(falling, real[1] / (np.sqrt(ratio) - 1))
        moved = np.array([partner(real, falling, ratio), falling])[order]
        return replace(state, inner=np.append(moved, state.inner[2]))


def range_of(real: Floats, virtual: Floats) -> tuple[float, float]:
    """The lowest and the highest price."""
    liquidity = float((real + virtual).prod())
    return float(virtual[1] ** 2 / liquidity), float(liquidity / virtual[0] ** 2)


def centered(real: Floats, virtual: Floats) -> tuple[float, bool]:
    """How near the pool is to its centre, from 0 to 1, and whether it is above."""
    left, right = float(real[0] * virtual[1]), float(virtual[0] * real[1])
    above = left > right
    if real[0] == 0 or real[1] == 0:
        return 0.0, above
    return (right / left, above) if above else (left / right, above)


def partner(real: Floats, falling: float, ratio: float) -> float:
    """The other virtual balance, which keeps the square root `ratio` of the price ratio."""
    return float(real[0] * (falling + real[1]) / ((ratio - 1) * falling - real[1]))


def along_arc(real: Floats, virtual: Floats, market: float, ratio: float, way: float) -> float:
    """The falling virtual balance after a way along the arc. `market` is the first token's price in the second."""
    root = np.sqrt(market)
    target = root * virtual[0] - virtual[1] / root + way
    a = -(ratio - 1) / root
    b = root * real[0] + real[1] / root - (ratio - 1) * target
    c = root * real[0] * real[1] + target * real[1]
    half = -0.5 * (b + np.copysign(np.sqrt(max(b * b - 4 * a * c, 0.0)), b))
    roots = sorted((half / a, c / half))
    floor = real[1] / (ratio - 1)
    valid = [r for r in roots if r > floor]
    return float(valid[-1] if valid else roots[-1])


def calibrated_speed(real: Floats, virtual: Floats, base: float, seconds: float, ratio: float, margin: float) -> float:
    """The arc speed that equals the geometric motion at the moment when the pool leaves its margin."""
    liquidity = float((real + virtual).prod())
    va, vb = virtual
    b, c = va * (1 + margin), va**2 - liquidity * va / vb
    real_a = (-b + np.sqrt(b * b - 4 * margin * c)) / (2 * margin)
    onset = np.array([real_a, margin * real_a * vb / va])
    root = np.sqrt((onset[1] + vb) / (onset[0] + va))
    falling = max(vb * base**seconds, onset[1] / (np.sqrt(ratio) - 1))
    moved = partner(onset, falling, ratio)
    change = abs((root * moved - falling / root) - (root * va - vb / root))
    return float(change / (2 * np.sqrt(onset[0] + va)) / seconds)
