"""What happens to parties whose margin is below maintenance: their orders go, then their position does."""

from tokenspice.markets.exchange.ledger import TransferKind
from tokenspice.markets.exchange.margin import MarginRule
from tokenspice.markets.exchange.positions import Position
from tokenspice.markets.exchange.venue import MarketView

__all__ = ["close_out", "is_still_distressed"]


def is_still_distressed(market: MarketView, rule: MarginRule, position: Position) -> bool:
    """Whether a party whose orders are gone still has less than its maintenance margin."""
    return position.margin.balance < rule.maintenance(position, market)


def close_out(market: MarketView, position: Position) -> int:
    """Move a position to the network at the mark price, and what is left of its money to the insurance pool.

    Returns:
        The volume that the network took over.
    """
    volume, mark = position.volume, market.mark
    held = market.network.volume
    position.trade(-volume, mark)
    market.network.trade(volume, mark)
    market.open_interest += max(held + volume, 0) - max(held, 0) - max(volume, 0)
    for account in (position.margin, position.bond):
        if account and account.balance:
            position.adjusted -= account.balance
            market.ledger.transfer(account, market.insurance, account.balance, TransferKind.CLOSEOUT)
    return volume
