"""A scenario's strategy as contracts have it: integers with 18 decimals, exported as text, and read again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, final

from tokenspice.engine.units import Seconds
from tokenspice.markets.errors import StrategyConfigError
from tokenspice.markets.pools.interpolation import Interpolation
from tokenspice.markets.scenario import Scenario
from tokenspice.markets.strategies.strategy import Strategy
from tokenspice.protocols.dynamicpool.fixed_point import ONE, eighteen
from tokenspice.protocols.dynamicpool.rule_numbers import NAMES, NEEDED, kind_of, rule_values, vector
from tokenspice.protocols.dynamicpool.rules import GRADIENT_KINDS, RuleTerms

__all__ = [
    "ContractTerms",
    "RunnerTerms",
    "contract_terms",
    "exported",
    "from_export",
]

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
    known = NEEDED[kind] + (("average_lambda",) if kind in GRADIENT_KINDS else ())
    if unknown := [name for name in parameters if name not in known]:
        raise StrategyConfigError(f"An export of {kind} with {', '.join(unknown)}. It has {', '.join(known)}.")
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
