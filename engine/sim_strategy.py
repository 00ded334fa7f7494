"""Everything that may change a number in data.csv: the parameters of one run."""

import dataclasses
import math
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from tokenspice.engine.errors import StrategyError, UnitsError
from tokenspice.engine.units import DAY, HOUR, Amount, Seconds, as_text, tokens

__all__ = ["SimStrategyBase", "kinds", "parameters", "read_value", "with_values"]

Dataclass = TypeVar("Dataclass")


@dataclass(frozen=True)
class SimStrategyBase:
    """EXTEND with a field per parameter, each with its type, a default, and its unit in a comment.

    A field may itself be a frozen dataclass, such as an agent's own strategy. To check values, extend
    `__post_init__` and raise StrategyError.
    """

    time_step: Seconds = HOUR  # simulated seconds per tick
    max_ticks: int = 1  # how many steps everyone takes
    log_interval: Seconds = DAY  # simulated seconds between rows of data.csv
    seed: int = 0  # of all random streams and wallets

    def __post_init__(self) -> None:
        for name, least in {"time_step": 1, "max_ticks": 0, "log_interval": 1, "seed": 0}.items():
            value = getattr(self, name)
            if not isinstance(value, int) or value < least:
                raise StrategyError(f"{name} = {value!r}: it is an int, {least} or more.")

    @property
    def uses_chain(self) -> bool:
        """Whether this run needs the chain that `SimState` takes. EXTEND where a parameter decides it."""
        return True


def parameters(strategy: object) -> dict[str, Any]:
    """Return every parameter by its dotted name, as `--set` would take it.

    Amounts are written in tokens, exactly, as text; so the values can be given back to `with_values`.
    """
    return {name: _shown(kind, value) for name, kind, value in _fields(strategy)}


def with_values(strategy: Dataclass, values: Mapping[str, str]) -> Dataclass:
    """Return a copy of `strategy` with some parameters replaced.

    Args:
        strategy: a frozen dataclass.
        values: text by dotted name ("publisher.DT_stake"). It is read as the field's type: int, float, bool,
            str, a Literal's choice, or an amount in tokens ("10000", "0.5").

    Raises:
        StrategyError: a name is unknown, or a value is not of the field's type.
    """
    known = kinds(strategy)
    for name in values:
        if name not in known:
            raise StrategyError(f'there is no parameter "{name}". There are: {", ".join(known)}.')
    replaced: Dataclass = _replaced(
        strategy, {name: read_value(name, known[name], text) for name, text in values.items()}
    )
    return replaced


def kinds(strategy: object) -> dict[str, Any]:
    """Return the type of every parameter, by its dotted name."""
    return {name: kind for name, kind, _ in _fields(strategy)}


def read_value(name: str, kind: Any, text: str) -> Any:
    """Read a parameter's text as its type says.

    Raises:
        StrategyError: it is not of that type.
    """
    parse, wanted = _reader(kind)
    try:
        return parse(text)
    except (ValueError, UnitsError):
        raise StrategyError(f'{name} = "{text}": write {wanted}.') from None


def _fields(strategy: Any, prefix: str = "") -> Iterator[tuple[str, Any, Any]]:
    kinds = typing.get_type_hints(type(strategy), include_extras=True)
    for field in dataclasses.fields(strategy):
        value = getattr(strategy, field.name)
        if dataclasses.is_dataclass(value):
            yield from _fields(value, f"{prefix}{field.name}.")
        else:
            yield prefix + field.name, kinds[field.name], value


def _replaced(strategy: Any, values: Mapping[str, object]) -> Any:
    # All at once, so that a dataclass checks only the values that it ends with.
    new: dict[str, object] = {}
    inner: dict[str, dict[str, object]] = {}
    for name, value in values.items():
        first, _, rest = name.partition(".")
        if rest:
            inner.setdefault(first, {})[rest] = value
        else:
            new[first] = value
    new |= {first: _replaced(getattr(strategy, first), group) for first, group in inner.items()}
    return dataclasses.replace(strategy, **new)


def _shown(kind: Any, value: Any) -> Any:
    if kind is Amount:
        return as_text(value)
    return value


def _reader(kind: Any) -> tuple[Any, str]:
    if kind is Amount:
        return tokens, "an amount in tokens, such as 12.5"
    if kind is bool:
        return _bool, "true or false"
    if kind is int:
        return int, "a whole number"
    if kind is float:
        return _finite, "a finite number"
    if typing.get_origin(kind) is typing.Literal:
        return _choice(typing.get_args(kind)), f"one of {', '.join(map(str, typing.get_args(kind)))}"
    if kind is str:
        return str, "text"
    raise StrategyError(
        f"a parameter of type {kind} cannot be set from text. Use int, float, bool, str, Literal, "
        "Amount, or a frozen dataclass of these."
    )


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _bool(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(text)
    return text.lower() == "true"


def _choice(options: tuple[Any, ...]) -> Any:
    by_text = {str(option): option for option in options}

    def parse(text: str) -> Any:
        if text not in by_text:
            raise ValueError(text)
        return by_text[text]

    return parse
