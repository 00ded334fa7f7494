"""A liquidity provider's bond pays where its other accounts cannot, and more than that."""

from tokenspice.markets.exchange.ledger import Account, TransferKind
from tokenspice.markets.exchange.numbers import ONE, ceil_div
from tokenspice.markets.exchange.positions import Position
from tokenspice.markets.exchange.venue import MarketView

__all__ = ["take_bond"]


def take_bond(market: MarketView, position: Position, target: Account, wanted: int, kind: TransferKind) -> int:
    """Let the bond pay as much of `wanted` as it holds; the penalty on that goes to the insurance pool.

    Returns:
        What was paid to `target`, in asset units.
    """
    bond = position.bond
    if bond is None or not bond.balance:
        return 0
    paid = min(wanted, bond.balance)
    market.ledger.transfer(bond, target, paid, kind)
    penalty = min(bond.balance, ceil_div(paid * market.bond_penalty, ONE))
    market.ledger.transfer(bond, market.insurance, penalty, TransferKind.BOND_PENALTY)
    if market.on_bond_used:
        market.on_bond_used(position, paid + penalty)
    return paid
