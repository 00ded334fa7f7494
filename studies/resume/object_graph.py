"""What a state leads to: everything that has an identity, numbered in the order of discovery."""

from collections.abc import Iterator
from typing import Any, final

from tokenspice.engine.agent import AgentBase

__all__ = ["Things"]


@final
class Things:
    """Things by number, and where each was found. They are held, so that each `id` stays its own.

    Args:
        things: what is known already.

    Attributes:
        all: the things, in the order of their numbers.
    """

    def __init__(self, things: "Things | None" = None) -> None:
        self.all: list[Any] = list(things.all) if things else []
        self._numbers: dict[int, int] = dict(things._numbers) if things else {}
        self._found: list[tuple[int, object]] = list(things._found) if things else []

    def number(self, thing: object) -> int | None:
        """Return a thing's number, None if it has none yet."""
        return self._numbers.get(id(thing))

    def add(self, thing: object, holder: int, key: object) -> int:
        """Give a thing a number, and return it.

        Args:
            holder: number of what it was found in.
            key: at which attribute or place.
        """
        self._numbers[id(thing)] = len(self.all)
        self.all.append(thing)
        self._found.append((holder, key))
        return len(self.all) - 1

    def growing(self) -> Iterator[int]:
        """Go through the numbers, those too that are added on the way."""
        number = 0
        while number < len(self.all):
            yield number
            number += 1

    def place(self, number: int) -> str:
        """Say where a thing is: "agent pub1._pools"."""
        thing = self.all[number]
        if isinstance(thing, AgentBase):
            return f"agent {thing.name}"
        if number == 0:
            return "the state"
        holder, key = self._found[number]
        return f"{self.place(holder)}.{key}" if isinstance(key, str) else f"{self.place(holder)}[{key}]"
