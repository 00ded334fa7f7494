"""Confidence sequences hold at every look; fixed intervals at one; the figures are those of the specification."""

import math

import numpy as np
import pytest
from scipy import stats

from tokenspice.engine.units import Floats
from tokenspice.studies.design.cost import runs_to_show
from tokenspice.studies.design.fixed_statistics import (
    bca,
    clopper_pearson,
    holm,
    order_statistics,
    paired,
    student,
    wilson,
)
from tokenspice.studies.design.statistics import (
    ShareSequence,
    mean_sequence,
    mean_width,
    quantile_ranks,
    quantile_sequence,
    share_of_sigma,
    sigma_of,
)

LOOKS = np.arange(64, 4097, 64)
SERIES = 1_000


def missed_ever(p: float, expected: float) -> float:
    """The share of series whose interval once does not hold p, of 64 looks each."""
    rng = np.random.default_rng(np.random.SeedSequence(0))
    counts = np.cumsum(rng.random((SERIES, LOOKS[-1])) < p, axis=1)[:, LOOKS - 1]
    sequence = ShareSequence(0.05, expected)
    is_out = {
        (int(k), int(n)): sequence.excludes(int(k), int(n), p)
        for n, column in zip(LOOKS, counts.T, strict=True)
        for k in np.unique(column)
    }
    missed = [any(is_out[int(k), int(n)] for k, n in zip(row, LOOKS, strict=True)) for row in counts]
    return float(np.mean(missed))


@pytest.mark.parametrize("p", [0.00135, 0.01, 0.1, 0.5])
def test_a_share_is_missed_ever_in_at_most_five_of_a_hundred_series(p: float) -> None:
    assert 0.0 < missed_ever(p, p) <= 0.05
    assert missed_ever(p, 0.5) <= 0.05


def test_an_interval_for_a_fixed_number_does_not_survive_looking() -> None:
    rng = np.random.default_rng(np.random.SeedSequence(1))
    counts = np.cumsum(rng.random((300, 1024)) < 0.1, axis=1)[:, 63::64]
    low, high = zip(*(clopper_pearson(k, 64) for k in range(65)), strict=True)
    assert low[0] == 0.0 and high[64] == 1.0

    missed = [any(not inside(clopper_pearson(int(k), 64 * (i + 1)), 0.1) for i, k in enumerate(row)) for row in counts]

    assert 0.08 <= float(np.mean(missed)) <= 0.28


def inside(interval: tuple[float, float], x: float) -> bool:
    return interval[0] <= x <= interval[1]


def test_a_quantile_is_missed_ever_in_at_most_five_of_a_hundred_series() -> None:
    rng = np.random.default_rng(np.random.SeedSequence(2))
    missed = 0
    for _ in range(200):
        values = rng.standard_normal(2048)
        missed += any(not inside(quantile_sequence(values[:n], 0.95), 1.6448536) for n in range(128, 2049, 128))

    assert missed / 200 <= 0.05


# The interval of a mean is asymptotic: very skewed numbers are missed somewhat more often than promised.
@pytest.mark.parametrize(("spread_of_logarithm", "at_most"), [(0.5, 0.05), (1.0, 0.075)])
def test_a_mean_is_missed_ever_about_as_rarely_as_promised(spread_of_logarithm: float, at_most: float) -> None:
    rng = np.random.default_rng(np.random.SeedSequence(3))
    values = rng.lognormal(0.0, spread_of_logarithm, (600, 4096))
    truth = math.exp(spread_of_logarithm**2 / 2)
    n = np.arange(128, 4097, 64)
    means = np.cumsum(values, axis=1)[:, n - 1] / n
    squares = np.cumsum(values**2, axis=1)[:, n - 1] / n
    spread = np.sqrt((squares - means**2) * n / (n - 1))
    widths = np.array([mean_width(int(one), 0.05) for one in n])

    assert (np.abs(means - truth) > spread * widths).any(axis=1).mean() <= at_most
    assert (np.abs(means - truth) > 1.96 * spread / np.sqrt(n)).any(axis=1).mean() > 0.2


