"""What one party holds and has open in one market, summed up as it happens."""

from typing import TYPE_CHECKING, final

if TYPE_CHECKING:
    from tokenspice.markets.exchange.ledger import Account
    from tokenspice.markets.exchange.orders import Order

__all__ = ["Position"]


@final
class Position:
    """A party's state in one market.

    Attributes:
        number: positions are numbered as they are created.
        volume: signed; positive is long.
        basis: Σ of signed size times price by which the volume was marked or traded last; what the next mark to
            market subtracts from the volume's value.
        entry_value: Σ of size times price at which the present volume was opened, signed as the volume.
        realised: profit and loss of what was closed, in asset units.
        buys, sells: remaining sizes of live orders, by side.
        buy_value, sell_value: the same sizes, each times its order's price.
        orders: live ones by id, in the order in which they came.
    """

    __slots__ = (
        "basis",
        "buy_value",
        "buys",
        "entry_value",
        "general",
        "margin",
        "number",
        "orders",
        "party",
        "realised",
        "sell_value",
        "sells",
        "volume",
    )

    def __init__(self, party: str, number: int, general: "Account", margin: "Account") -> None:
        self.party = party
        self.number = number
        self.general = general
        self.margin = margin
        self.volume = 0
        self.basis = 0
        self.entry_value = 0
        self.realised = 0
        self.buys = 0
        self.sells = 0
        self.buy_value = 0
        self.sell_value = 0
        self.orders: dict[str, Order] = {}

    def __repr__(self) -> str:
        return f"Position({self.party}: {self.volume}, {self.buys} to buy, {self.sells} to sell)"

    def add_order(self, order: "Order") -> None:
        """Count an order that rests."""
        self.orders[order.id] = order
        self.change_open(order, order.remaining)

    def remove_order(self, order: "Order") -> None:
        if self.orders.pop(order.id, None) is not None:
            self.change_open(order, -order.remaining)

    def change_open(self, order: "Order", size: int) -> None:
        """Count `size` more, or less, of an order that rests."""
        if order.is_buy:
            self.buys += size
            self.buy_value += size * order.price
        else:
            self.sells += size
            self.sell_value += size * order.price

    def trade(self, signed: int, price: int) -> int:
        """Take part in a trade of `signed` size, positive for bought; return what it realises, in price times size."""
        volume = self.volume
        self.basis += signed * price
        if volume * signed >= 0:
            self.entry_value += signed * price
            self.volume = volume + signed
            return 0
        closed = -signed if abs(signed) <= abs(volume) else volume
        entry = self.entry_value * closed // volume
        self.entry_value += (signed + closed) * price - entry
        self.volume = volume + signed
        return closed * price - entry
