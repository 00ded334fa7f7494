"""Who took and made how much, over the last epochs."""

from collections import deque
from typing import final

__all__ = ["EpochVolumes"]


@final
class EpochVolumes:
    """Volumes of each party, epoch by epoch, as far back as the longest window asks."""

    def __init__(self) -> None:
        self.current: dict[str, int] = {}
        self._past: deque[dict[str, int]] = deque()

    def __repr__(self) -> str:
        return f"EpochVolumes({len(self.current)} parties in this epoch, {len(self._past)} epochs before)"

    def add(self, party: str, volume: int) -> None:
        self.current[party] = self.current.get(party, 0) + volume

    def end_epoch(self, keep: int) -> None:
        """Close the epoch, and forget all but the last `keep` that are closed."""
        self._past.append(self.current)
        self.current = {}
        while len(self._past) > keep:
            self._past.popleft()

    def over(self, window: int) -> dict[str, int]:
        """Return each party's sum over the last `window` closed epochs."""
        sums: dict[str, int] = {}
        for epoch in list(self._past)[-window:]:
            for party, volume in epoch.items():
                sums[party] = sums.get(party, 0) + volume
        return sums
