"""Stop orders: orders off the book, which the last traded price sets free."""

from bisect import bisect_left, insort
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, final

from tokenspice.markets.exchange.calendar import Calendar
from tokenspice.markets.exchange.numbers import ONE
from tokenspice.markets.exchange.orders import Order, Reason

if TYPE_CHECKING:
    from tokenspice.markets.exchange.positions import Position

__all__ = ["StopBook", "StopDirection", "StopExpiry", "StopOrder", "StopSide", "StopStatus"]


class StopDirection(StrEnum):
    RISES_ABOVE = "rises above"
    FALLS_BELOW = "falls below"


class StopStatus(StrEnum):
    PENDING = "pending"
    TRIGGERED = "triggered"
    CANCELLED = "cancelled"
    STOPPED = "stopped"
    EXPIRED = "expired"
    REJECTED = "rejected"


class StopExpiry(StrEnum):
    """What happens when a stop order's time is over."""

    CANCEL = "cancel"
    SUBMIT = "submit"


@final
class StopOrder:
    """One leg of a stop order.

    Attributes:
        order: what is submitted when the leg is triggered.
        price: the trigger; 0 where it trails.
        trail: how far the price must turn from its best since submission, a factor of 10⁻¹⁸; 0 where it does not trail.
        expires: Unix seconds; 0 for never.
        fraction: of the position at the time of the trigger, a factor of 10⁻¹⁸; 0 to keep the order's own size.
        other: the other leg of a pair of which one cancels the other.
    """

    __slots__ = (
        "direction",
        "expires",
        "fraction",
        "held_long",
        "id",
        "number",
        "on_expiry",
        "order",
        "other",
        "price",
        "reason",
        "status",
        "trail",
    )

    def __init__(
        self,
        id: str,
        order: Order,
        direction: StopDirection,
        price: int = 0,
        trail: int = 0,
        expires: int = 0,
        on_expiry: StopExpiry = StopExpiry.CANCEL,
        fraction: int = 0,
    ) -> None:
        self.id = id
        self.order = order
        self.direction = direction
        self.price = price
        self.trail = trail
        self.expires = expires
        self.on_expiry = on_expiry
        self.fraction = fraction
        self.held_long = order.position.volume > 0
        self.number = 0
        self.other: StopOrder | None = None
        self.status = StopStatus.PENDING
        self.reason = Reason.NONE

    def __repr__(self) -> str:
        at = f"trailing by {self.trail / ONE:.2%}" if self.trail else str(self.price)
        return f"StopOrder({self.id}: {self.direction} {at}, {self.status}, {self.order!r})"

    @property
    def position(self) -> "Position":
        return self.order.position

    def end(self, status: StopStatus, reason: Reason = Reason.NONE) -> None:
        self.status = status
        self.reason = reason


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
        """Wait for the trigger; a trailing one begins at `last_price`."""
        if not stop.trail:
            insort(self.fixed, (stop.price * self.sign, stop.number, stop))
            return
        best = last_price * self.sign
        if not self.trails or self.trails[-1].best != best:
            self.trails.append(Trail(best))
        insort(self.trails[-1].entries, (stop.trail, stop.number, stop))

    def remove(self, stop: StopOrder) -> None:
        if not stop.trail:
            take_out(self.fixed, (stop.price * self.sign, stop.number, stop))
            return
        self.trails = [
            trail
            for trail in self.trails
            if not take_out(trail.entries, (stop.trail, stop.number, stop)) or trail.entries
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
        self.calendar: Calendar[StopOrder] = Calendar(
            lambda stop, time: stop.status is StopStatus.PENDING and stop.expires == time
        )
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
        self.sides[stop.direction].add(stop, last_price)
        self.by_party.setdefault(stop.position.party, {})[stop.id] = stop
        if stop.expires:
            self.calendar.add(stop.expires, stop)

    def end(self, stop: StopOrder, status: StopStatus, reason: Reason = Reason.NONE) -> None:
        """Take a pending stop order away, and with it the other leg: legs are cancelled and expire together."""
        if stop.status is not StopStatus.PENDING:
            return
        self.sides[stop.direction].remove(stop)
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
