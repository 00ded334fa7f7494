"""Walk-forward: train on one part of a history, test on the next, move on.

n cycles need n + 1 equal parts of whole days. Cycle i trains on part i, or on all parts up to it, and is tested on part i + 1, by a
pool that begins there. No cycle is handed a price of its test, or of anything later.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeAlias, final

import numpy as np

from tokenspice.engine.units import Floats
from tokenspice.markets.errors import StrategyConfigError
from tokenspice.markets.prices.table import Prices, Window
from tokenspice.markets.scenario import Scenario
from tokenspice.studies.pools.decomposition import Decomposition, decompose
from tokenspice.studies.pools.metrics import Course
from tokenspice.studies.pools.significance import (
    DeflatedSharpe,
    Interval,
    Rademacher,
    block_bootstrap,
    deflated_sharpe,
    rademacher_haircut,
)
from tokenspice.studies.pools.training.candidates import pool_in_window
from tokenspice.studies.pools.training.segments import Segments
from tokenspice.studies.pools.training.settings import Training
from tokenspice.studies.pools.training.train import TrainResult, check_training, train_segments

__all__ = ["Cycle", "WalkForward", "WalkForwardResult", "cycle_segments", "efficiency", "regime", "walk_forward"]

DAY = 1440

# Called with the number of the cycle, and within it what was done of how much, and the best measure so far.
CycleProgress: TypeAlias = Callable[[int, int, int, float], None]


@final
@dataclass(frozen=True)
class WalkForward:
    """How a history is walked through.

    Attributes:
        cycles: how many.
        anchored: whether each trains on all parts so far, or on the last one alone.
        warm_start: whether each begins with what the last one chose.
    """

    cycles: int = 3
    anchored: bool = False
    warm_start: bool = False

    def __post_init__(self) -> None:
        if self.cycles < 1:
            raise StrategyConfigError(f"[walk_forward] cycles is {self.cycles}. Write 1 or more.")


@final
@dataclass(frozen=True)
class Cycle:
    """One training, and its test.

    Attributes:
        training: what it came to.
        test: the pool that began with the test.
        weights: [T, n] of that pool.
        parts: of its return.
        haircut: of the Sharpe ratios of all candidates of this training.
        regime: of the test's prices.
    """

    training: TrainResult
    test: Course
    weights: Floats
    parts: Decomposition
    haircut: Rademacher
    regime: tuple[str, str]

    @property
    def in_sample(self) -> float:
        """The yearly Sharpe ratio of days in training."""
        return self.training.measures["train"]["sharpe_daily"]

    @property
    def out_of_sample(self) -> float:
        """The yearly Sharpe ratio of days in the test."""
        return self.training.fresh_test["sharpe_daily"]


@final
@dataclass(frozen=True)
class WalkForwardResult:
    """What a walk came to. Sharpe ratios are of days, per √year.

    Attributes:
        cycles: in their order.
        test_returns: [days] of all tests, one after another.
        mean_efficiency: the mean of out-of-sample over in-sample Sharpe ratios, of cycles that have one.
        mean_out_of_sample, worst_out_of_sample: Sharpe ratios.
        mean_adjusted: the mean of out-of-sample Sharpe ratios less their haircuts.
        deflated: of the tests' returns, against the number of points that a cycle tried.
        interval: of their Sharpe ratio, resampled in blocks; None for fewer than 20 days.
        is_effective: whether mean efficiency is 0.5 at least, the worst out-of-sample ratio above 0, and the adjusted mean, too.
    """

    cycles: tuple[Cycle, ...]
    test_returns: Floats
    mean_efficiency: float
    mean_out_of_sample: float
    worst_out_of_sample: float
    mean_adjusted: float
    deflated: DeflatedSharpe
    interval: Interval | None
    is_effective: bool


def cycle_segments(first: int, minutes: int, walk: WalkForward, validation_fraction: float) -> list[Segments]:
    """The parts of a window for each cycle.

    Args:
        first: its first row.
        minutes: its length; what exceeds whole days is left away.
        walk: how.
        validation_fraction: of each training.

    Raises:
        StrategyConfigError: there are fewer days than parts.
    """
    days = minutes // DAY
    if days < walk.cycles + 1:
        raise StrategyConfigError(f"{walk.cycles} cycles need {walk.cycles + 1} days at least; the window has {days}.")
    edges = [first + DAY * (k * days // (walk.cycles + 1)) for k in range(walk.cycles + 2)]
    found = []
    for k in range(walk.cycles):
        begin = edges[0] if walk.anchored else edges[k]
        held = int((edges[k + 1] - begin) * validation_fraction)
        train = Window(begin, edges[k + 1] - begin - held)
        found.append(Segments(train, Window(train.end, held), Window(edges[k + 1], edges[k + 2] - edges[k + 1])))
    return found


def walk_forward(
    scenario: Scenario,
    training: Training,
    walk: WalkForward,
    prices: Prices,
    folder: Path | None = None,
    progress: CycleProgress = lambda cycle, done, total, best: None,
) -> WalkForwardResult:
    """Walk through a scenario's window.

    Args:
        scenario: whose window is divided.
        training: of every cycle; its `test_end` is not used.
        walk: how.
        prices: all earlier ones are what the strategy may have seen.
        folder: for the cycles' journals; None to keep nothing.
        progress: is told how far it is.

    Raises:
        MarketError: says what of the input does not fit, before anything is computed.
    """
    table = prices.of(scenario.tokens).from_midnight()
    window = table.window(scenario.start, scenario.end)
    parts = cycle_segments(window.first, window.minutes, walk, training.validation_fraction)
    for segments in parts:
        check_training(scenario, training, table, segments)
    cycles: list[Cycle] = []
    for k, segments in enumerate(parts):
        start = cycles[-1].training.chosen.x if cycles and walk.warm_start else None
        # Prices after this cycle's test are those of no part of it.
        end = segments.test.end
        seen = Prices(table.tokens, table.unix_ms[:end], table.close[:end])
        journal = None if folder is None else folder / f"cycle-{k + 1}.jsonl"
        result = train_segments(scenario, training, seen, segments, journal, partial(progress, k + 1), start)
        cycles.append(tested(result, seen, window.first))
    return together(tuple(cycles))


def tested(result: TrainResult, table: Prices, start_row: int) -> Cycle:
    """A training's test."""
    course, _, weights = pool_in_window(result.scenario, table.close, result.segments.test, start_row)
    looked_at = [candidate.returns for candidate in result.candidates if candidate.returns]
    haircut = rademacher_haircut(np.array(looked_at))
    return Cycle(result, course, weights, decompose(course, weights), haircut, regime(course.prices))


