"""Times that come round by themselves."""

from dataclasses import dataclass
from typing import final

__all__ = ["TimeTrigger"]


@final
@dataclass(frozen=True)
class TimeTrigger:
    """Due every so many seconds.

    Attributes:
        every: seconds between two times.
        first: Unix seconds of the first; 0 for one interval after its market began.
    """

    every: int
    first: int = 0

    def next(self, now: int, begun: int) -> int:
        """Return the first due time after `now`.

        Args:
            begun: when the market began.
        """
        first = self.first or begun + self.every
        return first if now < first else first + ((now - first) // self.every + 1) * self.every
