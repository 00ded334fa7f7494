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

    def pass_to(self, now: int) -> bool:
        """Begin the next epoch if the present one is over by `now`; return whether that is so.

        An epoch ends at a block. Where blocks lie further apart than epochs are long, each block ends one.
        """
        if now < self.end:
            return False
        self.number += 1
        self.start = now
        return True
