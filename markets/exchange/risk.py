"""Risk factors: what part of a position's value may be lost within the risk model's horizon."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import NamedTuple, final

from tokenspice.markets.exchange.numbers import factor

__all__ = ["RiskFactors", "RiskModel", "SimpleRisk"]


class RiskFactors(NamedTuple):
    """Factors of 10⁻¹⁸ per unit of notional."""

    long: int
    short: int


class RiskModel(ABC):
    """IMPLEMENT `factors`."""

    @abstractmethod
    def factors(self) -> RiskFactors:
        """Return the factors for a long and for a short position."""


@final
@dataclass(frozen=True)
class SimpleRisk(RiskModel):
    """Factors that are given."""

    long: float = 0.1
    short: float = 0.1

    def factors(self) -> RiskFactors:
        return RiskFactors(factor(self.long), factor(self.short))
