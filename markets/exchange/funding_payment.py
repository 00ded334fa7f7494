"""A perpetual's funding changes hands as gains and losses do: collected first, and shared where it does not suffice."""

from tokenspice.markets.exchange.ledger import TransferKind
from tokenspice.markets.exchange.settlement import Flows, redistribute
from tokenspice.markets.exchange.venue import MarketView

__all__ = ["funding_flows", "pay_funding"]


def pay_funding(market: MarketView, payment: int) -> None:
    """Let longs pay shorts, or the other way round where the payment is negative.

    Args:
        market: whose positions pay.
        payment: per unit of volume, in ticks; longs pay what is positive.
    """
    losers, winners = funding_flows(market, payment)
    for position, amount in losers:
        position.adjusted -= amount
    for position, amount in winners:
        position.adjusted += amount
    redistribute(market, losers, winners, TransferKind.FUNDING_LOSS, TransferKind.FUNDING_WIN)


def funding_flows(market: MarketView, payment: int) -> tuple[Flows, Flows]:
    """Return who pays and who receives: minus volume times payment in asset units, cut towards zero."""
    losers: Flows = []
    winners: Flows = []
    up, down = market.value_up, market.value_down
    for position in market.active.values():
        due = position.volume * payment
        amount = abs(due) * up // down
        if amount:
            (losers if due > 0 else winners).append((position, amount))
    return losers, winners
