"""Times that come round by themselves."""

from dataclasses import dataclass
from typing import final

from tokenspice.markets.exchange.limits import check_whole

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

    def __post_init__(self) -> None:
        check_whole("TimeTrigger", 1, 1e9, every=self.every)
        check_whole("TimeTrigger", 0, 1e12, first=self.first)

    def next(self, now: int, begun: int) -> int:
        """Return the first due time after `now`.

        Args:
            begun: when the market began.
        """
        first = self.first or begun + self.every
        return first if now < first else first + ((now - first) // self.every + 1) * self.every
