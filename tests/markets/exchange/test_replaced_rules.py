"""A researcher writes a rule of his own in a few lines, and the exchange follows it."""

from dataclasses import dataclass
from typing import final

from tests.markets.exchange.trading import Trading
from tokenspice.markets.exchange import (
    Disposal,
    FeeRule,
    Fees,
    LiquidationRule,
    MarginRule,
    MarketView,
    MarkPriceRule,
    Position,
)


@final
@dataclass(frozen=True)
class FlatMargin(MarginRule):
    """A hundred units for each unit of volume or order, whatever its price."""

    def maintenance(self, position: Position, market: MarketView) -> int:
        return 100 * (abs(position.volume) + position.buys + position.sells)


@final
@dataclass(frozen=True)
class CappedMove(MarkPriceRule):
    """The last price, at most one tick from the mark before."""

    def mark(self, market: MarketView, now: int) -> int:
        return max(market.mark - 1, min(market.mark + 1, market.last_price)) if market.mark else market.last_price


@final
@dataclass(frozen=True)
class FlatFee(FeeRule):
    """Three units for the maker of each trade."""

    def fees(self, value: int, per: int, liquidity: int) -> Fees:
        return Fees(3, 0, 0, 0, 0)


@final
@dataclass(frozen=True)
class OneAtATime(LiquidationRule):
    """A unit each second, at any price."""

    seconds = 1

    def disposal(self, volume: int, market: MarketView) -> Disposal | None:
        return Disposal(1, 1 if volume > 0 else 10**9)


def test_margin() -> None:
    trading = Trading(margin=FlatMargin())
    trading.trade("a", "b", 2, 7)

    assert trading.accounts("a")[0] == 240


def test_mark_price() -> None:
    trading = Trading(mark_price=CappedMove())
    marks = []
    for price in (100, 110, 90):
        trading.trade("a", "b", 1, price)
        marks.append(trading.market.mark)

    assert marks == [100, 101, 100]
    assert trading.is_conserved()


def test_fees() -> None:
    trading = Trading(fees=FlatFee())
    trading.trade("taker", "maker", 5, 100)

    assert sum(trading.accounts("taker")) == trading.funds - 3
    assert sum(trading.accounts("maker")) == trading.funds + 3


def test_liquidation() -> None:
    trading = Trading(liquidation=OneAtATime())
    trading.trade("bystander", "passer-by", 1, 100)
    trading.fund(poor=440)
    trading.trade("poor", "rich", 10, 100)
    trading.buy("buyer", 100, 50)
    trading.mark(85)
    held = []
    for _ in range(3):
        held.append(trading.market.network.volume)
        trading.exchange.advance(1)

    assert held == [held[0], held[0] - 1, held[0] - 2]
    assert trading.is_conserved()
