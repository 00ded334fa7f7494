"""Train a pool on a history: the second of the two entry points; the first is `tokenspice.markets.scenario.simulate`.

    result = train(scenario, Training(free), prices)

What may be seen is cut off first: methods are handed prices up to the end of the validation, and no later ones. The test
comes last, for the one point that was chosen.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, final

import numpy as np

from tokenspice.engine.units import Floats
from tokenspice.markets.errors import MarketError, PriceDataError, StrategyConfigError
from tokenspice.markets.prices.table import Prices, Window
from tokenspice.markets.scenario import Scenario
from tokenspice.studies.pools.metrics import METRICS, Course, measure
from tokenspice.studies.pools.training.candidates import Candidate, Candidates, Progress, courses, pool_in_window
from tokenspice.studies.pools.training.gradient import PoolGradient, refuse_without_derivative
from tokenspice.studies.pools.training.journal import Journal, digest
from tokenspice.studies.pools.training.memory import refuse_short_history
from tokenspice.studies.pools.training.objectives import OBJECTIVES, objective_named
from tokenspice.studies.pools.training.segments import Segments, evaluation_starts, refuse_look_ahead
from tokenspice.studies.pools.training.settings import Training
from tokenspice.studies.pools.training.space import Space

__all__ = ["TrainResult", "check_training", "train", "train_segments"]

DAY = 1440
NEEDED = {"gradient": ("jax", "optax"), "bfgs": ("jax",), "cma_es": ("cma",), "optuna": ("optuna",)}


@final
@dataclass(frozen=True)
class TrainResult:
    """What training came to.

    Attributes:
        scenario: with the numbers that were chosen.
        numbers: these, by path.
        chosen: the candidate.
        candidates: all, in the order in which they were found.
        tries: how many points the method judged by.
        segments: of the prices.
        measures: by segment, all measures of one pool that went through all of them.
        fresh_test: the measures of a pool that began with the test; empty if there is none.
        courses: by segment, what was measured.
    """

    scenario: Scenario
    numbers: Mapping[str, Floats]
    chosen: Candidate
    candidates: tuple[Candidate, ...]
    tries: int
    segments: Segments
    measures: Mapping[str, Mapping[str, float]]
    fresh_test: Mapping[str, float]
    courses: Mapping[str, Course]


def train(
    scenario: Scenario,
    training: Training,
    prices: Prices,
    journal: Path | None = None,
    progress: Progress = lambda done, total, best: None,
    start: Floats | None = None,
) -> TrainResult:
    """Train a scenario's pool in its window.

    Args:
        scenario: from its start to its end is training and validation.
        training: how.
        prices: all earlier ones are what the strategy may have seen.
        journal: a file that lets a training that was stopped go on; None to keep nothing.
        progress: is told how far it is.
        start: [d] coordinates of the first start, of an earlier training; None for the scenario's numbers.

    Raises:
        MarketError: says what of the input does not fit, before anything is computed.
    """
    table = prices.of(scenario.tokens).from_midnight()
    segments = Segments.of(table, scenario.start, scenario.end, training.test_end, training.validation_fraction)
    return train_segments(scenario, training, table, segments, journal, progress, start)


def train_segments(
    scenario: Scenario,
    training: Training,
    table: Prices,
    segments: Segments,
    journal: Path | None = None,
    progress: Progress = lambda done, total, best: None,
    start: Floats | None = None,
) -> TrainResult:
    """As `train`, in given segments of a table that begins at midnight and has the scenario's tokens alone."""
    space, minutes = check_training(scenario, training, table, segments)
    known = segments.known(table)
    threads = training.threads or os.cpu_count() or 1
    with Journal(journal, header(space, training, known, start)) as records:
        candidates = Candidates(space, known, segments, training.chosen_by, records)
        run(space, training, known.close, segments, minutes, threads, candidates, records, progress, start)
    chosen = candidates.best
    if chosen.worth == -np.inf:
        raise StrategyConfigError(
            f"Training found no point whose {training.chosen_by} is a number. Lengthen the windows, or begin elsewhere."
        )
    best = space.scenario_at(chosen.x)
    parts = courses(best, table.close, segments)
    measures = {name: measure(course) for name, course in parts.items()}
    fresh: Mapping[str, float] = {}
    if segments.test.minutes:
        fresh = measure(pool_in_window(best, table.close, segments.test, segments.train.first)[0])
    found = tuple(candidates.all), candidates.tries, segments
    return TrainResult(best, space.values(chosen.x), chosen, *found, measures, fresh, parts)


