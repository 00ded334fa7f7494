"""Which numbers of a scenario are free, and the coordinates in which they are sought.

A coordinate is any real number; its map gives the number that the scenario has. A free number is one for all tokens, or one
for each. The coordinates of a point are joined to a vector x, [d], parameter by parameter.
"""

from dataclasses import dataclass, fields, is_dataclass, replace
from enum import StrEnum
from types import ModuleType
from typing import Any, TypeAlias, final

import numpy as np

from tokenspice.engine.units import Floats
from tokenspice.markets.errors import StrategyConfigError
from tokenspice.markets.scenario import Scenario

__all__ = ["CoordinateMap", "FreeNumber", "Space", "default_map", "to_value"]

# Of NumPy or JAX, whichever namespace was given; neither declares the other's type.
Array: TypeAlias = Any


@final
class CoordinateMap(StrEnum):
    """From a coordinate x to a number y.

    identity: y = x.
    log2: y = 2**x, with the sign that y has at the start.
    logit_decay: x = logit λ of the estimator that remembers y days.
    logit: y = 1 / (1 + exp(−x)), from 0 to 1.
    squareplus: y = (x + √(x² + 4)) / 2, above 0.
    squareplus_from_1: the same, at least 1.
    """

    identity = "identity"
    log2 = "log2"
    logit_decay = "logit_decay"
    logit = "logit"
    squareplus = "squareplus"
    squareplus_from_1 = "squareplus_from_1"


def to_value(xp: ModuleType, kind: CoordinateMap, x: Array, sign: Array, chunk_minutes: Array) -> Array:
    """The numbers of coordinates, on any array namespace."""
    match kind:
        case CoordinateMap.identity:
            return x
        case CoordinateMap.log2:
            return sign * 2.0**x
        case CoordinateMap.logit_decay:
            # λ / (1 − λ)³ of the logistic λ, which stays exact where λ is close to 1.
            grown = xp.exp(x)
            return 2 * chunk_minutes / 1440 * xp.cbrt(6 * grown * (1 + grown) ** 2)
        case CoordinateMap.logit:
            return 1 / (1 + xp.exp(-x))
        case CoordinateMap.squareplus:
            return (x + xp.sqrt(x**2 + 4)) / 2
        case CoordinateMap.squareplus_from_1:
            return xp.maximum((x + xp.sqrt(x**2 + 4)) / 2, 1.0)


def to_coordinate(kind: CoordinateMap, y: Floats, chunk_minutes: int) -> Floats:
    """The coordinates of numbers."""
    match kind:
        case CoordinateMap.identity:
            return y
        case CoordinateMap.log2:
            return np.log2(np.abs(y))
        case CoordinateMap.logit_decay:
            # g (1 + g)² = c has one positive root, of g = λ / (1 − λ).
            c = (np.asarray(y, dtype=float) * 720 / chunk_minutes) ** 3 / 6
            grown = np.cbrt(c)
            for _ in range(60):
                grown = grown - (grown * (1 + grown) ** 2 - c) / ((1 + grown) * (1 + 3 * grown))
            return np.log(grown)
        case CoordinateMap.logit:
            return np.log(y) - np.log1p(-y)
        case CoordinateMap.squareplus | CoordinateMap.squareplus_from_1:
            return np.asarray((y**2 - 1) / y)


# Of fields by the end of their names: the map, and the lowest and highest number that is sought.
BY_NAME: tuple[tuple[str, CoordinateMap, float, float], ...] = (
    ("memory_days", CoordinateMap.logit_decay, 0.5, 200.0),
    ("gain_per_day", CoordinateMap.log2, 0.1, 1000.0),
    ("exponent", CoordinateMap.squareplus_from_1, 1.0, 4.25),
    ("scale", CoordinateMap.squareplus, 0.3, 2.5),
    ("width", CoordinateMap.squareplus, 0.3, 3.3),
    ("amplitude_per_day", CoordinateMap.squareplus, 0.3, 4.25),
    ("fee", CoordinateMap.logit, 1e-4, 0.05),
    ("price_ratio", CoordinateMap.log2, 1.05, 100.0),
    ("margin", CoordinateMap.logit, 0.01, 0.9),
)


def default_map(path: str) -> tuple[CoordinateMap, float, float]:
    """The map and the range of a field.

    Raises:
        StrategyConfigError: the field has none, so that they must be given.
    """
    for end, kind, low, high in BY_NAME:
        if path.endswith(end):
            return kind, low, high
    raise StrategyConfigError(
        f"{path}: there is no range of its own. Write low and high, and map, one of {', '.join(CoordinateMap)}."
    )


