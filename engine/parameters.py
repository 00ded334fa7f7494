"""Parameters as data: the type, unit, range, meaning, corners and distribution of every field of a strategy.

A strategy is a frozen dataclass. What its fields promise stands in their types, and is checked whenever a strategy is
made: `activity: Annotated[float, Between(0, 1), Doc("chance to act, per tick")] = 0.5`.
"""

import dataclasses
import inspect
import re
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, Protocol, TypeAlias, final, runtime_checkable

from tokenspice.engine.errors import StrategyError, UnitsError
from tokenspice.engine.typed_values import base_type, parsed, plain_value
from tokenspice.engine.units import Amount, Unit, as_text

__all__ = [
    "Above",
    "AtLeast",
    "Between",
    "Corners",
    "Distribution",
    "Doc",
    "Parameter",
    "ParametersBase",
    "Probability",
    "Share",
    "parameters",
]

Number: TypeAlias = int | float

# The symbol in which a name ends, such as OCEAN in init_OCEAN, or "USD per TOK" in price_USD_per_TOK.
SYMBOL = re.compile(r"_([A-Z][A-Z0-9]+)(?:_per_([A-Z][A-Z0-9]+))?$")
LIKE_TOKENS = 10**12  # base units: an int parameter's default from here on is taken for an amount
MEANT_AS_TOKENS = 10**6  # base units: an amount's default or range below this was meant in tokens


@final
@dataclass(frozen=True)
class Between:
    """The range of a number, both ends included; None leaves an end open. Amounts are in base units."""

    minimum: Number | None = None
    maximum: Number | None = None


@final
@dataclass(frozen=True)
class AtLeast:
    """A range that begins with `minimum`."""

    minimum: Number


@final
@dataclass(frozen=True)
class Above:
    """A range that begins after `minimum`, up to and with `maximum` if there is one."""

    minimum: Number
    maximum: Number | None = None


@final
@dataclass(frozen=True)
class Doc:
    """What a parameter means, and where its default is from."""

    text: str


@final
class Corners:
    """The values at which design tools look first, in the field's own type."""

    def __init__(self, *values: object) -> None:
        self.values = values


@runtime_checkable
class Distribution(Protocol):
    """How likely the values of a parameter are."""

    def quantile(self, share: float) -> float:
        """Return the value below which lies that share, above 0 and below 1, of all values."""


Share = Annotated[float, Between(0, 1)]  # of a whole
Probability = Annotated[float, Between(0, 1)]


