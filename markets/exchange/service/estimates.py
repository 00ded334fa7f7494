"""What a position that somebody thinks of would need, and where it would end."""

from collections.abc import Sequence
from fractions import Fraction
from math import nan

from tokenspice.markets.exchange.ledger import Account, AccountType
from tokenspice.markets.exchange.liquidation_price import OpenOrder, liquidation_estimate
from tokenspice.markets.exchange.margin import levels_of
from tokenspice.markets.exchange.market import Market
from tokenspice.markets.exchange.orders import Side
from tokenspice.markets.exchange.positions import PRECISION, Position
from tokenspice.markets.exchange.service.base import Number, amount_in, amount_out, price_in, size_in, word
from tokenspice.markets.exchange.service.values import Candidate, LiquidationEstimate, MarginLevels

__all__ = ["estimate"]


def estimate(
    market: Market, open_volume: Number, average_entry: Number, funds: Number, orders: Sequence[Candidate]
) -> LiquidationEstimate:
    """Return the margin levels and liquidation prices of a position that nobody need hold.

    Args:
        market: whose mark price and risk factors hold; before there is a mark, the average entry price stands for it.
        open_volume: signed.
        average_entry: at which it was opened.
        funds: of all accounts behind it.
        orders: that are open. A market order counts at the mark price.
    """
    mark = market.mark or price_in(market, average_entry)
    position = imagined(market, size_in(market, open_volume), price_in(market, average_entry))
    signed = []
    for named, volume, price in orders:
        side = word(Side, named)
        size, ticks = size_in(market, volume), price_in(market, price, side) or mark
        if side is Side.BUY:
            position.buys += size
            position.buy_value += size * ticks
        else:
            position.sells += size
            position.sell_value += size * ticks
        signed.append(OpenOrder(ticks, size if side is Side.BUY else -size))
    levels = levels_of(market.clearing.margin.maintenance(position, market), market)
    margin = MarginLevels(*(amount_out(market.asset, level) for level in levels))
    if not position.volume and not orders:
        return LiquidationEstimate(margin, nan, nan)
    collateral = Fraction(amount_in(market.asset, funds) * market.value_down, market.value_up)
    found = liquidation_estimate(position.volume, mark, collateral, market.risk, market.slippage, signed)
    scale = Fraction(10) ** market.config.decimals
    return LiquidationEstimate(margin, float(found.best / scale), float(found.worst / scale))


def imagined(market: Market, volume: int, entry: int) -> Position:
    """A position with a volume that was opened at a price, and without accounts of anybody."""
    account = Account("", market.asset.symbol, AccountType.GENERAL)
    position = Position("", -1, account, account)
    position.volume, position.basis, position.entry_value = volume, volume * entry, volume * entry * PRECISION
    return position
