"""The stop orders that wait in one market, found by the price that triggers them."""

from bisect import bisect_left, insort
from collections.abc import Iterator
from typing import final

from tokenspice.markets.exchange.calendar import Calendar
from tokenspice.markets.exchange.numbers import ONE
from tokenspice.markets.exchange.orders import Reason
from tokenspice.markets.exchange.stop_orders import StopDirection, StopOrder, StopStatus

__all__ = ["StopBook", "StopSide"]

NOTHING_SEEN = 1 << 62
"""The best price before the first trade, which every price betters."""

Entry = tuple[int, int, StopOrder]


@final
class Trail:
    """Trailing stops that have seen the same best price, by how far it may turn."""

    __slots__ = ("best", "entries")

    def __init__(self, best: int) -> None:
        self.best = best
        self.entries: list[Entry] = []


@final
class StopSide:
    """The stops of one direction. Prices times `sign` grow towards the trigger.

    Attributes:
        fixed: by trigger times sign, ascending, so that those that are hit come first.
        trails: by best price times sign, ascending: no group behind has seen a better price.
    """

    __slots__ = ("fixed", "sign", "trails")

    def __init__(self, sign: int) -> None:
        self.sign = sign
        self.fixed: list[Entry] = []
        self.trails: list[Trail] = []

    def __iter__(self) -> Iterator[StopOrder]:
        yield from (stop for _, _, stop in self.fixed)
        yield from (stop for trail in self.trails for _, _, stop in trail.entries)

    def add(self, stop: StopOrder, last_price: int) -> None:
        """Wait for the trigger; a trailing one begins at `last_price`, 0 before the first trade."""
        if not stop.trigger.trail:
            insort(self.fixed, (stop.trigger.price * self.sign, stop.number, stop))
            return
        best = last_price * self.sign if last_price else NOTHING_SEEN
        if not self.trails or self.trails[-1].best != best:
            self.trails.append(Trail(best))
        insort(self.trails[-1].entries, (stop.trigger.trail, stop.number, stop))

    def remove(self, stop: StopOrder) -> None:
        if not stop.trigger.trail:
            take_out(self.fixed, (stop.trigger.price * self.sign, stop.number, stop))
            return
        self.trails = [
            trail
            for trail in self.trails
            if not take_out(trail.entries, (stop.trigger.trail, stop.number, stop)) or trail.entries
        ]

    def hit(self, price: int) -> list[StopOrder]:
        """Take out those that a trade at `price` triggers."""
        level = price * self.sign
        fixed = self.fixed
        count = 0
        while count < len(fixed) and fixed[count][0] <= level:
            count += 1
        found = [stop for _, _, stop in fixed[:count]]
        del fixed[:count]
        return found + self.hit_trails(level) if self.trails else found

    def hit_trails(self, level: int) -> list[StopOrder]:
        """Let best prices follow, then take out the trailing stops from which the price has turned far enough."""
        trails, entries = self.trails, []
        while trails and trails[-1].best >= level:
            entries += trails.pop().entries
        if entries:
            trails.append(Trail(level))
            trails[-1].entries = sorted(entries)
        found = []
        for trail in trails:
            while trail.entries and level * ONE >= trail.best * (ONE + self.sign * trail.entries[0][0]):
                found.append(trail.entries.pop(0)[2])
        if found:
            self.trails = [trail for trail in trails if trail.entries]
        return found


def take_out(entries: list[Entry], entry: Entry) -> bool:
    """Remove an entry from a sorted list; whether it was there."""
    at = bisect_left(entries, entry[:2], key=lambda held: held[:2])
    if at < len(entries) and entries[at][2] is entry[2]:
        del entries[at]
        return True
    return False


def waits_for(stop: StopOrder, time: int) -> bool:
    return stop.status is StopStatus.PENDING and stop.trigger.expires == time


@final
class StopBook:
    """All pending stop orders of one market.

    Attributes:
        by_party: pending ones by their ids, for parties that have any.
    """

    __slots__ = ("by_party", "calendar", "count", "sides")

    def __init__(self) -> None:
        self.sides = {StopDirection.RISES_ABOVE: StopSide(1), StopDirection.FALLS_BELOW: StopSide(-1)}
        self.by_party: dict[str, dict[str, StopOrder]] = {}
        self.calendar: Calendar[StopOrder] = Calendar(waits_for)
        self.count = 0

    def __bool__(self) -> bool:
        return bool(self.by_party)

    def __repr__(self) -> str:
        return f"StopBook({sum(map(len, self.by_party.values()))} pending)"

    def of(self, party: str) -> list[StopOrder]:
        return list(self.by_party.get(party, {}).values())

    def add(self, stop: StopOrder, last_price: int) -> None:
        self.count += 1
        stop.number = self.count
        self.sides[stop.trigger.direction].add(stop, last_price)
        self.by_party.setdefault(stop.position.party, {})[stop.id] = stop
        if stop.trigger.expires:
            self.calendar.add(stop.trigger.expires, stop)

    def end(self, stop: StopOrder, status: StopStatus, reason: Reason = Reason.NONE) -> None:
        """Take a pending stop order away, and with it the other leg: legs are cancelled and expire together."""
        if stop.status is not StopStatus.PENDING:
            return
        self.sides[stop.trigger.direction].remove(stop)
        self.forget(stop)
        stop.end(status, reason)
        if stop.other is not None:
            together = status is StopStatus.CANCELLED or status is StopStatus.EXPIRED
            self.end(stop.other, status if together else StopStatus.STOPPED, reason)

    def forget(self, stop: StopOrder) -> None:
        party = stop.position.party
        held = self.by_party[party]
        del held[stop.id]
        if not held:
            del self.by_party[party]

    def end_all(self, party: str, status: StopStatus, reason: Reason = Reason.NONE) -> None:
        for stop in self.of(party):
            self.end(stop, status, reason)

    def hit(self, price: int) -> list[StopOrder]:
        """Trigger what a trade at `price` triggers, in the order of submission; of two legs only one fires."""
        found = [stop for side in self.sides.values() for stop in side.hit(price)]
        fired = []
        for stop in sorted(found, key=lambda stop: stop.number):
            if stop.status is StopStatus.PENDING:
                self.forget(stop)
                stop.end(StopStatus.TRIGGERED)
                fired.append(stop)
                if stop.other is not None:
                    self.end(stop.other, StopStatus.STOPPED)
        return fired
