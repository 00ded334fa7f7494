"""A price averaged over time, with the time of auctions left out."""

from typing import final

__all__ = ["Twap"]


@final
class Twap:
    """The time-weighted average of what was observed since a period began.

    A price holds until the next one. The time between `pause` and `resume` counts in neither numerator nor denominator. Where
    nothing was observed at or before the start, the window begins at the first observation. Prices are ints, times seconds.
    """

    __slots__ = ("at", "is_paused", "price", "seconds", "weighted")

    def __init__(self, start: int, is_paused: bool = False) -> None:
        self.at = start
        self.is_paused = is_paused
        self.price: int | None = None
        self.seconds = 0
        self.weighted = 0

    def observe(self, now: int, price: int) -> None:
        """From `now` on the price is this one."""
        self._pass(now)
        self.price = price

    def pause(self, now: int) -> None:
        """An auction begins."""
        self._pass(now)
        self.is_paused = True

    def resume(self, now: int) -> None:
        """An auction is over."""
        self._pass(now)
        self.is_paused = False

    def restart(self, now: int) -> None:
        """A new period begins; the price last seen is its first."""
        self.at = now
        self.seconds = self.weighted = 0

    def average(self, now: int) -> int | None:
        """Return the average up to `now`, truncated; None where nothing was observed.

        Where no time has counted, as in a period that was an auction as a whole, it is the price last seen.
        """
        if self.price is None:
            return None
        passed = 0 if self.is_paused else max(now - self.at, 0)
        seconds = self.seconds + passed
        return (self.weighted + self.price * passed) // seconds if seconds else self.price

    def _pass(self, now: int) -> None:
        passed = now - self.at
        if passed <= 0:
            return
        if self.price is not None and not self.is_paused:
            self.seconds += passed
            self.weighted += self.price * passed
        self.at = now
