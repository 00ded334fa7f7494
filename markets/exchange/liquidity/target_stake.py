"""Target stake: how much commitment a market wants, given the open interest that it has lately had.

target stake = reference price · most open interest within the window · scaling · larger risk factor
"""

from collections import deque
from typing import final

from tokenspice.markets.exchange.numbers import ONE

__all__ = ["OpenInterestWindow", "target_stake"]


@final
class OpenInterestWindow:
    """The most open interest among what was recorded lately.

    A level that was recorded before the window's start is not carried into it. Where nothing was recorded within the
    window, the last level counts, which holds to this day.

    Args:
        seconds: the window's length.
        opened: when the market opened; nothing earlier counts.
    """

    __slots__ = ("last", "opened", "seconds", "standing")

    def __init__(self, seconds: int, opened: int = 0) -> None:
        self.seconds = seconds
        self.opened = opened
        self.last = 0
        self.standing: deque[tuple[int, int]] = deque()  # times ascend, levels descend

    def __repr__(self) -> str:
        return f"OpenInterestWindow({len(self.standing)} levels in {self.seconds} s, last {self.last})"

    def record(self, time: int, open_interest: int) -> None:
        """Note the level from `time` on. Only levels that a later one does not exceed can be the most."""
        standing = self.standing
        while standing and standing[-1][1] <= open_interest:
            standing.pop()
        standing.append((time, open_interest))
        self.last = open_interest

    def most(self, now: int) -> int:
        """The most that was recorded in the window that ends at `now`."""
        standing, start = self.standing, max(now - self.seconds, self.opened)
        while standing and standing[0][0] < start:
            standing.popleft()
        return standing[0][1] if standing else self.last


def target_stake(notional: int, scaling: int, risk_factor: int) -> int:
    """Return the target stake in asset units, rounded down.

    Args:
        notional: reference price times most open interest, in asset units.
        scaling: a factor of 10⁻¹⁸.
        risk_factor: the larger of the two sides', a factor of 10⁻¹⁸.
    """
    return notional * scaling * risk_factor // ONE**2
