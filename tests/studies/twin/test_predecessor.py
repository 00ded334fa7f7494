"""The predecessor's extrapolation: its published run, hour by hour."""

import functools

import numpy as np
import pandas as pd
import pytest

from tests.conftest import DATA
from tokenspice.engine.errors import RunError
from tokenspice.engine.units import Floats
from tokenspice.studies.twin.predecessor import LAGS, PastStates, PlainPath, autoregression_forecast, plain_path, swap

RAI = DATA / "rai"
TOKENS = ["rai_reserve", "eth_reserve", "rai_debt", "eth_locked"]


@functools.cache
def golden() -> pd.DataFrame:
    return pd.read_csv(RAI / "extrapolation_rerun_2021-06-13.csv.gz")


@functools.cache
def past() -> PastStates:
    rows = pd.read_csv(RAI / "backtest_rerun_2021-06-13.csv.gz")
    return PastStates(*(rows[name].to_numpy() for name in (TOKENS, "redemption_price", "eth_price")))


def replayed(subset: int, hours: int, smoothed: bool) -> tuple[PlainPath, pd.DataFrame]:
    rows = golden()[golden()["subset"] == subset].head(hours + 1)
    first = rows.iloc[0]
    eth: Floats = rows["eth_price"].to_numpy()
    path = plain_path(past(), 5e-8, first["redemption_price"], first["redemption_rate"], eth, smoothed)
    return path, rows


@pytest.mark.parametrize("path_number", range(10))
def test_without_actions_the_published_run_is_reproduced(path_number: int) -> None:
    path, rows = replayed(4 * path_number, 168, smoothed=False)

    for name in ("market_price", "redemption_price", "redemption_rate"):
        np.testing.assert_allclose(getattr(path, name), rows[name], rtol=1e-9)
    np.testing.assert_allclose(path.tokens, rows[TOKENS], rtol=1e-9)


def test_with_the_autoregression_it_is_reproduced_too() -> None:
    check_smoothed(path_number=0, hours=24)


@pytest.mark.parametrize("path_number", [0, 1])
def test_with_the_autoregression_a_whole_week_is_reproduced(path_number: int) -> None:
    check_smoothed(path_number, hours=168)


def check_smoothed(path_number: int, hours: int) -> None:
    path, rows = replayed(4 * path_number + 1, hours, smoothed=True)

    for name in ("market_price", "redemption_price", "redemption_rate"):
        np.testing.assert_allclose(getattr(path, name), rows[name], rtol=1e-6)
    np.testing.assert_allclose(path.tokens, rows[TOKENS], rtol=1e-6)


def test_a_dear_coin_is_swapped_into_the_pool_at_its_ratio() -> None:
    tokens = np.array([100.0, 10.0, 1.0, 1.0])

    np.testing.assert_allclose(swap(tokens, 1.21, 1.0), [10.0, -1.0, 0.0, 0.0])
    np.testing.assert_allclose(swap(tokens, 1.0, 1.0), 0.0)


def test_swaps_bring_the_market_to_the_redemption_price() -> None:
    eth = np.full(200, 2429.4)
    far = plain_path(past(), 5e-8, 3.2, 1.0, eth)
    near = plain_path(past(), 5e-8, 3.2, 1.0, eth, swap_intensity=0.25, rng=np.random.default_rng(0))

    gaps = [abs(path.market_price[-1] / path.redemption_price[-1] - 1) for path in (far, near)]
    assert gaps[1] < 0.005 < gaps[0]


def test_an_autoregression_continues_a_process_that_is_one() -> None:
    rng = np.random.default_rng(1)
    series = np.zeros((4000, 2))
    for k in range(1, len(series)):
        series[k] = 0.5 + series[k - 1] @ np.array([[0.6, 0.2], [-0.1, 0.5]]) + 0.1 * rng.standard_normal(2)

    wanted = 0.5 + series[-1] @ np.array([[0.6, 0.2], [-0.1, 0.5]])
    np.testing.assert_allclose(autoregression_forecast(series), wanted, atol=0.05)


def test_a_past_that_is_too_short_is_refused() -> None:
    with pytest.raises(RunError, match=f"{LAGS} lags of 4 series"):
        autoregression_forecast(np.zeros((70, 4)))
