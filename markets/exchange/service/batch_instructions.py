"""Instructions as values, which a batch sends."""

from dataclasses import dataclass
from typing import final

from tokenspice.markets.errors import InstructionError
from tokenspice.markets.exchange.orders import OrderType, Side, TimeInForce
from tokenspice.markets.exchange.service.base import Number
from tokenspice.markets.exchange.service.contradictions import check_iceberg, check_price
from tokenspice.markets.exchange.service.values import Pegged

__all__ = [
    "Instruction",
    "MarginModeUpdate",
    "OrderAmendment",
    "OrderCancellation",
    "OrderSubmission",
    "StopSubmission",
    "StopTrigger",
]


@final
@dataclass(frozen=True)
class OrderSubmission:
    """An order to be sent; see `submit_order`.

    Raises:
        InstructionError: its parts contradict each other.
    """

    market_id: str
    side: Side | str
    volume: Number
    price: Number | None = None
    order_type: OrderType | str = OrderType.LIMIT
    time_in_force: TimeInForce | str = TimeInForce.GTC
    expires_at: int = 0
    pegged: Pegged | None = None
    post_only: bool = False
    reduce_only: bool = False
    peak_size: Number | None = None
    minimum_visible_size: Number | None = None
    reference: str = ""

    def __post_init__(self) -> None:
        check_iceberg(self.peak_size, self.minimum_visible_size)
        check_price(self.order_type, self.time_in_force, self.price, self.pegged)


@final
@dataclass(frozen=True)
class OrderAmendment:
    """A change of a live order; see `amend_order`."""

    market_id: str
    order_id: str
    price: Number | None = None
    volume: Number | None = None
    volume_delta: Number | None = None
    expires_at: int | None = None
    time_in_force: TimeInForce | str | None = None
    pegged: Pegged | None = None

    def __post_init__(self) -> None:
        if self.volume is not None and self.volume_delta is not None:
            raise InstructionError("an amendment sets volume and volume_delta. Write one of them.")


@final
@dataclass(frozen=True)
class OrderCancellation:
    """See `cancel_order`."""

    market_id: str = ""
    order_id: str = ""


@final
@dataclass(frozen=True)
class MarginModeUpdate:
    """See `update_margin_mode`."""

    market_id: str
    mode: str
    factor: Number | None = None


@final
@dataclass(frozen=True)
class StopTrigger:
    """When a stop order is sent: at a price, or where the price has turned by a trailing share of its extreme.

    Args:
        price: of a trade.
        trailing: from 0 to 1.
    """

    price: Number | None = None
    trailing: Number | None = None

    def __post_init__(self) -> None:
        if (self.price is None) == (self.trailing is None):
            raise InstructionError("a stop's trigger has a price and a trailing share, or neither. Write one of them.")


@final
@dataclass(frozen=True)
class StopSubmission:
    """A stop order, or two of which one cancels the other.

    Args:
        rises_above, falls_below: when it is sent; one of them, or both.
        order: what is sent then.
        falls_order: what is sent where the price falls, if that is another order.
        expires_at: Unix seconds; 0 for never.
        submits_at_expiry: whether it is sent when it expires, and not cancelled.
        position_fraction: of the position at that time, in place of the order's volume.
    """

    order: OrderSubmission
    rises_above: StopTrigger | None = None
    falls_below: StopTrigger | None = None
    falls_order: OrderSubmission | None = None
    expires_at: int = 0
    submits_at_expiry: bool = False
    position_fraction: Number | None = None

    def __post_init__(self) -> None:
        if self.rises_above is None and self.falls_below is None:
            raise InstructionError("a stop order has no trigger. Write rises_above=, falls_below=, or both.")
        for order in (self.order, self.falls_order or self.order):
            if order.pegged or order.peak_size is not None:
                raise InstructionError(
                    "a stop order wraps a pegged order or an iceberg. Write a limit or a market order."
                )
            if order.market_id != self.order.market_id:
                raise InstructionError(
                    f"a stop order's legs go to {self.order.market_id} and {order.market_id}. Write one market."
                )
        for trigger in (self.rises_above, self.falls_below):
            if not isinstance(trigger, StopTrigger | None):
                raise InstructionError(f"a stop order is sent at {trigger!r}. Write StopTrigger(price={trigger!r}).")


Instruction = OrderSubmission | OrderAmendment | OrderCancellation | MarginModeUpdate | StopSubmission
"""What a batch may hold."""
