"""Any value inside a configuration, by a dotted path such as "risk.sigma" or "price_monitoring.triggers.0.horizon"."""

import dataclasses
import math
import typing
from abc import ABC
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from enum import Enum
from typing import Any, TypeVar

import numpy as np

from tokenspice.markets.errors import ExchangeError

__all__ = ["leaf", "leaves", "with_leaf", "with_leaves"]

Value = TypeVar("Value")

PLAIN = {int: "a whole number", float: "a number", bool: "True or False", str: "text"}


def leaves(value: object, prefix: str = "") -> Iterator[tuple[str, object]]:
    """Yield path and value of all that is inside a frozen dataclass, of tuples by their places."""
    for name, inner in inside(value).items():
        path = f"{prefix}{name}"
        if inside(inner):
            yield from leaves(inner, f"{path}.")
        else:
            yield path, inner


def leaf(value: object, path: str) -> object:
    """Return what stands at a path.

    Raises:
        ExchangeError: there is nothing; it names the paths near it.
    """
    found = value
    for name in path.split("."):
        parts = inside(found)
        if name not in parts:
            raise ExchangeError(no_such_path(value, path))
        found = parts[name]
    return found


def with_leaf(value: Value, path: str, new: object) -> Value:
    """Return a copy in which `new` stands at a path.

    Numbers become the kind that stood there; an enumeration may be given by its text.

    Raises:
        ExchangeError: there is no such path, `new` is of another kind, or the whole is not valid with it.
    """
    old = leaf(value, path)
    if not (new is None and may_be_none(value, path)):
        new = fitting(path, old, new, declared(value, path))
    copy: Value = replaced(value, path.split("."), new)
    return copy


def with_leaves(value: Value, values: Mapping[str, object]) -> Value:
    """Return a copy with several values, set in their order.

    Raises:
        ExchangeError: one of them cannot be set.
    """
    for path, new in values.items():
        value = with_leaf(value, path, new)
    return value


def inside(value: object) -> dict[str, object]:
    """Return the parts of a dataclass by their names, of a tuple by their places; nothing of what is whole."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value) if field.init}
    if isinstance(value, tuple):
        return {str(place): inner for place, inner in enumerate(value)}
    return {}


def replaced(value: Any, names: list[str], new: object) -> Any:
    first, *rest = names
    part = replaced(inside(value)[first], rest, new) if rest else new
    if isinstance(value, tuple):
        return tuple(part if str(place) == first else inner for place, inner in enumerate(value))
    return dataclasses.replace(value, **{first: part})


def declared(value: object, path: str) -> type | None:
    """Return the type of number or text that is declared for a path, where it is one; what stands there may be another."""
    above, _, name = path.rpartition(".")
    parent = leaf(value, above) if above else value
    if not dataclasses.is_dataclass(parent):
        return None
    hint = typing.get_type_hints(type(parent)).get(name)
    choices = [each for each in typing.get_args(hint) or (hint,) if each is not type(None)]
    return choices[0] if len(choices) == 1 and choices[0] in PLAIN else None


def may_be_none(value: object, path: str) -> bool:
    """Whether None is declared for a path."""
    above, _, name = path.rpartition(".")
    parent = leaf(value, above) if above else value
    hint = typing.get_type_hints(type(parent)).get(name) if dataclasses.is_dataclass(parent) else None
    return type(None) in typing.get_args(hint)


def fitting(path: str, old: object, new: object, kind: type | None) -> object:
    """Return `new` in the kind of what it replaces.

    Args:
        kind: the type that is declared, for numbers and text.

    Raises:
        ExchangeError: it is of another kind.
    """
    new = new.item() if isinstance(new, np.generic) else new
    if isinstance(old, Enum) and not isinstance(new, Enum):
        choices = {str(choice.value): choice for choice in type(old)}
        if str(new) not in choices:
            raise ExchangeError(f"{path} = {new!r}. Write one of: {', '.join(choices)}.")
        return choices[str(new)]
    kind = kind or (type(old) if type(old) in PLAIN else None)
    if kind is None:
        is_fit = new is None or old is None or inherits_together(old, new)
    else:
        is_fit = fits(kind, new) or (new is None and old is None)
        new = kind(new) if is_fit and new is not None else new
    if not is_fit:
        raise ExchangeError(f"{path} = {new!r}. Write {a_kind(kind or type(old))}, as the {old!r} that stands there.")
    return new


def fits(kind: type, new: object) -> bool:
    """Whether a value means a number, truth or text of a type."""
    if kind is bool or isinstance(new, bool):
        return kind is bool and isinstance(new, bool)
    if kind is float:
        return isinstance(new, int | float) and math.isfinite(new)
    if kind is int:
        return isinstance(new, int) or (isinstance(new, float) and new.is_integer())
    return isinstance(new, str)


def inherits_together(old: object, new: object) -> bool:
    """Whether two values are of one class, or of two that implement the same one."""
    shared = set(type(old).__mro__) & set(type(new).__mro__)
    return bool(shared - {object, ABC})


def a_kind(kind: type) -> str:
    return PLAIN.get(kind, f"a {kind.__name__} or its like")


def no_such_path(value: object, path: str) -> str:
    known = list(dict.fromkeys(inner for full, _ in leaves(value) for inner in beginnings(full)))
    ends = [full for full in known if full.rpartition(".")[2] == path.rpartition(".")[2]]
    near = list(dict.fromkeys([*get_close_matches(path, known, 4, 0.5), *ends]))[:5]
    hint = f"Near it are: {', '.join(near)}." if near else f"There are: {', '.join(known[:8])} …"
    return f"there is no value {path} in this {type(value).__name__}. {hint}"


def beginnings(path: str) -> Iterator[str]:
    """Yield a path and all that it leads through."""
    names = path.split(".")
    for length in range(1, len(names) + 1):
        yield ".".join(names[:length])
