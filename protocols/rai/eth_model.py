"""How the price of ether moves, hour by hour: a process as a value, whoever estimated it.

T is the number of hours that are drawn.
"""

from dataclasses import dataclass
from typing import Annotated, Literal, final

import numpy as np

from tokenspice.engine.errors import StrategyError
from tokenspice.engine.parameters import Above, AtLeast, Between, Doc, ParametersBase, Share
from tokenspice.engine.units import Floats, Unit

__all__ = ["EthKind", "EthModel", "EthTerms"]

EthKind = Literal["given", "gbm", "student_t", "garch", "bootstrap"]
"""given: a series of prices; gbm: normal log-returns; student_t: the same with fat tails; garch: GARCH(1,1), whose shocks
are those of `series`, or normal; bootstrap: blocks of `series`, of random length (stationary bootstrap)."""

NEEDS_SERIES = ("given", "bootstrap")
LEAST_NU = 2.0  # of a Student's t with a variance


@final
@dataclass(frozen=True)
class EthTerms(ParametersBase):
    """The numbers of a process. Each kind reads its own and leaves the others alone."""

    kind: Annotated[EthKind, Doc("the process: given, gbm, student_t, garch or bootstrap")] = "gbm"
    mean: Annotated[
        float,
        Between(-0.1, 0.1),
        Unit("per hour"),
        Doc("of the log-return; of the bootstrap, what is added to its blocks"),
    ] = 0.0
    sigma: Annotated[
        float, AtLeast(0), Unit("per hour"), Doc("standard deviation of the log-return; gbm, student_t")
    ] = 0.012
    nu: Annotated[float, Above(LEAST_NU), Doc("degrees of freedom; student_t")] = 4.0
    omega: Annotated[float, AtLeast(0), Doc("variance that each hour adds; garch")] = 1.5e-6
    alpha: Annotated[Share, Doc("weight of the last squared shock; garch")] = 0.06
    beta: Annotated[Share, Doc("weight of the last variance; garch")] = 0.93
    variance: Annotated[float, AtLeast(0), Doc("of the first hour's log-return; garch")] = 1.44e-4
    block: Annotated[float, AtLeast(1), Unit("hours"), Doc("mean length of a block; bootstrap")] = 24.0
    mean_spread: Annotated[
        float, AtLeast(0), Unit("per hour"), Doc("standard deviation of each path's own mean, which nobody knows; all")
    ] = 0.0
    vol_spread: Annotated[
        float, AtLeast(0), Doc("standard deviation of the log of each path's own volatility; gbm, student_t, bootstrap")
    ] = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.kind == "garch" and self.alpha + self.beta >= 1:
            raise StrategyError(
                f"alpha + beta = {self.alpha + self.beta:g}: a GARCH whose variance stays finite has less than 1. "
                "Write a smaller beta."
            )


@final
@dataclass(frozen=True)
class EthModel:
    """A process that draws paths of ether's price.

    Attributes:
        terms: its kind and numbers.
        series: of "given", hourly prices in USD, the first of which is the price at the start; of "bootstrap", hourly
            log-returns; of "garch", standardised shocks to draw from, or nothing for normal ones.
    """

    terms: EthTerms = EthTerms()
    series: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if self.terms.kind in NEEDS_SERIES and not self.series:
            raise StrategyError(
                f'a process of the kind "{self.terms.kind}" needs a series: prices for "given", log-returns for '
                '"bootstrap". Give series=(…).'
            )
        if not np.isfinite(self.series).all():
            raise StrategyError("the series of ether's price holds what is no finite number. Remove it.")
        if self.terms.kind == "given" and min(self.series) <= 0:
            raise StrategyError(f"the series holds a price of {min(self.series)} USD. Prices are above 0.")

    def path(self, start: float, hours: int, rng: np.random.Generator) -> Floats:
        """Draw a path.

        Args:
            start: USD per ether; a given series has its own.
            hours: T.
            rng: of all that is drawn.

        Returns:
            [T + 1] USD per ether, the start first.

        Raises:
            StrategyError: a given series is shorter than that.
        """
        if self.terms.kind == "given":
            return self._given(hours)
        returns = self.log_returns(hours, rng)
        path: Floats = start * np.exp(np.concatenate([[0.0], np.cumsum(returns)]))
        return path

    def log_returns(self, hours: int, rng: np.random.Generator) -> Floats:
        """[T] log-returns of one path; none of a given series."""
        terms = self.terms
        # Mean and volatility of the coming days are not known to the last digit: each path has its own.
        mean = terms.mean + (terms.mean_spread * rng.standard_normal() if terms.mean_spread else 0.0)
        scale = np.exp(terms.vol_spread * rng.standard_normal()) if terms.vol_spread else 1.0
        shocks: Floats
        match terms.kind:
            case "gbm":
                shocks = scale * terms.sigma * rng.standard_normal(hours)
            case "student_t":
                # A Student's t of nu degrees has the variance nu / (nu - 2).
                unit = np.sqrt((terms.nu - 2) / terms.nu)
                shocks = scale * terms.sigma * unit * rng.standard_t(terms.nu, hours)
            case "garch":
                shocks = self._clustered(hours, rng)
            case _:
                shocks = scale * self._blocks(hours, rng)
        return mean + shocks

    def _given(self, hours: int) -> Floats:
        if len(self.series) <= hours:
            raise StrategyError(
                f"the given series holds {len(self.series)} prices, and {hours} hours take {hours + 1}, the first "
                "included. Give a longer one, or let fewer hours pass."
            )
        return np.array(self.series[: hours + 1])

    def _clustered(self, hours: int, rng: np.random.Generator) -> Floats:
        """[T] shocks of a GARCH(1,1) (Bollerslev 1986)."""
        terms = self.terms
        shocks = rng.choice(self.series, hours) if self.series else rng.standard_normal(hours)
        variance, found = terms.variance, np.empty(hours)
        for hour, shock in enumerate(shocks):
            found[hour] = np.sqrt(variance) * shock
            variance = terms.omega + terms.alpha * found[hour] ** 2 + terms.beta * variance
        return found

    def _blocks(self, hours: int, rng: np.random.Generator) -> Floats:
        """[T] blocks of the series, of geometric lengths, which go round at its end (Politis and Romano 1994)."""
        at, found = -1, np.empty(hours)
        for hour, (begin, where) in enumerate(rng.random((hours, 2))):  # by the hour: a longer path begins the same
            begins = at < 0 or begin < 1 / self.terms.block
            at = int(where * len(self.series)) if begins else (at + 1) % len(self.series)
            found[hour] = self.series[at]
        return found