def run(
    space: Space, training: Training, close: Floats, segments: Segments, minutes: int, threads: int, candidates: Candidates,
    records: Journal, progress: Progress, start: Floats | None,
) -> None:  # fmt: skip
    """The method."""
    first = segments.train.first
    if training.method in ("gradient", "bfgs"):
        from tokenspice.studies.pools.training.descent import ascend
        from tokenspice.studies.pools.training.searches import search_bfgs

        slope = PoolGradient(
            space,
            close,
            minutes,
            training.objective,
            threads,
            training.aggregate,
            training.straight_through,
            first,
            training.turnover_penalty,
        )
        climb = ascend if training.method == "gradient" else search_bfgs
        return climb(slope, segments, training, candidates, records, progress, start)
    from tokenspice.engine.streams import RandomStreams
    from tokenspice.studies.pools.training.searches import WindowScores, search_cma, search_optuna

    streams = RandomStreams(training.seed)
    firsts = evaluation_starts(
        segments.train, minutes, training.evaluation_windows, streams, training.starts_every_minutes
    )
    scores = WindowScores(space, close, firsts, minutes, training.objective, first, threads, training.turnover_penalty)
    search = search_cma if training.method == "cma_es" else search_optuna
    return search(scores, training, candidates, records, progress, start)


def window_minutes(segments: Segments, training: Training) -> int:
    """Minutes of each training window.

    Raises:
        StrategyConfigError: they do not fit into the training segment.
    """
    minutes = round(training.window_days * DAY) or segments.train.minutes
    if minutes > segments.train.minutes:
        raise StrategyConfigError(
            f"window_days is {training.window_days:g}, but the training segment has {segments.train.minutes / DAY:g} days. "
            "Shorten the windows, or lengthen the segment."
        )
    return minutes


def check_training(scenario: Scenario, training: Training, table: Prices, segments: Segments) -> tuple[Space, int]:
    """Refuse what cannot be trained, before anything is computed; return the space, and the minutes of training windows.

    Raises:
        MarketError: says what.
    """
    space, minutes = Space(scenario, training.free), window_minutes(segments, training)
    for module in NEEDED[training.method]:
        if find_spec(module) is None:
            raise MarketError(
                f"method {training.method} needs {module}, which is not installed. Write pip install 'tokenspice[train]'."
            )
    if scenario.given_weights is not None:
        raise StrategyConfigError("Given weights leave nothing to train. Give the scenario a strategy.")
    if scenario.benchmark:
        raise StrategyConfigError("A benchmark is not trained. Leave it away.")
    objective_named(training.objective, minutes)
    if training.chosen_by not in METRICS:
        raise StrategyConfigError(f'choose_by is "{training.chosen_by}". Write {", ".join(METRICS)}.')
    if training.method in ("gradient", "bfgs"):
        refuse_without_derivative(space, training.turnover_penalty)
    refuse_short_validation(training, segments, space.chunk_minutes)
    low, high = space.bounds()
    space.scenario_at(low), space.scenario_at(high)
    if scenario.strategy is not None:
        refuse_short_history(scenario.strategy.rule, segments.train.first, minutes)
        refuse_look_ahead(scenario.strategy, table.close[: segments.known_end], Window(segments.train.first, minutes))
    return space, minutes


def refuse_short_validation(training: Training, segments: Segments, chunk_minutes: int) -> None:
    """Refuse a validation that is too short for a look of the strategy, or for the measure that chooses."""
    held = segments.validation.minutes or segments.train.minutes
    known = OBJECTIVES.get(training.chosen_by)
    needed = max(chunk_minutes, known.shortest if known else 2)
    if held < needed:
        part = "validation" if segments.validation.minutes else "training segment"
        raise PriceDataError(
            f"The {part} has {held / DAY:.4g} days; {training.chosen_by} needs {needed / DAY:.4g} at least. "
            "Write a larger validation_fraction, or 0, or longer dates."
        )


def header(space: Space, training: Training, known: Prices, start: Floats | None) -> dict[str, Any]:
    """All that a training depends on."""
    libraries = {
        "gradient": ("jax", "jaxlib", "optax"),
        "bfgs": ("jax", "jaxlib", "scipy"),
        "cma_es": ("cma",),
        "optuna": ("optuna",),
    }
    return {
        "scenario": repr(space.scenario),
        "training": dict(training.facts()),
        "prices": digest(known.unix_ms.tobytes(), known.close.tobytes()),
        "start": None if start is None else start.tolist(),
        "versions": {name: version(name) for name in ("numpy", *libraries[training.method])},
    }
