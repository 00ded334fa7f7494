"""What is said of a choice is what it went by."""

from tokenspice.studies.twin.log_scores import Choice
from tokenspice.studies.twin.rolling_forecasts import Forecasts, HorizonScore


def choice(coverage_90: float) -> Choice:
    score = HorizonScore(horizon=6, n=100, independent=100, coverage=(0.5, coverage_90), log_score=1.0)
    return Choice("gbm", {}, {"gbm": Forecasts((score,), {})})


def test_an_honest_choice_says_that_it_is_one_of_the_honest() -> None:
    assert choice(0.93).rule == "best held-out log score of those whose bands miss by 0.05 at most"


def test_where_no_bands_are_honest_the_choice_says_so() -> None:
    assert choice(0.97).rule == "best held-out log score of all, for the bands of each miss by more than 0.05"
