"""Liquidity scores and the split of fees by them."""

import pytest

from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange.liquidity.fee_split import fee_split
from tokenspice.markets.exchange.liquidity.probability_of_trading import PriceView, TradingModel
from tokenspice.markets.exchange.liquidity.scores import (
    SCORE,
    CurveScore,
    LiquidityScores,
    ProbabilityScore,
    Quote,
    instantaneous_score,
)
from tokenspice.markets.exchange.numbers import factor

VIEW = PriceView(99, 101, 90, 110)
MODEL = TradingModel(0, 1.2, 0.002, 1e-6)


def test_the_weaker_side_is_the_score() -> None:
    quotes = [Quote(True, 99, 10), Quote(False, 101, 4), Quote(False, 130, 1_000)]
    assert instantaneous_score(quotes, ProbabilityScore(), VIEW, MODEL) == pytest.approx(2.001)


def test_a_curve_says_what_a_distance_counts() -> None:
    curve = CurveScore(((0, 1), (0.1, 0.5)))
    weights = [curve.weight(True, price, PriceView(100, 101, 90, 110), MODEL) for price in (101, 100, 95, 50)]
    assert weights == pytest.approx([1, 1, 0.75, 0.5])
    with pytest.raises(ExchangeError, match="ascend"):
        CurveScore(((0.1, 1), (0, 1)))


def test_scores_are_means_over_the_period() -> None:
    scores = LiquidityScores()
    scores.observe({"a": 3.0, "b": 1.0})
    scores.observe({"a": 0.0, "b": 0.0})
    assert scores.means == {"a": round(0.625 * SCORE), "b": round(0.375 * SCORE)}
    scores.restart()
    scores.observe({"a": 1.0, "c": 2.0})
    assert scores.means == {"a": round(SCORE / 3), "c": round(SCORE * 2 / 3)}


def test_fees_are_split_in_two_buckets() -> None:
    split = fee_split(1000, {"a": factor(0.8), "b": factor(0.2)}, {"a": SCORE // 2, "b": SCORE // 2}, factor(0.5))
    assert split == {"a": 400 + 250, "b": 100 + 250}
    assert fee_split(7, {}, {"a": 0}, factor(0.5)) == {"a": 0}
