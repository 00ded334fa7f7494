"""Verbs of stop orders."""

from abc import ABC
from math import nan
from typing import NamedTuple

from tokenspice.markets.exchange.market import Market
from tokenspice.markets.exchange.numbers import ONE, factor, to_units
from tokenspice.markets.exchange.orders import OrderType, Reason, Side, TimeInForce
from tokenspice.markets.exchange.service.base import ServiceBase, price_in, price_out, size_in, time_in, word
from tokenspice.markets.exchange.service.batch_instructions import OrderSubmission, StopSubmission, StopTrigger
from tokenspice.markets.exchange.service.orders import order_info
from tokenspice.markets.exchange.service.values import OrderInfo
from tokenspice.markets.exchange.stop_orders import StopDirection, StopExpiry, StopOrder, StopStatus, Trigger

__all__ = ["PlacedStop", "StopOrderInfo", "StopVerbs"]


class PlacedStop(NamedTuple):
    """What became of one leg of a stop order that was sent."""

    id: str
    status: StopStatus
    reason: Reason


class StopOrderInfo(NamedTuple):
    """A stop order that waits. A trigger price or a trailing share that it does not have is NaN."""

    id: str
    party: str
    market: str
    direction: StopDirection
    trigger_price: float
    trailing: float
    order: OrderInfo
    position_fraction: float
    status: StopStatus
    expires: int


class StopVerbs(ServiceBase, ABC):
    """Orders that wait off the book until a trade sets them free."""

    def submit_stop_order(self, party: str, stop: StopSubmission) -> list[PlacedStop]:
        """Send a stop order; return what became of it, of two legs that cancel each other both."""
        legs = [
            (StopDirection.RISES_ABOVE, stop.rises_above, stop.order),
            (StopDirection.FALLS_BELOW, stop.falls_below, stop.falls_order or stop.order),
        ]
        wanted = [(direction, at, order) for direction, at, order in legs if at is not None]
        market = self.exchange.markets.get(stop.order.market_id)
        if market is None:
            return [PlacedStop("", StopStatus.REJECTED, Reason.NO_SUCH_MARKET) for _ in wanted]
        triggers = [trigger(market, stop, *leg) for leg in wanted]
        placed = self.exchange.submit_stop(party, market.id, *triggers)
        if self.transactions_per_block:
            self.count_transaction()
        return [PlacedStop(leg.id, leg.status, leg.reason) for leg in placed]

    def cancel_stop_order(self, party: str, market_id: str = "", stop_id: str = "") -> Reason:
        """Cancel a stop order with its other leg; without its id all of the market; without a market all of the party's.

        Returns:
            Why nothing was cancelled; `Reason.NONE` if it was.
        """
        markets = [market_id] if market_id else list(self.exchange.markets)
        reasons = [self.exchange.cancel_stop(party, market, stop_id) for market in markets]
        if self.transactions_per_block:
            self.count_transaction()
        return Reason.NONE if Reason.NONE in reasons else Reason.NO_SUCH_STOP

    def list_stop_orders(self, party: str = "", market_id: str = "") -> list[StopOrderInfo]:
        """Return stop orders that wait, of one party or market if these are named."""
        markets = [self.market(market_id)] if market_id else list(self.exchange.markets.values())
        return [
            stop_info(market, stop)
            for market in markets
            for owner, held in market.stops.by_party.items()
            for stop in held.values()
            if not party or owner == party
        ]


def trigger(
    market: Market, stop: StopSubmission, direction: StopDirection, at: StopTrigger, order: OrderSubmission
) -> Trigger:
    """Return one leg as the exchange takes it."""
    side = word(Side, order.side)
    return Trigger(
        direction,
        side,
        size_in(market, order.volume),
        0 if at.price is None else to_units(at.price, market.config.decimals),
        0 if at.trailing is None else factor(at.trailing),
        word(OrderType, order.order_type),
        word(TimeInForce, order.time_in_force),
        0 if order.price is None else price_in(market, order.price, side),
        time_in(order.expires_at),
        order.post_only,
        order.reduce_only,
        time_in(stop.expires_at),
        StopExpiry.SUBMIT if stop.submits_at_expiry else StopExpiry.CANCEL,
        0 if stop.position_fraction is None else factor(stop.position_fraction),
    )


def stop_info(market: Market, stop: StopOrder) -> StopOrderInfo:
    at = stop.trigger
    trailing = at.trail / ONE if at.trail else nan
    rest = (order_info(market, stop.order), at.fraction / ONE, stop.status, at.expires)
    return StopOrderInfo(
        stop.id, stop.order.party, market.id, at.direction, price_out(market, at.price), trailing, *rest
    )
