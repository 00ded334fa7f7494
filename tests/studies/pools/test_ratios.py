"""Daily ratios against recorded ones."""

import numpy as np
import pytest

from tests.markets.cases import array, cases
from tokenspice.studies.pools.metrics import Course
from tokenspice.studies.pools.ratios import RATIOS, Daily, daily_of, ratios

CASE = cases()["fin_analysis"]
RECORDED = {
    "sharpe": ("sharpe", "sharpe_ratio"),
    "sharpe_per_year": ("sharpe", "annualized_sharpe_ratio"),
    "sortino": ("sortino",),
    "omega": ("omega", "Omega Ratio"),
    "days_above_risk_free": ("omega", "Probability Positive"),
    "days_at_or_below_risk_free": ("omega", "Probability Negative"),
    "tracking_error": ("te_ir_vs_benchmark", "tracking_error"),
    "information_ratio": ("te_ir_vs_benchmark", "information_ratio"),
    "tracking_error_to_risk_free": ("te_ir_vs_rf", "tracking_error"),
    "information_ratio_to_risk_free": ("te_ir_vs_rf", "information_ratio"),
    "excess_var_95": ("return_on_var", "VaR"),
    "return_on_var": ("return_on_var", "Return on VaR"),
    "return_on_var_per_year": ("return_on_var", "Annualized Return on VaR"),
    "upside_capture": ("capture", "Upside Capture Ratio"),
    "downside_capture": ("capture", "Downside Capture Ratio"),
    "total_capture": ("capture", "Total Capture Ratio"),
    "jensens_alpha_per_year": ("jensens_alpha_annualised",),
    "var_95": ("risk", "Daily VaR (95)"),
    "volatility": ("risk", "Volatility"),
    "beta": ("risk", "Beta"),
    "conditional_drawdown_95": ("cdar",),
    "ulcer_of_days": ("ulcer_pct",),
    "sterling_of_days": ("sterling",),
    "mean_return": ("distribution", "mean"),
    "standard_deviation": ("distribution", "std"),
    "skewness": ("distribution", "skewness"),
    "excess_kurtosis": ("distribution", "kurtosis"),
}


@pytest.mark.parametrize("name", RECORDED)
def test_a_ratio_is_the_recorded_one(name: str) -> None:
    inputs, expected = CASE["inputs"], CASE["expected"]
    for key in RECORDED[name]:
        expected = expected[key]
    daily = Daily(*(array(inputs[key]) for key in ("daily_returns", "benchmark_returns", "risk_free_daily")))

    assert ratios(daily)[name] == pytest.approx(expected, rel=1e-9)


def test_a_pool_that_is_held_has_beta_1_and_no_alpha() -> None:
    rng = np.random.default_rng(1)
    prices = np.exp(np.cumsum(rng.normal(0, 0.001, (9 * 1440, 2)), axis=0))
    first = np.array([3.0, 4.0])
    daily = daily_of(Course(prices @ first, prices, first, np.zeros(len(prices))), risk_free_per_year=0.05)

    found = ratios(daily)
    assert found["beta"] == pytest.approx(1) and found["jensens_alpha_per_year"] == pytest.approx(0, abs=1e-12)
    assert found["tracking_error"] == pytest.approx(0, abs=1e-12) and found["total_capture"] == pytest.approx(1)


def test_a_day_alone_has_no_ratio() -> None:
    assert all(np.isnan(value) for value in ratios(Daily(*(np.array([0.01]),) * 3)).values())
    assert set(RATIOS) == set(ratios(Daily(*(np.array([0.01]),) * 3)))