def test_the_runs_that_stopping_at_will_takes_are_those_of_the_specification() -> None:
    assert runs_to_show(0.01) == 410
    assert runs_to_show(1.350e-3) == 3040


def test_an_interval_is_where_the_inequality_says() -> None:
    sequence = ShareSequence(0.05, 0.02)
    low, high = sequence.interval(8, 1024)

    for p, is_out in ((low - 1e-6, True), (low + 1e-6, False), (high - 1e-6, False), (high + 1e-6, True)):
        assert sequence.excludes(8, 1024, p) is is_out
    assert sequence.interval(0, 64)[0] == 0.0 and sequence.interval(64, 64)[1] == 1.0
    assert sequence.interval(0, 0) == (0.0, 1.0)


def test_ranks_of_a_quantile_are_those_whose_share_holds_it() -> None:
    low, high = quantile_ranks(1000, 0.9, 0.05)
    sequence = ShareSequence(0.05, 0.1)

    assert not sequence.excludes(1000 - low, 1000, 0.1) and not sequence.excludes(1000 - high, 1000, 0.1)
    assert sequence.excludes(1000 - low + 1, 1000, 0.1) and sequence.excludes(1000 - high - 1, 1000, 0.1)
    assert quantile_sequence([1.0, 2.0], 0.99) == (-math.inf, math.inf)


def test_a_mean_of_few_runs_has_no_interval() -> None:
    assert mean_sequence(np.ones(127)) == (-math.inf, math.inf)
    assert mean_sequence(np.ones(128)) == (1.0, 1.0)


@pytest.mark.parametrize(("sigma", "share"), [(3, 1.350e-3), (4.5, 3.398e-6), (6, 9.866e-10)])
def test_sigma_is_one_sided(sigma: float, share: float) -> None:
    assert share_of_sigma(sigma) == pytest.approx(share, rel=1e-3)
    assert sigma_of(share) == pytest.approx(sigma, rel=1e-4)
    assert sigma_of(0.0) == math.inf


def test_fixed_intervals_are_those_of_scipy() -> None:
    values = np.random.default_rng(np.random.SeedSequence(4)).normal(3.0, 2.0, 40)
    exact = stats.binomtest(3, 50).proportion_ci(method="exact")
    score = stats.binomtest(3, 50).proportion_ci(method="wilson")

    assert clopper_pearson(3, 50) == pytest.approx((exact.low, exact.high))
    assert wilson(3, 50) == pytest.approx((score.low, score.high))
    t = stats.ttest_1samp(values, 0.0).confidence_interval()
    assert student(values) == pytest.approx((t.low, t.high))
    quantile = stats.quantile_test(values, p=0.25).confidence_interval(0.95)
    assert order_statistics(values, 0.25) == pytest.approx((quantile.low, quantile.high))


def test_a_bootstrap_interval_covers_and_repeats() -> None:
    values = np.random.default_rng(np.random.SeedSequence(5)).exponential(1.0, 60)
    low, high = bca(values, np.mean)

    assert low < 1.0 < high
    assert (low, high) == bca(values, np.mean)
    assert bca([2.0, 2.0, 2.0], np.mean) == (2.0, 2.0)


def test_holm_refutes_step_by_step() -> None:
    assert holm({"a": 0.01, "b": 0.04, "c": 0.02}) == {"a": True, "c": True, "b": True}
    assert holm({"a": 0.01, "b": 0.04, "c": 0.03}) == {"a": True, "c": False, "b": False}


def test_pairs_say_what_common_seeds_saved() -> None:
    noise = np.random.default_rng(np.random.SeedSequence(6)).standard_normal(200)
    found = paired(noise + 0.5, noise + 0.01 * alternating(200))

    assert inside(found.interval, 0.5) and found.p_value < 1e-9 and found.saved > 1_000
    assert paired([1.0, 2.0], [1.0, 2.0]).p_value == 1.0


def alternating(n: int) -> Floats:
    return np.where(np.arange(n) % 2, 1.0, -1.0)
