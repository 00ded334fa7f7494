"""Verbs of several instructions at once, and of stop orders."""

from abc import ABC
from dataclasses import dataclass
from typing import final

from tokenspice.markets.errors import InstructionError
from tokenspice.markets.exchange.orders import OrderType, Reason, Side, TimeInForce
from tokenspice.markets.exchange.service.base import Number, ServiceBase
from tokenspice.markets.exchange.service.planned import NotYet, planned
from tokenspice.markets.exchange.service.values import Pegged, Placed

__all__ = [
    "BatchVerbs",
    "MarginModeUpdate",
    "OrderAmendment",
    "OrderCancellation",
    "OrderSubmission",
    "StopOrderInfo",
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

    def __post_init__(self) -> None:
        check_iceberg(self.peak_size, self.minimum_visible_size)
        check_price(self.order_type, self.price, self.pegged)


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


@final
@dataclass(frozen=True)
class StopOrderInfo:
    """A stop order that waits. Its status is "pending" as long as it does."""

    id: str
    party: str
    market: str
    direction: str
    trigger_price: float
    trailing: float
    order: OrderSubmission
    status: str
    expires: int


Instruction = OrderSubmission | OrderAmendment | OrderCancellation | MarginModeUpdate | StopSubmission


class BatchVerbs(ServiceBase, ABC):
    """Builders return an instruction, which `submit_instructions` sends."""

    build_order_submission = OrderSubmission
    build_order_amendment = OrderAmendment
    build_order_cancellation = OrderCancellation
    build_stop_submission = StopSubmission

    @planned
    def submit_instructions(self, party: str, instructions: list[Instruction]) -> list[Placed | Reason]:
        """Send a batch: cancellations, then amendments, margin modes, orders, stops. One that fails stops no other.

        Returns:
            What became of each, in the order in which they were given.
        """
        raise NotYet

    @planned
    def submit_stop_order(self, party: str, stop: StopSubmission) -> list[Placed]:
        """Send a stop order; return what became of it, of two legs that cancel each other both."""
        raise NotYet

    @planned
    def cancel_stop_order(self, party: str, market_id: str = "", stop_id: str = "") -> Reason:
        """Cancel a stop order; without its id all of the market; without a market all of the party's."""
        raise NotYet

    @planned
    def list_stop_orders(self, party: str = "", market_id: str = "") -> list[StopOrderInfo]:
        """Return stop orders that wait."""
        raise NotYet

    @planned
    def submit_transaction(self, party: str, instruction: Instruction) -> Placed | Reason:
        """Send any one instruction."""
        raise NotYet


def check_iceberg(peak: Number | None, minimum: Number | None) -> None:
    """Refuse an iceberg of which one size is missing, or the smaller is larger.

    Raises:
        InstructionError: it is one.
    """
    if (peak is None) != (minimum is None):
        raise InstructionError("an iceberg has peak_size and minimum_visible_size. Write both, or neither.")
    if peak is not None and minimum is not None and not 0 < float(minimum) <= float(peak):
        raise InstructionError(
            f"an iceberg shows {peak} and again below {minimum}. Write minimum_visible_size above 0, peak_size at least that."
        )


def check_price(order_type: OrderType | str, price: Number | None, pegged: Pegged | None) -> None:
    """Refuse an order of two prices, or of none.

    Raises:
        InstructionError: it is one.
    """
    if price is not None and pegged:
        raise InstructionError("an order has a price and is pegged. Write one of them.")
    if order_type == OrderType.LIMIT and price is None and not pegged:
        raise InstructionError("a limit order has no price. Write price=, or pegged=.")
    if order_type == OrderType.MARKET and (price is not None or pegged):
        raise InstructionError("a market order has a price. Leave it out, or write a limit order.")
