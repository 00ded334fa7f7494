"""What happens to a pool over a history besides prices: costs, users' trades, supply, and when arbitrageurs look."""

from dataclasses import dataclass
from typing import TypeAlias, final

import numpy as np

from tokenspice.engine.units import Floats
from tokenspice.markets.errors import PoolError, PriceDataError
from tokenspice.markets.pools.step import Costs

__all__ = ["Changes", "Frictions", "TimedSwap"]


@final
@dataclass(frozen=True)
class Changes:
    """A number that changes at known times and holds until the next.

    Attributes:
        minutes: rising; minute 0 is the window's first, and those before it are negative.
        values: from each of these minutes on.
        before: the value before the first of them.
    """

    minutes: tuple[int, ...]
    values: tuple[float, ...]
    before: float = 0.0

    def __post_init__(self) -> None:
        if len(self.minutes) != len(self.values) or any(np.diff(self.minutes) <= 0):
            raise PriceDataError("Changes: write as many values as minutes, and the minutes rising.")

    def per_minute(self, minutes: int) -> Floats:
        """[minutes] the value of each."""
        at = np.searchsorted(np.array(self.minutes), np.arange(minutes), side="right")
        return np.array((self.before, *self.values))[at]


Level: TypeAlias = float | Changes


@final
@dataclass(frozen=True)
class TimedSwap:
    """A user's trade at a minute of a window.

    Attributes:
        minute: of the window.
        token_in, token_out: indices of tokens.
        amount_in: tokens, fee included.
    """

    minute: int
    token_in: int
    token_out: int
    amount_in: float


@final
@dataclass(frozen=True)
class Frictions:
    """All that stands between a pool and the market over a window.

    Attributes:
        fee, gas_USD, outside_fee: as of `Costs`, constant or changing.
        noise_ratio, protocol_share: as of `Costs`.
        supply: of pool shares, in any unit; only its changes matter.
        swaps: users' trades, by minute. One that falls between two steps is done at the next.
        arbitrage: whether there are arbitrageurs.
        every_minutes: between two steps.
    """

    fee: Level = 0.0
    gas_USD: Level = 0.0
    outside_fee: Level = 0.0
    noise_ratio: float = 0.0
    protocol_share: float = 0.0
    supply: Changes | None = None
    swaps: tuple[TimedSwap, ...] = ()
    arbitrage: bool = True
    every_minutes: int = 1

    def __post_init__(self) -> None:
        if self.every_minutes < 1:
            raise PoolError(f"Frictions: every_minutes is {self.every_minutes}. Write 1 or more.")
        if any(a.minute > b.minute for a, b in zip(self.swaps, self.swaps[1:], strict=False)):
            raise PoolError("Frictions: swaps are not in the order of their minutes. Sort them.")
        for fee, gas, outside in zip(*(levels(x) for x in (self.fee, self.gas_USD, self.outside_fee)), strict=False):
            Costs(fee, gas, outside, self.noise_ratio, self.protocol_share)
        for name, level in (("fee", self.fee), ("gas_USD", self.gas_USD), ("outside_fee", self.outside_fee)):
            for value in levels(level):
                Costs(**{name: value})

    @property
    def is_free(self) -> bool:
        """Whether arbitrage costs nothing and nothing else happens."""
        costs_nothing = all(level == 0 for level in (self.fee, self.gas_USD, self.outside_fee))
        return costs_nothing and not self.swaps and self.supply is None and self.arbitrage and self.every_minutes == 1

    def supply_ratios(self, minutes: int) -> Floats:
        """[minutes] each minute's supply over the last one's; [1] if it does not change."""
        if self.supply is None:
            return np.ones(1)
        supply = self.supply.per_minute(minutes)
        if not (supply > 0).all():
            raise PoolError("Frictions: the supply of pool shares is 0 or less. Write `before` and values above 0.")
        return np.concatenate([[1.0], supply[1:] / supply[:-1]])


def levels(level: Level) -> tuple[float, ...]:
    """The values that a level takes."""
    return (level.before, *level.values) if isinstance(level, Changes) else (level,)


def as_array(level: Level, minutes: int) -> Floats:
    """[1] a constant, or [minutes] what changes."""
    return level.per_minute(minutes) if isinstance(level, Changes) else np.array([level], dtype=float)
