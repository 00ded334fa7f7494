"""Time in equal parts, by which rewards are paid and provision is judged."""

from typing import final

__all__ = ["Epochs"]


@final
class Epochs:
    """A count of epochs.

    Attributes:
        number: of the present one, from 0 on.
        start: when it began, in Unix seconds.
        seconds: how long the present and later ones last.
    """

    __slots__ = ("number", "seconds", "start")

    def __init__(self, start: int, seconds: int) -> None:
        self.number = 0
        self.start = start
        self.seconds = seconds

    def __repr__(self) -> str:
        return f"Epochs({self.number}, since {self.start})"

    @property
    def end(self) -> int:
        """When the present epoch ends, in Unix seconds."""
        return self.start + self.seconds

    def begin_next(self, now: int) -> None:
        """Begin the next epoch. One ends at a block; where blocks lie further apart than that, each block ends one."""
        self.number += 1
        self.start = now
