"""What parties tell an exchange about their orders."""

from abc import ABC

from tokenspice.markets.exchange.amendments import Amendment
from tokenspice.markets.exchange.icebergs import Iceberg
from tokenspice.markets.exchange.institutions import Institutions
from tokenspice.markets.exchange.instructions import instruction
from tokenspice.markets.exchange.ledger import Account, AccountType
from tokenspice.markets.exchange.market import Market
from tokenspice.markets.exchange.orders import Order, OrderStatus, OrderType, Reason, Side, TimeInForce
from tokenspice.markets.exchange.pegs import Peg
from tokenspice.markets.exchange.positions import Position
from tokenspice.markets.exchange.stop_orders import StopOrder, StopStatus, Trigger

__all__ = ["Trading"]


class Trading(Institutions, ABC):  # noqa: B024  (its base has what is abstract)
    """EXTEND it by blocks."""

    def __init__(self, now: int) -> None:
        super().__init__(now)
        self._orders = 0

    @instruction
    def submit(
        self,
        party: str,
        market_id: str,
        side: Side,
        size: int,
        price: int = 0,
        type: OrderType = OrderType.LIMIT,
        tif: TimeInForce = TimeInForce.GTC,
        expires: int = 0,
        post_only: bool = False,
        reduce_only: bool = False,
        peg: Peg | None = None,
        iceberg: Iceberg | None = None,
        reference: str = "",
    ) -> Order:
        """Send an order; what became of it is its status."""
        market = self.markets.get(market_id)
        self._orders += 1
        id, position = f"O{self._orders}", market.position(party) if market else nowhere(party)
        order = Order(
            id,
            position,
            side,
            size,
            price,
            type,
            tif,
            expires,
            post_only,
            reduce_only,
            reference,
            self.now,
            peg,
            None if iceberg is None else Iceberg(iceberg.peak, iceberg.minimum),
        )
        if market is None:
            order.stop(OrderStatus.REJECTED, Reason.NO_SUCH_MARKET)
            return order
        return market.submit(order)

    def _live(self, party: str, market_id: str, order_id: str) -> tuple[Market, Order] | None:
        """A party's order that rests or is parked, and its market."""
        market = self.markets.get(market_id)
        position = market.positions.get(party) if market else None
        order = position.orders.get(order_id) if position else None
        return None if market is None or order is None else (market, order)

    @instruction
    def amend(self, party: str, market_id: str, order_id: str, change: Amendment) -> Reason:
        """Change a live order; return why that is refused, if so."""
        found = self._live(party, market_id, order_id)
        return found[0].amend(found[1], change) if found else Reason.NO_SUCH_ORDER

    @instruction
    def cancel(self, party: str, market_id: str, order_id: str) -> Reason:
        """Cancel a live order."""
        found = self._live(party, market_id, order_id)
        if found is None:
            return Reason.NO_SUCH_ORDER
        found[0].cancel(found[1])
        return Reason.NONE

    @instruction
    def cancel_all(self, party: str, market_id: str = "") -> int:
        """Cancel all of a party's orders, in one market or in all; return how many."""
        count = 0
        for market in [each for id, each in self.markets.items() if market_id in ("", id)]:
            position = market.positions.get(party)
            for order in list(position.orders.values()) if position else []:
                if order.id in order.position.orders:  # which an earlier cancel may have led to
                    market.cancel(order)
                    count += 1
        return count

    @instruction
    def submit_stop(self, party: str, market_id: str, *triggers: Trigger) -> list[StopOrder]:
        """Send a stop order with one trigger, or with two of which one cancels the other.

        Returns:
            A leg for each trigger; what became of it is its status.
        """
        market = self.markets.get(market_id)
        position = market.position(party) if market else nowhere(party)
        legs = [self._leg(position, trigger) for trigger in triggers]
        if market is None:
            for leg in legs:
                leg.end(StopStatus.REJECTED, Reason.NO_SUCH_MARKET)
        elif legs:
            market.submit_stop(legs)
        return legs

    def _leg(self, position: Position, trigger: Trigger) -> StopOrder:
        self._orders += 1
        order = Order(
            f"O{self._orders}",
            position,
            trigger.side,
            trigger.size,
            trigger.order_price,
            trigger.type,
            trigger.tif,
            trigger.order_expires,
            trigger.post_only,
            trigger.reduce_only,
            created=self.now,
        )
        return StopOrder(f"S{self._orders}", order, trigger)

    @instruction
    def cancel_stop(self, party: str, market_id: str, stop_id: str = "") -> Reason:
        """Cancel a pending stop order with both its legs; without an id all of the party's in this market."""
        market = self.markets.get(market_id)
        held = market.stops.by_party.get(party, {}) if market else {}
        found = [held[stop_id]] if stop_id in held else [] if stop_id else list(held.values())
        if market is None or not found:
            return Reason.NO_SUCH_STOP
        for stop in found:
            market.stops.end(stop, StopStatus.CANCELLED)
        return Reason.NONE


def nowhere(party: str) -> Position:
    """What an order for a market that is not there hangs on."""
    account = Account(party, "", AccountType.GENERAL)
    return Position(party, -1, account, account)
