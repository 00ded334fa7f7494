"""The weights of a strategy in JAX, so that they have derivatives. The reference is `tokenspice.markets.strategies`.

JAX is handed in as an argument, so that only those who train import it. R rows of chunks, n tokens. Rows before the first
one that estimators see are copies of it, and states begin anew there, so that windows with histories of different
lengths have one shape. Numbers are arguments everywhere: another number compiles nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields
from types import ModuleType
from typing import Any, TypeAlias

import numpy as np

from tokenspice.engine.units import Floats
from tokenspice.markets.strategies.estimators import SMALLEST_SUM
from tokenspice.markets.strategies.guard import UNDERCUT
from tokenspice.markets.strategies.rules import (
    MAX_MEMORY_DAYS,
    DifferenceMomentum,
    Ensemble,
    MeanReversionChannel,
    MinVariance,
    Momentum,
    PowerChannel,
    Rule,
    TripleThreat,
)
from tokenspice.markets.strategies.signals import channel, inverse_variance, power, zero_sum

__all__ = ["RuleShape", "coarse", "has_derivative", "rule_shape", "rule_values"]

# JAX' arrays; its types are not known where it is not installed.
Array: TypeAlias = Any
Values: TypeAlias = Mapping[str, Array]
Outputs: TypeAlias = Callable[[ModuleType, Values, Array, Array, Array], Array]

# A rule without its numbers: its kind, and the names of those it has; of an ensemble, its members.
RuleShape: TypeAlias = tuple[str, tuple[Any, ...]]


def has_derivative(rule: Rule) -> bool:
    """Whether a rule is known here."""
    if isinstance(rule, Ensemble):
        return all(has_derivative(member) for member in rule.members)
    return type(rule).__name__ in OUTPUTS


def rule_shape(rule: Rule) -> RuleShape:
    """The kind of a rule, without numbers."""
    if isinstance(rule, Ensemble):
        return "Ensemble", tuple(rule_shape(member) for member in rule.members)
    names = tuple(f.name for f in fields(rule) if getattr(rule, f.name) is not None)  # type: ignore[arg-type]
    return type(rule).__name__, names


def rule_values(rule: Rule, n_tokens: int, prefix: str = "strategy.rule.") -> dict[str, Floats]:
    """[n] each: a rule's numbers by path."""
    if isinstance(rule, Ensemble):
        parts = [rule_values(member, n_tokens, f"{prefix}members.{i}.") for i, member in enumerate(rule.members)]
        return {path: value for part in parts for path, value in part.items()}
    shape = rule_shape(rule)
    return {
        prefix + name: np.broadcast_to(np.asarray(getattr(rule, name), dtype=float), (n_tokens,)) for name in shape[1]
    }


def outputs(
    jax: ModuleType, shape: RuleShape, prefix: str, values: Values, rows: Array, first: Array, chunk: Array
) -> Array:
    """[R, n] what the rule says after each row."""
    kind, names = shape
    if kind == "Ensemble":
        parts = [
            outputs(jax, member, f"{prefix}members.{i}.", values, rows, first, chunk) for i, member in enumerate(names)
        ]
        return sum(parts[1:], parts[0]) / len(parts)
    return OUTPUTS[kind](jax, {name: values[prefix + name] for name in names}, rows, first, chunk)


def blend(jax: ModuleType, shape: RuleShape, prefix: str, values: Values, chunk: Array) -> Array | None:
    """[n] the part of the old weights that a rule of targets keeps; None for a rule of changes."""
    kind, names = shape
    if kind == "Ensemble":
        parts = [blend(jax, member, f"{prefix}members.{i}.", values, chunk) for i, member in enumerate(names)]
        kept = [part for part in parts if part is not None]
        return sum(kept[1:], kept[0]) / len(kept) if kept else None
    return decay(jax, values[prefix + "blend_memory_days"], chunk) if kind == "MinVariance" else None


def capped(jax: ModuleType, memory_days: Array) -> Array:
    return jax.numpy.minimum(memory_days, MAX_MEMORY_DAYS)