def together(cycles: tuple[Cycle, ...]) -> WalkForwardResult:
    """What the cycles say together."""
    outs = np.array([cycle.out_of_sample for cycle in cycles])
    efficiencies = np.array([efficiency(cycle.in_sample, cycle.out_of_sample) for cycle in cycles])
    known = efficiencies[np.isfinite(efficiencies)]
    adjusted = float(np.mean([cycle.out_of_sample - cycle.haircut.haircut_per_year for cycle in cycles]))
    days = [cycle.test.value_USD[::DAY] for cycle in cycles]
    returns = np.concatenate([values[1:] / values[:-1] - 1 for values in days])
    mean_efficiency = float(known.mean()) if len(known) else np.nan
    tries = max(cycle.training.tries for cycle in cycles)
    effective = mean_efficiency >= 0.5 and outs.min() > 0 and not adjusted <= 0
    return WalkForwardResult(
        cycles,
        returns,
        mean_efficiency,
        float(outs.mean()),
        float(outs.min()),
        adjusted,
        deflated_sharpe(returns, tries, variance_of_sharpes(cycles)),
        block_bootstrap(returns) if len(returns) >= 20 else None,
        bool(effective),
    )


def variance_of_sharpes(cycles: tuple[Cycle, ...]) -> float | None:
    """Of the candidates' daily Sharpe ratios in training, the mean over the cycles; None if there are too few."""
    found = []
    for cycle in cycles:
        rows = np.array([c.returns for c in cycle.training.candidates if c.returns])
        spreads = rows.std(axis=1, ddof=1) if rows.ndim == 2 and rows.shape[1] > 1 else np.zeros(0)
        if (spreads > 0).sum() > 1:
            found.append(float((rows.mean(axis=1)[spreads > 0] / spreads[spreads > 0]).var(ddof=1)))
    return float(np.mean(found)) if found else None


def efficiency(in_sample: float, out_of_sample: float) -> float:
    """Walk-forward efficiency: out-of-sample over in-sample; NaN if nothing was gained in sample."""
    return out_of_sample / in_sample if in_sample > 0 else np.nan


def regime(prices: Floats) -> tuple[str, str]:
    """How volatile prices are, and where they go: from the mean over tokens of daily log returns.

    Args:
        prices: [T, n] dollars.
    """
    logs = np.diff(np.log(prices[::DAY]), axis=0).mean(axis=1)
    volatility, total = (float(logs.std() * np.sqrt(365)), float(logs.sum())) if len(logs) else (0.0, 0.0)
    tag = "low_vol" if volatility < 0.4 else "medium_vol" if volatility < 0.8 else "high_vol"
    return tag, "bull" if total > 0.1 else "bear" if total < -0.1 else "sideways"
