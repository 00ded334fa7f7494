"""Stop orders: orders off the book, which the last traded price sets free."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, final

from tokenspice.markets.exchange.numbers import ONE
from tokenspice.markets.exchange.orders import Order, OrderType, Reason, Side, TimeInForce

if TYPE_CHECKING:
    from tokenspice.markets.exchange.positions import Position

__all__ = ["StopDirection", "StopExpiry", "StopOrder", "StopStatus", "Trigger"]


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
@dataclass(frozen=True, slots=True)
class Trigger:
    """When an order is to be sent, and which one.

    Attributes:
        price: the trigger; 0 where it trails.
        trail: how far the price must turn from its best since submission, a factor of 10⁻¹⁸; 0 where it does not trail.
        expires: Unix seconds; 0 for never.
        fraction: of the position at the time of the trigger, a factor of 10⁻¹⁸; 0 to keep the order's own size.
        side, size, type, tif, order_price, order_expires, post_only, reduce_only: of the order.
    """

    direction: StopDirection
    side: Side
    size: int = 0
    price: int = 0
    trail: int = 0
    type: OrderType = OrderType.MARKET
    tif: TimeInForce = TimeInForce.IOC
    order_price: int = 0
    order_expires: int = 0
    post_only: bool = False
    reduce_only: bool = True
    expires: int = 0
    on_expiry: StopExpiry = StopExpiry.CANCEL
    fraction: int = 0


@final
class StopOrder:
    """One leg of a stop order.

    Attributes:
        order: what is submitted when the leg is triggered.
        number: legs are numbered as they come, by market.
        held: the position at submission, or the first one after it, signed.
        other: the other leg of a pair of which one cancels the other.
    """

    __slots__ = ("held", "id", "number", "order", "other", "reason", "status", "trigger")

    def __init__(self, id: str, order: Order, trigger: Trigger) -> None:
        self.id = id
        self.order = order
        self.trigger = trigger
        self.held = order.position.volume
        self.number = 0
        self.other: StopOrder | None = None
        self.status = StopStatus.PENDING
        self.reason = Reason.NONE

    def __repr__(self) -> str:
        trigger = self.trigger
        at = f"trailing by {trigger.trail / ONE:.2%}" if trigger.trail else str(trigger.price)
        return f"StopOrder({self.id}: {trigger.direction} {at}, {self.status}, {self.order!r})"

    @property
    def position(self) -> "Position":
        return self.order.position

    def has_turned(self) -> bool:
        """Whether the position has another sign than when the stop was submitted."""
        volume = self.order.position.volume
        self.held = self.held or volume
        return volume * self.held < 0

    def end(self, status: StopStatus, reason: Reason = Reason.NONE) -> None:
        self.status = status
        self.reason = reason
