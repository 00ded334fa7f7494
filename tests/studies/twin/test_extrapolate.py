"""Futures of a record: the same bytes whatever the workers, scenarios that differ by what they change alone."""

import dataclasses
import functools
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tokenspice.engine.errors import RunError, StrategyError, TokenSpiceError
from tokenspice.protocols.rai import EthModel, EthTerms, PegTerms, Scenario
from tokenspice.studies.batch.runs import Progress
from tokenspice.studies.twin import Extrapolation, History, bundled, extrapolate
from tokenspice.studies.twin.spread_model import fit_spread
from tokenspice.studies.twin.starting_point import peg_of, starting_point

SCENARIOS = (Scenario(), Scenario("ether halves", eth_shock=-0.5, eth_shock_hour=3), Scenario("free", kp=0.0))


@functools.cache
def history() -> History:
    return bundled("retrieval_2021-06-13T191905")


@functools.cache
def extrapolated(workers: int, controller: str = "evm") -> Extrapolation:
    eth = EthModel(EthTerms(kind="bootstrap", block=6), (0.01, -0.02, 0.005, 0.0, 0.003))
    return extrapolate(history(), eth, SCENARIOS, paths=3, hours=8, seed=5, controller=controller, workers=workers)


def test_contracts_and_twin_give_the_same_numbers() -> None:
    found = extrapolated(1)

    assert found.values.shape == (3, 3, 9, len(found.series))
    assert found.values.tobytes() == extrapolated(1, "both").values.tobytes()


def test_one_worker_and_two_give_the_same_bytes() -> None:
    assert extrapolated(1).values.tobytes() == extrapolated(2).values.tobytes()


def test_scenarios_have_common_random_numbers() -> None:
    found = extrapolated(1)

    np.testing.assert_array_equal(found.of("base", "eth_price"), found.of("free", "eth_price"))
    np.testing.assert_allclose(found.of("ether halves", "eth_price")[:, 3:], found.of("base", "eth_price")[:, 3:] / 2)
    assert len({*found.of("base", "eth_price")[:, -1]}) == 3, "each path has its own"


def test_it_begins_where_the_record_ends() -> None:
    found, record = extrapolated(1), history()

    for series, column in (
        ("eth_price", "eth_price"),
        ("market_price", "market_price"),
        ("redemption_price", "redemption_price"),
        ("pool_RAI", "coin_reserve"),
        ("debt_RAI", "debt"),
    ):
        np.testing.assert_allclose(found.of("base", series)[:, 0], getattr(record, column)[-1], rtol=1e-9)
    hourly = found.of("base", "redemption_rate")[0, 0] ** (1 / 8760)
    assert hourly == pytest.approx(record.redemption_rate[-1], abs=1e-12)
    assert found.time == record.time[-1]


