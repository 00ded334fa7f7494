"""Stop orders come in, are set free, and end."""

from tokenspice.markets.exchange.market_state import OPEN_STATES, TradingMode
from tokenspice.markets.exchange.numbers import ONE
from tokenspice.markets.exchange.order_entry import submit
from tokenspice.markets.exchange.orders import Reason, TimeInForce
from tokenspice.markets.exchange.stop_orders import StopExpiry, StopOrder, StopStatus
from tokenspice.markets.exchange.trading_view import TradingView

__all__ = ["expire_stops", "fire", "forget_idle", "submit_stop"]

NONE = Reason.NONE


def submit_stop(market: TradingView, legs: list[StopOrder], most: int) -> None:
    """Take a stop order of one leg, or of two of which one cancels the other.

    Args:
        most: how many stop orders a party may have in a market.
    """
    reason = refusal(market, legs, most)
    if reason is not NONE:
        for stop in legs:
            stop.end(StopStatus.REJECTED, reason)
        return
    if len(legs) == 2:
        legs[0].other, legs[1].other = legs[1], legs[0]
    for stop in legs:
        market.stops.add(stop, market.last_price)
    if not market.in_auction and market.last_price:
        market.triggered += market.stops.hit(market.last_price)
    market.after_transaction(legs[0].position)


def refusal(market: TradingView, legs: list[StopOrder], most: int) -> Reason:
    """Why a stop order cannot be taken."""
    position, directions = legs[0].position, [leg.trigger.direction for leg in legs]
    if len(legs) > 2 or len(set(directions)) < len(legs):
        return Reason.INVALID_LEGS
    if market.state not in OPEN_STATES:
        return Reason.MARKET_CLOSED
    if market.mode is TradingMode.OPENING_AUCTION:
        return Reason.STOP_IN_OPENING_AUCTION
    if not position.volume and not position.orders:
        return Reason.STOP_WITHOUT_POSITION
    if len(market.stops.of(position.party)) + len(legs) > most:
        return Reason.TOO_MANY_STOPS
    return next((reason for leg in legs if (reason := refusal_of_leg(leg, market.venue.now)) is not NONE), NONE)


def refusal_of_leg(stop: StopOrder, now: int) -> Reason:
    """Why one leg of a stop order cannot be taken."""
    trigger = stop.trigger
    if trigger.tif is TimeInForce.GFA:
        return Reason.STOP_GFA
    if (trigger.price > 0) == (trigger.trail > 0) or trigger.price < 0 or not 0 <= trigger.trail < ONE:
        return Reason.INVALID_TRIGGER
    if trigger.expires and trigger.expires <= now:
        return Reason.INVALID_EXPIRY
    if trigger.fraction and not (0 < trigger.fraction <= ONE and trigger.reduce_only):
        return Reason.INVALID_FRACTION
    return NONE if trigger.fraction or trigger.size > 0 else Reason.INVALID_SIZE


def fire(market: TradingView) -> None:
    """Submit the orders of the stops that were triggered, and of those that these trigger.

    If one of them begins an auction, the others wait for its end.
    """
    while market.triggered and not market.in_auction:
        stop = market.triggered.pop(0)
        order = stop.order
        if stop.trigger.fraction:
            order.size = order.remaining = abs(order.position.volume) * stop.trigger.fraction // ONE
        if order.reduce_only and (not order.position.volume or not order.size):
            stop.end(StopStatus.STOPPED, Reason.NO_POSITION_LEFT)
            continue
        order.created = market.venue.now
        submit(market, order)


def forget_idle(market: TradingView) -> None:
    """Cancel the stops of parties that hold and offer nothing any more, and sized stops of positions that turned."""
    touched, market.touched = market.touched, []
    for position in touched:
        if position.party not in market.stops.by_party:
            continue
        if not position.volume and not position.orders:
            market.stops.end_all(position.party, StopStatus.CANCELLED, Reason.POSITION_CLOSED)
            continue
        for stop in market.stops.of(position.party):
            if stop.trigger.fraction and stop.has_turned():
                market.stops.end(stop, StopStatus.CANCELLED, Reason.POSITION_TURNED)


def expire_stops(market: TradingView, now: int) -> None:
    """End the stop orders whose time is over, or submit their orders."""
    for stop in market.stops.calendar.due(now):
        if stop.status is not StopStatus.PENDING:
            continue
        if stop.trigger.on_expiry is StopExpiry.CANCEL:
            market.stops.end(stop, StopStatus.EXPIRED)
        else:
            market.stops.end(stop, StopStatus.TRIGGERED)
            market.triggered.append(stop)
