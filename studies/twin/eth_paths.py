"""Many paths of ether's log-returns at once: the processes of `EthModel`, vectorised for tests of forecasts.

P is the number of paths, T of hours.
"""

import numpy as np

from tokenspice.engine.errors import StrategyError
from tokenspice.engine.units import Floats
from tokenspice.protocols.rai.eth_model import EthModel

__all__ = ["log_return_paths"]


def log_return_paths(model: EthModel, paths: int, hours: int, rng: np.random.Generator) -> Floats:
    """[P, T] log-returns, with the distribution of `EthModel.log_returns`, in fewer and larger draws.

    Raises:
        StrategyError: the model is a given series, which has no distribution.
    """
    terms, shape = model.terms, (paths, hours)
    mean = terms.mean + terms.mean_spread * rng.standard_normal((paths, 1))
    scale = np.exp(terms.vol_spread * rng.standard_normal((paths, 1)))
    match terms.kind:
        case "given":
            raise StrategyError("a given series of prices has one path. Choose a process.")
        case "gbm":
            shocks = scale * terms.sigma * rng.standard_normal(shape)
        case "student_t":
            shocks = scale * terms.sigma * np.sqrt((terms.nu - 2) / terms.nu) * rng.standard_t(terms.nu, shape)
        case "garch":
            shocks = clustered(model, paths, hours, rng)
        case _:
            shocks = scale * blocks(np.array(model.series), terms.block, paths, hours, rng)
    found: Floats = mean + shocks
    return found


def clustered(model: EthModel, paths: int, hours: int, rng: np.random.Generator) -> Floats:
    terms, shape = model.terms, (paths, hours)
    shocks = rng.choice(np.array(model.series), shape) if model.series else rng.standard_normal(shape)
    variance, found = np.full(paths, terms.variance), np.empty(shape)
    for hour in range(hours):
        found[:, hour] = np.sqrt(variance) * shocks[:, hour]
        variance = terms.omega + terms.alpha * found[:, hour] ** 2 + terms.beta * variance
    return found


def blocks(series: Floats, length: float, paths: int, hours: int, rng: np.random.Generator) -> Floats:
    """[P, T] blocks of a series that goes round at its end: where one begins is drawn, and it runs to the next beginning."""
    begins = rng.random((paths, hours)) < 1 / length
    begins[:, 0] = True
    hour = np.arange(hours)
    last = np.maximum.accumulate(np.where(begins, hour, 0), axis=1)
    start = np.take_along_axis(rng.integers(0, len(series), (paths, hours)), last, axis=1)
    found: Floats = series[(start + hour - last) % len(series)]
    return found
