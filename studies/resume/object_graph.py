"""What a state leads to: everything that has an identity, numbered in the order of discovery."""

from collections.abc import Collection
from types import ModuleType
from typing import Any, final

from tokenspice.engine.agent import AgentBase

__all__ = ["ObjectGraph"]

MOST_STEPS = 12  # of a place that are told


@final
class ObjectGraph:
    """Objects by number, and where each was found. They are held, so that each `id` stays its own.

    Args:
        known: a graph whose numbers go on.
        renumbered: numbers of those of its objects that get another number when they are found.

    Attributes:
        all: the objects, in the order of their numbers.
    """

    def __init__(self, known: "ObjectGraph | None" = None, renumbered: Collection[int] = ()) -> None:
        self.all: list[Any] = list(known.all) if known else []
        self._numbers: dict[int, int] = dict(known._numbers) if known else {}
        self._found: list[tuple[int, object]] = list(known._found) if known else []
        for number in renumbered:
            del self._numbers[id(self.all[number])]

    def number(self, x: object) -> int | None:
        """Return an object's number, None if it has none yet."""
        return self._numbers.get(id(x))

    def add(self, x: object, holder: int, key: object) -> int:
        """Give an object a number, and return it.

        Args:
            x: the object.
            holder: number of what it was found in; -1 for none.
            key: at which attribute or place.
        """
        self._numbers[id(x)] = len(self.all)
        self.all.append(x)
        self._found.append((holder, key))
        return len(self.all) - 1

    def is_constant(self, number: int) -> bool:
        """Whether an object was found as a global variable or a class attribute, which are seldom changed."""
        holder, _ = self._found[number]
        return holder >= 0 and isinstance(self.all[holder], (ModuleType, type))

    def place(self, number: int) -> str:
        """Say where an object is: "agent pub1._pools"."""
        steps: list[str] = []
        while not (root := root_name(self.all[number])):
            holder, key = self._found[number]
            if holder < 0:
                root = str(key)
                break
            steps.append(f".{key}" if isinstance(key, str) else f"[{key}]")
            number = holder
        if len(steps) > MOST_STEPS:
            steps = [*steps[: MOST_STEPS // 2], "…", *steps[-MOST_STEPS // 2 :]]
        return root + "".join(reversed(steps))


def root_name(x: object) -> str:
    """Return what is known by a name of its own; empty for all else."""
    if isinstance(x, AgentBase):
        return f"agent {getattr(x, 'name', '?')}"
    return f"module {x.__name__.partition('.')[2] or x.__name__}" if isinstance(x, ModuleType) else ""
