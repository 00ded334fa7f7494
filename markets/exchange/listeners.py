"""Several listeners where one is called."""

from collections.abc import Callable
from typing import Any, TypeAlias, final

__all__ = ["Listener", "added", "nobody", "removed"]

Listener: TypeAlias = Callable[..., object]


def nobody() -> None:
    """Who listens where nobody does."""


@final
class Fanout:
    """Calls listeners one after the other, in the order in which they came."""

    __slots__ = ("listeners",)

    def __init__(self, listeners: list[Listener]) -> None:
        self.listeners = listeners

    def __call__(self, *args: Any) -> None:
        for listener in self.listeners:
            listener(*args)


def added(present: Listener | None, listener: Listener) -> Listener:
    """Return what calls those that listen already, and then `listener`; it is there once, however often it is added."""
    others = [each for each in listeners_of(present) if each != listener]
    return Fanout([*others, listener]) if others else listener


def removed(present: Listener | None, listener: Listener) -> Listener | None:
    """Return what calls those that listen besides `listener`; None for nobody."""
    others = [each for each in listeners_of(present) if each != listener]
    return Fanout(others) if len(others) > 1 else others[0] if others else None


def listeners_of(present: Listener | None) -> list[Listener]:
    if isinstance(present, Fanout):
        return present.listeners
    return [] if present is None else [present]
