"""Gradient ascent on random windows, with Optax' optimisers."""

from collections.abc import Callable
from functools import cache
from typing import Any, TypeAlias

import numpy as np

from tokenspice.engine.streams import RandomStreams
from tokenspice.engine.units import Floats
from tokenspice.studies.pools.training.candidates import Candidates, Progress
from tokenspice.studies.pools.training.gradient import QUICKLY, PoolGradient
from tokenspice.studies.pools.training.journal import Journal
from tokenspice.studies.pools.training.plateau import Rates
from tokenspice.studies.pools.training.segments import Segments, draw_starts
from tokenspice.studies.pools.training.settings import Training
from tokenspice.studies.pools.training.starts import first_points, fresh_point

__all__ = ["ascend"]

Moments: TypeAlias = Any


@cache
def update(optimiser: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The first state, and a step, of each of several parameter sets. The step's numbers are arguments."""
    import jax
    import optax

    def chain(clip: Any, decay: Any) -> Any:
        parts = [optax.clip_by_global_norm(clip)]
        parts += [optax.scale_by_adam()] if optimiser != "sgd" else []
        parts += [optax.add_decayed_weights(decay)] if optimiser == "adamw" else []
        return optax.chain(*parts)

    def step(state: Any, slope: Any, x: Any, rate: Any, clip: Any, decay: Any) -> Any:
        # Optax goes down; the objective is to be made large.
        change, state = chain(clip, decay).update(-slope, state, x)
        return state, x - rate * change

    def begin(x: Any) -> Any:
        return chain(1.0, 0.0).init(x)

    jit = jax.jit
    return jit(jax.vmap(begin), compiler_options=QUICKLY), jit(
        jax.vmap(step, (0, 0, 0, 0, None, None)), compiler_options=QUICKLY
    )


def ascend(
    gradient: PoolGradient,
    segments: Segments,
    training: Training,
    candidates: Candidates,
    journal: Journal,
    progress: Progress,
    start: Floats | None,
) -> None:
    """Climb from several starts, and look at what is found from time to time.

    Args:
        gradient: of the objective.
        segments: whose training part is drawn from.
        training: how.
        candidates: where what is found goes.
        journal: of the training.
        progress: is told.
        start: [d] of the first set; None for the scenario's numbers.
    """
    streams = RandomStreams(training.seed)
    x = first_points(gradient.space, training, streams, start)
    state, rates = moments(training.optimiser, x), Rates(training, len(x))
    average, averaged, last_better = np.zeros(x.shape), 0, 0
    for iteration in range(training.iterations + 1):
        if iteration % training.evaluate_every == 0 or iteration == training.iterations:
            before = candidates.best.worth if candidates.all else -np.inf
            for k, point in enumerate(x):
                candidates.look(point.copy(), iteration, k)
            last_better = iteration if candidates.best.worth > before else last_better
            if training.patience and iteration - last_better >= training.patience:
                break
        progress(iteration, training.iterations, candidates.best.worth)
        if iteration == training.iterations:
            break
        candidates.tried(len(x))
        x, state = step(gradient, segments, training, journal, streams, rates, iteration, x, state)
        if iteration >= training.average_from * training.iterations and iteration % training.average_every == 0:
            average, averaged = average + x, averaged + 1
    if averaged:
        for k in range(len(x)):
            candidates.look(average[k] / averaged, training.iterations, -1 - k)


def moments(optimiser: str, x: Floats) -> Moments:
    import jax

    with jax.enable_x64(True):
        return update(optimiser)[0](x)


def step(
    gradient: PoolGradient,
    segments: Segments,
    training: Training,
    journal: Journal,
    streams: RandomStreams,
    rates: Rates,
    iteration: int,
    x: Floats,
    state: Moments,
) -> tuple[Floats, Moments]:
    """One step of all sets. A set whose derivative is no number begins anew elsewhere; the others do not notice."""
    import jax

    def compute() -> dict[str, Any]:
        firsts = draw_starts(
            segments.train,
            gradient.minutes,
            training.batch_windows,
            training.sampling,
            streams,
            iteration,
            training.starts_every_minutes,
        )
        total, _, slope = gradient(x, firsts)
        return {"objective": total.tolist(), "slope": slope.tolist()}

    found = journal.record("gradient", x, compute)
    slope = np.array(found["slope"])
    lost = ~(np.isfinite(slope).all(axis=1) & np.isfinite(found["objective"]))
    rates.see(np.array(found["objective"]))
    with jax.enable_x64(True):
        numbers = training.clip_norm or np.inf, training.weight_decay
        moved, moved_point = update(training.optimiser)[1](
            state, np.where(lost[:, None], 0.0, slope), x, rates.at(iteration), *map(np.float64, numbers)
        )
    point = np.array(moved_point)
    if lost.any():
        rates.begin_anew(lost)
        for k in np.flatnonzero(lost):
            point[k] = fresh_point(gradient.space, streams, iteration, int(k))
        fresh = moments(training.optimiser, point)
        moved = jax.tree.map(
            lambda new, old: np.where(lost.reshape(-1, *[1] * (np.ndim(new) - 1)), new, old), fresh, moved
        )
    return point, moved