@final
@dataclass(frozen=True)
class Parameter:
    """What is declared of one parameter.

    Attributes:
        name: dotted, as `--set` takes it.
        type: int, float, bool, str, a Literal, or Amount.
        unit: such as "OCEAN" or "seconds"; "" for a bare number.
        minimum, maximum: the range, in base units for an Amount; None where there is no limit.
        excludes_minimum: whether the range begins after `minimum`.
        default: in base units for an Amount.
        doc: its meaning.
        corners: values at which design tools look first.
        distribution: how likely its values are, if that is known.
    """

    name: str
    type: Any
    unit: str = ""
    minimum: Number | None = None
    maximum: Number | None = None
    excludes_minimum: bool = False
    default: Any = None
    doc: str = ""
    corners: tuple[object, ...] = ()
    distribution: Distribution | None = None

    @property
    def range(self) -> str:
        """The range in words, such as "0 to 1"; "" where there is none."""
        low = None if self.minimum is None else self.shown(self.minimum)
        high = None if self.maximum is None else self.shown(self.maximum)
        match low, high:
            case None, None:
                return ""
            case None, _:
                return f"at most {high}"
            case _, None:
                return f"more than {low}" if self.excludes_minimum else f"{low} or more"
        return f"more than {low}, at most {high}" if self.excludes_minimum else f"from {low} to {high}"

    @property
    def choices(self) -> str:
        """What a Literal may be, separated by commas; "" of other types."""
        return ", ".join(map(str, typing.get_args(self.type))) if typing.get_origin(self.type) is Literal else ""

    @property
    def wanted(self) -> str:
        """What to write, with unit and range."""
        return ", ".join(filter(None, (self._wanted_type(), self.range)))

    def shown(self, value: Any) -> str:
        """Write a value as `--set` reads it."""
        if self.type is Amount and isinstance(value, int):
            return as_text(value)
        return (
            f"{value:g}" if isinstance(value, float) and f"{value:g}" == str(value).removesuffix(".0") else str(value)
        )

    def read(self, text: str) -> Any:
        """Read a value from text; an Amount is written in tokens.

        Raises:
            StrategyError: it is not of the parameter's type, or out of its range.
        """
        try:
            value = parsed(self.type, text)
        except (KeyError, ValueError, UnitsError):
            raise self.refusal(f'"{text}"') from None
        return self.checked(value)

    def checked(self, value: Any) -> Any:
        """Return a value as the strategy keeps it: numpy's numbers become Python's.

        Raises:
            StrategyError: it is not of the parameter's type, or out of its range.
        """
        try:
            plain = plain_value(self.type, value)
        except (TypeError, ValueError, OverflowError):
            raise self.refusal(repr(value)) from None
        if not self._is_in_range(plain):
            raise self.refusal(f"{self.shown(plain)} {self.unit}".strip())
        return plain

    def refusal(self, found: str) -> StrategyError:
        """Return the error that says what was found and what to write instead."""
        return StrategyError(f"{self.name} = {found}: write {self.wanted}.")

    def _is_in_range(self, value: Any) -> bool:
        if self.minimum is not None and not (value > self.minimum if self.excludes_minimum else value >= self.minimum):
            return False
        return self.maximum is None or bool(value <= self.maximum)

    def _wanted_type(self) -> str:
        if self.type is Amount:
            return f"an amount in {self.unit or 'tokens'}, such as 12.5"
        if self.type is bool:
            return "true or false"
        if self.choices:
            return f"one of {self.choices}"
        name = {int: "a whole number", float: "a finite number", str: "text"}.get(self.type, f"a {self.type}")
        return f"{name} of {self.unit}" if self.type is int and self.unit else name


@dataclass(frozen=True)
class ParametersBase:
    """EXTEND with a field per parameter, each with its type and a default. A field may itself be such a dataclass.

    Whoever extends `__post_init__`, for what two parameters must be to each other, calls super() first.
    """

    def __init_subclass__(cls) -> None:
        # Before the decorator of dataclasses gives the class a representation in base units.
        if "__repr__" not in vars(cls):
            setattr(cls, "__repr__", ParametersBase.__repr__)  # noqa: B010  (mypy knows no such method to replace)

    def __post_init__(self) -> None:
        check(self)

    def __repr__(self) -> str:
        return shown(self)


def shown(strategy: Any) -> str:
    """Write a strategy with its parameters as `--set` takes them: amounts in tokens."""
    known = {parameter.name: parameter for parameter in declared(strategy.__class__)}
    values = ((field.name, getattr(strategy, field.name)) for field in dataclasses.fields(strategy))
    parts = [
        f"{name}={shown(value) if dataclasses.is_dataclass(value) else known[name].shown(value)}"
        for name, value in values
    ]
    return f"{type(strategy).__name__}({', '.join(parts)})"


def parameters(strategy: Any) -> tuple[Parameter, ...]:
    """Return what is declared of every parameter of a strategy, those of nested strategies by dotted names.

    Args:
        strategy: a frozen dataclass, or an instance of one, whose values are then the defaults.

    Raises:
        StrategyError: a default is out of its range, or an amount is declared as a plain int.
    """
    return tuple(_walk(strategy() if isinstance(strategy, type) else strategy, ""))


