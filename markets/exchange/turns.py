"""What follows each transaction, and what each block begins with: the order in which a market's rules are called."""

from typing import Protocol

from tokenspice.markets.exchange.amm.desk import PoolDesk
from tokenspice.markets.exchange.auction_house import try_to_end
from tokenspice.markets.exchange.clearing import NEVER_MARKED
from tokenspice.markets.exchange.liquidity.provision import LiquidityProvision
from tokenspice.markets.exchange.market_state import OPEN_STATES
from tokenspice.markets.exchange.order_entry import ends_at, submit_for_network, withdraw
from tokenspice.markets.exchange.orders import OrderStatus, Side
from tokenspice.markets.exchange.positions import Position
from tokenspice.markets.exchange.products.product import Cue, Instrument
from tokenspice.markets.exchange.repricing import reprice
from tokenspice.markets.exchange.rewards.following import sample
from tokenspice.markets.exchange.rewards.metrics import Activity
from tokenspice.markets.exchange.trading_view import TradingView
from tokenspice.markets.exchange.triggers import expire_stops, fire, forget_idle
from tokenspice.markets.exchange.venue import MarketView

__all__ = ["TurnView", "after_transaction", "begin_block", "follow_auction", "update_mark"]


class TurnView(TradingView, MarketView, Protocol):
    """A market with all that has its turn.

    Attributes:
        is_firing: stop orders are being submitted.
        instrument: the product that is traded.
        liquidity: commitments, and what comes of them.
        pools: on the book.
        activity: what parties do, where that is rewarded.
    """

    is_firing: bool
    instrument: Instrument
    liquidity: LiquidityProvision
    pools: PoolDesk
    activity: Activity

    def is_ended_by(self, cues: tuple[Cue, ...]) -> bool:
        """Do what a product says is due; whether that ended trading."""


def after_transaction(market: TurnView, position: Position) -> None:
    """Free margin that nothing needs, mark and settle, move pegged orders, fire stop orders.

    Args:
        position: of the party whose transaction it was.
    """
    clearing = market.clearing
    if (
        position.isolation
        or clearing.follows_orders
        or (not position.orders and not position.volume and position is not market.network)
    ):
        clearing.free(position)
    if not clearing.is_settled or clearing.mark_price.needs_trades:
        update_mark(market)
    if market.pegs.orders and not market.in_auction:
        reprice(market)
    if market.stops.by_party or market.triggered:
        market.touched.append(position)
        follow_stops(market)
    if market.liquidity.commitments and not market.venue.in_batch:
        market.liquidity.observe()


def update_mark(market: TurnView) -> None:
    """Mark and settle, if that is due."""
    now = market.venue.now
    if market.clearing.mark_if_due(now):
        market.monitor.observe(now, market.mark)
        market.instrument.at_mark(now, market.clearing.prices.internal_price(now))


def follow_stops(market: TurnView) -> None:
    """Fire what was triggered, unless that goes on already, and end stop orders that have no purpose any more."""
    forget_idle(market)
    if market.triggered and not market.in_auction and not market.is_firing:
        market.is_firing = True
        fire(market)
        market.is_firing = False


def begin_block(market: TurnView) -> None:
    """Do what is due at a new time: orders end, auctions end, mark and settle, and the network disposes."""
    now = market.venue.now
    if market.activity.follows_positions:
        sample(market.activity, market)
    if market.state not in OPEN_STATES or market.is_ended_by(market.instrument.at_block(now)):
        return
    if now >= market.monitor.next_change:  # so that who reads it later in the block changes nothing
        market.monitor.advance(now)
    if market.funding_factor:
        market.funding = market.instrument.accrued(now)
    for order in market.expiries.due(now):
        if ends_at(order, order.expires):
            withdraw(market, order, OrderStatus.EXPIRED)
            market.after_transaction(order.position)
    expire_stops(market, now)
    has_ended = try_to_end(market)
    update_mark(market)
    follow_auction(market, has_ended)
    dispose(market)
    if market.pools.pools:
        market.pools.begin_block()
    market.liquidity.begin_block()
    market.bond_penalty = market.venue.parameters["market.liquidity.bondPenaltyParameter"]


def follow_auction(market: TurnView, has_ended: bool) -> None:
    """Move pegged orders and fire stop orders, for which an auction that ended made room.

    What these trade is settled with that auction, however short a time after its own trades.
    """
    if market.pegs and not market.in_auction:
        reprice(market)
    follow_stops(market)
    if has_ended and not market.clearing.is_settled:
        market.clearing.marked_at = NEVER_MARKED
        update_mark(market)


def dispose(market: TurnView) -> None:
    """Let the network send its next order, if that is due."""
    wanted = market.clearing.next_disposal(market.venue.now)
    if wanted is not None:
        side = Side.SELL if market.network.volume > 0 else Side.BUY
        submit_for_network(market, side, wanted.size, wanted.limit)
