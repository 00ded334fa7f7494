"""The redemption price as the oracle relayer keeps it, and the setter that asks the controller for a new rate."""

from dataclasses import dataclass
from typing import final

from tokenspice.engine.errors import WorldError
from tokenspice.engine.units import Seconds
from tokenspice.protocols.rai.controller import Controller, RateUpdate
from tokenspice.protocols.rai.fixed_point import RAY, WAD, rpower, unsigned

__all__ = ["RAI_BOUNDS", "OracleRelayer", "RateBounds", "RateSetter", "StalePrice"]


class StalePrice(WorldError):
    """A new rate while the redemption price has not grown up to this second; the contract reverts."""


@dataclass(frozen=True)
class RateBounds:
    """Between which the relayer keeps a rate, ray per second."""

    lower: int = 1
    upper: int = RAY * WAD


# Of RAI's relayer on mainnet, as its forum posted them.
RAI_BOUNDS = RateBounds(lower=999_999_934_241_503_702_775_225_172, upper=1_000_000_065_758_500_621_404_894_451)


@final
class OracleRelayer:
    """Keeps a redemption price that grows by a rate whenever it is asked for.

    Args:
        now: Unix time of its deployment.
        price: USD per coin, ray.
        bounds: of the rate.

    Attributes:
        rate: ray per second.
    """

    def __init__(self, now: Seconds, price: int = RAY, bounds: RateBounds = RateBounds()) -> None:
        self.price = price
        self.rate = RAY
        self.bounds = bounds
        self.updated = now

    def redemption_price(self, now: Seconds) -> int:
        """Let the price grow up to `now`, and return it, ray."""
        if now > self.updated:
            self.price = unsigned(rpower(self.rate, now - self.updated) * self.price) // RAY or 1
            self.updated = now
        return self.price

    def set_rate(self, now: Seconds, rate: int) -> None:
        """Take a new rate, within the bounds.

        Raises:
            StalePrice: the price was last asked for at another time.
        """
        if now != self.updated:
            raise StalePrice(f"the redemption price is of {self.updated}, not of {now}. Ask for it first.")
        self.rate = min(max(rate, self.bounds.lower), self.bounds.upper)


@final
class RateSetter:
    """Asks the controller for a rate and has it relayed, as often as its delay allows.

    Args:
        relayer: takes the rate.
        controller: computes it.
        delay: least seconds between two updates.
        leaks: whether the controller's integral leaks (the contract's defaultLeak = 0).
    """

    def __init__(self, relayer: OracleRelayer, controller: Controller, delay: Seconds, leaks: bool = True) -> None:
        self.relayer = relayer
        self.controller = controller
        self.delay = delay
        self.leaks = leaks
        self.last_update: Seconds = 0

    def is_due(self, now: Seconds) -> bool:
        return not self.last_update or now - self.last_update >= self.delay

    def update_rate(self, now: Seconds, market: int) -> RateUpdate:
        """Update the rate by a market price, USD per coin, wad.

        Raises:
            UpdateTooEarly: the controller's period is not over.
            Overflow: a number does not fit; the contract reverts.
        """
        redemption = self.relayer.redemption_price(now)
        leak = self.controller.leaked(now) if self.leaks else RAY
        found = self.controller.update(now, market, redemption, leak)
        self.last_update = now
        self.relayer.set_rate(now, found.rate)
        return found
