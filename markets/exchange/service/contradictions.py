"""Instructions that contradict themselves, which are not sent."""

from tokenspice.markets.errors import InstructionError
from tokenspice.markets.exchange.numbers import factor
from tokenspice.markets.exchange.orders import OrderType, TimeInForce
from tokenspice.markets.exchange.service.base import Number
from tokenspice.markets.exchange.service.values import Pegged

__all__ = ["check_iceberg", "check_price"]


def check_iceberg(peak: Number | None, minimum: Number | None) -> None:
    """Refuse an iceberg of which one size is missing, or the smaller is larger.

    Raises:
        InstructionError: it is one.
        ExchangeError: a size is no number.
    """
    if (peak is None) != (minimum is None):
        raise InstructionError("an iceberg has peak_size and minimum_visible_size. Write both, or neither.")
    if peak is not None and minimum is not None and not 0 < factor(minimum) <= factor(peak):
        raise InstructionError(
            f"an iceberg shows {peak} and again below {minimum}. Write minimum_visible_size above 0, peak_size at least that."
        )


def check_price(
    order_type: OrderType | str, time_in_force: TimeInForce | str, price: Number | None, pegged: Pegged | None
) -> None:
    """Refuse an order of two prices, or of none, and one that is pegged until the next auction.

    Raises:
        InstructionError: it is one.
    """
    if price is not None and pegged:
        raise InstructionError("an order has a price and is pegged. Write one of them.")
    if pegged and time_in_force == TimeInForce.GFN:
        raise InstructionError(
            "a pegged order is good for normal trading alone. Write GTC or GTT: it waits in auctions."
        )
    if order_type == OrderType.LIMIT and price is None and not pegged:
        raise InstructionError("a limit order has no price. Write price=, or pegged=.")
    if order_type == OrderType.MARKET and (price is not None or pegged):
        raise InstructionError("a market order has a price. Leave it out, or write a limit order.")
