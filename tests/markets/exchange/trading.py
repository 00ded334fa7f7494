"""A market without decimals and without fees, where tests of money trade: what they do not say is as the cases agree."""

from typing import Any

from tokenspice.markets.exchange import (
    Asset,
    Exchange,
    FactorFees,
    MarginScaling,
    Market,
    MarketConfig,
    Order,
    OrderType,
    Side,
    SimpleRisk,
    StepwiseDisposal,
    TimeInForce,
)

USD = "USD"


class Trading:
    """One market and its parties, each instruction in a block of its own.

    Attributes:
        exchange, market: to be looked at.
    """

    def __init__(self, funds: int = 10**9, decimals: int = 0, **settings: Any) -> None:
        self.funds = funds
        self.exchange = Exchange()
        self.exchange.add_asset(Asset(USD, decimals=decimals))
        defaults = {
            "decimals": 0,
            "position_decimals": 0,
            "mark_seconds": 0,
            "opens_at_once": True,
            "price_triggers": (),
            "linear_slippage": 0.25,
            "risk": SimpleRisk(0.1, 0.1),
            "scaling": MarginScaling(1.1, 1.2, 1.4),
            "fees": FactorFees(0.0, 0.0, 0.0, 0.0),
            "liquidation": StepwiseDisposal(1, 1.0, 0, 1.0, 10.0),
        }
        self.market: Market = self.exchange.add_market(MarketConfig("test", USD, **{**defaults, **settings}))

    def fund(self, **amounts: int) -> None:
        """Give parties exactly this much."""
        for party, amount in amounts.items():
            self.exchange.deposit(party, USD, amount)

    def order(self, party: str, side: Side, size: int, price: int, **rest: Any) -> Order:
        if party not in self.market.positions and not self.exchange.general(party, USD).balance:
            self.fund(**{party: self.funds})
        order = self.exchange.submit(party, self.market.id, side, size, price, **rest)
        self.exchange.advance(1)
        return order

    def buy(self, party: str, size: int, price: int) -> Order:
        return self.order(party, Side.BUY, size, price)

    def sell(self, party: str, size: int, price: int) -> Order:
        return self.order(party, Side.SELL, size, price)

    def sell_at_market(self, party: str, size: int) -> Order:
        return self.order(party, Side.SELL, size, 0, type=OrderType.MARKET, tif=TimeInForce.FOK)

    def trade(self, buyer: str, seller: str, size: int, price: int) -> None:
        """Let two parties trade with each other."""
        self.sell(seller, size, price)
        self.buy(buyer, size, price)

    def mark(self, price: int) -> None:
        """Move the mark price by a trade between two bystanders."""
        self.trade("bystander", "passer-by", 1, price)

    def accounts(self, party: str) -> list[int]:
        """Margin and general account."""
        position = self.market.position(party)
        return [position.margin.balance, position.general.balance]

    def is_conserved(self) -> bool:
        """Whether all money is there, the settlement account is empty, and positions add up to nothing."""
        market, ledger = self.market, self.exchange.ledger
        volumes = sum(position.volume for position in market.positions.values()) + market.network.volume
        return ledger.totals() == ledger.deposited and not market.settlement.balance and not volumes
