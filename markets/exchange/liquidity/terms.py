"""What a market asks of its liquidity providers, as one value."""

from dataclasses import dataclass
from typing import final

from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange.liquidity.fee_factor import LiquidityFeeRule, MarginalCost
from tokenspice.markets.exchange.liquidity.scores import ProbabilityScore, ScoreRule

__all__ = ["LiquidityTerms"]


@final
@dataclass(frozen=True)
class LiquidityTerms:
    """The service level agreement, the target stake, and how the fee is found.

    Args:
        price_range: how far from the middle of the book an order may be to count; 0.05 is 5 %.
        min_time_fraction: the least part of an epoch in which the obligation must be met for a fee.
        hysteresis_epochs: over how many epochs, the present one among them, performance counts.
        competition: what part of the fees those who reach the least time may lose to those who do better.
        target_window: seconds over which the most open interest counts.
        target_scaling: of the target stake.
        fee: how the market's liquidity fee follows from what providers ask for.
        score: what a unit of volume counts at its price.
    """

    price_range: float = 0.5
    min_time_fraction: float = 1.0
    hysteresis_epochs: int = 1
    competition: float = 1.0
    target_window: int = 3600
    target_scaling: float = 1.0
    fee: LiquidityFeeRule = MarginalCost()
    score: ScoreRule = ProbabilityScore()

    def __post_init__(self) -> None:
        self.check("price_range", self.price_range, 100)
        self.check("min_time_fraction", self.min_time_fraction, 1)
        self.check("competition", self.competition, 1)
        self.check("target_scaling", self.target_scaling, 1e9)
        self.check("hysteresis_epochs", self.hysteresis_epochs, 1e6)
        self.check("target_window", self.target_window, 1e9)

    def check(self, name: str, value: float, most: float) -> None:
        if not 0 <= value <= most:
            raise ExchangeError(f"LiquidityTerms: {name} of {value}. Write a number from 0 to {most:g}.")
