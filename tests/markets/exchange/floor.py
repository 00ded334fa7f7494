"""A market in which everybody is rich, and orders are short to write."""

from typing import Any

from tokenspice.markets.exchange import (
    Asset,
    Exchange,
    FactorFees,
    Market,
    MarketConfig,
    Order,
    Reason,
    Side,
    SimpleRisk,
    TradingMode,
)
from tokenspice.markets.exchange.amendments import Amendment
from tokenspice.markets.exchange.icebergs import Iceberg
from tokenspice.markets.exchange.orders import OrderType, TimeInForce
from tokenspice.markets.exchange.pegs import Peg, PegReference
from tokenspice.markets.exchange.stop_orders import StopDirection, StopOrder, Trigger

RICH = 10**12
FREE = FactorFees(0.0, 0.0, 0.0, 0.0)


class Floor:
    """One market without fees, marked after every transaction. Whoever trades first gets rich.

    Attributes:
        trades: buyer, seller, size and price, in order.
    """

    def __init__(self, opens_at_once: bool = True, last: int = 0, **settings: Any) -> None:
        self.exchange = Exchange()
        self.exchange.add_asset(Asset("USD", decimals=0))
        values: dict[str, Any] = {
            "decimals": 0,
            "position_decimals": 0,
            "mark_seconds": 0,
            "fees": FREE,
            "linear_slippage": 0.0,
            "price_triggers": (),
            "risk": SimpleRisk(0.1, 0.1),
        }
        config = MarketConfig("BTC", "USD", opens_at_once=opens_at_once, **values | settings)
        self.market: Market = self.exchange.add_market(config)
        self.trades: list[tuple[str, str, int, int]] = []
        self.exchange.venue.on_trade = self.hear
        if last:
            self.trade(last)

    def hear(self, market: Market, trade: Any, fees: Any) -> None:
        self.trades.append((trade.buyer.party, trade.seller.party, trade.size, trade.price))

    def trade(self, price: int) -> None:
        """Let two strangers trade one unit, so that the market has a last price."""
        self.sell("stranger", 1, price)
        self.buy("other stranger", 1, price)
        self.trades.clear()

    def enrich(self, party: str) -> str:
        if not self.exchange.general(party, "USD").balance and party not in self.market.positions:
            self.exchange.deposit(party, "USD", RICH)
        return party

    def send(self, party: str, side: Side, size: int, price: int = 0, **rest: Any) -> Order:
        rest.setdefault("type", OrderType.LIMIT if price or "peg" in rest else OrderType.MARKET)
        rest.setdefault("tif", TimeInForce.IOC if rest["type"] is OrderType.MARKET else TimeInForce.GTC)
        return self.exchange.submit(self.enrich(party), self.market.id, side, size, price, **rest)

    def buy(self, party: str, size: int, price: int = 0, **rest: Any) -> Order:
        return self.send(party, Side.BUY, size, price, **rest)

    def sell(self, party: str, size: int, price: int = 0, **rest: Any) -> Order:
        return self.send(party, Side.SELL, size, price, **rest)

    def iceberg(self, party: str, side: Side, size: int, price: int, peak: int, minimum: int) -> Order:
        return self.send(party, side, size, price, iceberg=Iceberg(peak, minimum))

    def peg(self, party: str, side: Side, size: int, reference: PegReference, offset: int, **rest: Any) -> Order:
        return self.send(party, side, size, peg=Peg(reference, offset), **rest)

    def amend(self, order: Order, **change: Any) -> Reason:
        return self.exchange.amend(order.party, self.market.id, order.id, Amendment(**change))

    def cancel(self, order: Order) -> Reason:
        return self.exchange.cancel(order.party, self.market.id, order.id)

    def stop(
        self, party: str, direction: StopDirection, price: int = 0, side: Side = Side.SELL, **rest: Any
    ) -> StopOrder:
        rest.setdefault("size", 0 if rest.get("fraction") else 1)
        (leg,) = self.exchange.submit_stop(party, self.market.id, Trigger(direction, side, price=price, **rest))
        return leg

    def pair(self, party: str, above: int, below: int, **rest: Any) -> list[StopOrder]:
        """A stop order of two legs, each of which sells one unit."""
        directions = {StopDirection.RISES_ABOVE: above, StopDirection.FALLS_BELOW: below}
        triggers = [Trigger(direction, Side.SELL, 1, price, **rest) for direction, price in directions.items()]
        return self.exchange.submit_stop(party, self.market.id, *triggers)

    def wait(self, seconds: int = 1) -> None:
        """Let blocks of one second pass."""
        for _ in range(seconds):
            self.exchange.advance(1)

    def volume(self, party: str) -> int:
        return self.market.position(party).volume

    @property
    def touch(self) -> tuple[int | None, int | None]:
        return self.market.book.best_bid(), self.market.book.best_ask()

    @property
    def is_continuous(self) -> bool:
        return self.market.mode is TradingMode.CONTINUOUS
