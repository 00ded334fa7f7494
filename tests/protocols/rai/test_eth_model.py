"""Ether's price as a process: the same seed, the same path; and the moments that its terms say."""

from typing import get_args

import numpy as np
import pytest

from tokenspice.engine.errors import StrategyError
from tokenspice.engine.units import Floats
from tokenspice.protocols.rai import EthKind, EthModel, EthTerms

RETURNS = tuple(0.01 * np.random.default_rng(9).standard_normal(300))


def model(kind: EthKind) -> EthModel:
    series = {"given": tuple(range(2000, 2400)), "bootstrap": RETURNS}
    return EthModel(EthTerms(kind=kind), series.get(kind, ()))


def path(one: EthModel, hours: int, seed: int = 1) -> Floats:
    return one.path(2000.0, hours, np.random.default_rng(seed))


@pytest.mark.parametrize("kind", get_args(EthKind))
def test_the_same_seed_gives_the_same_path_and_a_longer_one_begins_alike(kind: EthKind) -> None:
    short, again, long = path(model(kind), 50), path(model(kind), 50), path(model(kind), 120)

    assert short[0] == 2000 and (short > 0).all() and len(short) == 51
    np.testing.assert_array_equal(short, again)
    np.testing.assert_allclose(long[:51], short, rtol=1e-12)


@pytest.mark.parametrize("kind", ["gbm", "student_t", "garch", "bootstrap"])
def test_returns_have_the_volatility_of_its_terms(kind: EthKind) -> None:
    returns = model(kind).log_returns(60_000, np.random.default_rng(2))

    wanted = {"bootstrap": np.std(RETURNS), "garch": np.sqrt(1.5e-6 / (1 - 0.06 - 0.93))}.get(kind, 0.012)
    assert returns.std() == pytest.approx(wanted, rel=0.06)


def test_a_bootstrap_keeps_neighbours_together() -> None:
    series = tuple(np.arange(100.0))
    found = EthModel(EthTerms(kind="bootstrap", block=20), series).log_returns(4000, np.random.default_rng(3))

    follows = (np.diff(found) == 1) | (np.diff(found) == -99)
    assert follows.mean() == pytest.approx(19 / 20, abs=0.02)


@pytest.mark.parametrize(
    ("terms", "series", "says"),
    [
        (EthTerms(kind="given"), (), "needs a series"),
        (EthTerms(kind="bootstrap"), (), "needs a series"),
        (EthTerms(kind="given"), (2000.0, 0.0), "Prices are above 0"),
        (EthTerms(), (float("nan"),), "no finite number"),
    ],
)
def test_a_series_that_does_not_fit_is_refused(terms: EthTerms, series: tuple[float, ...], says: str) -> None:
    with pytest.raises(StrategyError, match=says):
        EthModel(terms, series)


def test_a_given_series_is_not_made_longer() -> None:
    with pytest.raises(StrategyError, match="holds 400 prices, and 400 hours take 401"):
        path(model("given"), 400)
