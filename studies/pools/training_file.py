"""The tables [training] and [walk_forward] of a scenario's file.

`free` in [training] lists the numbers that may change: fields of the rule by their names, others by their paths, such as
"pool.price_ratio". A table [training.range.NAME] says `low`, `high`, `map` and `per_token` where they shall be others than usual.
"""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from tokenspice.markets.errors import MarketError, StrategyConfigError
from tokenspice.markets.fingerprint import from_fingerprint
from tokenspice.markets.scenario import Scenario
from tokenspice.studies.pools.scenario_file import built, parsed, refuse_unknown, scenario_of
from tokenspice.studies.pools.training.settings import Training
from tokenspice.studies.pools.training.space import CoordinateMap, FreeNumber, default_map, field_at
from tokenspice.studies.pools.training_fingerprint import training_of_fingerprint
from tokenspice.studies.pools.walk_forward import WalkForward

__all__ = ["read_training", "training_of"]


def read_training(path: Path) -> tuple[Scenario, Training, WalkForward, tuple[str, ...]]:
    """Read a file. Returns the scenario, its training and walk, and what of a fingerprint has no word here.

    Raises:
        StrategyConfigError: says which file, and what is wrong.
    """
    try:
        raw = parsed(path)
        if path.suffix == ".json":
            fingerprint = raw.get("fingerprint", raw)
            found = from_fingerprint(fingerprint, raw.get("params"))
            training, more = training_of_fingerprint(fingerprint, found.scenario, found.end_test)
            return found.scenario, training, WalkForward(), (*found.not_taken, *more)
        scenario = scenario_of(raw)
        training = training_of(raw.get("training", {}), scenario)
        return scenario, training, built("[walk_forward]", WalkForward, raw.get("walk_forward", {})), ()
    except MarketError as error:
        raise StrategyConfigError(f"{path}: {error}") from None


def training_of(raw: Mapping[str, Any], scenario: Scenario) -> Training:
    """The settings of the table [training].

    Raises:
        StrategyConfigError: a key is unknown, or of the wrong kind.
    """
    names = raw.get("free", ())
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names) or not names:
        raise StrategyConfigError('[training] free is missing. Write what may change, such as free = ["memory_days"].')
    ranges = raw.get("range", {})
    unused = sorted(set(ranges) - set(names))
    if unused:
        raise StrategyConfigError(f"[training.range.{unused[0]}]: {unused[0]} is not in free.")
    known = [field.name for field in fields(Training)]
    refuse_unknown("[training]", raw, [*known, "range"])
    rest = {key: value for key, value in raw.items() if key not in ("free", "range")}
    free = tuple(free_number(name, ranges.get(name, {}), scenario) for name in names)
    try:
        return built("[training]", Training, rest | {"free": free})  # type: ignore[no-any-return]
    except TypeError as error:
        raise StrategyConfigError(f"[training]: a value is of the wrong kind: {error}.") from None


def free_number(name: str, raw: Mapping[str, Any], scenario: Scenario) -> FreeNumber:
    """A number that may change, with its usual range where none is given."""
    refuse_unknown(f"[training.range.{name}]", raw, ("low", "high", "map", "per_token"))
    path = name if "." in name else f"strategy.rule.{name}"
    now = field_at(scenario, path)
    if {"low", "high", "map"} <= set(raw):
        kind, low, high = raw["map"], raw["low"], raw["high"]
    else:
        kind, low, high = default_map(path)
    kind = raw.get("map", kind)
    if kind not in list(CoordinateMap):
        raise StrategyConfigError(f'[training.range.{name}] map is "{kind}". Write {", ".join(CoordinateMap)}.')
    per_token = raw.get("per_token", path.startswith("strategy.rule.") or isinstance(now, tuple))
    return FreeNumber(
        path, float(raw.get("low", low)), float(raw.get("high", high)), CoordinateMap(kind), bool(per_token)
    )
