"""Configurations from plain values: nested tables of numbers, texts and lists, as TOML and JSON have them."""

import dataclasses
import types
import typing
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from enum import Enum
from typing import Any, TypeVar

from tokenspice.markets.errors import ExchangeError

__all__ = ["Kinds", "from_plain"]

Built = TypeVar("Built")

Kinds = Mapping[type, Mapping[str, type]]
"""Of each abstract class, the classes that implement it, by the word under which a table's "kind" names them."""


def from_plain(kind: type[Built], values: Mapping[str, object], kinds: Kinds, path: str = "") -> Built:
    """Return a dataclass with these values; what they leave out has its default.

    Args:
        kind: the dataclass, or an abstract class of `kinds`.
        values: its fields by name; a list for a tuple, a table for a dataclass, which has a "kind" where there are several.
        kinds: what a "kind" may be.
        path: where the table stands, for messages.

    Raises:
        ExchangeError: a name is unknown, or a value is not of the field's kind.
    """
    values = dict(values)
    if kind in kinds:
        kind = chosen(kinds[kind], values.pop("kind", None), path)
    hints = typing.get_type_hints(kind)
    fields = [field.name for field in dataclasses.fields(kind) if field.init]  # type: ignore[arg-type]
    if unknown := [name for name in values if name not in fields]:
        near = get_close_matches(unknown[0], fields, 3, 0.4) or fields
        raise ExchangeError(
            f"{path}{unknown[0]}: a {kind.__name__} has no such value. Write one of: {', '.join(near)}."
        )
    built = {name: converted(hints[name], value, kinds, f"{path}{name}") for name, value in values.items()}
    try:
        return kind(**built)
    except TypeError:
        missing = [field.name for field in dataclasses.fields(kind) if is_needed(field) and field.name not in built]  # type: ignore[arg-type]
        raise ExchangeError(f"{path or kind.__name__}: there is no value for {', '.join(missing)}.") from None


def is_needed(field: "dataclasses.Field[Any]") -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def chosen(choices: Mapping[str, type], word: object, path: str) -> type:
    if word not in choices:
        raise ExchangeError(f"{path}kind = {word!r}. Write one of: {', '.join(choices)}.")
    return choices[str(word)]


def converted(hint: Any, value: Any, kinds: Kinds, path: str) -> Any:
    """Return a value in the type of a field."""
    hint = plain_hint(hint)
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return of_union(typing.get_args(hint), value, kinds, path)
    if typing.get_origin(hint) is tuple:
        return as_tuple(typing.get_args(hint), value, kinds, path)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return as_member(hint, value, path)
    if isinstance(hint, type) and isinstance(value, hint) and not (isinstance(value, bool) and hint is not bool):
        return value
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, Mapping) and (hint in kinds or dataclasses.is_dataclass(hint)):
        return from_plain(hint, value, kinds, f"{path}.")
    raise ExchangeError(f"{path} = {value!r}. Write {wanted(hint)}.")


def plain_hint(hint: Any) -> Any:
    return typing.get_args(hint)[0] if typing.get_origin(hint) is typing.Annotated else hint


def of_union(hints: Sequence[Any], value: Any, kinds: Kinds, path: str) -> Any:
    if value is None and type(None) in hints:
        return None
    (hint,) = [each for each in hints if each is not type(None)][:1]
    return converted(hint, value, kinds, path)


def as_tuple(hints: Sequence[Any], value: Any, kinds: Kinds, path: str) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise ExchangeError(f"{path} = {value!r}. Write a list.")
    return tuple(converted(hints[0], inner, kinds, f"{path}.{place}") for place, inner in enumerate(value))


def as_member(hint: type[Enum], value: Any, path: str) -> Enum:
    choices = {str(choice.value): choice for choice in hint}
    if str(value) not in choices:
        raise ExchangeError(f"{path} = {value!r}. Write one of: {', '.join(choices)}.")
    return choices[str(value)]


def wanted(hint: Any) -> str:
    words = {int: "a whole number", float: "a number", bool: "true or false", str: "text"}
    return words.get(hint, f"a table of a {getattr(hint, '__name__', hint)}")
