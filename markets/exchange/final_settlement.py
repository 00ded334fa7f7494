"""The end of a market: positions are paid out at a last price, and what was put aside goes back to its owners."""

from tokenspice.markets.exchange.ledger import Account, TransferKind
from tokenspice.markets.exchange.positions import Position
from tokenspice.markets.exchange.settlement import mark_to_market_flows, redistribute
from tokenspice.markets.exchange.venue import MarketView

__all__ = ["pay_out", "release_all"]


def pay_out(market: MarketView, price: int) -> None:
    """Mark all positions to their last price, in ticks, and end them.

    Cash flows as at any other mark: own accounts pay first, then the insurance pool, then winners receive less.
    """
    losers, winners = mark_to_market_flows(market, price)
    market.mark = price
    redistribute(market, losers, winners, TransferKind.FINAL_SETTLEMENT, TransferKind.FINAL_SETTLEMENT)
    for position in list(market.active.values()):
        position.trade(-position.volume, price)
        position.basis = 0
    market.open_interest = 0
    market.active.clear()


def release_all(market: MarketView) -> None:
    """Give margins and bonds back."""
    for position in market.positions.values():
        for account in set_aside(position):
            market.ledger.transfer(account, position.general, account.balance, TransferKind.RELEASE)


def set_aside(position: Position) -> list[Account]:
    """The accounts in which money of a position's party waits."""
    return [account for account in (position.margin, position.order_margin, position.bond) if account is not None]
