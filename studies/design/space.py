"""Points of a study's variables: from numbers between 0 and 1, or of a normal distribution, to values of parameters."""

import math
import typing
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal, final

import numpy as np

from tokenspice.engine.errors import StudyError
from tokenspice.engine.parameters import Parameter
from tokenspice.engine.units import DECIMALS, Amount, Floats, as_text
from tokenspice.engine.variables import Choice, Random, Range, Value, Variable
from tokenspice.studies.design.distributions import quantile_of

__all__ = ["Box", "Cloud", "as_value"]

NO_TYPE: Any = object  # of a parameter of a function, which says nothing of it


@final
class Box:
    """The values of some ranges and choices, each a coordinate in [0, 1).

    Args:
        variables: by name.
        types: of the parameters, by name; what has none takes floats and choices as they are.
    """

    def __init__(self, variables: Mapping[str, Variable], types: Mapping[str, Any] | None = None) -> None:
        self.variables = dict(variables)
        self._types = dict(types or {})

    @property
    def names(self) -> list[str]:
        return list(self.variables)

    def __len__(self) -> int:
        return len(self.variables)

    def settings(self, point: Sequence[float] | Floats) -> dict[str, Value]:
        """Return the values at a point: each step, choice or whole number is as likely as another."""
        pairs = zip(self.variables.items(), point, strict=True)
        return {name: self._value(name, variable, float(u)) for (name, variable), u in pairs}

    def point(self, values: Mapping[str, Value]) -> list[float]:
        """Return the coordinates of some values; of a choice or a step, the middle of its share."""
        return [self._coordinate(name, variable, values[name]) for name, variable in self.variables.items()]

    def sobol(self, n: int, seed: int) -> Floats:
        """Return `n` scrambled Sobol' points, n × variables; a longer series begins like a shorter one."""
        from scipy.stats import qmc

        points = qmc.Sobol(max(len(self), 1), rng=np.random.default_rng(np.random.SeedSequence(seed)))
        drawn: Floats = points.random_base2(max(n - 1, 1).bit_length())[:n, : len(self)]
        return drawn

    def levels(self, name: str) -> list[Value] | None:
        """Return the values of a choice, a range with steps, or a short one of whole numbers; None of others."""
        variable = self.variables[name]
        if isinstance(variable, Choice):
            return [as_value(value, self._types.get(name, NO_TYPE), name) for value in variable.values]
        steps = self._steps(name, variable)
        return None if steps is None else [self._on_step(name, variable, step) for step in range(steps)]

    def ends(self, name: str) -> list[Value]:
        """Return the two ends of a range, or the values of a choice."""
        variable = self.variables[name]
        if isinstance(variable, Choice):
            return self.levels(name) or []
        return [as_value(end, self._types.get(name, NO_TYPE), name) for end in (variable.low, variable.high)]

    def middle(self) -> dict[str, Value]:
        """Return the values half-way, where nobody names others."""
        return self.settings([0.5] * len(self))

    def _value(self, name: str, variable: Variable, u: float) -> Value:
        u = min(max(u, 0.0), 1.0)
        if isinstance(variable, Choice):
            return (self.levels(name) or [])[min(int(u * len(variable.values)), len(variable.values) - 1)]
        steps = self._steps(name, variable)
        if steps is not None and not variable.log:
            return self._on_step(name, variable, min(int(u * steps), steps - 1))
        low, high = float(variable.low), float(variable.high)
        number = low * (high / low) ** u if variable.log else low + (high - low) * u
        if steps is not None:
            step = float(variable.step or 1)
            return self._on_step(name, variable, min(round((number - low) / step), steps - 1))
        return as_value(min(max(number, low), high), self._types.get(name, NO_TYPE), name)

    def _coordinate(self, name: str, variable: Variable, value: Value) -> float:
        if isinstance(variable, Choice):
            return ((self.levels(name) or []).index(value) + 0.5) / len(variable.values)
        low, high, number = float(variable.low), float(variable.high), float(value)
        steps = self._steps(name, variable)
        if steps is not None and not variable.log:
            return (round((number - low) / float(variable.step or 1)) + 0.5) / steps
        return math.log(number / low) / math.log(high / low) if variable.log else (number - low) / (high - low)

    def _steps(self, name: str, variable: Range) -> int | None:
        """Return how many values a range has; None if it is continuous."""
        if variable.step is None and self._types.get(name) is not int:
            return None
        low, high, step = (Fraction(str(number)) for number in (variable.low, variable.high, variable.step or 1))
        return int((high - low) / step) + 1

    def _on_step(self, name: str, variable: Range, step: int) -> Value:
        number = Fraction(str(variable.low)) + step * Fraction(str(variable.step or 1))
        return as_value(number, self._types.get(name, NO_TYPE), name)


