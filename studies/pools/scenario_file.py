"""Scenarios in files: TOML in our words, or JSON with a fingerprint of quantammsim.

A TOML file has `tokens`, `start`, `end`, maybe `value_USD`, and the tables `[pool]`, `[strategy]`, `[guard]` and
`[frictions]`. `kind` in `[pool]` and `rule` in `[strategy]` say which class; the other keys are its fields. What is not a
field is refused.
"""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from tokenspice.files import read_file
from tokenspice.markets.errors import StrategyConfigError
from tokenspice.markets.fingerprint import from_fingerprint
from tokenspice.markets.pools.concentrated import ConcentratedPool, Position
from tokenspice.markets.pools.cow import CowPool
from tokenspice.markets.pools.eclp import EclpPool
from tokenspice.markets.pools.frictions import Changes, Frictions
from tokenspice.markets.pools.hodl import HodlPool
from tokenspice.markets.pools.interpolation import Interpolation
from tokenspice.markets.pools.reclamm import ReclammPool
from tokenspice.markets.pools.weighted import WeightedPool
from tokenspice.markets.prices.table import MINUTE_MS, timestamp
from tokenspice.markets.scenario import Scenario
from tokenspice.markets.strategies.guard import GuardRails
from tokenspice.markets.strategies.rules import (
    DifferenceMomentum,
    IndexRule,
    MeanReversionChannel,
    MinVariance,
    Momentum,
    PowerChannel,
    TripleThreat,
)
from tokenspice.markets.strategies.strategy import Strategy
from tokenspice.studies.pools.field_types import refuse_wrong_types
from tokenspice.web3engine.safe_json import parse_json
from tokenspice.web3engine.safe_toml import parse_toml

__all__ = ["read_scenario", "scenario_of"]

POOLS = {
    "weighted": WeightedPool,
    "hodl": HodlPool,
    "cow": CowPool,
    "eclp": EclpPool,
    "reclamm": ReclammPool,
    "concentrated": ConcentratedPool,
}
RULES = {
    "momentum": Momentum,
    "power_channel": PowerChannel,
    "mean_reversion_channel": MeanReversionChannel,
    "triple_threat": TripleThreat,
    "difference_momentum": DifferenceMomentum,
    "min_variance": MinVariance,
    "index": IndexRule,
}
KEYS = (
    *("tokens", "start", "end", "value_USD", "benchmark", "benchmark_spread"),
    "pool",
    "strategy",
    "guard",
    "frictions",
)
MOST_BYTES = 16 << 20  # of a file

# What only those read who train.
STUDIES = ("training", "walk_forward")