def decay(jax: ModuleType, memory_days: Array, chunk: Array) -> Array:
    """λ of a memory, at most the longest. The derivative is that of the root, by one step of Newton's from it."""
    np = jax.numpy
    c = 6 * (2 * chunk / 1440 / capped(jax, memory_days)) ** 3
    fixed = jax.lax.stop_gradient(c)
    y = 2 * np.sqrt(fixed / 3) * np.sinh(np.arcsinh(1.5 * np.sqrt(3 / fixed)) / 3)
    for _ in range(2):
        y = y - (y**3 + fixed * y - fixed) / (3 * y**2 + fixed)
    y = jax.lax.stop_gradient(y)
    return 1 - (y - (y**3 + c * y - c) / jax.lax.stop_gradient(3 * y**2 + c))


def states(jax: ModuleType, start: Callable[..., Any], step: Callable[..., Any], rows: Array, first: Array) -> Any:
    """The state after each row; up to row `first` it begins anew."""

    def move(state: Any, at: Any) -> Any:
        j, row = at
        fresh, moved = start(row), step(state, row)
        kept = jax.tree.map(lambda a, b: jax.numpy.where(j <= first, a, b), fresh, moved)
        return kept, kept

    return jax.lax.scan(move, start(rows[0]), (jax.numpy.arange(len(rows)), rows))[1]


def averages(jax: ModuleType, rows: Array, kept: Array, first: Array) -> Array:
    return states(jax, lambda row: row, lambda e, row: e + (1 - kept) * (row - e), rows, first)


def gradients(
    jax: ModuleType, rows: Array, memory: Array, average_memory: Array | None, first: Array, chunk: Array
) -> Array:
    kept = decay(jax, memory, chunk)

    def step(state: Any, row: Array) -> Any:
        average = state[0] + (1 - kept) * (row - state[0])
        total = kept * state[1] + (row - average) / (1 - kept)
        return average, jax.numpy.where(jax.numpy.abs(total) < SMALLEST_SUM, 0.0, total)

    average, running = states(jax, lambda row: (row, row * 0), step, rows, first)
    below = average if average_memory is None else averages(jax, rows, decay(jax, average_memory, chunk), first)
    return running * (1 - kept) ** 3 / (kept * below)


def momentum(jax: ModuleType, v: Values, rows: Array, first: Array, chunk: Array) -> Array:
    g = gradients(jax, rows, v["memory_days"], v.get("average_memory_days"), first, chunk)
    return zero_sum(jax.numpy, g, v["gain_per_day"] * capped(jax, v["memory_days"]))


def power_channel(jax: ModuleType, v: Values, rows: Array, first: Array, chunk: Array) -> Array:
    g = gradients(jax, rows, v["memory_days"], v.get("average_memory_days"), first, chunk)
    signal = power(jax.numpy, g, v["exponent"], v["scale"])
    return zero_sum(jax.numpy, signal, v["gain_per_day"] * capped(jax, v["memory_days"]))


def mean_reversion(jax: ModuleType, v: Values, rows: Array, first: Array, chunk: Array) -> Array:
    g, days = (
        gradients(jax, rows, v["memory_days"], v.get("average_memory_days"), first, chunk),
        capped(jax, v["memory_days"]),
    )
    signal = channel(jax.numpy, g, g, g, v["width"], v["amplitude_per_day"] * days, v["exponent"], v["scale"])
    return zero_sum(jax.numpy, signal, v["gain_per_day"] * days)


def triple_threat(jax: ModuleType, v: Values, rows: Array, first: Array, chunk: Array) -> Array:
    wave, trend, envelope = (
        gradients(jax, rows, v[f"{part}_memory_days"], v["average_memory_days"], first, chunk)
        for part in ("wave", "trend", "envelope")
    )
    days = capped(jax, v["average_memory_days"])
    shape = v["width"], v["amplitude_per_day"] * days, v["exponent"], v["scale"]
    return zero_sum(jax.numpy, channel(jax.numpy, wave, trend, envelope, *shape), v["gain_per_day"] * days)


def difference_momentum(jax: ModuleType, v: Values, rows: Array, first: Array, chunk: Array) -> Array:
    fast, slow = (averages(jax, rows, decay(jax, v[f"{part}_memory_days"], chunk), first) for part in ("fast", "slow"))
    longer = jax.numpy.maximum(capped(jax, v["fast_memory_days"]), capped(jax, v["slow_memory_days"]))
    return zero_sum(jax.numpy, 1 - slow / fast, v["gain_per_day"] * longer)


