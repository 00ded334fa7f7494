"""Between cross and isolated margin: what a switch asks for, and which money it moves."""

from tokenspice.markets.exchange.clearing import Clearing
from tokenspice.markets.exchange.isolated import order_margin, position_margin
from tokenspice.markets.exchange.ledger import AccountType, TransferKind
from tokenspice.markets.exchange.numbers import ONE
from tokenspice.markets.exchange.orders import Reason
from tokenspice.markets.exchange.positions import Position
from tokenspice.markets.exchange.settlement import mark_to_market

__all__ = ["to_cross_margin", "to_isolated_margin"]


def to_isolated_margin(clearing: Clearing, position: Position, factor: int) -> Reason:
    """Put a position under isolated margin, or change its factor; pegged orders are cancelled.

    Args:
        clearing: of the market.
        position: the party's.
        factor: of 10⁻¹⁸; above the greater risk factor plus slippage, and 1 at most.

    Returns:
        Why nothing was changed; `Reason.NONE` if it was.
    """
    market = clearing.market
    if clearing.margin.covers_all:
        return Reason.FULL_COLLATERAL
    if not max(market.risk) + market.slippage < factor <= ONE:
        return Reason.INVALID_MARGIN_FACTOR
    if market.mark and not clearing.is_settled:  # what was lost so far is not left to others
        mark_to_market(market, market.mark)
    for_position = position_margin(position, factor, market)
    if for_position < clearing.position_maintenance(position) * market.initial // ONE:
        return Reason.BELOW_INITIAL_MARGIN
    for order in [order for order in position.orders.values() if order.peg is not None]:
        market.cancel(order)
    for_orders = order_margin(position, factor, market)
    present = position.margin.balance + (position.order_margin.balance if position.order_margin else 0)
    if for_position + for_orders > present + position.general.balance:
        return Reason.INSUFFICIENT_FUNDS
    if position.order_margin is None:
        asset = position.margin.asset
        position.order_margin = market.ledger.account(position.party, asset, AccountType.ORDER_MARGIN, market.id)
    position.isolation = factor
    position.kept = position.kept_of = 0
    for account, needed in ((position.margin, for_position), (position.order_margin, for_orders)):
        market.ledger.transfer(
            account, position.general, max(account.balance - needed, 0), TransferKind.ISOLATED_MARGIN
        )
    for account, needed in ((position.margin, for_position), (position.order_margin, for_orders)):
        market.ledger.transfer(position.general, account, needed - account.balance, TransferKind.ISOLATED_MARGIN)
    return Reason.NONE


def to_cross_margin(clearing: Clearing, position: Position) -> Reason:
    """Put a position under cross margin again, if all its money in the market and in general reaches the initial margin.

    Returns:
        Why nothing was changed; `Reason.NONE` if it was.
    """
    if not position.isolation:
        return Reason.NONE
    market, orders = clearing.market, position.order_margin
    initial = clearing.margin.maintenance(position, market) * market.initial // ONE
    funds = position.margin.balance + position.general.balance + (orders.balance if orders else 0)
    if funds < initial:
        return Reason.INSUFFICIENT_FUNDS
    position.isolation = 0
    if orders:
        market.ledger.transfer(orders, position.general, orders.balance, TransferKind.ORDER_MARGIN)
    clearing.level(position)
    return Reason.NONE
