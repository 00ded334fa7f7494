"""A scenario as the text of a TOML file that `read_scenario` reads."""

from dataclasses import MISSING, fields
from typing import Any

from tokenspice.markets.errors import StrategyConfigError
from tokenspice.markets.pools.frictions import Changes
from tokenspice.markets.prices.table import MINUTE_MS, as_text, timestamp
from tokenspice.markets.scenario import Scenario
from tokenspice.studies.pools.scenario_file import POOLS, RULES

__all__ = ["scenario_text"]


def scenario_text(scenario: Scenario) -> str:
    """The text.

    Raises:
        StrategyConfigError: it holds what a file has no word for: users' trades, given weights, an ensemble.
    """
    if scenario.frictions.swaps or scenario.given_weights is not None:
        raise StrategyConfigError("Users' trades and given weights have no word in a scenario's file.")
    head = [f"{key} = {written(getattr(scenario, key))}" for key in ("tokens", "start", "end", "value_USD")]
    head += [f"benchmark = {written(scenario.benchmark)}"] if scenario.benchmark else []
    head += [f"benchmark_spread = {written(scenario.benchmark_spread)}"] if scenario.benchmark_spread else []
    kind = {value: name for name, value in POOLS.items()}[type(scenario.pool)]
    parts = [head, ["[pool]", f"kind = {written(kind)}", *lines(scenario.pool)]]
    if scenario.strategy is not None:
        rules = {value: name for name, value in RULES.items()}
        rule = rules.get(type(scenario.strategy.rule))
        if rule is None:
            raise StrategyConfigError(f"{type(scenario.strategy.rule).__name__} has no word in a scenario's file.")
        own = [f"rule = {written(rule)}", *lines(scenario.strategy.rule), *lines(scenario.strategy, "rule", "guard")]
        parts += [["[strategy]", *own], ["[guard]", *lines(scenario.strategy.guard)]]
    frictions = [line(name, value, scenario.start) for name, value in changed(scenario.frictions)]
    parts.append(["[frictions]", *frictions])
    return "\n\n".join("\n".join(part) for part in parts if len(part) > 1 or "=" in part[0]) + "\n"


def lines(value: Any, *without: str) -> list[str]:
    """The fields of a frozen value that are not what they would be anyway."""
    return [line(name, field, "") for name, field in changed(value) if name not in without]


def changed(value: Any) -> list[tuple[str, Any]]:
    pairs = [(field, getattr(value, field.name)) for field in fields(value)]
    return [(f.name, v) for f, v in pairs if v is not None and (f.default is MISSING or v != f.default)]


def line(name: str, value: Any, start: str) -> str:
    if not isinstance(value, Changes):
        return f"{name} = {written(value)}"
    first = timestamp(start)
    rows = [f'["{as_text(first + m * MINUTE_MS)}", {v!r}]' for m, v in zip(value.minutes, value.values, strict=True)]
    return f"{name} = [{', '.join(rows)}]"


def written(value: Any) -> str:
    """A value as TOML has it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, tuple | list):
        return f"[{', '.join(written(part) for part in value)}]"
    if isinstance(value, int | float):
        return repr(value)
    return "{ " + ", ".join(f"{f.name} = {written(getattr(value, f.name))}" for f in fields(value)) + " }"
