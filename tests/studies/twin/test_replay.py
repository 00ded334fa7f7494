"""Histories replayed: the predecessor's numbers, the mainnet's rates, and scores beside naive baselines."""

import gzip
import io
import json
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.conftest import DATA
from tokenspice.engine.errors import RunError
from tokenspice.engine.units import Floats
from tokenspice.studies.twin import bundled, closed_loop, open_loop, plain_arrays, score_replay
from tokenspice.studies.twin.replay import hourly
from tokenspice.studies.twin.scores import predecessor_loss

RAI = DATA / "rai"
GOLDEN: dict[str, Any] = json.loads((RAI / "backtest_reference.json").read_text())["original_backtest"]
RUNS = {
    "2021-05-27": "retrieval_2021-05-27T205039",
    "2021-06-07": "retrieval_2021-06-07T163916",
    "2021-06-13": "retrieval_2021-06-13T191905",
}


@pytest.mark.parametrize("date", sorted(RUNS))
def test_the_predecessors_losses_are_reproduced(date: str) -> None:
    history, golden = bundled(RUNS[date]), GOLDEN[date]
    replay = plain_arrays(history)

    price, rate = (
        np.abs(getattr(replay, series) - getattr(history, series)).mean()
        for series in ("redemption_price", "redemption_rate")
    )
    assert len(history.time) == golden["rows"]
    assert predecessor_loss(history, replay) == pytest.approx(golden["loss"], rel=1e-11)
    assert price == pytest.approx(golden["mae_redemption_price"], rel=1e-11)
    assert rate == pytest.approx(golden["mae_redemption_rate_hourly"], rel=1e-9)
    assert replay.redemption_price[-1] == pytest.approx(golden["last_sim_row"]["redemption_price"], abs=1e-12)
    assert replay.redemption_rate[-1] == pytest.approx(golden["last_sim_row"]["redemption_rate"], abs=1e-12)


def test_the_predecessors_run_is_reproduced_row_by_row() -> None:
    table = pd.read_csv(io.BytesIO(gzip.decompress((RAI / "backtest_rerun_2021-06-13.csv.gz").read_bytes())))
    replay = plain_arrays(bundled(RUNS["2021-06-13"]))

    np.testing.assert_allclose(replay.redemption_price, table["redemption_price"], rtol=0, atol=1e-12)
    np.testing.assert_allclose(replay.redemption_rate, table["redemption_rate"], rtol=0, atol=1e-12)


def test_with_the_price_that_the_controller_saw_the_law_gives_the_rates_of_the_mainnet() -> None:
    history = bundled("rai_live_graph")
    replay = open_loop(history)
    rows = pd.read_csv(RAI / "mainnet_p_law.csv.gz")
    exact = set(rows.loc[rows["match"] == "exact", "blockNumber"])

    at = np.isin(history.block, list(exact))
    assert at.sum() == len(exact) > 100
    assert np.abs(replay.redemption_rate - history.redemption_rate)[at].max() < 1e-9


def test_in_a_closed_loop_the_rate_is_followed_better_than_by_any_baseline() -> None:
    history = bundled("states").since_block(11_907_012)
    price, rate = score_replay(history, closed_loop(history))

    assert rate.mae < 7.5e-6 and rate.n == 2147
    for score in (price, rate):
        assert (score.skill["constant price"] or 0) > 0 and (score.skill["first rate"] or 0) > 0


def test_a_window_of_sixteen_hours_follows_best() -> None:
    history = bundled("states").since_block(11_907_012)

    errors = {
        hours: score_replay(history, closed_loop(history, hours * 3600))[1].mae for hours in (0, 8, 12, 16, 20, 24)
    }
    assert min(errors, key=lambda hours: errors[hours]) == 16


def test_an_open_loop_needs_the_prices_that_the_controller_saw() -> None:
    with pytest.raises(RunError, match="states has no medianizer's prices"):
        open_loop(bundled("states"))


def test_a_rate_a_second_grows_for_an_hour() -> None:
    assert hourly(10**27) == 1.0
    assert hourly(10**27 + 10**18) == pytest.approx((1 + 1e-9) ** 3600, rel=1e-15)


def test_a_baseline_that_is_exact_but_for_rounding_gives_no_skill() -> None:
    history = bundled("mainnet").last_days(3.0)
    rates = np.full(len(history.time), 1.000001)
    prices: Floats = np.array(3.0 * rates ** ((history.time - history.time[0]) / 3600), dtype=float)
    history = replace(history, redemption_rate=rates, redemption_price=prices)

    (price, rate) = score_replay(history, closed_loop(history))

    assert price.skill["first rate"] is None and rate.skill["first rate"] is None
    assert price.skill["constant price"] is not None
