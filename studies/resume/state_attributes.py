"""Which attributes of an object are its state: those that change during a run, and that its class therefore names.

A class names them in `state_names`; names that its bases declare are added to its own. A dataclass need not: its fields
are its state.
"""

import dataclasses
from functools import cached_property
from typing import Any, final

from tokenspice.engine.errors import RunError

__all__ = ["Shape"]

MISSING = object()


@final
class Shape:
    """What a class says about its objects.

    Attributes:
        declares: whether it says what their state is.
        is_frozen: whether it is a frozen dataclass, whose fields stay as they are.
        names: the attributes that are their state, bases' first.

    Raises:
        RunError: `state_names` is no tuple of names.
    """

    def __init__(self, kind: type) -> None:
        bases = kind.__mro__
        self.names = tuple(dict.fromkeys(name for base in reversed(bases) for name in own_names(base)))
        self.declares = dataclasses.is_dataclass(kind) or any("state_names" in vars(base) for base in bases)
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


def own_names(base: type) -> list[str]:
    """Return what one class declares, without its bases."""
    names = vars(base).get("state_names", ())
    if not isinstance(names, tuple) or not all(isinstance(name, str) for name in names):
        raise RunError(f'{base.__name__}.state_names is {names!r}. Write a tuple of names, such as ("n_sold",).')
    fields = dataclasses.fields(base) if dataclasses.is_dataclass(base) else ()
    return [mangled(base, name) for name in names] + [field.name for field in fields]


def slots(base: type) -> list[str]:
    names = vars(base).get("__slots__", ())
    names = [names] if isinstance(names, str) else list(names)
    return [mangled(base, name) for name in names if name not in ("__dict__", "__weakref__")]


def mangled(base: type, name: str) -> str:
    """Return what Python makes of a name that begins with two underscores inside a class."""
    is_private = name.startswith("__") and not name.endswith("__")
    return f"_{base.__name__.lstrip('_')}{name}" if is_private else name
