"""The numbers of a strategy's rule as contracts have them, by their names in an export, and what it remembers of prices."""

from typing import get_args

import numpy as np

from tokenspice.engine.units import Floats
from tokenspice.markets.errors import StrategyConfigError
from tokenspice.markets.strategies.estimators import VarianceState, ewma, gradients, variance_step
from tokenspice.markets.strategies.memory import decay_of_memory
from tokenspice.markets.strategies.rules import (
    DifferenceMomentum,
    MeanReversionChannel,
    MinVariance,
    Momentum,
    PowerChannel,
    Rule,
    TripleThreat,
    Vector,
    capped,
)
from tokenspice.markets.strategies.signals import CHANNEL_PEAK
from tokenspice.markets.strategies.strategy import Strategy
from tokenspice.protocols.dynamicpool.fixed_point import eighteen
from tokenspice.protocols.dynamicpool.rules import RuleKind, RuleState

__all__ = ["NAMES", "NEEDED", "kind_of", "rule_state", "rule_values", "vector"]

# The names of a rule's numbers in an export, and in `RuleTerms`.
NAMES = {
    "lambda": "decay",
    "kappa": "gains",
    "trend_lambda": "trend_decay",
    "envelope_lambda": "envelope_decay",
    "average_lambda": "average_decay",
    "exponent": "exponent",
    "pre_exp_scaling": "scale",
    "width": "width",
    "amplitude": "amplitude",
    "inverse_scaling": "peak",
    "mixing": "blend",
}
GRADIENT = ("lambda", "kappa")
TREND = (*GRADIENT, "exponent", "pre_exp_scaling")
CHANNEL = (*TREND, "width", "amplitude", "inverse_scaling")
NEEDED = {
    "Momentum": GRADIENT,
    "PowerChannel": TREND,
    "MeanReversionChannel": CHANNEL,
    "TripleThreat": (*CHANNEL, "trend_lambda", "envelope_lambda", "average_lambda"),
    "DifferenceMomentum": (*GRADIENT, "average_lambda"),
    "MinVariance": ("lambda", "mixing"),
}


def kind_of(rule: Rule) -> RuleKind:
    """The contracts' name of a rule.

    Raises:
        StrategyConfigError: the contracts do not have it.
    """
    name = type(rule).__name__
    if name not in NEEDED:
        *kinds, last = get_args(RuleKind)
        raise StrategyConfigError(f"{name} has no contract. {', '.join(kinds)} and {last} have.")
    kind: RuleKind = name  # type: ignore[assignment]
    return kind


def rule_values(rule: Rule, chunk_minutes: int) -> dict[str, Floats]:
    """The effective numbers of a rule, by their names in an export."""
    kind_of(rule)

    def decay(memory_days: Vector) -> Floats:
        return decay_of_memory(capped(memory_days), chunk_minutes)

    match rule:
        case MinVariance():
            return {"lambda": decay(rule.memory_days), "mixing": decay(rule.blend_memory_days)}
        case DifferenceMomentum():
            memory, gain = np.maximum(capped(rule.fast_memory_days), capped(rule.slow_memory_days)), rule.gain_per_day
            values = {"lambda": decay(rule.fast_memory_days), "average_lambda": decay(rule.slow_memory_days)}
        case TripleThreat():
            memory, gain = capped(rule.average_memory_days), rule.gain_per_day
            values = {"lambda": decay(rule.wave_memory_days), "trend_lambda": decay(rule.trend_memory_days)}
            values["envelope_lambda"] = decay(rule.envelope_memory_days)
            values["average_lambda"] = decay(rule.average_memory_days)
        case Momentum() | PowerChannel() | MeanReversionChannel():
            memory, gain, average = capped(rule.memory_days), rule.gain_per_day, rule.average_memory_days
            values = {"lambda": decay(rule.memory_days)} | (
                {} if average is None else {"average_lambda": decay(average)}
            )
    values["kappa"] = np.asarray(gain) * memory
    return values | shape_values(rule, memory)


def shape_values(rule: Rule, memory: Floats) -> dict[str, Floats]:
    """The numbers of a trend and a channel, of rules that have them; `memory` is that of the gains, days."""
    values: dict[str, Floats] = {}
    if isinstance(rule, PowerChannel | MeanReversionChannel | TripleThreat):
        values = {"exponent": np.asarray(rule.exponent), "pre_exp_scaling": np.asarray(rule.scale)}
    if isinstance(rule, MeanReversionChannel | TripleThreat):
        values |= {"width": np.asarray(rule.width), "amplitude": np.asarray(rule.amplitude_per_day) * memory}
        values["inverse_scaling"] = np.asarray(CHANNEL_PEAK)
    return values


def vector(value: Floats, n: int) -> tuple[int, ...]:
    return tuple(eighteen(float(one)) for one in np.broadcast_to(np.asarray(value, dtype=float), (n,)))


def rule_state(strategy: Strategy, seen: Floats) -> RuleState:
    """What a rule remembers after some chunks.

    Args:
        strategy: its rule.
        seen: [c, n] prices of their first minutes, dollars; at least one.

    Raises:
        StrategyConfigError: the contracts do not have the rule.
    """
    rule, n = strategy.rule, seen.shape[1]
    values = {name: np.broadcast_to(value, (n,)) for name, value in rule_values(rule, strategy.chunk_minutes).items()}
    if isinstance(rule, MinVariance):
        return variance_state(seen, values["lambda"])
    others = vector(ewma(seen, values["average_lambda"])[-1], n) if "average_lambda" in values else ()
    if isinstance(rule, DifferenceMomentum):
        return RuleState(vector(ewma(seen, values["lambda"])[-1], n), (), others)
    decays = [values[name] for name in ("lambda", "trend_lambda", "envelope_lambda") if name in values]
    _, averages, sums = zip(*(gradients(seen, decay) for decay in decays), strict=True)
    last = [np.concatenate([rows[-1] for rows in found]) for found in (averages, sums)]
    return RuleState(vector(last[0], n * len(decays)), vector(last[1], n * len(decays)), others)


def variance_state(seen: Floats, decay: Floats) -> RuleState:
    n, returns = seen.shape[1], seen[1:] / seen[:-1] - 1
    state = VarianceState(returns[0] if len(returns) else np.zeros(n), np.zeros(n))
    for row in returns[1:]:
        state = variance_step(state, row, decay)
    return RuleState(vector(seen[-1], n), vector(state.spread, n), vector(state.mean, n), has_return=bool(len(returns)))
