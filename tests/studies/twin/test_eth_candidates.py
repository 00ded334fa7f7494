"""Processes of ether's price: parameters that are known are found again, and paths have what was estimated."""

import numpy as np
import pytest

from tokenspice.engine.errors import StrategyError
from tokenspice.engine.units import Floats
from tokenspice.protocols.rai.eth_model import EthKind, EthModel, EthTerms
from tokenspice.studies.twin.eth_candidates import KINDS, fit, vol_spread_of
from tokenspice.studies.twin.eth_paths import log_return_paths

SIGMA = 0.012


def returns_of(terms: EthTerms, hours: int, seed: int = 1) -> Floats:
    found: Floats = log_return_paths(EthModel(terms), 1, hours, np.random.default_rng(seed))[0]
    return found


def test_volatility_is_found_within_its_error() -> None:
    returns = returns_of(EthTerms("gbm", sigma=SIGMA), 2000)
    (sigma,) = [one for one in fit("gbm", returns, returns).estimates if one.name == "sigma"]

    assert sigma.standard_error and abs(sigma.value - SIGMA) < 3 * sigma.standard_error < 0.1 * SIGMA


def test_the_parameters_of_a_garch_are_found_within_their_errors() -> None:
    truth = {"omega": 2e-6, "alpha": 0.1, "beta": 0.88}
    returns = returns_of(EthTerms("garch", **truth, variance=1e-4), 8000)
    found = {one.name: one for one in fit("garch", returns, returns).estimates}

    for name, value in truth.items():
        assert abs(found[name].value - value) < 4 * (found[name].standard_error or 0)


def test_fat_tails_are_told_from_thin_ones() -> None:
    thin, fat = (
        fit("student_t", returns, returns).model.terms.nu
        for returns in (
            returns_of(EthTerms("gbm", sigma=SIGMA), 6000),
            # Over six hours, tails of a few large jumps.
            np.where(np.arange(6000) % 150, 1, 12) * returns_of(EthTerms("gbm", sigma=SIGMA), 6000),
        )
    )

    assert fat < 5 < thin


@pytest.mark.parametrize("kind", KINDS)
def test_paths_have_the_volatility_of_the_window_within_fifteen_per_cent(kind: EthKind) -> None:
    returns = returns_of(EthTerms("gbm", sigma=SIGMA), 1500)
    model = fit(kind, returns[-336:], returns).model

    paths = log_return_paths(model, 400, 168, np.random.default_rng(0))

    assert paths.std() == pytest.approx(returns[-336:].std(), rel=0.15)


@pytest.mark.parametrize("kind", KINDS)
def test_paths_drawn_together_are_distributed_as_those_drawn_alone(kind: EthKind) -> None:
    returns = returns_of(EthTerms("gbm", sigma=SIGMA), 1000)
    model = fit(kind, returns[-336:], returns).model
    rng = np.random.default_rng(3)

    alone = np.array([model.log_returns(24, rng) for _ in range(1500)]).sum(axis=1)
    together = log_return_paths(model, 1500, 24, rng).sum(axis=1)

    assert alone.std() == pytest.approx(together.std(), rel=0.08)


def test_volatility_that_stays_has_a_small_spread_and_one_that_jumps_a_larger_one() -> None:
    calm = returns_of(EthTerms("gbm", sigma=SIGMA), 2000)
    jumping = calm * np.where(np.arange(2000) // 336 % 2, 1.5, 1.0)

    assert 0 < vol_spread_of(calm, 336) < 0.1 < vol_spread_of(jumping, 336) <= 0.3


def test_a_given_series_has_no_distribution() -> None:
    with pytest.raises(StrategyError, match="Choose a process"):
        log_return_paths(EthModel(EthTerms("given"), (1.0, 2.0)), 2, 1, np.random.default_rng(0))
