"""Risk factors of a log-normal price: the expected shortfall of a unit of notional over a horizon."""

from dataclasses import dataclass
from math import erfc, exp, sqrt
from statistics import NormalDist
from typing import final

from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange.numbers import factor
from tokenspice.markets.exchange.price_monitoring import LogNormalBand, PriceBand
from tokenspice.markets.exchange.risk import RiskFactors, RiskModel

__all__ = ["LogNormalRisk"]


@final
@dataclass(frozen=True)
class LogNormalRisk(RiskModel):
    """Expected shortfall in closed form.

    Args:
        aversion: the tail's probability λ, between 0 and 1.
        tau: horizon in years.
        mu: drift per year.
        sigma: volatility per square root of a year.
        rate: risk-free rate; part of the model's description, and without effect on the factors.
    """

    aversion: float = 0.01
    tau: float = 1.90128526884173e-06
    mu: float = 0.0
    sigma: float = 3.0
    rate: float = 0.016

    def __post_init__(self) -> None:
        if not 0 < self.aversion < 1 or not self.tau > 0 or not self.sigma > 0:
            raise ExchangeError(
                f"LogNormalRisk: aversion {self.aversion}, tau {self.tau} and sigma {self.sigma}. "
                "Write an aversion between 0 and 1, a tau in years and a sigma above 0."
            )

    def factors(self) -> RiskFactors:
        """Return the factors. A tail whose factor for longs rounds to nothing gives 0."""
        spread, tail = self.sigma * sqrt(self.tau), NormalDist().inv_cdf(self.aversion)
        growth = exp(self.mu * self.tau) / self.aversion
        short = growth * normal(spread + tail) - 1
        long = 1 - growth * normal(tail - spread)
        return RiskFactors(factor(max(long, 0.0)), factor(max(short, 0.0)))

    def band(self) -> PriceBand:
        """Return the quantiles of the same price."""
        return LogNormalBand(self.mu, self.sigma)


def normal(x: float) -> float:
    """Φ(x), exact far out in the left tail, too."""
    return erfc(-x / sqrt(2)) / 2
