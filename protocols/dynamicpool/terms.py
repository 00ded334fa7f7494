"""A scenario's strategy as contracts have it: integers with 18 decimals, exported as text, and read again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, final, get_args

import numpy as np

from tokenspice.engine.units import Floats, Seconds
from tokenspice.markets.errors import StrategyConfigError
from tokenspice.markets.pools.interpolation import Interpolation
from tokenspice.markets.scenario import Scenario
from tokenspice.markets.strategies.estimators import VarianceState, ewma, gradients, variance_step
from tokenspice.markets.strategies.memory import decay_of_memory
from tokenspice.markets.strategies.rules import (
    DifferenceMomentum,
    MeanReversionChannel,
    MinVariance,
    Momentum,
    PowerChannel,
    Rule,
    capped,
)
from tokenspice.markets.strategies.signals import CHANNEL_PEAK
from tokenspice.markets.strategies.strategy import Strategy
from tokenspice.protocols.dynamicpool.fixed_point import ONE
from tokenspice.protocols.dynamicpool.rules import RuleKind, RuleState, RuleTerms

__all__ = [
    "ContractTerms",
    "RunnerTerms",
    "contract_terms",
    "eighteen",
    "exported",
    "from_export",
    "kind_of",
    "rule_state",
]

# The names of a rule's numbers in an export, and in `RuleTerms`.
NAMES = {
    "lambda": "decay",
    "kappa": "gains",
    "average_lambda": "average_decay",
    "exponent": "exponent",
    "pre_exp_scaling": "scale",
    "width": "width",
    "amplitude": "amplitude",
    "inverse_scaling": "peak",
    "mixing": "blend",
}
GRADIENT = ("lambda", "kappa")
NEEDED = {
    "Momentum": GRADIENT,
    "PowerChannel": (*GRADIENT, "exponent", "pre_exp_scaling"),
    "MeanReversionChannel": (*GRADIENT, "exponent", "pre_exp_scaling", "width", "amplitude", "inverse_scaling"),
    "DifferenceMomentum": (*GRADIENT, "average_lambda"),
    "MinVariance": ("lambda", "mixing"),
}
UNDERCUT_PER_MINUTE = Fraction(1, 10**10)  # by which the float guard rails keep the limit of speed more than asked
NO_LIMIT: Seconds = 2**63


@final
@dataclass(frozen=True)
class RunnerTerms:
    """What an update runner is told of a pool. The defaults are those of simulations; `as_contracts` has the others.

    Attributes:
        interval: from one update to the next.
        moving: in which the weights reach their target.
        floor: of every weight, 18 decimals.
        most_change: of a weight in one update, 18 decimals.
        undercut: by how much more that limit is kept.
        staleness: of prices; older ones are not taken.
        rest_to_first: whether what rounding leaves goes to the first token, not to the largest weight.
        continues: whether weights go on after `moving`, until one of them is at a guard rail.
    """

    interval: Seconds
    moving: Seconds
    floor: int
    most_change: int
    undercut: int = 0
    staleness: Seconds = NO_LIMIT
    rest_to_first: bool = False
    continues: bool = False


@final
@dataclass(frozen=True)
class ContractTerms:
    """All that a strategy is on a chain.

    Attributes:
        tokens: symbols, in the order of every per-token number.
        weights: [n] before the first update, 18 decimals.
    """

    tokens: tuple[str, ...]
    weights: tuple[int, ...]
    rule: RuleTerms
    runner: RunnerTerms


def eighteen(value: float) -> int:
    """A float64 in units of 10⁻¹⁸, rounded to the nearest."""
    return round(Fraction(value) * ONE)


def contract_terms(scenario: Scenario, as_contracts: bool = False, staleness: Seconds | None = None) -> ContractTerms:
    """What a scenario's strategy is on a chain.

    Args:
        scenario: with a strategy.
        as_contracts: whether speed limits are kept without undercut, rounding's rest goes to the first token, and
            weights go on after their time, as QuantAMM's contracts have it; else as simulations.
        staleness: of prices; older ones are not taken.

    Raises:
        StrategyConfigError: the scenario has no strategy, or one of a kind that the contracts do not have.
    """
    strategy, n = scenario.strategy, len(scenario.tokens)
    if strategy is None:
        raise StrategyConfigError("The scenario has no strategy, so that there is nothing to export.")
    values = rule_values(strategy.rule, strategy.chunk_minutes)
    fields: dict[str, Any] = {NAMES[name]: vector(value, n) for name, value in values.items()}
    rule = RuleTerms(kind_of(strategy.rule), **fields)
    weights = tuple(eighteen(float(weight)) for weight in strategy.first_weights(n))
    runner = runner_terms(strategy, n, as_contracts)
    if staleness is not None:
        runner = replace(runner, staleness=staleness)
    return ContractTerms(scenario.tokens, weights, rule, runner)


def runner_terms(strategy: Strategy, n_tokens: int, as_contracts: bool) -> RunnerTerms:
    if strategy.interpolation is not Interpolation.linear or strategy.guard.lowest or strategy.delay_chunks:
        raise StrategyConfigError(
            "The contracts move weights in straight lines, within one floor, by prices of the present. Leave away "
            "interpolation, lowest, highest and delay_chunks."
        )
    return RunnerTerms(
        60 * strategy.chunk_minutes,
        60 * strategy.moving_minutes,
        eighteen(strategy.guard.floor(n_tokens)),
        eighteen(strategy.guard.max_change_per_minute * strategy.moving_minutes),
        0 if as_contracts else round(UNDERCUT_PER_MINUTE * strategy.moving_minutes * ONE),
        rest_to_first=as_contracts,
        continues=as_contracts,
    )


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
    if isinstance(rule, DifferenceMomentum):
        fast, slow = capped(rule.fast_memory_days), capped(rule.slow_memory_days)
        gains = np.asarray(rule.gain_per_day) * np.maximum(fast, slow)
        averages = {
            "lambda": decay_of_memory(fast, chunk_minutes),
            "average_lambda": decay_of_memory(slow, chunk_minutes),
        }
        return averages | {"kappa": gains}
    memory = capped(getattr(rule, "memory_days"))  # noqa: B009
    values: dict[str, Floats] = {"lambda": decay_of_memory(memory, chunk_minutes)}
    if isinstance(rule, MinVariance):
        return values | {"mixing": decay_of_memory(capped(rule.blend_memory_days), chunk_minutes)}
    if isinstance(rule, Momentum | PowerChannel | MeanReversionChannel):
        values["kappa"] = np.asarray(rule.gain_per_day) * memory
        if rule.average_memory_days is not None:
            values["average_lambda"] = decay_of_memory(capped(rule.average_memory_days), chunk_minutes)
    if isinstance(rule, PowerChannel | MeanReversionChannel):
        values |= {"exponent": np.asarray(rule.exponent), "pre_exp_scaling": np.asarray(rule.scale)}
    if isinstance(rule, MeanReversionChannel):
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
    _, averages, sums = gradients(seen, values["lambda"])
    return RuleState(vector(averages[-1], n), vector(sums[-1], n), others)


def variance_state(seen: Floats, decay: Floats) -> RuleState:
    n, returns = seen.shape[1], seen[1:] / seen[:-1] - 1
    state = VarianceState(returns[0] if len(returns) else np.zeros(n), np.zeros(n))
    for row in returns[1:]:
        state = variance_step(state, row, decay)
    return RuleState(vector(seen[-1], n), vector(state.spread, n), vector(state.mean, n), has_return=bool(len(returns)))


def exported(terms: ContractTerms) -> Mapping[str, Any]:
    """Terms as text, each number the digits of an integer in units of 10⁻¹⁸."""
    rule, runner = terms.rule, terms.runner
    values = {name: getattr(rule, field) for name, field in NAMES.items()}
    return {
        "tokens": terms.tokens,
        "rule": rule.kind,
        "update_interval_s": runner.interval,
        "moving_s": runner.moving,
        "start_weights": strings(terms.weights),
        "minimum_weight": str(runner.floor),
        "max_change_per_update": str(runner.most_change),
        "parameters": {name: strings(value) for name, value in values.items() if value},
    }


def strings(values: Sequence[int]) -> list[str]:
    return [str(value) for value in values]


def from_export(written: Mapping[str, Any]) -> ContractTerms:
    """Read what `exported` wrote.

    Raises:
        StrategyConfigError: a key is missing, a number is no text of an integer, or a length is another one.
    """
    tokens, kind = tuple(entry(written, "tokens")), entry(written, "rule")
    if kind not in NEEDED:
        raise StrategyConfigError(f'An export of the rule "{kind}". Write one of {", ".join(NEEDED)}.')
    parameters, n = entry(written, "parameters"), len(tokens)
    if unknown := [name for name in parameters if name not in NAMES]:
        raise StrategyConfigError(f"An export has no parameter {', '.join(unknown)}. There are {', '.join(NAMES)}.")
    if missing := [name for name in NEEDED[kind] if name not in parameters]:
        raise StrategyConfigError(f"An export of {kind} lacks {', '.join(missing)}.")
    fields: dict[str, Any] = {NAMES[name]: numbers(name, value, n) for name, value in parameters.items()}
    rule = RuleTerms(kind, **fields)
    weights = numbers("start_weights", entry(written, "start_weights"), n)
    runner = RunnerTerms(
        entry(written, "update_interval_s"),
        entry(written, "moving_s"),
        number("minimum_weight", entry(written, "minimum_weight")),
        number("max_change_per_update", entry(written, "max_change_per_update")),
    )
    return ContractTerms(tokens, weights, rule, runner)


def entry(written: Mapping[str, Any], key: str) -> Any:
    if key not in written:
        raise StrategyConfigError(f'An export lacks "{key}". `tsp pool export` writes whole ones.')
    return written[key]


def numbers(name: str, values: Sequence[str], n: int) -> tuple[int, ...]:
    if len(values) != n:
        raise StrategyConfigError(f"{name} has {len(values)} numbers; there are {n} tokens.")
    return tuple(number(name, value) for value in values)


def number(name: str, value: object) -> int:
    try:
        return int(str(value))
    except ValueError:
        raise StrategyConfigError(f'{name} is "{value}". Write an integer in units of 10⁻¹⁸, as text.') from None
