"""Which attributes of an object are its state: all of them, but for what a cached_property keeps."""

import dataclasses
from functools import cached_property
from types import FunctionType
from typing import Any, final

__all__ = ["Shape", "is_foreign"]

MISSING = object()
REDUCERS = ("__reduce__", "__reduce_ex__", "__getstate__")


@final
class Shape:
    """What a class says about its objects.

    Attributes:
        has_state: whether their attributes are state, rather than a matter of the class's own way of copying.
        is_frozen: whether it is a frozen dataclass, whose fields stay as they are.
    """

    def __init__(self, kind: type) -> None:
        bases = kind.__mro__
        self.has_state = dataclasses.is_dataclass(kind) or not is_foreign(kind)
        self.is_frozen = dataclasses.is_dataclass(kind) and vars(kind)["__dataclass_params__"].frozen
        self._slots = [name for base in bases for name in slots(base)]
        # What a cached_property keeps is no state, because it can be had again.
        self._caches = {name for base in bases for name in vars(base) if isinstance(vars(base)[name], cached_property)}

    def attributes(self, thing: object) -> dict[str, Any]:
        """Return an object's own attributes by name."""
        found: dict[str, Any] = {
            name: value for name in self._slots if (value := getattr(thing, name, MISSING)) is not MISSING
        }
        for name, value in getattr(thing, "__dict__", {}).items():
            if name not in self._caches:
                found[name] = value
        return found


def is_foreign(kind: type) -> bool:
    """Whether a class says in a way of its own what its objects are made of, or they have no attributes at all."""
    if any(getattr(kind, name, None) is not getattr(object, name, None) for name in REDUCERS):
        return True
    attributes = any("__slots__" in vars(base) for base in kind.__mro__) or kind.__dictoffset__ != 0
    return not attributes or kind is FunctionType


def slots(base: type) -> list[str]:
    names = vars(base).get("__slots__", ())
    names = [names] if isinstance(names, str) else list(names)
    return [mangled(base, name) for name in names if name not in ("__dict__", "__weakref__")]


def mangled(base: type, name: str) -> str:
    """Return what Python makes of a name that begins with two underscores inside a class."""
    is_private = name.startswith("__") and not name.endswith("__")
    return f"_{base.__name__.lstrip('_')}{name}" if is_private else name
