"""Verbs of market data."""

from abc import ABC
from math import nan

from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange.auction_house import indicative
from tokenspice.markets.exchange.auctions import Auction
from tokenspice.markets.exchange.market import Market
from tokenspice.markets.exchange.numbers import ONE
from tokenspice.markets.exchange.price_monitoring import PriceTrigger
from tokenspice.markets.exchange.service.base import ServiceBase, amount_out, price_out, size_out
from tokenspice.markets.exchange.service.depth import levels, touch
from tokenspice.markets.exchange.service.values import (
    BestPrices,
    Depth,
    MarketData,
    PriceBounds,
    RiskFactorInfo,
)

__all__ = ["MarketDataVerbs", "market_data"]


class MarketDataVerbs(ServiceBase, ABC):
    """What a market looks like at this moment."""

    def best_prices(self, market_id: str) -> BestPrices:
        """Return best bid and ask, those of pools among them; NaN where a side is empty."""
        market = self.market(market_id)
        return BestPrices(*(price_out(market, price) for price in market.book.touch()))

    def price_bounds(self, market_id: str) -> PriceBounds:
        """Return between which prices trades trigger no auction."""
        return bounds(self.market(market_id))

    def market_depth(self, market_id: str, n_levels: int = 10) -> Depth:
        """Return the best levels of both sides, displayed volumes alone.

        Raises:
            ExchangeError: the number of levels is negative.
        """
        if n_levels < 0:
            raise ExchangeError(f"market_depth: n_levels = {n_levels}. Write 0 or more.")
        market = self.market(market_id)
        return Depth(levels(market, True, n_levels), levels(market, False, n_levels))

    def order_book_by_market(self, market_id: str) -> Depth:
        """Return all levels of both sides."""
        market = self.market(market_id)
        return self.market_depth(market_id, max(len(market.book.bids.keys), len(market.book.asks.keys)))

    def get_latest_market_data(self, market_id: str) -> MarketData:
        return market_data(self.market(market_id))

    def market_data_from_feed(self, market_id: str) -> MarketData:
        """Return the same as `get_latest_market_data`: nothing is ever behind."""
        return market_data(self.market(market_id))

    def get_risk_factors(self, market_id: str) -> RiskFactorInfo:
        risk = self.market(market_id).risk
        return RiskFactorInfo(risk.long / ONE, risk.short / ONE)


def bounds(market: Market) -> PriceBounds:
    found = market.price_bounds()
    return PriceBounds(*(price_out(market, price) for price in found)) if found else PriceBounds(nan, nan)


def static_mid(market: Market) -> float:
    """Return the middle of the best prices without pegged orders; NaN where a side has none."""
    bid, ask = market.book.static_touch()
    return nan if bid is None or ask is None else price_out(market, bid + ask) / 2


def cause(auction: Auction) -> str:
    """Return what began an auction: a price trigger, or its mode."""
    return trigger_name(auction.trigger) if auction.trigger else str(auction.mode)


def trigger_name(trigger: PriceTrigger) -> str:
    return f"{trigger.horizon} s at {trigger.probability:g}"


def market_data(market: Market) -> MarketData:
    bid, ask = touch(market, True), touch(market, False)
    lowest, highest = bounds(market)
    auction = market.auction
    found = indicative(market) if market.in_auction else None
    return MarketData(
        time=market.venue.now,
        market=market.id,
        mark_price=price_out(market, market.mark),
        mid_price=(bid[0] + ask[0]) / 2,
        last_traded_price=price_out(market, market.last_price),
        best_bid=bid[0],
        best_bid_volume=bid[1],
        best_ask=ask[0],
        best_ask_volume=ask[1],
        static_mid_price=static_mid(market),
        open_interest=size_out(market, market.open_interest),
        state=market.state,
        trading_mode=market.mode,
        target_stake=amount_out(market.asset, market.liquidity.target_stake),
        supplied_stake=amount_out(market.asset, market.liquidity.supplied_stake),
        min_valid_price=lowest,
        max_valid_price=highest,
        indicative_price=price_out(market, found.price) if found else nan,
        indicative_volume=size_out(market, found.volume) if found else 0.0,
        trigger=cause(auction) if auction else "",
        extension_trigger=trigger_name(auction.extensions[-1]) if auction and auction.extensions else "",
    )
