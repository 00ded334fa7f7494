"""The derivative of an objective by a strategy's numbers: the weights in JAX, the pool in the compiled kernel.

    numbers → weights → values → objective, and back: JAX, kernel, JAX; JAX, the kernel's adjoint, JAX.

The pool is no callback of JAX': the two are joined here, on the host, so that the kernel has all threads to itself, and
JAX compiles small functions alone. JAX is imported when the first `PoolGradient` is made. Its 64-bit mode holds within
the calls, and nowhere else.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any, Literal, TypeAlias, final

import numpy as np

from tokenspice.engine.units import Floats
from tokenspice.markets.errors import StrategyConfigError
from tokenspice.markets.pools.frictions import Changes, Frictions
from tokenspice.markets.pools.interpolation import Interpolation
from tokenspice.markets.pools.kernel import BatchRun, run_batch
from tokenspice.markets.pools.weighted import WeightedPool
from tokenspice.studies.pools.training.jax_weights import RuleShape, coarse, has_derivative, rule_shape, rule_values
from tokenspice.studies.pools.training.objectives import OBJECTIVES, Course, objective_named, turnover_of_weights
from tokenspice.studies.pools.training.space import CoordinateMap, Space, to_value

__all__ = ["Aggregate", "PoolGradient", "refuse_without_derivative", "shifted"]

Aggregate: TypeAlias = Literal["mean", "worst", "softmin"]

# Shapes are rounded up to multiples of this many chunks, so that other windows find compiled functions.
ROUND_CHUNKS = 32

Array: TypeAlias = Any
Wanted: TypeAlias = tuple[tuple[str, CoordinateMap, int], ...]


def refuse_without_derivative(space: Space, turnover_penalty: float = 0.0) -> None:
    """Refuse scenarios that have no derivative.

    Raises:
        StrategyConfigError: says what, and that a search may find it.
    """
    scenario, search = space.scenario, 'Write method "cma_es" or "optuna", which need no derivative.'
    strategy, frictions = scenario.strategy, scenario.frictions
    if strategy is None or not isinstance(scenario.pool, WeightedPool) or scenario.benchmark:
        raise StrategyConfigError(f"Derivatives are those of a weighted pool with a strategy. {search}")
    if not has_derivative(strategy.rule):
        raise StrategyConfigError(f"{type(strategy.rule).__name__} has no derivative here. {search}")
    if strategy.interpolation is not Interpolation.linear:
        raise StrategyConfigError(
            f"Weights that move in other ways than straight lines have no derivative here. {search}"
        )
    if frictions.swaps or frictions.supply is not None or not frictions.arbitrage:
        raise StrategyConfigError(f"Users' trades and a changing supply have no derivative here. {search}")
    if turnover_penalty and not frictions.is_free:
        raise StrategyConfigError(
            f"With costs, shares of the value are not the weights, and turnover_penalty has no derivative here. {search}"
        )
    other = [number.path for number in space.free if not number.path.startswith("strategy.rule.")]
    if other:
        raise StrategyConfigError(f"{other[0]} has no derivative here; those of strategy.rule have. {search}")


def shifted(frictions: Frictions, minutes: int) -> Frictions:
    """Frictions of a window that begins so many minutes later. What changes at a time changes at that time."""

    def moved(level: Any) -> Any:
        if not isinstance(level, Changes):
            return level
        return replace(level, minutes=tuple(minute - minutes for minute in level.minutes))

    swaps = tuple(replace(s, minute=s.minute - minutes) for s in frictions.swaps if s.minute >= minutes)
    levels = {name: moved(getattr(frictions, name)) for name in ("fee", "gas_USD", "outside_fee", "supply")}
    return replace(frictions, swaps=swaps, **levels)


# Of the functions here, compiling takes longer than running: XLA's dearer passes are left out.
QUICKLY = {"xla_backend_optimization_level": 0, "xla_cpu_use_fusion_emitters": False}


@cache
def compiled(shape: RuleShape, wanted: Wanted, chunks: int, bounded: bool, straight: bool) -> Callable[..., Any]:
    """The weights of parameter sets in windows, with their derivatives by every coordinate.

    These go forwards: there are few coordinates, and one function with one loop is compiled instead of two with three.
    """
    import jax

    def lane(x: Array, signs: Array, values: Any, guard: Any, rows: Array, first: Array) -> Any:
        def weights(x: Array) -> Any:
            at, known = 0, dict(values)
            for path, kind, size in wanted:
                part = to_value(jax.numpy, kind, x[at : at + size], signs[at : at + size], guard["chunk"])
                known[path] = jax.numpy.broadcast_to(part, guard["start"].shape)
                at += size
            return coarse(jax, shape, chunks, bounded, straight, known, guard, rows, first)

        return jax.vmap(lambda way: jax.jvp(weights, (x,), (way,)), out_axes=(None, 0))(jax.numpy.eye(len(x)))

    by_window = jax.vmap(lane, (None, None, None, None, 0, 0))
    return jax.jit(jax.vmap(by_window, (0, None, None, None, None, None)), compiler_options=QUICKLY)


@cache
def judged(objective: str, aggregate: Aggregate) -> Callable[..., Any]:
    """[sets] the objective, [sets, windows] of each window, and the derivatives by values, lasts and penalties."""
    import jax

    of, np = OBJECTIVES[objective].of, jax.numpy

    def of_set(values: Array, lasts: Array, penalties: Array, minutes: Array, hodl: Array, uniform: Array) -> Any:
        by_window = jax.vmap(
            lambda v, last, h, u: of(np, Course(v, last, minutes, h, u)),
        )(values, lasts, hodl, uniform)
        by_window = by_window - penalties
        if aggregate == "worst":
            return by_window.min(), by_window
        if aggregate == "softmin":
            return (by_window * jax.nn.softmax(-by_window)).sum(), by_window
        return by_window.mean(), by_window

    one = jax.value_and_grad(of_set, argnums=(0, 1, 2), has_aux=True)
    return jax.jit(jax.vmap(one, (0, 0, 0, None, None, None)), compiler_options=QUICKLY)


@final
class PoolGradient:
    """An objective of a space's points in windows of a history, with its derivative.

    Args:
        space: whose points.
        close: [rows, n] prices that may be seen, dollars.
        minutes: of each window.
        objective: its name.
        threads: of the kernel.
        aggregate: what the windows' objectives are made into.
        straight_through: whether derivatives go past the guard rails.
        start_row: of the scenario, from which costs that change in time are counted.
        turnover_penalty: of the objective.

    Raises:
        StrategyConfigError: the scenario has no derivative, or the windows are too short.
    """

    def __init__(
        self,
        space: Space,
        close: Floats,
        minutes: int,
        objective: str,
        threads: int = 1,
        aggregate: Aggregate = "mean",
        straight_through: bool = False,
        start_row: int = 0,
        turnover_penalty: float = 0.0,
    ) -> None:
        refuse_without_derivative(space, turnover_penalty)
        self.turnover_penalty = turnover_penalty
        self.sample = objective_named(objective, minutes).sample
        self.space, self.close, self.minutes, self.threads = space, np.ascontiguousarray(close), minutes, threads
        self.scenario, self.start_row = space.scenario, start_row
        strategy = self.scenario.strategy
        assert strategy is not None  # refused above
        self.strategy = strategy
        self.kernel_rows = np.log(self.close) if self.scenario.frictions.is_free else self.close
        self.chunks = rounded(-(-minutes // strategy.chunk_minutes))
        self.histories = rounded(len(close) // strategy.chunk_minutes + 1 + self.chunks)
        guard, n = strategy.guard, space.n
        wanted = tuple((f.path, f.map, size) for f, size in zip(space.free, space.sizes, strict=True))
        self.compiled = compiled(rule_shape(strategy.rule), wanted, self.chunks, bool(guard.lowest), straight_through)
        self.judged = judged(objective, aggregate)
        free = {number.path for number in space.free}
        self.values = {k: v for k, v in rule_values(strategy.rule, n).items() if k not in free}
        self.guard = {
            "floor": np.float64(guard.floor(n)),
            "limit": np.float64(guard.max_change_per_minute),
            "low": np.array(guard.lowest or (0.0,) * n),
            "high": np.array(guard.highest or (1.0,) * n),
            "start": strategy.first_weights(n),
            "chunk": np.float64(strategy.chunk_minutes),
            "moving": np.float64(strategy.moving_minutes),
        }
        self.spent: dict[int, BatchRun] = {}

    def seen(self, first: int) -> tuple[Floats, int]:
        """[R, n] prices of chunks as the rule sees them in a window, whose rows come last; and the first that counts."""
        chunk, delay = self.strategy.chunk_minutes, self.strategy.delay_chunks
        offset, before = first % chunk, first // chunk
        if before < delay:
            raise StrategyConfigError(f"A delay of {delay} chunks needs as many before the window. Begin later.")
        at = np.arange(-(self.histories - self.chunks), self.chunks) + before - delay
        last = (first + self.minutes - 1 - offset) // chunk
        return self.close[offset + chunk * np.clip(at, 0, last)], int((at < 0).sum())

    @property
    def steps(self) -> Floats:
        """[chunks] in which part of a window's steps from minute to minute the weights move as a chunk says."""
        last = self.minutes - 1
        left = last - np.arange(self.chunks) * self.strategy.chunk_minutes
        return np.asarray(np.clip(left, 0, self.strategy.moving_minutes) / max(last, 1))

    def weights(self, x: Floats, firsts: list[int]) -> tuple[Floats, Floats]:
        """[sets, windows, chunks, n] each: weights at the start of each chunk, and slopes. `x` is [sets, d]."""
        import jax

        with jax.enable_x64(True):
            (starts, slopes), _ = self.compiled(x, *self.rest(firsts))
            return np.asarray(starts), np.asarray(slopes)

    def rest(self, firsts: list[int]) -> tuple[Any, ...]:
        """The arguments besides the point."""
        rows, counts = zip(*(self.seen(first) for first in firsts), strict=True)
        return self.space.signs, self.values, self.guard, np.stack(rows), np.array(counts)

    def follow(self, firsts: list[int], starts: Floats, slopes: Floats) -> list[tuple[list[int], BatchRun]]:
        """Runs of the kernel, each with the windows in it: one run, or one for each window where costs change in time."""
        frictions, sets = self.scenario.frictions, len(starts)
        levels = (frictions.fee, frictions.gas_USD, frictions.outside_fee)
        changing = any(isinstance(level, Changes) for level in levels)
        groups = [[k] for k in range(len(firsts))] if changing else [list(range(len(firsts)))]
        runs = []
        for number, group in enumerate(groups):
            origin = firsts[group[0]] - self.start_row if changing else 0
            lanes = (
                starts[:, group].reshape(-1, self.chunks, self.space.n),
                slopes[:, group].reshape(-1, self.chunks, self.space.n),
            )
            run = run_batch(
                self.kernel_rows, [firsts[k] for _ in range(sets) for k in group], self.minutes, *lanes,
                self.strategy.chunk_minutes, self.strategy.moving_minutes, self.scenario.value_USD,
                shifted(frictions, origin), self.pairs, self.sample, self.threads, self.spent.get(number),
            )  # fmt: skip
            self.spent[number] = run
            runs.append((group, run))
        return runs

    @property
    def pairs(self) -> bool:
        return isinstance(self.scenario.pool, WeightedPool) and self.scenario.pool.route == "pairs"

    def __call__(self, x: Floats, firsts: list[int]) -> tuple[Floats, Floats, Floats]:
        """The objective [sets], that of each window [sets, windows], and its derivative [sets, d].

        Args:
            x: [sets, d] points.
            firsts: [windows] rows at which they begin.
        """
        import jax

        with jax.enable_x64(True):
            found = self.compiled(x, *self.rest(firsts))
            (starts, slopes), (by_starts, by_slopes) = ([np.asarray(part) for part in parts] for parts in found)
            runs = self.follow(firsts, starts, slopes)
            sets, windows = len(x), len(firsts)
            values = np.empty((sets, windows, runs[0][1].values.shape[1]))
            lasts = np.empty((sets, windows))
            for group, run in runs:
                values[:, group] = run.values.reshape(sets, len(group), -1)
                lasts[:, group] = run.lasts.reshape(sets, len(group))
            growth = np.stack([self.close[f + self.minutes - 1] / self.close[f] for f in firsts])
            given = np.float64(self.minutes), growth @ self.guard["start"], growth.mean(axis=1)
            penalties = self.turnover_penalty * turnover_of_weights(slopes, self.steps)
            (total, by_window), by_each = self.judged(values, lasts, penalties, *given)
            d_values, d_lasts, d_penalties = map(np.asarray, by_each)
            slope = np.zeros(x.shape)
            if self.turnover_penalty:
                d = self.turnover_penalty * d_penalties[..., None, None] * np.sign(slopes) * self.steps[:, None]
                slope += np.einsum("sbck,sbdck->sd", d, by_slopes)
            for group, run in runs:
                found = run.back(d_values[:, group].reshape(run.values.shape), d_lasts[:, group].reshape(-1))
                for part, by_x in zip(found, (by_starts, by_slopes), strict=True):
                    d = part.reshape(sets, len(group), -1)
                    slope += np.einsum("sbk,sbdk->sd", d, by_x[:, group].reshape(sets, len(group), x.shape[1], -1))
            return np.asarray(total), np.asarray(by_window), slope


def rounded(chunks: int) -> int:
    return -(-chunks // ROUND_CHUNKS) * ROUND_CHUNKS
