"""Mark to market: gains and losses change hands."""

from tokenspice.markets.exchange.ledger import TransferKind
from tokenspice.markets.exchange.positions import Position
from tokenspice.markets.exchange.venue import MarketView

__all__ = ["settle"]


def settle(market: MarketView, mark: int) -> None:
    """Value all positions at `mark`: collect what is lost, pay what is won, then level margins.

    A position's cash is what its volume is worth less what it was traded or last marked at.
    """
    transfer, pool = market.ledger.transfer, market.settlement
    winners: list[tuple[Position, int]] = []
    visited: list[Position] = []
    for position in market.positions.values():
        value = position.volume * mark
        if value or position.basis:
            visited.append(position)
            cash = market.value(value - position.basis)
            position.basis = value
            if cash > 0:
                winners.append((position, cash))
            elif cash < 0:
                for account in (position.margin, position.general, market.insurance):
                    taken = min(-cash, account.balance)
                    transfer(account, pool, taken, TransferKind.MTM_LOSS)
                    cash += taken
    market.mark = mark
    owed, collected = sum(cash for _, cash in winners), pool.balance
    for position, cash in winners:
        transfer(pool, position.margin, cash if collected >= owed else cash * collected // owed, TransferKind.MTM_WIN)
    for position in visited:
        market.level(position)
