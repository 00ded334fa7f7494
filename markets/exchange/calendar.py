"""What ends at a set time, found without looking at what does not."""

from collections.abc import Callable
from heapq import heapify, heappop, heappush
from typing import Generic, TypeVar, final

__all__ = ["Calendar"]

Item = TypeVar("Item")


@final
class Calendar(Generic[Item]):
    """Items by the time at which they end, first in first out within a second.

    What ends earlier for another reason need not be taken out: an item that `is_due` denies is passed over, and such
    items leave by themselves before they are more than those that wait.
    """

    __slots__ = ("count", "entries", "is_due", "room")

    def __init__(self, is_due: Callable[[Item, int], bool]) -> None:
        """Make an empty one.

        Args:
            is_due: whether an item still waits, and for this time. A function of a module, so that state can name it.
        """
        self.is_due = is_due
        self.entries: list[tuple[int, int, Item]] = []
        self.count = 0
        self.room = 64

    def __len__(self) -> int:
        return len(self.entries)

    def add(self, time: int, item: Item) -> None:
        if len(self.entries) >= self.room:
            self.entries = [entry for entry in self.entries if self.is_due(entry[2], entry[0])]
            heapify(self.entries)
            self.room = 2 * len(self.entries) + 64
        self.count += 1
        heappush(self.entries, (time, self.count, item))

    def next_time(self) -> int | None:
        """No item ends before this time; None if there is none."""
        return self.entries[0][0] if self.entries else None

    def due(self, now: int) -> list[Item]:
        """Take out what ends at `now` or earlier."""
        found = []
        while self.entries and self.entries[0][0] <= now:
            time, _, item = heappop(self.entries)
            if self.is_due(item, time):
                found.append(item)
        return found
