"""A market's states, from its proposal to its end.

    PROPOSED → REJECTED
             → PENDING → CANCELLED
                       → ACTIVE ↔ SUSPENDED, SUSPENDED_VIA_GOVERNANCE
                         → TRADING_TERMINATED → SETTLED
                         → CLOSED, by a vote

Each of these functions is one arrow; the state stands in the market alone, and all views read it there.
"""

from typing import Protocol

from tokenspice.markets.exchange.clearing import Clearing
from tokenspice.markets.exchange.final_settlement import pay_out, release_all
from tokenspice.markets.exchange.market_state import MarketState, TradingMode
from tokenspice.markets.exchange.trading_view import TradingView
from tokenspice.markets.exchange.venue import MarketView

__all__ = ["ENDED", "Living", "cancel_market", "close_at", "settle_at", "terminate"]

ENDED = frozenset({MarketState.REJECTED, MarketState.CANCELLED, MarketState.SETTLED, MarketState.CLOSED})
"""States that no market leaves."""


class Living(MarketView, TradingView, Protocol):
    """A market whose state changes.

    Attributes:
        has_opened: whether its opening auction is over.
        ended_at: when it came into its last state, in Unix seconds; 0 before.
    """

    clearing: Clearing
    ended_at: int

    def close_provision(self) -> None:
        """Pay the fees that providers have earned, and give bonds back."""

    def close_pools(self) -> None:
        """Give back what pools have."""


def terminate(market: Living) -> None:
    """End trading: cancel all orders, and mark positions to the market's price once more.

    A market that never opened is cancelled.
    """
    if market.state in ENDED or market.state is MarketState.TRADING_TERMINATED:
        return
    if not market.has_opened:
        cancel_market(market)
        return
    stop_trading(market, MarketState.TRADING_TERMINATED)
    mark = market.clearing.mark_price.mark(market, market.venue.now) or market.mark
    if mark:
        market.clearing.settle(mark)


def settle_at(market: Living, price: int) -> None:
    """Pay everyone out at a price in ticks, after trading has ended."""
    if market.state is MarketState.TRADING_TERMINATED:
        finish(market, price, MarketState.SETTLED)


def close_at(market: Living, price: int) -> None:
    """End trading and pay everyone out at once, because a vote says so."""
    if market.state in ENDED:
        return
    if market.state is not MarketState.TRADING_TERMINATED:
        stop_trading(market, MarketState.TRADING_TERMINATED)
    finish(market, price, MarketState.CLOSED)


def cancel_market(market: Living) -> None:
    """End a market that never opened: give everything back."""
    stop_trading(market, MarketState.CANCELLED)
    give_back(market)
    market.ended_at = market.venue.now


def stop_trading(market: Living, state: MarketState) -> None:
    for position in list(market.positions.values()):
        market.cancel_orders(position)
    market.auction = None
    market.in_auction = False
    market.mode, market.state = TradingMode.NO_TRADING, state


def give_back(market: Living) -> None:
    market.close_provision()
    release_all(market)
    market.close_pools()


def finish(market: Living, price: int, state: MarketState) -> None:
    pay_out(market, price)
    give_back(market)
    market.state = state
    market.ended_at = market.venue.now
