"""Measures against recorded values, and of courses whose measures are known."""

import numpy as np
import pytest

from tests.markets.cases import array, cases, close
from tokenspice.studies.pools.metrics import METRICS, Course, measure

# Our names, and those of the record. `greatest_draw_down` there is relative to the first value, ours to the highest.
RECORDED = {
    "return": "returns",
    "return_per_year": "annualised_returns",
    "return_over_hodl": "returns_over_hodl",
    "return_over_hodl_per_year": "annualised_returns_over_hodl",
    "return_over_uniform_hodl": "returns_over_uniform_hodl",
    "return_over_uniform_hodl_per_year": "annualised_returns_over_uniform_hodl",
    "sharpe_minute": "sharpe",
    "sharpe_daily": "daily_sharpe",
    "log_sharpe_daily": "daily_log_sharpe",
    "max_drawdown_in_a_week": "weekly_max_drawdown",
    "var_95_of_minutes_by_day": "daily_var_95%",
    "var_99_of_minutes_by_day": "daily_var_99%",
    "var_95_of_minutes_by_week": "weekly_var_95%",
    "var_99_of_minutes_by_week": "weekly_var_99%",
    "var_95_of_days": "daily_var_95%_trad",
    "var_99_of_days": "daily_var_99%_trad",
    "var_95_of_weeks": "weekly_var_95%_trad",
    "var_99_of_weeks": "weekly_var_99%_trad",
    "raroc_by_day": "daily_raroc",
    "raroc_by_week": "weekly_raroc",
    "rovar_by_day": "daily_rovar",
    "rovar_by_week": "weekly_rovar",
    "rovar_by_month": "monthly_rovar",
    "rovar_of_days": "daily_rovar_trad",
    "rovar_of_weeks": "weekly_rovar_trad",
    "ulcer": "ulcer",
    "sterling": "sterling",
    "calmar": "calmar",
}


def recorded_course() -> Course:
    inputs = cases()["metrics_minute"]["inputs"]
    knots, minutes = array(inputs["hourly_knots_value"]), np.arange(64_800)
    value = np.interp(minutes, 60 * np.arange(len(knots)), knots)
    prices = [np.interp(minutes, inputs["price_knots_t"], column) for column in array(inputs["price_knots"]).T]
    return Course(value, np.stack(prices, axis=1), array(inputs["initial_reserves"]), np.zeros(len(value)))


@pytest.mark.parametrize("name", RECORDED)
def test_a_measure_is_the_recorded_one(name: str) -> None:
    close(METRICS[name](recorded_course()), cases()["metrics_minute"]["expected"][RECORDED[name]], 1e-8)


def flat(value: list[float]) -> Course:
    return Course(array(value), np.ones((len(value), 2)), np.full(2, value[0] / 2), np.full(len(value), 0.5))


def test_a_single_fall_is_the_drawdown() -> None:
    assert METRICS["max_drawdown"](flat([100, 120, 90, 110])) == pytest.approx(-0.25)


def test_constant_growth_is_its_yearly_return() -> None:
    course = flat((100 * 1.1 ** (np.arange(5) / 525_600)).tolist())

    assert METRICS["return_per_year"](course) == pytest.approx(0.1)


def test_a_pool_of_another_size_has_the_same_measures() -> None:
    course = recorded_course()
    double = Course(2 * course.value_USD, course.prices, 2 * course.first_reserves, 2 * course.fee_income_USD)

    assert measure(double) == pytest.approx(measure(course), nan_ok=True)


def test_a_window_shorter_than_a_chunk_has_no_such_measure() -> None:
    short = measure(flat([100.0, 101.0, 99.0]))

    assert np.isnan([short["ulcer"], short["sterling"], short["sharpe_daily"], short["max_drawdown_in_a_week"]]).all()
    assert short["fee_income_over_value"] == pytest.approx(0.015)


def test_a_value_that_does_not_move_has_no_ratio_to_its_risk() -> None:
    still = measure(flat([100.0] * 45 * 1440))

    assert still["return"] == 0 and still["ulcer"] == 0
    assert np.isnan(
        [still[name] for name in ("sharpe_daily", "sterling", "calmar", "raroc_by_day", "rovar_of_days")]
    ).all()
