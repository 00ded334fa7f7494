"""What changes an exchange: methods that say so, of whose calls a listener hears."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeAlias, TypeVar

__all__ = ["InstructionListener", "instruction", "instructions_of"]

InstructionListener: TypeAlias = Callable[[str, tuple[Any, ...], dict[str, Any]], object]
"""Takes the name of an instruction and its arguments, before it is done."""


class Instructed(Protocol):
    on_instruction: InstructionListener | None


S = TypeVar("S", bound=Instructed)
P = ParamSpec("P")
R = TypeVar("R")


def instruction(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """Mark a method that changes the exchange. What it calls in turn is not told: it would be done twice in a replay."""
    name = method.__name__

    @wraps(method)
    def told(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        listener = self.on_instruction
        if listener is None:
            return method(self, *args, **kwargs)
        listener(name, args, kwargs)
        self.on_instruction = None
        try:
            return method(self, *args, **kwargs)
        finally:
            self.on_instruction = listener

    told.is_instruction = True  # type: ignore[attr-defined]
    return told


def instructions_of(kind: type) -> frozenset[str]:
    """Return the names of a class's instructions, those of its bases too."""
    return frozenset(
        name for base in kind.__mro__ for name, each in vars(base).items() if getattr(each, "is_instruction", False)
    )
