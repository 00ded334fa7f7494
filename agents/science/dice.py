"""Chance, as the agents of this family meet it: four questions, answered by named streams."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Protocol, TypeVar, final

import numpy as np

__all__ = ["Dice", "SharedDice", "StreamDice", "dice_by_name"]

T = TypeVar("T")


class Dice(Protocol):
    """What is asked of chance. Python's own generators answer these too."""

    def random(self) -> float:
        """Return a number from [0, 1)."""

    def uniform(self, a: float, b: float, /) -> float:
        """Return a number from [a, b)."""

    def randint(self, a: int, b: int, /) -> int:
        """Return a whole number from a to b, both included."""

    def choice(self, options: Sequence[T], /) -> T:
        """Return one of the options, each as likely as the others."""


@final
class StreamDice:
    """Dice over one of a state's random streams."""

    def __init__(self, stream: np.random.Generator) -> None:
        self._stream = stream

    def random(self) -> float:
        return float(self._stream.random())

    def uniform(self, a: float, b: float, /) -> float:
        return a + (b - a) * self.random()

    def randint(self, a: int, b: int, /) -> int:
        return int(self._stream.integers(a, b, endpoint=True))

    def choice(self, options: Sequence[T], /) -> T:
        return options[int(self._stream.integers(len(options)))]


@final
class SharedDice:
    """Dice over one generator of Python's, from which all who hold them draw in turn."""

    def __init__(self, generator: Random) -> None:
        self._generator = generator

    def random(self) -> float:
        return self._generator.random()

    def uniform(self, a: float, b: float, /) -> float:
        return self._generator.uniform(a, b)

    def randint(self, a: int, b: int, /) -> int:
        return self._generator.randint(a, b)

    def choice(self, options: Sequence[T], /) -> T:
        return self._generator.choice(options)


def dice_by_name(
    rng: Callable[[str], np.random.Generator], seed: int, is_shared: bool = False
) -> Callable[[str], Dice]:
    """Return the function that gives each agent its dice.

    Args:
        rng: a state's streams by name.
        seed: the run's.
        is_shared: whether all share one generator of Python's, drawn from in the order of creation and stepping, as
            the runs do that DARC-SPICE's trajectories come from.
    """
    if not is_shared:
        return lambda name: StreamDice(rng(name))
    shared = SharedDice(Random(seed))
    return lambda name: shared
