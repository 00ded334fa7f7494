"""What sort of trade it was."""

from typing import Literal

from tokenspice.markets.exchange.market import Market
from tokenspice.markets.exchange.orders import Trade

__all__ = ["TradeKind", "kind_of"]

TradeKind = Literal["continuous", "auction", "close-out", "disposal"]


def kind_of(market: Market, trade: Trade) -> TradeKind:
    """Return whether orders met continuously or in an auction, or the network took a position over or disposed of one."""
    is_network = market.network in (trade.buyer, trade.seller)
    if trade.aggressor is None:
        return "close-out" if is_network else "auction"
    return "disposal" if is_network else "continuous"
