"""Strategies as contracts have them: numbers with 18 decimals, as strings of integers."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from tokenspice.engine.units import Floats
from tokenspice.markets.errors import StrategyConfigError
from tokenspice.markets.scenario import Scenario
from tokenspice.markets.strategies.memory import decay_of_memory
from tokenspice.markets.strategies.rules import (
    MAX_MEMORY_DAYS,
    MeanReversionChannel,
    Momentum,
    PowerChannel,
    Rule,
    Vector,
)

__all__ = ["contract_parameters", "in_18_decimals"]


def in_18_decimals(value: float) -> str:
    """A float64 in units of 10**-18, rounded to the nearest."""
    return str(round(Fraction(value) * 10**18))


def contract_parameters(scenario: Scenario) -> Mapping[str, Any]:
    """What a scenario's strategy is on a chain, per token, in the order of the tokens.

    Raises:
        StrategyConfigError: the scenario has no strategy, or one of a kind that the contracts do not have.
    """
    strategy, n = scenario.strategy, len(scenario.tokens)
    if strategy is None:
        raise StrategyConfigError("The scenario has no strategy, so that there is nothing to export.")
    values = rule_values(strategy.rule, strategy.chunk_minutes)
    return {
        "tokens": scenario.tokens,
        "rule": type(strategy.rule).__name__,
        "update_interval_s": 60 * strategy.chunk_minutes,
        "start_weights": strings(strategy.first_weights(n)),
        "minimum_weight": in_18_decimals(strategy.guard.floor(n)),
        "max_change_per_update": in_18_decimals(strategy.guard.max_change_per_minute * strategy.moving_minutes),
        "parameters": {name: strings(np.broadcast_to(value, (n,))) for name, value in values.items()},
    }


def rule_values(rule: Rule, chunk_minutes: int) -> dict[str, Floats]:
    """The effective numbers of a rule."""
    if not isinstance(rule, Momentum | PowerChannel | MeanReversionChannel):
        raise StrategyConfigError(
            f"{type(rule).__name__} has no contract. Momentum, PowerChannel and MeanReversionChannel have."
        )
    memory = np.minimum(np.asarray(rule.memory_days, dtype=float), MAX_MEMORY_DAYS)
    values: dict[str, Floats] = {"lambda": decay_of_memory(memory, chunk_minutes)}
    values["kappa"] = np.asarray(rule.gain_per_day) * memory
    if isinstance(rule, PowerChannel | MeanReversionChannel):
        values |= {"exponent": as_array(rule.exponent), "pre_exp_scaling": as_array(rule.scale)}
    if isinstance(rule, MeanReversionChannel):
        values |= {"width": as_array(rule.width), "amplitude": np.asarray(rule.amplitude_per_day) * memory}
    return values


def as_array(value: Vector) -> Floats:
    return np.asarray(value, dtype=float)


def strings(values: Floats) -> list[str]:
    return [in_18_decimals(float(value)) for value in values]
