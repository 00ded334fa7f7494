"""Price monitoring: bands around an earlier mark price, outside which no trade prints without an auction first.

    min = ceil (S · exp((μ − σ²/2)τ − σ√τ · Φ⁻¹((1 + p)/2)))
    max = floor(S · exp((μ − σ²/2)τ + σ√τ · Φ⁻¹((1 + p)/2)))      τ = horizon / (365.25 · 86400)

S is the latest mark that is at least a horizon old, or the oldest known.
"""

import math
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import NormalDist
from typing import final

from tokenspice.markets.errors import ExchangeError

__all__ = [
    "MAX_TRIGGERS",
    "FactorBand",
    "LogNormalBand",
    "PriceBand",
    "PriceBounds",
    "PriceMonitor",
    "PriceTrigger",
]

MAX_TRIGGERS = 100
SECONDS_PER_YEAR = 365.25 * 86400
NEVER = 1 << 62


@final
@dataclass(frozen=True)
class PriceTrigger:
    """One band of prices, and what leaving it costs.

    Attributes:
        horizon: seconds; how old the reference price is.
        probability: of staying inside the band over the horizon, in [0.9, 1).
        extension: seconds by which an auction grows when the band is left.
    """

    horizon: int
    probability: float
    extension: int

    def __post_init__(self) -> None:
        if self.horizon <= 0 or self.extension <= 0:
            raise ExchangeError(
                f"A price trigger has a horizon of {self.horizon} s and an extension of {self.extension} s. "
                "Write whole seconds above 0."
            )
        if not 0.9 <= self.probability < 1:
            raise ExchangeError(
                f"A price trigger has the probability {self.probability}. Write one from 0.9 to below 1."
            )


class PriceBand(ABC):
    """How far a price may go from its reference. Write a subclass to vary the rule."""

    @abstractmethod
    def factors(self, trigger: PriceTrigger) -> tuple[Decimal, Decimal]:
        """The lowest and the highest valid price, as multiples of the reference price."""


@final
@dataclass(frozen=True)
class LogNormalBand(PriceBand):
    """The quantiles of a log-normal price: drift `mu` and volatility `sigma` per square root of a year."""

    mu: float = 0.0
    sigma: float = 1.0

    def factors(self, trigger: PriceTrigger) -> tuple[Decimal, Decimal]:
        years = trigger.horizon / SECONDS_PER_YEAR
        centre = (self.mu - self.sigma**2 / 2) * years
        width = self.sigma * math.sqrt(years) * NormalDist().inv_cdf((1 + trigger.probability) / 2)
        return Decimal(centre - width).exp(), Decimal(centre + width).exp()


@final
@dataclass(frozen=True)
class FactorBand(PriceBand):
    """No model: the same multiples of the reference for every trigger, such as 0.9 and 1.1."""

    down: Decimal
    up: Decimal

    def factors(self, trigger: PriceTrigger) -> tuple[Decimal, Decimal]:
        return self.down, self.up


@final
class PriceBounds:
    """The band of one trigger around its present reference. `active` is False from its breach to the auction's end."""

    __slots__ = ("active", "down", "high", "low", "marks", "reference", "trigger", "up")

    def __init__(self, trigger: PriceTrigger, band: PriceBand) -> None:
        down, up = band.factors(trigger)
        self.trigger = trigger
        self.down = down.as_integer_ratio()
        self.up = up.as_integer_ratio()
        self.active = True
        self.marks: deque[tuple[int, int]] = deque()
        self.reference = self.low = self.high = 0

    def __repr__(self) -> str:
        return f"PriceBounds({self.low} to {self.high} around {self.reference}, {self.trigger})"

    def observe(self, time: int, price: int) -> None:
        if self.marks and self.marks[-1][0] == time:
            self.marks.pop()
        self.marks.append((time, price))

    def advance(self, now: int) -> int:
        """Take the reference of time `now`; return when the next one is due."""
        marks, cut = self.marks, now - self.trigger.horizon
        while len(marks) > 1 and marks[1][0] <= cut:
            marks.popleft()
        self.refer_to(marks[0][1])
        return marks[1][0] + self.trigger.horizon if len(marks) > 1 else NEVER

    def refer_to(self, price: int) -> None:
        if price == self.reference:
            return
        self.reference = price
        numerator, denominator = self.down
        self.low = -(-price * numerator // denominator)
        numerator, denominator = self.up
        self.high = price * numerator // denominator


@final
class PriceMonitor:
    """All triggers of one market.

    Attributes:
        low, high: what every active band allows; a price in between needs no further look. Right until `next_change`.
        next_change: the time at which a reference moves by age alone.
    """

    __slots__ = ("band", "bounds", "high", "last", "low", "next_change")

    def __init__(self, triggers: Sequence[PriceTrigger], band: PriceBand) -> None:
        self.band = band
        if len(triggers) > MAX_TRIGGERS:
            raise ExchangeError(
                f"A market has {len(triggers)} price triggers, and {MAX_TRIGGERS} are the most. Leave some out."
            )
        ordered = sorted(triggers, key=lambda trigger: (trigger.horizon, -trigger.probability))
        self.bounds = [PriceBounds(trigger, band) for trigger in ordered]
        self.last = 0
        self.low, self.high, self.next_change = 0, NEVER, NEVER

    def __repr__(self) -> str:
        return f"PriceMonitor({self.low} to {self.high}, {len(self.bounds)} triggers)"

    def adopt(self, triggers: Sequence[PriceTrigger], band: PriceBand, now: int) -> "PriceMonitor":
        """Return a monitor with these triggers: this one if they are its own, or a new one that knows the last mark."""
        changed = PriceMonitor(triggers, band)
        if band == self.band and [each.trigger for each in changed.bounds] == [each.trigger for each in self.bounds]:
            return self
        if self.last:
            changed.observe(now, self.last)
        return changed

    def observe(self, time: int, price: int) -> None:
        """Take in a new mark price."""
        if price == self.last:
            return
        self.last = price
        for bounds in self.bounds:
            bounds.observe(time, price)
        self.advance(time)

    def reset(self, time: int, price: int) -> None:
        """Begin anew with `price`, as after an auction: every trigger is active, and what was before is forgotten."""
        self.last = 0
        for bounds in self.bounds:
            bounds.active = True
            bounds.marks.clear()
        self.observe(time, price)

    def advance(self, now: int) -> None:
        """Let references follow the time."""
        if self.last and self.bounds:
            self.next_change = min(bounds.advance(now) for bounds in self.bounds)
            self.narrow()

    def breached(self, now: int, *prices: int) -> PriceBounds | None:
        """The first active band that one of `prices` is outside of: by horizon ascending, then by probability descending."""
        if now >= self.next_change:
            self.advance(now)
        low, high = min(prices), max(prices)
        if self.low <= low and high <= self.high:
            return None
        return next((b for b in self.bounds if b.active and not b.low <= low <= high <= b.high), None)

    def disable(self, bounds: PriceBounds) -> None:
        """Let a breached band rest until `reset`."""
        bounds.active = False
        self.narrow()

    def narrow(self) -> None:
        """Sum up what the active bands allow."""
        active = [bounds for bounds in self.bounds if bounds.active]
        self.low = max((bounds.low for bounds in active), default=0)
        self.high = min((bounds.high for bounds in active), default=NEVER)

    def range(self, now: int) -> tuple[int, int] | None:
        """The lowest and highest price that may print; None before the first mark, or where no band holds."""
        if now >= self.next_change:
            self.advance(now)
        return None if self.high == NEVER else (self.low, self.high)
