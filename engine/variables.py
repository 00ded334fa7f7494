"""What a study varies: ranges and choices, and how likely the values of a random variable are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias, final

from tokenspice.engine.errors import StudyError

__all__ = [
    "Beta",
    "Choice",
    "Discrete",
    "Empirical",
    "LogNormal",
    "Normal",
    "Number",
    "Random",
    "Range",
    "Triangular",
    "Uniform",
    "Value",
    "Variable",
]

Value: TypeAlias = bool | int | float | str  # of a parameter; an amount is written in tokens, as text
Number: TypeAlias = int | float | str  # as a study is written with; text is an exact amount in tokens
Within: TypeAlias = tuple[Number, Number] | None


@final
@dataclass(frozen=True)
class Range:
    """Any number from `low` to `high`, ends included; of a parameter of whole numbers, any whole one.

    Args:
        low, high: amounts in tokens, as text.
        log: whether equal factors count alike, not equal differences.
        step: between two values; the first is `low`.
    """

    low: Number
    high: Number
    log: bool = False
    step: Number | None = None

    def __post_init__(self) -> None:
        low, high = as_number(self.low), as_number(self.high)
        if low >= high:
            raise StudyError(f"Range({self.low}, {self.high}): write the lower end first.")
        if self.log and low <= 0:
            raise StudyError(f"Range({self.low}, …, log=True): a range of equal factors begins above 0.")
        if self.step is not None and not 0 < as_number(self.step) <= high - low:
            raise StudyError(f"Range with step {self.step}: write a step above 0 that fits into the range.")


@final
@dataclass(frozen=True, init=False)
class Choice:
    """One of some values: `Choice("pool", "outside")`."""

    values: tuple[Value, ...]

    def __init__(self, *values: Value) -> None:
        if len(set(values)) < max(2, len(values)):
            raise StudyError(f"Choice{values}: write two values or more, each once.")
        object.__setattr__(self, "values", values)


Variable: TypeAlias = Range | Choice


@final
@dataclass(frozen=True)
class Normal:
    """The normal distribution. `within` leaves only what lies between two numbers, in their old proportions."""

    mean: Number
    sd: Number
    within: Within = None

    def __post_init__(self) -> None:
        check_positive("Normal", sd=self.sd)


@final
@dataclass(frozen=True)
class LogNormal:
    """The distribution whose logarithm is normal, with standard deviation `spread`."""

    median: Number
    spread: Number
    within: Within = None

    def __post_init__(self) -> None:
        check_positive("LogNormal", median=self.median, spread=self.spread)


@final
@dataclass(frozen=True)
class Uniform:
    """Every number from `low` to `high` is as likely as another."""

    low: Number
    high: Number

    def __post_init__(self) -> None:
        check_ascending("Uniform", self.low, self.high)


@final
@dataclass(frozen=True)
class Triangular:
    """A density that rises in a straight line from `low` to `mode`, and falls in one to `high`."""

    low: Number
    mode: Number
    high: Number
    within: Within = None

    def __post_init__(self) -> None:
        check_ascending("Triangular", self.low, self.high)
        if not as_number(self.low) <= as_number(self.mode) <= as_number(self.high):
            raise StudyError(f"Triangular({self.low}, {self.mode}, {self.high}): write low, mode, high, in this order.")


@final
@dataclass(frozen=True)
class Beta:
    """The beta distribution with shapes `a` and `b`, stretched from `low` to `high`."""

    a: float
    b: float
    low: Number = 0.0
    high: Number = 1.0
    within: Within = None

    def __post_init__(self) -> None:
        check_positive("Beta", a=self.a, b=self.b)
        check_ascending("Beta", self.low, self.high)


@final
@dataclass(frozen=True)
class Discrete:
    """Some values, each as likely as its weight says: `Discrete({"pool": 3, "outside": 1})`."""

    weights: Mapping[Value, float]

    def __post_init__(self) -> None:
        if not self.weights or min(self.weights.values()) < 0 or not sum(self.weights.values()) > 0:
            raise StudyError(f"Discrete({dict(self.weights)}): write values with weights of 0 or more, not all 0.")


@final
@dataclass(frozen=True)
class Empirical:
    """What was observed: a column of a CSV file beside the netlist, each of its values as likely as another."""

    file: str
    column: str
    within: Within = None


Random: TypeAlias = Normal | LogNormal | Uniform | Triangular | Beta | Discrete | Empirical


def as_number(value: Number) -> float:
    """Read a number of a study.

    Raises:
        StudyError: it is none.
    """
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise StudyError(f"{value!r}: write a number.") from None
    if number != number or number in (float("inf"), float("-inf")):
        raise StudyError(f"{value!r}: write a finite number.")
    return number


def check_positive(what: str, **numbers: Number) -> None:
    for name, value in numbers.items():
        if as_number(value) <= 0:
            raise StudyError(f"{what} with {name} = {value}: write a number above 0.")


def check_ascending(what: str, low: Number, high: Number) -> None:
    if as_number(low) >= as_number(high):
        raise StudyError(f"{what} from {low} to {high}: write the lower end first.")
