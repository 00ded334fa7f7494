"""Values of a parameter's type: read from text, or turned from numpy's numbers into Python's."""

import math
import operator
import typing
from typing import Annotated, Any

import numpy as np

from tokenspice.engine.errors import StrategyError
from tokenspice.engine.units import Amount, tokens

__all__ = ["base_type", "parsed", "plain_value"]


def base_type(hint: Any) -> Any:
    """Return a type without its notes: int of Seconds; but Amount of an amount, which is more than an int."""
    if typing.get_origin(hint) is not Annotated:
        return hint
    kind, *notes = typing.get_args(hint)
    return Amount if typing.get_args(Amount)[1] in notes else kind


def parsed(kind: Any, text: str) -> Any:
    """Read a value from text; an Amount is written in tokens.

    Raises:
        KeyError, ValueError, UnitsError: the text is not of the type.
        StrategyError: there is no text of such a type.
    """
    if kind is Amount:
        return tokens(text)
    if kind in (int, float, str):
        return plain_value(kind, kind(text))
    if kind is bool:
        return {"true": True, "false": False}[text.lower()]
    if typing.get_origin(kind) is typing.Literal:
        return {str(choice): choice for choice in typing.get_args(kind)}[text]
    raise StrategyError(
        f"a parameter of type {kind} cannot be set from text. Use int, float, bool, str, Literal, "
        "Amount, or a frozen dataclass of these."
    )


def plain_value(kind: Any, value: Any) -> Any:
    """Return a value in Python's own type; a float field keeps an int.

    Raises:
        TypeError, ValueError, OverflowError: it is not of the kind.
    """
    if typing.get_origin(kind) is typing.Literal and value not in typing.get_args(kind):
        raise ValueError
    if kind not in (Amount, int, float, bool, str):
        return value
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, bool) != (kind is bool) or isinstance(value, str) != (kind is str):
        raise TypeError
    if kind in (Amount, int):
        return operator.index(value)
    if kind is float and not math.isfinite(value):
        raise ValueError
    return value
