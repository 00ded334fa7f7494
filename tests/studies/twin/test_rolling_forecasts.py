"""Forecasts from the past: bands that are honest are called so, and those that are not are not."""

import numpy as np
import pytest

from tokenspice.engine.errors import RunError
from tokenspice.engine.units import Floats
from tokenspice.studies.twin.rolling_forecasts import Forecasts, log_density, rolling_origin
from tokenspice.studies.twin.spread_model import fit_spread

RNG = np.random.default_rng(0)
WALK = np.cumsum(RNG.standard_normal(6000))


def forecast(sigma: float) -> Forecasts:
    def paths_from(origin: int, n: int, hours: int, rng: np.random.Generator) -> Floats:
        found: Floats = WALK[origin] + np.cumsum(sigma * rng.standard_normal((n, hours)), axis=1)
        return found

    return rolling_origin(paths_from, WALK, np.random.default_rng(1), horizons=(6, 24))


def test_the_bands_of_the_true_process_hold_what_they_say() -> None:
    assert forecast(1.0).largest_error < 0.05


@pytest.mark.parametrize("sigma", [0.6, 1.6])
def test_bands_too_narrow_or_too_wide_are_found(sigma: float) -> None:
    assert forecast(sigma).largest_error > 0.1


def test_the_true_process_has_the_best_log_score() -> None:
    assert max((0.6, 1.0, 1.6), key=lambda sigma: forecast(sigma).log_score) == 1.0


def test_origins_that_overlap_are_not_counted_as_independent() -> None:
    (short, long) = forecast(1.0).scores

    assert short.independent == short.n and long.independent == -(-long.n // 2)


def test_an_outcome_that_is_unknown_is_not_counted() -> None:
    holed = WALK.copy()
    holed[3000:3100] = np.nan

    def paths_from(origin: int, n: int, hours: int, rng: np.random.Generator) -> Floats:
        found: Floats = holed[origin] + np.cumsum(rng.standard_normal((n, hours)), axis=1)
        return found

    assert rolling_origin(paths_from, holed, RNG, horizons=(6,)).scores[0].n < forecast(1.0).scores[0].n


def test_a_record_that_is_too_short_is_refused() -> None:
    with pytest.raises(RunError, match="Give a longer record"):
        rolling_origin(lambda o, n, hours, rng: np.zeros((n, hours)), np.zeros(600), RNG)


def test_what_no_path_has_reached_is_unlikely_but_not_impossible() -> None:
    sample = RNG.standard_normal(1000)

    assert log_density(sample, 0.0) == pytest.approx(-0.98, abs=0.15) and -30 < log_density(sample, 50.0) < -10


def test_the_pull_of_a_spread_is_found_within_its_error() -> None:
    rng, spread = np.random.default_rng(5), np.zeros(720)
    returns = 0.01 * rng.standard_normal(720)
    for hour in range(1, 720):
        spread[hour] = 0.9 * spread[hour - 1] + 0.3 * returns[hour] + 0.003 * rng.standard_normal()

    found = {one.name: one for one in fit_spread(spread, returns).estimates}

    assert abs(found["lag 1"].value - 0.9) < 4 * (found["lag 1"].standard_error or 0)
    assert abs(found["eth_return"].value - 0.3) < 4 * (found["eth_return"].standard_error or 0)
    assert fit_spread(spread, returns).largest_root < 1