def min_variance(jax: ModuleType, v: Values, rows: Array, first: Array, chunk: Array) -> Array:
    np, kept = jax.numpy, decay(jax, v["memory_days"], chunk)
    changes = np.concatenate([rows[:1] * 0, rows[1:] / rows[:-1] - 1])

    def step(state: Any, change: Array) -> Any:
        deviation = change - state[0]
        mean = state[0] + (1 - kept) * deviation
        return mean, kept * state[1] + deviation * (change - mean)

    _, spread = states(jax, lambda change: (change, change * 0), step, changes, first + 1)
    begun = (np.arange(len(rows)) > first + 1)[:, None]
    return inverse_variance(np, np.where(begun, (1 - kept) * spread, 1.0))


OUTPUTS: Mapping[str, Outputs] = {
    Momentum.__name__: momentum,
    PowerChannel.__name__: power_channel,
    MeanReversionChannel.__name__: mean_reversion,
    TripleThreat.__name__: triple_threat,
    DifferenceMomentum.__name__: difference_momentum,
    MinVariance.__name__: min_variance,
}


def coarse(
    jax: ModuleType,
    shape: RuleShape,
    chunks: int,
    bounded: bool,
    straight: bool,
    values: Values,
    guard: Values,
    rows: Array,
    first: Array,
) -> tuple[Array, Array]:
    """[chunks, n] each: the weights at the start of each chunk of a window, and their slopes.

    Args:
        jax: the module.
        shape: of the rule.
        chunks: of the window, whose rows are the last ones.
        bounded: whether `low` and `high` hold.
        straight: whether derivatives go past the guard rails as if they were not there.
        values: as of `rule_values`.
        guard: `floor`, `limit`, `low`, `high`, `start` [n], `chunk`, `moving`.
        rows: [R, n] prices of chunks, as the rule sees them.
        first: the first row that estimators see.
    """
    np = jax.numpy
    said = outputs(jax, shape, "strategy.rule.", values, rows, first, guard["chunk"])[-chunks:]
    kept = blend(jax, shape, "strategy.rule.", values, guard["chunk"])

    def move(weights: Array, output: Array) -> tuple[Array, tuple[Array, Array]]:
        wanted = weights + output if kept is None else kept * weights + (1 - kept) * output
        free = wanted / wanted.sum()
        held = within(jax, free, guard["low"], guard["high"]) if bounded else free
        target = passed(jax, straight, free, floored(jax, held, guard["floor"]))
        slope = (target - weights) / guard["moving"]
        fastest = np.abs(slope).max()
        limited = np.where(fastest > guard["limit"], slope * (guard["limit"] / (fastest + UNDERCUT)), slope)
        slope = passed(jax, straight, slope, limited)
        return weights + guard["moving"] * slope, (weights, slope)

    _, (starts, slopes) = jax.lax.scan(move, guard["start"], said[1:])
    still = guard["start"][None, :]
    return np.concatenate([still, starts]), np.concatenate([still * 0, slopes])


def passed(jax: ModuleType, straight: bool, free: Array, kept: Array) -> Array:
    """What the guard rails make of something; with the derivative of the thing itself, if that is asked for."""
    return free + jax.lax.stop_gradient(kept - free) if straight else kept


def within(jax: ModuleType, weights: Array, low: Array, high: Array) -> Array:
    np = jax.numpy
    clipped = np.clip(weights, low, high)
    missing = 1 - clipped.sum()
    room = np.where(missing > 0, high - clipped, clipped - low)
    total = room.sum()
    moved = np.clip(clipped + missing * room / np.where(total > 0, total, 1.0), low, high)
    spread = np.where(total > 0, moved, clipped)
    return spread / spread.sum()


def floored(jax: ModuleType, weights: Array, floor: Array) -> Array:
    np, n = jax.numpy, weights.shape[0]
    weights = np.minimum(weights, 1 - (n - 1) * floor)
    low = weights < floor
    raised = weights
    for _ in range(n):
        rest = np.where(low, 0.0, weights).sum()
        scale = (1 - low.sum() * floor) / np.where(rest > 0, rest, 1.0)
        raised = np.where(low, floor, weights * scale)
        low = low | (raised < floor)
    raised = raised + (1 - raised.sum()) * (np.arange(n) == np.argmax(raised))
    return np.where(low.all(), 1 / n, raised)
