"""Liquidity scores: how well each provider's orders serve the market, compared with the others'."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, final

from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange.liquidity.probability_of_trading import (
    PriceView,
    TradingModel,
    probability_of_trading,
)

__all__ = ["SCORE", "CurveScore", "LiquidityScores", "ProbabilityScore", "Quote", "ScoreRule", "instantaneous_score"]

SCORE = 10**10
"""The score 1: scores have ten decimals."""


class Quote(NamedTuple):
    """Volume that rests at one price, shown or hidden."""

    is_buy: bool
    price: int
    size: int


class ScoreRule(ABC):
    """IMPLEMENT `weight`. A value of the market's configuration."""

    @abstractmethod
    def weight(self, is_buy: bool, price: int, view: PriceView, model: TradingModel) -> float:
        """Return what one unit of volume at `price` counts, 0 or more."""


@final
@dataclass(frozen=True)
class ProbabilityScore(ScoreRule):
    """The probability of trading."""

    def weight(self, is_buy: bool, price: int, view: PriceView, model: TradingModel) -> float:
        return probability_of_trading(is_buy, price, view, model)


@final
@dataclass(frozen=True)
class CurveScore(ScoreRule):
    """A curve from the distance to the best price of the side, as a part of it, to what a unit counts.

    Args:
        points: distances, ascending, with what a unit counts there; straight lines join them, and the first and the
            last hold beyond them. ((0, 1), (0.05, 0.1)) counts 1 at the best price and 0.1 from 5 % away on.
    """

    points: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        offsets = [offset for offset, _ in self.points]
        if not offsets or sorted(set(offsets)) != offsets or min(weight for _, weight in self.points) < 0:
            raise ExchangeError(
                f"CurveScore: points {self.points}. Write pairs of distance and score, "
                "with distances that ascend and scores from 0 on."
            )

    def weight(self, is_buy: bool, price: int, view: PriceView, model: TradingModel) -> float:
        best = view.best_bid if is_buy else view.best_ask
        offset = max(0.0, (best - price) / best if is_buy else (price - best) / best)
        return interpolated(self.points, offset)


def interpolated(points: Sequence[tuple[float, float]], x: float) -> float:
    """The height of a line through points at `x`; flat beyond them."""
    before = points[0]
    if x <= before[0]:
        return before[1]
    for point in points:
        if x <= point[0]:
            return before[1] + (point[1] - before[1]) * (x - before[0]) / (point[0] - before[0])
        before = point
    return before[1]


def instantaneous_score(quotes: Sequence[Quote], rule: ScoreRule, view: PriceView, model: TradingModel) -> float:
    """Return the volume of one provider's orders, weighted by `rule`: the weaker of the two sides."""
    sides = [0.0, 0.0]
    for is_buy, price, size in quotes:
        sides[is_buy] += size * rule.weight(is_buy, price, view, model)
    return min(sides)


@final
class LiquidityScores:
    """Running means of the scores of a market's providers, over one period of fees."""

    __slots__ = ("count", "means")

    def __init__(self) -> None:
        self.count = 0
        self.means: dict[str, int] = {}

    def __repr__(self) -> str:
        return f"LiquidityScores({self.count} blocks, {len(self.means)} providers)"

    def observe(self, scores: Mapping[str, float]) -> None:
        """Take in the instantaneous scores of one block; who is not among them is no provider.

        They are scaled to sum 1; where all are 0, all count the same.
        """
        total = sum(scores.values())
        self.count += 1
        n = self.count
        means = self.means
        for party in [party for party in means if party not in scores]:
            del means[party]
        for party, score in scores.items():
            part = score / total if total > 0 else 1 / len(scores)
            means[party] = round((means.get(party, 0) * (n - 1) + part * SCORE) / n)

    def restart(self) -> None:
        """Begin a new period: the next block's scores stand alone."""
        self.count = 0
