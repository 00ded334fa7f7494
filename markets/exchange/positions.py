"""What one party holds and has open in one market, summed up as it happens."""

from typing import TYPE_CHECKING, final

if TYPE_CHECKING:
    from tokenspice.markets.exchange.ledger import Account
    from tokenspice.markets.exchange.orders import Order

__all__ = ["NO_WEIGHT", "PRECISION", "Position"]

NO_WEIGHT = -1.0
"""Of a position whose margin does not depend on the mark price in a simple way, or was not worked out."""

PRECISION = 10**9
"""Average costs are kept in billionths of price times size, so that what rounding loses never shows."""


@final
class Position:
    """A party's state in one market.

    Attributes:
        number: positions are numbered as they are created.
        general, margin: accounts; those of the network's position are both the market's insurance pool.
        order_margin, bond: accounts of parties in isolated mode and of liquidity providers.
        isolation: 0 in cross mode; in isolated mode the margin factor, of 10⁻¹⁸.
        volume: signed; positive is long.
        basis: Σ of signed size times price by which the volume was marked or traded last; what the next mark to
            market subtracts from the volume's value.
        entry_value: Σ of size times price at which the present volume was opened, signed as the volume; times PRECISION.
        realised: what trades that closed volume realised, in price times size; times PRECISION.
        adjusted: what else was realised, in asset units: gains forgone, losses that others paid, what a close-out took.
        loss_socialised: gains forgone, in asset units.
        kept, kept_of: in isolated mode, which part of the margin stays when a part of the volume was closed; both -1 once the
            volume has changed its sign.
        buys, sells: remaining sizes of live orders, by side.
        buy_value, sell_value: the same sizes, each times its order's price.
        orders: live ones by id, in the order in which they came.
        weight: the maintenance margin per unit of the mark price; see `MarginRule.weight`.
    """

    __slots__ = (
        "adjusted",
        "basis",
        "bond",
        "buy_value",
        "buys",
        "entry_value",
        "general",
        "isolation",
        "kept",
        "kept_of",
        "loss_socialised",
        "margin",
        "number",
        "order_margin",
        "orders",
        "party",
        "realised",
        "sell_value",
        "sells",
        "volume",
        "weight",
    )

    def __init__(self, party: str, number: int, general: "Account", margin: "Account") -> None:
        self.party = party
        self.number = number
        self.general = general
        self.margin = margin
        self.order_margin: Account | None = None
        self.bond: Account | None = None
        self.isolation = 0
        self.volume = 0
        self.basis = 0
        self.entry_value = 0
        self.realised = 0
        self.adjusted = 0
        self.loss_socialised = 0
        self.kept = 0
        self.kept_of = 0
        self.buys = 0
        self.sells = 0
        self.buy_value = 0
        self.sell_value = 0
        self.orders: dict[str, Order] = {}
        self.weight = NO_WEIGHT

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
        self.weight = NO_WEIGHT
        if order.is_buy:
            self.buys += size
            self.buy_value += size * order.price
        else:
            self.sells += size
            self.sell_value += size * order.price

    def trade(self, signed: int, price: int) -> None:
        """Take part in a trade of `signed` size, positive for bought: average cost, and what is realised on what closes."""
        volume, worth = self.volume, signed * price
        self.weight = NO_WEIGHT
        self.basis += worth
        self.volume = volume + signed
        if volume * signed >= 0:
            self.entry_value += worth * PRECISION
            return
        closed = -signed if abs(signed) <= abs(volume) else volume
        entry = (2 * self.entry_value * closed + volume) // (2 * volume)
        self.entry_value += (signed + closed) * price * PRECISION - entry
        self.realised += closed * price * PRECISION - entry
