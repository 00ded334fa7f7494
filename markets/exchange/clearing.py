"""The clearing house of one market: margins, fees of trades, mark to market, distress and disposal, in this order."""

from tokenspice.markets.exchange import isolated
from tokenspice.markets.exchange.bond import take_bond
from tokenspice.markets.exchange.charging import FeeDesk
from tokenspice.markets.exchange.closeout import close_out, is_still_distressed
from tokenspice.markets.exchange.config import Asset, MarketConfig
from tokenspice.markets.exchange.disposal import Disposal
from tokenspice.markets.exchange.fees import NO_FEES, Fees
from tokenspice.markets.exchange.ledger import TransferKind
from tokenspice.markets.exchange.numbers import ONE
from tokenspice.markets.exchange.orders import Order
from tokenspice.markets.exchange.positions import NO_WEIGHT, Position
from tokenspice.markets.exchange.price_desk import PriceDesk
from tokenspice.markets.exchange.settlement import mark_to_market
from tokenspice.markets.exchange.venue import MarketView

__all__ = ["NEVER_MARKED", "Clearing"]

NEVER_MARKED = -(2**62)
"""When a market was marked that was not yet, so that its next mark is due."""


class Clearing:
    """Keeps who trades in a market solvent, or takes its position. A spot market's has its own: see `spot_clearing.py`.

    Attributes:
        margin, mark_price, liquidation: the market's rules.
        desk: charges fees.
        prices: what the mark price and the product's own price are made of.
        is_settled: no trade happened since the last mark to market.
        marked_at: when the mark price was set last, in Unix seconds.
        disposal_from: the network disposes of nothing before this time.
        closeouts: positions taken over so far.
        follows_orders: whether what is put aside is looked at with every order that changes.
    """

    follows_orders = False

    def __init__(self, market: MarketView, config: MarketConfig, asset: Asset) -> None:
        self.market = market
        self.desk = FeeDesk(market, config.fees, asset.symbol, asset.quantum or 10**asset.decimals)
        self.prices = PriceDesk(market, config)
        self.adopt(config)
        self.is_settled = True
        self.marked_at = NEVER_MARKED
        self.disposal_from = 0
        self.closeouts = 0

    def __repr__(self) -> str:
        return f"Clearing({self.market.id}, {len(self.market.active)} active positions)"

    def adopt(self, config: MarketConfig) -> None:
        """Follow the rules of a configuration from here on."""
        self.margin = config.margin_rule
        self.mark_price = config.mark_price
        self.liquidation = config.liquidation
        self.desk.rule = config.fees
        self.prices.adopt(config)
        for position in self.market.positions.values():
            position.weight = NO_WEIGHT

    # before a trade

    def cover(self, position: Position, is_buy: bool, size: int, worth: int) -> bool:
        """Put margin aside for an order, or for what an amendment adds; whether that can be done.

        What only reduces risk needs no margin. Otherwise general and margin account must reach the initial level with the
        order included, and the margin account is topped up to it when it is below the search level.

        Args:
            position: of the order's party.
            is_buy: the order's side.
            size: to be added to the open orders of that side.
            worth: price times size; 0 for a market order.
        """
        market = self.market
        market.active[position.number] = position
        if position.isolation:
            return isolated.cover(market, position, is_buy, size, worth)
        maintenance = self.maintenance_with(position, is_buy, size, worth)
        initial, margin = maintenance * market.initial // ONE, position.margin.balance
        if margin >= initial or maintenance <= self.margin.maintenance(position, market):
            return True
        if margin + position.general.balance < initial:
            return False
        if margin < maintenance * market.search // ONE:
            market.ledger.transfer(position.general, position.margin, initial - margin, TransferKind.MARGIN_LOW)
        return True

    def cover_change(self, order: Order, price: int, more: int) -> bool:
        """Put margin aside for an amended order of a party in isolated mode; whether that can be done."""
        return isolated.cover_change(self.market, order, price, more)

    def maintenance_with(self, position: Position, is_buy: bool, size: int, worth: int) -> int:
        """The maintenance margin as if an order were open, too."""
        if is_buy:
            position.buys += size
            position.buy_value += worth
            maintenance = self.margin.maintenance(position, self.market)
            position.buys -= size
            position.buy_value -= worth
        else:
            position.sells += size
            position.sell_value += worth
            maintenance = self.margin.maintenance(position, self.market)
            position.sells -= size
            position.sell_value -= worth
        return maintenance

    # a trade

    def trade(self, taker: Position, maker: Position, signed: int, price: int) -> Fees:
        """Let two positions trade in continuous trading; the taker pays the fees.

        Args:
            signed: what the taker buys; negative for what it sells.

        Returns:
            What the taker paid. The network pays nothing when it disposes of a position.
        """
        self.exchange(taker, maker, signed, price)
        if taker is self.market.network:
            return NO_FEES
        size = signed if signed > 0 else -signed
        if self.prices.are_made_of_trades:
            self.prices.remember(price, size)
        return self.desk.continuous(taker, maker, size, price)

    def auction_trade(self, buyer: Position, seller: Position, size: int, price: int, is_opening: bool) -> Fees:
        """Let two positions trade as an auction is uncrossed; each pays half of the fees, and none in an opening auction.

        Returns:
            What each side owed.
        """
        self.exchange(buyer, seller, size, price)
        if self.prices.are_made_of_trades:
            self.prices.remember(price, size)
        return NO_FEES if is_opening else self.desk.auction(buyer, seller, size, price)

    def exchange(self, one: Position, other: Position, signed: int, price: int) -> None:
        market, before, other_before = self.market, one.volume, other.volume
        market.active[one.number] = one
        market.active[other.number] = other
        one.trade(signed, price)
        other.trade(-signed, price)
        market.open_interest += longer(before, one.volume) + longer(other_before, other.volume)
        if one.isolation:
            isolated.settle_trade(market, one, signed, price, before)
        if other.isolation:
            isolated.settle_trade(market, other, -signed, price, other_before)
            isolated.free_order_margin(market, other)
        self.is_settled = False

    # mark to market

    def mark_if_due(self, now: int) -> bool:
        """Set the mark price as its rule says and settle, unless that was done too short a time ago.

        Returns:
            Whether positions were settled.
        """
        market = self.market
        if now - self.marked_at < market.mark_seconds or market.in_auction:
            return False
        is_level = self.is_settled and not market.funding  # funding that accrues asks for more margin at the same mark
        if is_level and not self.mark_price.needs_trades:
            return False
        mark = self.mark_price.mark(market, now)
        if not mark or (mark == market.mark and is_level):
            self.marked_at = now
            return False
        self.settle(mark)
        return True

    def settle(self, mark: int) -> None:
        """Mark all positions to `mark`, in ticks, bring margins to their levels and close out who is distressed."""
        market = self.market
        mark_to_market(market, mark)
        self.is_settled = True
        self.marked_at = market.venue.now
        self.level_all()

    def present_mark(self) -> int:
        """Return the price, in ticks, that the rule gives at present; 0 before the first trade."""
        return self.mark_price.mark(self.market, self.market.venue.now)

    def level_all(self) -> None:
        """Bring all margins to their levels, and close out who is distressed."""
        active = self.market.active
        watched = self.watched()
        for position in [position for position in watched if self.level(position)]:
            self.resolve(position)
        for position in watched:
            if not position.volume and not position.orders and position is not self.market.network:
                del active[position.number]

    def watched(self) -> list[Position]:
        """Active positions, without those whose margin is certainly between search and release level.

        What is left out has orders or a volume. The margins of one unit and of a billionth are for what rounding does.
        """
        market = self.market
        if market.in_auction or market.funding:
            return list(market.active.values())
        search, release = (factor * market.mark / ONE for factor in (market.search, market.release))
        low, unit, high = search * (1 + 1e-9), market.search / ONE + 1, release * (1 - 1e-9)
        weigh, watched = self.margin.weight, []
        for position in market.active.values():
            weight = position.weight
            if weight < 0:
                weight = position.weight = weigh(position, market)
            certain = weight * low + unit <= position.margin.balance <= weight * high - 1
            if not certain or weight < 0 or position.isolation:
                watched.append(position)
        return watched

    def level(self, position: Position) -> bool:
        """Bring a margin account between search and release level; whether it stays below maintenance."""
        market, margin = self.market, position.margin
        if position is market.network:
            return False
        if position.isolation:
            return self.level_isolated(position)
        maintenance = self.margin.maintenance(position, market)
        balance = margin.balance
        if balance > maintenance * market.release // ONE:
            excess = balance - maintenance * market.initial // ONE
            market.ledger.transfer(margin, position.general, excess, TransferKind.MARGIN_HIGH)
        elif balance < maintenance * market.search // ONE:
            amount = min(maintenance * market.initial // ONE - balance, position.general.balance)
            market.ledger.transfer(position.general, margin, amount, TransferKind.MARGIN_LOW)
            if position.bond and margin.balance < maintenance:
                take_bond(market, position, margin, maintenance - margin.balance, TransferKind.BOND)
            return margin.balance < maintenance and not self.margin.covers_all
        return False

    def level_isolated(self, position: Position) -> bool:
        """Free what belongs to closed volume and to orders that are gone; whether the position is below maintenance."""
        market = self.market
        isolated.release_closed(market, position)
        isolated.free_order_margin(market, position)
        return position.margin.balance < self.position_maintenance(position)

    def position_maintenance(self, position: Position) -> int:
        """The maintenance margin of the volume alone, as if there were no orders."""
        alone = Position(position.party, position.number, position.general, position.margin)
        alone.volume, alone.basis = position.volume, position.basis
        return self.margin.maintenance(alone, self.market)

    def free(self, position: Position) -> None:
        """Give back the margin of a party whose last order is gone and that has no position."""
        if position.isolation:
            isolated.free_order_margin(self.market, position)
        if not position.volume and not position.orders and not position.basis:
            margin = position.margin
            self.market.ledger.transfer(margin, position.general, margin.balance, TransferKind.MARGIN_HIGH)

    # distress

    def resolve(self, position: Position) -> None:
        """Cancel a distressed party's orders; take its position over if that was not enough."""
        self.market.cancel_orders(position)
        if position.isolation:
            isolated.free_order_margin(self.market, position)
        if is_still_distressed(self.market, self.margin, position):
            self.take_over(position)
        elif not position.isolation:
            self.level(position)

    def take_over(self, position: Position) -> None:
        """Move a position to the network at the mark price, with what is left of its margin and bond."""
        volume = close_out(self.market, position)
        if volume:
            self.market.active[self.market.network.number] = self.market.network
            self.closeouts += 1
            self.market.report_closeout(position, volume)

    def next_disposal(self, now: int) -> Disposal | None:
        """What the network is to send; None where it waits or has nothing. Its limit lies within the price bounds."""
        market, volume = self.market, self.market.network.volume
        if market.in_auction:
            self.disposal_from = 0  # so that the network goes on as soon as the auction is over
        if not volume or market.in_auction or now < self.disposal_from:
            return None
        self.disposal_from = now + self.liquidation.seconds
        found, bounds, tick = self.liquidation.disposal(volume, market), market.price_bounds(), market.tick_size
        if found is None or bounds is None:
            return found
        low, high = bounds
        limit = max(found.limit, low + tick) if volume > 0 else min(found.limit, high - tick)
        return found._replace(limit=limit)


def longer(before: int, after: int) -> int:
    """By how much a long volume grew."""
    return (after if after > 0 else 0) - (before if before > 0 else 0)