@final
class Cloud:
    """The values of random variables, from as many independent normal numbers: F⁻¹(Φ(Lz)), a Gaussian copula.

    Args:
        random: distributions, by name.
        correlations: Spearman's, of pairs.
        types: as of `Box`.
        folder: where the files of observed values lie.

    Raises:
        StudyError: the correlations cannot all hold.
    """

    def __init__(
        self,
        random: Mapping[str, Random],
        correlations: Mapping[tuple[str, str], float] | None = None,
        types: Mapping[str, Any] | None = None,
        folder: Any = None,
    ) -> None:
        self.random = dict(random)
        self._correlations = dict(correlations or {})
        self._types = dict(types or {})
        self._quantiles = {name: quantile_of(one, folder) for name, one in self.random.items()}

    @property
    def names(self) -> list[str]:
        return list(self.random)

    def __len__(self) -> int:
        return len(self.random)

    @cached_property
    def factor(self) -> Floats:
        """L: the lower Cholesky factor of the matrix 2 sin(πρ/6)."""
        matrix: Floats = np.eye(len(self))
        for one, other in self._correlations:
            i, j = self._places(one, other)
            matrix[i, j] = matrix[j, i] = 2 * math.sin(math.pi * self._correlations[one, other] / 6)
        try:
            return as_floats(np.linalg.cholesky(matrix))
        except np.linalg.LinAlgError:
            one, other = max(self._correlations, key=lambda pair: self._least_without(matrix, *pair))
            raise StudyError(
                f"the correlation of {one} and {other}, {self._correlations[one, other]}, cannot hold together with the "
                "others: their matrix is not positive definite. Write one nearer to what the others leave."
            ) from None

    def _places(self, one: str, other: str) -> tuple[int, int]:
        return self.names.index(one), self.names.index(other)

    def _least_without(self, matrix: Floats, one: str, other: str) -> float:
        """Return the least eigenvalue of a matrix in which a pair is not correlated."""
        i, j = self._places(one, other)
        changed = matrix.copy()
        changed[i, j] = changed[j, i] = 0.0
        return float(np.linalg.eigvalsh(changed)[0])

    def settings(self, normals: Sequence[float] | Floats) -> dict[str, Value]:
        """Return the values at independent normal numbers, one for each variable."""
        if not len(self):
            return {}
        return self.settings_at(normal_shares(self.factor @ np.asarray(normals, float)))

    def settings_at(self, shares: Sequence[float] | Floats) -> dict[str, Value]:
        """Return the value of each variable below which lies the share that is given of it."""
        pairs = zip(self._quantiles.items(), shares, strict=True)
        return {name: as_value(of(float(share)), self._types.get(name, NO_TYPE), name) for (name, of), share in pairs}

    def medians(self) -> dict[str, Value]:
        return self.settings_at([0.5] * len(self))


def as_floats(values: Any) -> Floats:
    return np.asarray(values, np.float64)


def normal_shares(numbers: Floats) -> Floats:
    from scipy.special import ndtr

    shares: Floats = np.clip(ndtr(numbers), 1e-300, 1 - 2**-53)
    return shares


def as_value(value: Any, kind: Any = NO_TYPE, name: str = "a value") -> Value:
    """Return the nearest value that a parameter of a type can have; of an amount, text in tokens.

    Raises:
        StrategyError: it is of another kind altogether.
    """
    if kind is NO_TYPE:
        return float(value) if isinstance(value, Fraction | np.floating) else value
    if kind is Amount:
        exact = Fraction(value) if not isinstance(value, float) else Fraction(Decimal(repr(value)))
        return as_text(round(exact * 10**DECIMALS))
    if kind is int and isinstance(value, float | Fraction):
        return round(value)
    if kind is float and not isinstance(value, str | bool):
        return float(value)
    if typing.get_origin(kind) is Literal or isinstance(value, str):
        found: Value = Parameter(name, kind).read(str(value))
        return found
    checked: Value = Parameter(name, kind).checked(value)
    return checked
