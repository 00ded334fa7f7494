"""What if: other gains, a fall of ether, a drained pool, a wave of demand, a slower oracle. A value per question."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, final

from tokenspice.engine.errors import StrategyError
from tokenspice.engine.units import Seconds
from tokenspice.files import read_file
from tokenspice.web3engine.safe_json import parse_json
from tokenspice.web3engine.safe_toml import parse_toml

__all__ = ["BASE", "Scenario", "read_scenarios", "scenario_of"]

MOST_BYTES = 1 << 20  # of a file


@final
@dataclass(frozen=True)
class Scenario:
    """What differs from the system as it is. None, and 0, change nothing.

    Attributes:
        name: of the scenario, in tables and reports.
        kp: proportional gain, per USD and second.
        ki: integral gain, per USD and second^2.
        leak: share of the integral that a second leaves, such as 0.9999997112; 1 keeps all of it.
        period: least seconds between two updates of the rate.
        oracle_delay: seconds by which SAFEs see ether's price late.
        eth_shock: share by which ether's price jumps, such as -0.3.
        eth_shock_hour: when.
        liquidity_drain: share of the pool that its providers take out.
        liquidity_drain_hour: when.
        demand_shock: coins that somebody buys, as a share of the pool's; below 0 he sells.
        demand_shock_hour: when.
    """

    name: str = "base"
    kp: float | None = None
    ki: float | None = None
    leak: float | None = None
    period: Seconds | None = None
    oracle_delay: Seconds | None = None
    eth_shock: float = 0.0
    eth_shock_hour: int = 24
    liquidity_drain: float = 0.0
    liquidity_drain_hour: int = 24
    demand_shock: float = 0.0
    demand_shock_hour: int = 24

    def __post_init__(self) -> None:
        for name, low, high, wanted in LIMITS:
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                raise StrategyError(f"scenario {self.name}: {name} = {value}. Write {wanted}.")
        if not self.name.strip():
            raise StrategyError("a scenario has no name. Write name = something.")


# Name, least and most, both allowed, and what to write.
LIMITS: tuple[tuple[str, float, float, str], ...] = (
    ("kp", -1, 1, "a number from -1 to 1, per USD and second, such as 7.5e-8"),
    ("ki", -1, 1, "a number from -1 to 1, per USD and second squared, such as 2.4e-14"),
    ("leak", 0, 1, "the share that a second leaves, from 0 to 1, such as 0.9999997112"),
    ("period", 1, 10**9, "seconds, 1 or more"),
    ("oracle_delay", 1, 10**9, "seconds, 1 or more"),
    ("eth_shock", -0.99, 10, "a share from -0.99 to 10, such as -0.3"),
    ("eth_shock_hour", 0, 10**9, "an hour, 0 or more"),
    ("liquidity_drain", 0, 0.99, "a share from 0 to 0.99"),
    ("liquidity_drain_hour", 0, 10**9, "an hour, 0 or more"),
    ("demand_shock", -5, 0.9, "a share of the pool's coins, up to 0.9 bought, or sold if below 0, such as -0.5"),
    ("demand_shock_hour", 0, 10**9, "an hour, 0 or more"),
)
WHOLE = {"period", "oracle_delay", "eth_shock_hour", "liquidity_drain_hour", "demand_shock_hour"}

BASE = Scenario()


def scenario_of(values: Mapping[str, Any], where: str) -> Scenario:
    """Read a scenario from a mapping, as a file holds it.

    Args:
        values: by the names of Scenario's attributes.
        where: what to call it in messages.

    Raises:
        StrategyError: a name is unknown, or a value is no number or out of its range.
    """
    known = [one.name for one in fields(Scenario)]
    if unknown := [name for name in values if name not in known]:
        raise StrategyError(f"{where}: a scenario has no {', '.join(unknown)}. It has: {', '.join(known)}.")
    if not isinstance(values.get("name"), str):
        raise StrategyError(f'{where}: a scenario needs a name. Write name = "ether falls".')
    return Scenario(**{name: read_value(name, value, where) for name, value in values.items()})


def read_value(name: str, value: object, where: str) -> Any:
    if name == "name":
        return value
    try:
        number = Decimal(str(value))
        if isinstance(value, bool) or not number.is_finite() or (name in WHOLE and number % 1):
            raise InvalidOperation
    except InvalidOperation:
        kind = "a whole number" if name in WHOLE else "a number"
        raise StrategyError(f'{where}: {name} = "{value}". Write {kind}.') from None
    return int(number) if name in WHOLE else float(number)


def read_scenarios(path: Path) -> tuple[Scenario, ...]:
    """Read scenarios from a TOML file, one [[scenario]] each, or a JSON file, a list of objects or {"scenario": [...]}.

    Raises:
        StrategyError: the file cannot be read, holds none, or holds what is no scenario, or one name twice.
    """
    try:
        content = read_file(path, MOST_BYTES)
        found = parse_json(content) if path.suffix == ".json" else parse_toml(content)
    except (OSError, ValueError) as error:
        raise StrategyError(f"{path} cannot be read as scenarios: {' '.join(str(error).split())}.") from None
    listed = found.get("scenario") if isinstance(found, dict) and "scenario" in found else found
    listed = [listed] if isinstance(listed, dict) and listed else listed
    if not isinstance(listed, list) or not listed or not all(isinstance(one, dict) for one in listed):
        raise StrategyError(f'{path} holds no scenarios. Write [[scenario]] and name = "…" for each.')
    scenarios = tuple(scenario_of(one, f"{path}, scenario {i}") for i, one in enumerate(listed, 1))
    names = [one.name for one in scenarios]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise StrategyError(f"{path}: {', '.join(twice)} is the name of two scenarios. Give each its own.")
    return scenarios