@final
@dataclass(frozen=True)
class FreeNumber:
    """A number that training may change.

    Attributes:
        path: of a scenario's field, such as "strategy.rule.memory_days" or "pool.price_ratio".
        low, high: the range in which searches look and from which fresh starts are drawn. Gradients may leave it.
        map: of its coordinate.
        per_token: one for each token, or one for all.
    """

    path: str
    low: float
    high: float
    map: CoordinateMap
    per_token: bool = True

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise StrategyConfigError(f"{self.path}: low is {self.low}, high {self.high}. Write low below high.")
        positive = self.map in (CoordinateMap.log2, CoordinateMap.logit_decay, CoordinateMap.squareplus)
        if (positive and self.low <= 0) or (self.map is CoordinateMap.squareplus_from_1 and self.low < 1):
            raise StrategyConfigError(f"{self.path}: low is {self.low}, which {self.map} does not reach.")
        if self.map is CoordinateMap.logit and not 0 < self.low < self.high < 1:
            raise StrategyConfigError(f"{self.path}: write low and high between 0 and 1 for {self.map}.")


@final
class Space:
    """The free numbers of a scenario.

    Attributes:
        scenario: all numbers that are not free, and the start of those that are.
        free: which are.
        sizes: [parameters] coordinates of each.
        signs: [d] of the numbers at the start.
        chunk_minutes: of the strategy; a day for scenarios without.
    """

    def __init__(self, scenario: Scenario, free: tuple[FreeNumber, ...]) -> None:
        if not free:
            raise StrategyConfigError("Nothing is free to be trained. Name a parameter at least.")
        if len({number.path for number in free}) < len(free):
            raise StrategyConfigError("A free parameter is named twice.")
        self.scenario, self.free, self.n = scenario, free, len(scenario.tokens)
        self.chunk_minutes = scenario.strategy.chunk_minutes if scenario.strategy is not None else 1440
        firsts = [np.asarray(field_at(scenario, number.path), dtype=float) for number in free]
        for number, first in zip(free, firsts, strict=True):
            if not np.isfinite(first).all() or (first == 0).any() and number.map is CoordinateMap.log2:
                raise StrategyConfigError(f"{number.path} starts at {first.tolist()}. Start from another number.")
        self.sizes = tuple(self.n if number.per_token else 1 for number in free)
        given = [
            np.broadcast_to(first if number.per_token else first.mean(), (size,))
            for number, first, size in zip(free, firsts, self.sizes, strict=True)
        ]
        self.signs = np.concatenate([np.where(first < 0, -1.0, 1.0) for first in given])
        self.start = np.concatenate(
            [to_coordinate(number.map, first, self.chunk_minutes) for number, first in zip(free, given, strict=True)]
        )

    @property
    def size(self) -> int:
        """How many coordinates there are."""
        return sum(self.sizes)

    def parts(self, x: Array) -> list[Array]:
        """The coordinates of each free number, from [..., d]."""
        ends = np.cumsum(self.sizes)
        return [x[..., end - size : end] for end, size in zip(ends, self.sizes, strict=True)]

    def values(self, x: Floats) -> dict[str, Floats]:
        """The numbers at a point, by path."""
        pairs = zip(self.free, self.parts(x), self.parts(self.signs), strict=True)
        return {f.path: np.asarray(to_value(np, f.map, part, sign, self.chunk_minutes)) for f, part, sign in pairs}

    def scenario_at(self, x: Floats) -> Scenario:
        """The scenario with the numbers of a point."""
        scenario = self.scenario
        for number, value in zip(self.free, self.values(x).values(), strict=True):
            given = tuple(value.tolist()) if number.per_token else float(value[0])
            scenario = with_field(scenario, number.path.split("."), given)
        return scenario

    def bounds(self) -> tuple[Floats, Floats]:
        """[d] each: the range in coordinates."""
        lows, highs = [], []
        for number, size in zip(self.free, self.sizes, strict=True):
            ends = to_coordinate(number.map, np.array([number.low, number.high]), self.chunk_minutes)
            lows.append(np.full(size, ends[0]))
            highs.append(np.full(size, ends[1]))
        return np.concatenate(lows), np.concatenate(highs)


def field_at(value: Any, path: str) -> Any:
    """The number at a path.

    Raises:
        StrategyConfigError: there is none.
    """
    for name in path.split("."):
        if isinstance(value, tuple) and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        elif is_dataclass(value) and name in {field.name for field in fields(value)}:
            value = getattr(value, name)
        else:
            raise StrategyConfigError(f'There is no "{path}": {type(value).__name__} has no {name}.')
    if (
        isinstance(value, bool)
        or not isinstance(value, float | int | tuple)
        or (isinstance(value, tuple) and not value)
    ):
        raise StrategyConfigError(f"{path} is {value!r}, which is no number that could be trained. Give it one.")
    return value


def with_field(value: Any, path: list[str], new: Any) -> Any:
    """A frozen value with another number at a path."""
    name, *rest = path
    if isinstance(value, tuple):
        at = int(name)
        inner = new if not rest else with_field(value[at], rest, new)
        return (*value[:at], inner, *value[at + 1 :])
    return replace(value, **{name: new if not rest else with_field(getattr(value, name), rest, new)})
