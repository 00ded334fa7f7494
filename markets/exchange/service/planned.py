"""Verbs whose rules are not written yet: they can be called, and say so."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, final

from tokenspice.markets.errors import ExchangeError

__all__ = ["NotYet", "is_planned", "planned"]

P = ParamSpec("P")
R = TypeVar("R")


@final
class NotYet(ExchangeError):
    """The exchange has no rules for a verb yet."""


def planned(verb: Callable[P, R]) -> Callable[P, R]:
    """Mark a verb that has a signature and no rules yet."""

    @wraps(verb)
    def refuse(*args: P.args, **kwargs: P.kwargs) -> R:
        raise NotYet(f"{verb.__name__}: this exchange has no rules for it yet. `service.verbs()` names what it has.")

    refuse.is_planned = True  # type: ignore[attr-defined]
    return refuse


def is_planned(verb: object) -> bool:
    return bool(getattr(verb, "is_planned", False))
