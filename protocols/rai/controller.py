"""The law of RAI's rate controller, twice: in integers, equal to contracts/rai to the unit, and in floats for speed.

The error is the redemption price minus the market price. The output, per second, is kp times the error plus ki times its
leaky integral; the rate is one plus the output. Sources: the published behaviour of the PI calculators (raw, scaled,
basic, proportional); the trapezoid rule for the integral, whose leak multiplies the old integral alone.
"""

import math
from dataclasses import dataclass
from typing import Literal, final

from tokenspice.engine.errors import StrategyError, WorldError
from tokenspice.engine.units import Seconds
from tokenspice.protocols.rai.fixed_point import RAY, WAD, checked, quotient, rpower, unsigned

__all__ = [
    "HAI",
    "RAI",
    "Controller",
    "ControllerTerms",
    "FloatController",
    "Law",
    "RateUpdate",
    "UpdateTooEarly",
]

Law = Literal["raw", "scaled", "basic", "proportional"]
"""raw: the error is in USD per coin; scaled: a share of the redemption price; basic: raw without barrier and bounds;
proportional: raw without integral."""

LOWEST = RAY - 1  # the lowest output is minus this
NO_UPPER_BOUND = RAY * WAD


class UpdateTooEarly(WorldError):
    """An update before the period is over; the contract reverts with "wait-more"."""


@dataclass(frozen=True)
class ControllerTerms:
    """What a controller is made with.

    Attributes:
        kp: proportional gain, wad: per second and USD of error, or per second if scaled.
        ki: integral gain, wad: per second^2 and USD.
        leak: of the integral, per second, ray; RAY keeps all of it.
        period: least seconds between two updates.
        noise_barrier: wad; WAD lets every output pass.
        upper: largest output, ray per second.
        lower: smallest output, ray per second, negative.
        law: what the error is, and what bounds the output.
    """

    kp: int
    ki: int = 0
    leak: int = RAY
    period: Seconds = 14_400
    noise_barrier: int = WAD
    upper: int = NO_UPPER_BOUND
    lower: int = -LOWEST
    law: Law = "raw"

    def __post_init__(self) -> None:
        faults = {
            "kp": not -WAD <= self.kp <= WAD,
            "ki": not -WAD <= self.ki <= WAD,
            "leak": not 0 <= self.leak <= RAY,
            "period": self.period <= 0,
            "noise_barrier": not 0 < self.noise_barrier <= WAD,
            "upper": self.upper <= 0,
            "lower": not -LOWEST <= self.lower < 0,
        }
        for name, is_wrong in faults.items():
            if is_wrong:
                raise StrategyError(
                    f"{name} = {getattr(self, name)}: the controller takes kp and ki from -1e18 to 1e18 (wad), a leak "
                    "from 0 to 1e27 (ray), a period above 0 s, a noise barrier above 0 up to 1e18 (wad), an upper bound "
                    "above 0 and a lower one from -(1e27 - 1) to below 0 (ray)."
                )


# RAI on mainnet in its era of proportional and integral control (from block 14262496).
RAI = ControllerTerms(
    kp=75_000_000_000,
    ki=24_000,
    leak=999_999_711_200_000_000_000_000_000,
)
# HAI's controller: the same law, scaled, which computes its own leak from the time since its last update.
HAI = ControllerTerms(
    kp=154_712_579_997,
    ki=13_785,
    leak=999_999_732_582_142_021_614_955_959,
    period=3600,
    noise_barrier=995 * 10**15,
    law="scaled",
)


@dataclass(frozen=True)
class RateUpdate:
    """What an update found.

    Attributes:
        rate: gross growth of the redemption price, ray per second.
        proportional: the error, ray.
        integral: of the error, ray times seconds.
    """

    rate: int
    proportional: int
    integral: int