def parsed(path: Path) -> dict[str, Any]:
    """What a JSON or TOML file says, in memory that is bounded.

    Raises:
        StrategyConfigError: it cannot be read, or is neither.
    """
    try:
        content = read_file(path, MOST_BYTES)
        raw = parse_json(content) if path.suffix == ".json" else parse_toml(content)
    except OSError as error:
        raise StrategyConfigError(f"it cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise StrategyConfigError(f"it is not valid {path.suffix[1:].upper()}: {error}.") from error
    if not isinstance(raw, dict):
        raise StrategyConfigError("it is a list, or a lone value. Write a table.")
    return raw


def read_scenario(path: Path) -> tuple[Scenario, tuple[str, ...]]:
    """Read a file. Returns the scenario, and what of a fingerprint it has no word for.

    Raises:
        StrategyConfigError: says which file, and what is wrong.
    """
    try:
        raw = parsed(path)
        if path.suffix == ".json":
            found = from_fingerprint(raw.get("fingerprint", raw), raw.get("params"))
            return found.scenario, found.not_taken
        return scenario_of(raw), ()
    except StrategyConfigError as error:
        raise StrategyConfigError(f"{path}: {error}") from None


def scenario_of(raw: Mapping[str, Any]) -> Scenario:
    """A scenario from a TOML file's tables.

    Raises:
        StrategyConfigError: a key is unknown, missing, or of the wrong kind.
    """
    refuse_unknown("the file", raw, (*KEYS, *STUDIES))
    for key in ("tokens", "start", "end", "pool"):
        if key not in raw:
            raise StrategyConfigError(f"{key} is missing.")
    if not isinstance(raw["tokens"], list) or not all(isinstance(name, str) for name in raw["tokens"]):
        raise StrategyConfigError('tokens is no list of names. Write tokens = ["BTC", "USDC"].')
    refuse_wrong_types("the file:", Scenario, {key: raw[key] for key in ("value_USD", "benchmark") if key in raw})
    tokens, start = tuple(raw["tokens"]), str(raw["start"])
    more: dict[str, Any] = {key: raw[key] for key in ("value_USD", "benchmark") if key in raw}
    if "benchmark_spread" in raw:
        given = raw["benchmark_spread"]
        more["benchmark_spread"] = tuple(given) if isinstance(given, list) else given
    return Scenario(
        tokens,
        start,
        str(raw["end"]),
        pool_of(raw["pool"], len(tokens)),
        strategy_of(raw["strategy"], raw.get("guard", {})) if "strategy" in raw else None,
        frictions=frictions_of(raw.get("frictions", {}), start),
        **more,
    )


def pool_of(raw: Mapping[str, Any], n_tokens: int) -> Any:
    """The pool of the table [pool]; weights are equal unless they are given."""
    kind = one_of("pool", "kind", raw.get("kind"), POOLS)
    given = {key: value for key, value in raw.items() if key != "kind"}
    if kind is ConcentratedPool:
        given["positions"] = tuple(built("a position", Position, p) for p in given.get("positions", ()))
    if kind in (WeightedPool, HodlPool):
        given.setdefault("start_weights", [1 / n_tokens] * n_tokens)
    return built("[pool]", kind, given)


def strategy_of(raw: Mapping[str, Any], guard: Mapping[str, Any]) -> Strategy:
    """The strategy of the tables [strategy] and [guard]: fields of the strategy, and of its rule."""
    rule = one_of("strategy", "rule", raw.get("rule"), RULES)
    of_strategy = {field.name for field in fields(Strategy)} - {"rule", "guard"}
    own = {key: value for key, value in raw.items() if key in of_strategy}
    if "interpolation" in own:
        one_of("strategy", "interpolation", own["interpolation"], {kind.value: kind for kind in Interpolation})
        own["interpolation"] = Interpolation(own["interpolation"])
    rest = {key: value for key, value in raw.items() if key not in of_strategy and key != "rule"}
    parts = {"rule": built("[strategy]", rule, rest), "guard": built("[guard]", GuardRails, guard)}
    return built("[strategy]", Strategy, own | parts)  # type: ignore[no-any-return]


def frictions_of(raw: Mapping[str, Any], start: str) -> Frictions:
    """The frictions; a level may be a list of [date, value], of which each holds until the next."""
    first = timestamp(start)

    def level(name: str, value: Any) -> Any:
        if name not in ("fee", "gas_USD", "outside_fee", "supply") or not isinstance(value, list):
            return value
        dates, values = zip(*value, strict=True)
        minutes = tuple((timestamp(str(date)) - first) // MINUTE_MS for date in dates)
        return Changes(minutes, tuple(map(float, values)), float(values[0]))

    return built("[frictions]", Frictions, {k: level(k, v) for k, v in raw.items()})  # type: ignore[no-any-return]


def built(place: str, kind: Any, raw: Mapping[str, Any]) -> Any:
    """A value of a frozen class from its fields."""
    refuse_unknown(place, raw, [field.name for field in fields(kind)])
    refuse_wrong_types(place, kind, raw)
    try:
        return kind(**{key: tuple(value) if isinstance(value, list) else value for key, value in raw.items()})
    except TypeError as error:
        raise StrategyConfigError(
            f"{place}: {kind.__name__} {str(error).partition('__init__() ')[2] or error}."
        ) from None


def one_of(place: str, key: str, name: Any, choices: Mapping[str, Any]) -> Any:
    """What a name stands for."""
    if name not in choices:
        raise StrategyConfigError(f'[{place}] {key} is "{name}". Write {", ".join(choices)}.')
    return choices[name]


def refuse_unknown(place: str, raw: Mapping[str, Any], known: Any) -> None:
    """Refuse keys that mean nothing."""
    unknown = sorted(set(raw) - set(known))
    if unknown:
        raise StrategyConfigError(f"{place} has the unknown key {unknown[0]}. There are {', '.join(sorted(known))}.")
