"""Risk factors: what part of a position's value may be lost within the risk model's horizon."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import NamedTuple, final

from tokenspice.markets.exchange.limits import check_within
from tokenspice.markets.exchange.numbers import factor
from tokenspice.markets.exchange.price_monitoring import LogNormalBand, PriceBand

__all__ = ["OverriddenRisk", "RiskFactors", "RiskModel", "SimpleRisk"]


class RiskFactors(NamedTuple):
    """Factors of 10⁻¹⁸ per unit of notional."""

    long: int
    short: int


class RiskModel(ABC):
    """IMPLEMENT `factors`; override `band` where the model says how far a price goes."""

    @abstractmethod
    def factors(self) -> RiskFactors:
        """Return the factors for a long and for a short position."""

    def band(self) -> PriceBand:
        """Return how far a price may go within a horizon: as a log-normal one of volatility 1, unless overridden."""
        return LogNormalBand()


@final
@dataclass(frozen=True)
class SimpleRisk(RiskModel):
    """Factors that are given."""

    long: float = 0.1
    short: float = 0.1

    def __post_init__(self) -> None:
        check_within("SimpleRisk", 0, 1e6, long=self.long, short=self.short)

    def factors(self) -> RiskFactors:
        return RiskFactors(factor(self.long), factor(self.short))


@final
@dataclass(frozen=True)
class OverriddenRisk(RiskModel):
    """Factors that are given in place of a model's own; prices are watched as the model says."""

    model: RiskModel
    long: float
    short: float

    def __post_init__(self) -> None:
        check_within("OverriddenRisk", 0, 1e6, long=self.long, short=self.short)

    def factors(self) -> RiskFactors:
        return RiskFactors(factor(self.long), factor(self.short))

    def band(self) -> PriceBand:
        return self.model.band()