def check(strategy: Any, prefix: str = "") -> None:
    """Check all fields of a strategy, those of nested strategies too, and turn numpy's numbers into Python's.

    Raises:
        StrategyError: naming the field, its value, and what it may be.
    """
    known = {parameter.name: parameter for parameter in declared(strategy.__class__)}
    for field in dataclasses.fields(strategy):
        value = getattr(strategy, field.name)
        if dataclasses.is_dataclass(value):
            check(value, f"{prefix}{field.name}.")
        elif (plain := dataclasses.replace(known[field.name], name=prefix + field.name).checked(value)) is not value:
            object.__setattr__(strategy, field.name, plain)


def _walk(strategy: Any, prefix: str) -> Iterator[Parameter]:
    known = {parameter.name: parameter for parameter in declared(strategy.__class__)}
    for field in dataclasses.fields(strategy):
        value = getattr(strategy, field.name)
        if dataclasses.is_dataclass(value):
            yield from _walk(value, f"{prefix}{field.name}.")
        else:
            yield dataclasses.replace(known[field.name], name=prefix + field.name, default=value)


@cache
def declared(strategy: Any) -> tuple[Parameter, ...]:
    """Return what a dataclass declares of its own fields, but for those that are dataclasses.

    Raises:
        StrategyError: an amount is declared as a plain int.
    """
    hints = [inspect.get_annotations(base, eval_str=True) for base in reversed(inspect.getmro(strategy))]
    found = [
        _declared(field, [hint[field.name] for hint in hints if field.name in hint])
        for field in dataclasses.fields(strategy)
    ]
    return tuple(parameter for parameter in found if not dataclasses.is_dataclass(parameter.type))


def _declared(field: "dataclasses.Field[Any]", hints: list[Any]) -> Parameter:
    # Whoever gives a field another default need not say again what the base class said of it: the last note counts.
    notes = [note for hint in hints if typing.get_origin(hint) is Annotated for note in typing.get_args(hint)[1:]]
    kind = base_type(hints[-1])
    units = [note.name for note in notes if isinstance(note, Unit)]
    # In a name of capitals any word looks like a symbol.
    symbol = None if field.name.isupper() else SYMBOL.search(field.name)
    ranges = [note for note in notes if isinstance(note, Between | AtLeast | Above)]
    limits = ranges[-1] if ranges else Between()
    _check_notes(field.name, notes)
    if kind is Amount:
        _check_base_units(field, limits)
    elif kind is int and not units:
        _refuse_amount(field, symbol)
    return Parameter(
        name=field.name,
        type=kind,
        unit=units[-1] if units else " per ".join(filter(None, symbol.groups())) if symbol else "",
        minimum=limits.minimum,
        maximum=getattr(limits, "maximum", None),
        excludes_minimum=isinstance(limits, Above),
        default=field.default,
        doc=next((note.text for note in reversed(notes) if isinstance(note, Doc)), ""),
        corners=next((note.values for note in reversed(notes) if isinstance(note, Corners)), ()),
        distribution=next((note for note in reversed(notes) if isinstance(note, Distribution)), None),
    )


def _check_notes(name: str, notes: list[Any]) -> None:
    for note in notes:
        if note in (Between, AtLeast, Above, Corners, Doc, Unit):
            raise StrategyError(f"{name}: {note.__name__} says nothing by itself. Write {note.__name__}(…).")


def _check_base_units(field: "dataclasses.Field[Any]", limits: Between | AtLeast | Above) -> None:
    """Refuse a default or a range that was meant in whole tokens."""
    for what, amount in (("default", field.default), *vars(limits).items()):
        if type(amount) is int and 0 < abs(amount) < MEANT_AS_TOKENS:
            raise StrategyError(
                f"{field.name}: Amount with {what} {amount}, which is in base units, {as_text(amount)} of a token. "
                f"Write tokens({amount})."
            )


def _refuse_amount(field: "dataclasses.Field[Any]", symbol: re.Match[str] | None) -> None:
    if symbol or (isinstance(field.default, int) and abs(field.default) >= LIKE_TOKENS):
        raise StrategyError(
            f"{field.name}: int would take --set in base units. Write {field.name}: Amount = tokens(…), or "
            'Annotated[int, Unit("…")] if it counts no tokens.'
        )
