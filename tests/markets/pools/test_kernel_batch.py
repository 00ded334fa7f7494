"""Many windows at once: the same values as one by one, and derivatives that are those of finite differences."""

import numpy as np
import pytest

from tests.markets.cases import prices
from tokenspice.engine.units import Floats
from tokenspice.markets.pools.frictions import Frictions
from tokenspice.markets.pools.history import follow
from tokenspice.markets.pools.kernel import BatchRun, run_batch
from tokenspice.markets.pools.weight_path import WeightPath
from tokenspice.markets.pools.weighted import WeightedPool

# Five: four that are followed in step, and one alone.
FIRSTS, CHUNKS, CHUNK = [0, 2880, 7, 40_000, 999], 5, 240
MINUTES = CHUNKS * CHUNK
each_cost = pytest.mark.parametrize(
    ("frictions", "pairs"),
    [
        (Frictions(0.003), False),
        (Frictions(0.003), True),
        (Frictions(0.003, noise_ratio=1.5, protocol_share=0.25), False),
        (Frictions(0.001, gas_USD=2.0, outside_fee=0.0001, every_minutes=3), False),
        (Frictions(), False),
    ],
)


def table() -> Floats:
    return prices().of(("BTC", "ETH", "USDC")).close


def weights() -> tuple[Floats, Floats]:
    """[lanes, c, n] starts and slopes."""
    rows = np.random.default_rng(1).dirichlet([5.0, 5.0, 5.0], (len(FIRSTS), CHUNKS + 1))
    return rows[:, :-1], np.diff(rows, axis=1) / CHUNK


def run(starts: Floats, slopes: Floats, frictions: Frictions, pairs: bool, threads: int = 2) -> BatchRun:
    rows = np.log(table()) if frictions.is_free else table()
    return run_batch(rows, FIRSTS, MINUTES, starts, slopes, CHUNK, CHUNK, 1e6, frictions, pairs, 100, threads)


@each_cost
def test_a_lane_is_the_run_of_its_window(frictions: Frictions, pairs: bool) -> None:
    starts, slopes = weights()

    batch = run(starts, slopes, frictions, pairs)

    for lane, first in enumerate(FIRSTS):
        pool = WeightedPool(tuple(starts[lane, 0]), "pairs" if pairs else "all")
        path = WeightPath(starts[lane], slopes[lane], CHUNK, CHUNK)
        alone = follow(pool, table()[first : first + MINUTES], 1e6, frictions, path).value_USD
        np.testing.assert_allclose(batch.values[lane], alone[::100], rtol=1e-9)
        assert batch.lasts[lane] == pytest.approx(alone[-1], rel=1e-9)


@each_cost
def test_derivatives_are_those_of_finite_differences(frictions: Frictions, pairs: bool) -> None:
    rng, (starts, slopes) = np.random.default_rng(2), weights()
    batch = run(starts, slopes, frictions, pairs)
    by_values, by_lasts = rng.normal(size=batch.values.shape), rng.normal(size=len(FIRSTS))
    way, turn = rng.normal(size=starts.shape), rng.normal(size=slopes.shape) / CHUNK

    def total(step: float) -> float:
        moved = run(starts + step * way, slopes + step * turn, frictions, pairs)
        return float((moved.values * by_values).sum() + moved.lasts @ by_lasts)

    by_starts, by_slopes = batch.back(by_values, by_lasts)

    along = float((by_starts * way).sum() + (by_slopes * turn).sum())
    # Gas makes the value jump where a marginal trade is made or not: there, the step must be small.
    step = 1e-9 if frictions.gas_USD else 1e-7
    assert along == pytest.approx((total(step) - total(-step)) / (2 * step), rel=2e-4 if frictions.gas_USD else 1e-5)


def test_the_number_of_threads_changes_no_byte() -> None:
    starts, slopes = weights()
    one, three = (run(starts, slopes, Frictions(0.003), False, threads) for threads in (1, 3))

    gradients = [batch.back(np.ones_like(batch.values), np.ones(len(FIRSTS))) for batch in (one, three)]

    assert one.values.tobytes() == three.values.tobytes()
    assert gradients[0][0].tobytes() == gradients[1][0].tobytes()


@each_cost
def test_windows_followed_in_step_are_the_bytes_of_windows_alone(frictions: Frictions, pairs: bool) -> None:
    starts, slopes = weights()
    together = run(starts, slopes, frictions, pairs)
    back = together.back(np.ones_like(together.values), np.ones(len(FIRSTS)))

    for lane, first in enumerate(FIRSTS):
        rows = np.log(table()) if frictions.is_free else table()
        lanes = slice(lane, lane + 1)
        alone = run_batch(
            rows, [first], MINUTES, starts[lanes], slopes[lanes], CHUNK, CHUNK, 1e6, frictions, pairs, 100, 1
        )
        assert alone.values.tobytes() == together.values[lanes].tobytes()
        for own, all_lanes in zip(alone.back(np.ones_like(alone.values), np.ones(1)), back, strict=True):
            assert own.tobytes() == all_lanes[lanes].tobytes()


@pytest.mark.parametrize("tokens", [2, 4])
def test_any_number_of_tokens_is_followed_in_step(tokens: int) -> None:
    rng, frictions = np.random.default_rng(3), Frictions(0.0005, noise_ratio=0.5)
    steps = rng.standard_t(3, (MINUTES + 10, tokens)) * np.where(rng.random((MINUTES + 10, 1)) < 0.01, 0.02, 0.0005)
    table = np.exp(np.cumsum(steps, axis=0))
    rows = rng.dirichlet([2.0] * tokens, (4, CHUNKS + 1)) * 0.9 + 0.1 / tokens
    starts, slopes = rows[:, :-1], np.diff(rows, axis=1) / CHUNK

    batch = run_batch(table, [0, 1, 5, 10], MINUTES, starts, slopes, CHUNK, CHUNK, 1e6, frictions, False, 100, 1)

    for lane, first in enumerate([0, 1, 5, 10]):
        pool = WeightedPool(tuple(starts[lane, 0]))
        path = WeightPath(starts[lane], slopes[lane], CHUNK, CHUNK)
        alone = follow(pool, table[first : first + MINUTES], 1e6, frictions, path, "reference").value_USD
        np.testing.assert_allclose(batch.values[lane], alone[::100], rtol=1e-9)


def test_a_window_outside_the_history_is_refused() -> None:
    starts, slopes = weights()

    with pytest.raises(ValueError, match="not within"):
        run_batch(table()[:100], FIRSTS, MINUTES, starts, slopes, CHUNK, CHUNK, 1e6, Frictions(0.003))