@final
class Controller:
    """A controller with its memory, in integers.

    Args:
        terms: what it is made with.

    Attributes:
        last_update: Unix time; 0 before the first update.
        proportional: the last error, ray.
        integral: ray times seconds.
    """

    def __init__(self, terms: ControllerTerms, last_update: Seconds = 0, proportional: int = 0, integral: int = 0):
        self.terms = terms
        self.last_update = last_update
        self.proportional = proportional
        self.integral = integral

    def elapsed(self, now: Seconds) -> Seconds:
        """Seconds since the last update; 0 before the first."""
        return now - self.last_update if self.last_update else 0

    def leaked(self, now: Seconds) -> int:
        """The share of the integral that is left at `now`, ray."""
        return rpower(self.terms.leak, self.elapsed(now))

    def preview(self, now: Seconds, market: int, redemption: int, leak: int) -> RateUpdate:
        """Return what an update at `now` would find.

        Args:
            now: Unix time.
            market: USD per coin, wad.
            redemption: USD per coin, ray.
            leak: the share of the integral that is left, ray.

        Raises:
            Overflow: a number does not fit; the contract reverts.
        """
        error = self.error(market, redemption)
        integral = 0 if self.terms.law == "proportional" else self._integral(now, error, leak)
        return RateUpdate(self.rate_at(error, integral, redemption), error, integral)

    def update(self, now: Seconds, market: int, redemption: int, leak: int) -> RateUpdate:
        """Take prices into account (see `preview`).

        Raises:
            UpdateTooEarly: the period is not over.
            Overflow: a number does not fit; the contract reverts.
        """
        if self.last_update and now - self.last_update < self.terms.period:
            raise UpdateTooEarly(
                f"the controller was updated {now - self.last_update} s ago and waits {self.terms.period} s."
            )
        found = self.preview(now, market, redemption, leak)
        self.last_update, self.proportional, self.integral = now, found.proportional, found.integral
        return found

    def error(self, market: int, redemption: int) -> int:
        """Redemption price minus market price, ray; as a share of the redemption price if the law is scaled."""
        gap = checked(checked(redemption) - checked(market * 10**9))
        return quotient(checked(gap * RAY), redemption) if self.terms.law == "scaled" else gap

    def rate_at(self, error: int, integral: int, redemption: int) -> int:
        """The rate of an error and an integral, ray per second."""
        output = checked(sum(self.adjusted(error, integral)))
        passes = self.terms.law == "basic" or self.breaks_barrier(abs(output), redemption)
        return self.bounded(output) if output and passes else RAY

    def adjusted(self, error: int, integral: int) -> tuple[int, int]:
        """Both terms of the output, ray per second."""
        return (
            quotient(checked(error * self.terms.kp), WAD),
            quotient(checked(integral * self.terms.ki), WAD),
        )

    def breaks_barrier(self, output: int, redemption: int) -> bool:
        """Whether an output of this size is more than noise."""
        scaled = unsigned(redemption * (2 * WAD - self.terms.noise_barrier)) // WAD
        return output >= scaled - redemption

    def bounded(self, output: int) -> int:
        """The rate of an output, ray per second, within the bounds."""
        if self.terms.law == "basic":
            return LOWEST if output <= -RAY else RAY + output
        bound = min(max(output, self.terms.lower), self.terms.upper)
        return LOWEST if bound <= -RAY else RAY + bound

    def _integral(self, now: Seconds, error: int, leak: int) -> int:
        area = checked(quotient(checked(error + self.proportional), 2) * self.elapsed(now))
        return checked(quotient(checked(leak * self.integral), RAY) + area)


@final
class FloatController:
    """The same law in floats: within 1e-12 of the integer's rate minus one, and many times as fast.

    Args:
        terms: the integer controller's.

    Attributes:
        integral: USD (or shares) times seconds.
    """

    def __init__(self, terms: ControllerTerms) -> None:
        self._kp, self._ki = terms.kp / WAD, terms.ki / WAD
        self._log_leak = math.log(terms.leak / RAY) if terms.leak else -math.inf
        self._barrier = 1 - terms.noise_barrier / WAD
        self._lower, self._upper = terms.lower / RAY, terms.upper / RAY
        self._is_scaled, self._has_integral = terms.law == "scaled", terms.law != "proportional"
        self._is_basic = terms.law == "basic"
        self.last_update: Seconds = 0
        self.error = 0.0
        self.integral = 0.0

    def update(self, now: Seconds, market: float, redemption: float, leaks: bool = True) -> float:
        """Take prices into account, and return the output: the rate minus one, per second.

        Args:
            now: Unix time.
            market: USD per coin.
            redemption: USD per coin.
            leaks: whether the integral leaks.
        """
        error = redemption - market
        if self._is_scaled:
            error /= redemption
        elapsed = now - self.last_update if self.last_update else 0
        if self._has_integral:
            kept = math.exp(self._log_leak * elapsed) if leaks and elapsed else 1.0
            self.integral = kept * self.integral + (error + self.error) / 2 * elapsed
        self.last_update, self.error = now, error
        output = self._kp * error + self._ki * self.integral
        if self._is_basic:
            return output
        return min(max(output, self._lower), self._upper) if abs(output) >= self._barrier * redemption else 0.0