def test_quantiles_and_chances_are_those_of_the_paths() -> None:
    found = extrapolated(1)
    paths = found.of("base", "peg_error")

    np.testing.assert_array_equal(found.quantiles("base", "peg_error")[2], np.median(paths, axis=0))
    np.testing.assert_array_equal(found.exceedance("base", "peg_error", 0.0), (paths > 0).mean(axis=0))
    bands = found.bands()
    assert list(bands.columns) == ["scenario", "series", "unit", "hour", "q05", "q25", "q50", "q75", "q95"]
    assert len(bands) == 3 * len(found.series) * 9
    assert (bands["q05"] <= bands["q95"]).all()
    table = found.table()
    row = table[(table["scenario"] == "free") & (table["series"] == "pool_ETH") & (table["path"] == 2)].iloc[4]
    assert row["value"] == found.of("free", "pool_ETH")[2, 4]
    with pytest.raises(RunError, match="no series"):
        found.of("base", "eth")


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"paths": 0}, StrategyError, "0 paths of 8 hours"),
        ({"scenarios": (Scenario("a"), Scenario("a"))}, StrategyError, "a name of its own"),
        ({"scenarios": ()}, StrategyError, r"\(none\)"),
        ({"controller": "solidity"}, StrategyError, "evm, python, both"),
        ({"hours": 10**12}, StrategyError, "Write fewer"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(changes: dict[str, Any], error: type[Exception], says: str) -> None:
    arguments: dict[str, Any] = {"scenarios": SCENARIOS, "paths": 2, "hours": 8} | changes
    with pytest.raises(error, match=says):
        extrapolate(history(), EthModel(), arguments.pop("scenarios"), workers=1, **arguments)


def test_a_path_that_fails_names_its_scenario() -> None:
    short = EthModel(EthTerms(kind="given"), (2400.0, 2401.0))

    with pytest.raises(RunError, match="scenario 0, path 0 .* holds 2 prices"):
        extrapolate(history(), short, paths=1, hours=4, workers=1)


def test_what_a_folder_keeps_is_not_run_again_and_gives_the_same_bytes(tmp_path: Path) -> None:
    arguments: dict[str, Any] = {"paths": 3, "hours": 4, "workers": 1, "seed": 5}
    wanted = extrapolate(history(), EthModel(), SCENARIOS, **arguments)

    class Interrupted(Exception):
        pass

    def stop(progress: Progress) -> None:
        if progress.n_done == 4:
            raise Interrupted

    with pytest.raises(Interrupted):
        extrapolate(history(), EthModel(), SCENARIOS, **arguments, folder=tmp_path, watch=stop)
    told: list[Progress] = []
    found = extrapolate(history(), EthModel(), SCENARIOS, **arguments, folder=tmp_path, watch=told.append)

    assert found.values.tobytes() == wanted.values.tobytes()
    assert 0 < len(told) < 9, "some paths were there already"
    with pytest.raises(TokenSpiceError):
        extrapolate(history(), EthModel(), SCENARIOS, **arguments | {"seed": 6}, folder=tmp_path)


def test_a_record_without_pool_or_with_more_coins_in_it_than_there_are_is_refused() -> None:
    record = history()
    with pytest.raises(RunError, match="no coin_reserve"):
        starting_point(dataclasses.replace(record, coin_reserve=record.coin_reserve * np.nan), PegTerms())
    with pytest.raises(RunError, match="Correct the column debt"):
        starting_point(dataclasses.replace(record, debt=record.coin_reserve), PegTerms())


def test_what_was_not_recorded_is_said() -> None:
    record = history()
    unknown = record.debt * np.nan
    point = starting_point(dataclasses.replace(record, debt=unknown, coin_supply=unknown), PegTerms())

    assert any("debt was not recorded" in note for note in point.notes)
    assert float(point.parameters["start.debt_RAI"]) == pytest.approx(2 * record.coin_reserve[-1])


def test_holders_value_the_coin_as_the_estimated_spread_says() -> None:
    rng = np.random.default_rng(4)
    returns, spread = 0.01 * rng.standard_normal(3000), np.zeros(3000)
    for k in range(2, len(spread)):
        past = 0.7 * (spread[k - 1] - 0.01) + 0.2 * (spread[k - 2] - 0.01)
        spread[k] = 0.01 + past + 0.3 * returns[k] + 0.006 * rng.standard_normal()

    peg = peg_of(fit_spread(spread, returns))

    assert peg.lags == pytest.approx((0.7, 0.2, 0.0, 0.0), abs=0.12)
    assert (peg.sigma, peg.eth_weight, peg.mean) == pytest.approx((0.006, 0.3, 0.01), abs=0.06)


def test_the_premiums_of_paths_scatter_as_the_terms_say() -> None:
    peg = PegTerms(mean=0.01, lag1=0.5, lag2=0.2, sigma=0.004, impact=0.0)
    found = extrapolate(history(), EthModel(EthTerms(sigma=0.0)), paths=25, hours=30, workers=1, peg=peg)
    errors = np.log1p(found.of("base", "peg_error")[:, 12:])

    variance = (1 - 0.2) / ((1 + 0.2) * ((1 - 0.2) ** 2 - 0.5**2)) * 0.004**2  # of an autoregression of order 2
    assert errors.mean() == pytest.approx(0.01, abs=0.003)
    # The arbitrageur stops where the pool's fee would cost more than it gains, 0.3 % before the holders' value.
    assert np.sqrt(variance) * 0.6 < errors.std() < np.sqrt(variance) * 1.1
