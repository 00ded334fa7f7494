"""Cash flows between positions: what is lost is collected first, then what was collected is paid out."""

from typing import TypeAlias

from tokenspice.markets.exchange.bond import take_bond
from tokenspice.markets.exchange.ledger import TransferKind
from tokenspice.markets.exchange.positions import Position
from tokenspice.markets.exchange.socialisation import shared_wins
from tokenspice.markets.exchange.venue import MarketView

__all__ = ["Flows", "mark_to_market", "mark_to_market_flows", "redistribute"]

Flows: TypeAlias = list[tuple[Position, int]]
"""Positions, each with a positive amount in asset units, in the order in which they became active."""


def mark_to_market(market: MarketView, mark: int) -> None:
    """Value all positions at `mark`, in ticks, and let gains and losses change hands."""
    losers, winners = mark_to_market_flows(market, mark)
    market.mark = mark
    redistribute(market, losers, winners, TransferKind.MTM_LOSS, TransferKind.MTM_WIN)


def mark_to_market_flows(market: MarketView, mark: int) -> tuple[Flows, Flows]:
    """Return losers and winners of a new mark; their volumes count as settled at it.

    A position's cash is what its volume is worth less what it was traded or last marked at, cut towards zero.
    """
    losers: Flows = []
    winners: Flows = []
    up, down = market.value_up, market.value_down
    for position in market.active.values():
        worth = position.volume * mark
        cash = worth - position.basis
        if cash > 0:
            position.basis = worth
            winners.append((position, cash * up // down))
        elif cash < 0:
            position.basis = worth
            losers.append((position, -cash * up // down))
    return losers, winners


def redistribute(market: MarketView, losers: Flows, winners: Flows, loss: TransferKind, win: TransferKind) -> None:
    """Collect what is lost, then pay what is won: from own accounts, then from the insurance pool, then less to the winners.

    Args:
        market: its settlement account is empty before and after.
        losers, winners: what each owes, and is owed.
        loss, win: names of the transfers.
    """
    transfer, pool = market.ledger.transfer, market.settlement
    is_short = False
    paid = market.ledger.gather([(position.margin, owed) for position, owed in losers], pool, loss)
    for position, owed in losers[paid:]:
        unpaid = collect(market, position, owed, loss)
        if unpaid:
            position.adjusted += unpaid
            is_short = True
    collected, owed = pool.balance, sum(won for _, won in winners)
    if collected >= owed:
        market.ledger.spread(pool, [(position.margin, won) for position, won in winners], win)
        transfer(pool, market.insurance, collected - owed, TransferKind.ROUNDING)
        return
    shares = shared_wins([won for _, won in winners], collected, len(winners) - 1)
    for (position, won), share in zip(winners, shares, strict=True):
        transfer(pool, position.margin, share, win)
        if is_short:
            position.adjusted += share - won
            position.loss_socialised += max(won - share, 0)


def collect(market: MarketView, position: Position, owed: int, kind: TransferKind) -> int:
    """Move what a loser owes to the settlement account; return what nobody could pay.

    The margin account pays first, then in cross mode the general account, then a liquidity provider's bond, then the
    insurance pool.
    """
    transfer, pool, margin = market.ledger.transfer, market.settlement, position.margin
    if margin.balance >= owed:
        transfer(margin, pool, owed, kind)
        return 0
    owed -= margin.balance
    transfer(margin, pool, margin.balance, kind)
    if owed and not position.isolation:
        from_general = min(owed, position.general.balance)
        transfer(position.general, pool, from_general, kind)
        owed -= from_general
        if owed and position.bond:
            owed -= take_bond(market, position, pool, owed, kind)
    from_insurance = min(owed, market.insurance.balance)
    transfer(market.insurance, pool, from_insurance, kind)
    return owed - from_insurance
