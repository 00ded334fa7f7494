"""An exchange with one market, as tests of its institutions use it."""

from typing import Any

from tokenspice.markets.exchange import (
    Asset,
    Exchange,
    FactorFees,
    MarginScaling,
    Market,
    MarketConfig,
    Order,
    Side,
    SimpleRisk,
)
from tokenspice.markets.exchange.oracles import OracleBinding
from tokenspice.markets.exchange.products.future import Future

KEY = "oracle"
FREE = FactorFees(0, 0, 0, 0)
DATED = Future(OracleBinding("price", (KEY,)), OracleBinding("terminated", (KEY,)))
USD, VOTE = Asset("USD", 0), Asset("VOTE", 0)


def config(**values: Any) -> MarketConfig:
    """A market of whole dollars and whole contracts, without fees, marked after every transaction."""
    settings: dict[str, Any] = {
        "decimals": 0,
        "position_decimals": 0,
        "linear_slippage": 0.0,
        "mark_seconds": 0,
        "risk": SimpleRisk(0.1, 0.1),
        "scaling": MarginScaling(1.1, 1.2, 1.4),
        "fees": FREE,
        "product": DATED,
        "price_triggers": (),
    }
    return MarketConfig("dated", "USD", **(settings | values))


class Venue:
    """An exchange whose first market is `market`; nobody is asked for it."""

    def __init__(self, **values: Any) -> None:
        self.exchange = Exchange()
        for asset in (USD, VOTE):
            self.exchange.add_asset(asset)
        self.market: Market = self.exchange.add_market(config(**values))

    @property
    def now(self) -> int:
        return self.exchange.now

    def fund(self, **amounts: int) -> None:
        for party, amount in amounts.items():
            self.exchange.deposit(party, "USD", amount)

    def order(self, party: str, side: str, size: int, price: int, market: Market | None = None) -> Order:
        return self.exchange.submit(party, (market or self.market).id, Side(side), size, price)

    def open(self, buyer: str, seller: str, size: int, price: int, market: Market | None = None) -> None:
        """Let two parties trade in the opening auction, and end it."""
        self.order(buyer, "buy", size, price, market)
        self.order(seller, "sell", size, price, market)
        self.exchange.advance(1)

    def blocks(self, seconds: int) -> None:
        """Let time pass, a block each second."""
        for _ in range(seconds):
            self.exchange.advance(1)

    def state(self) -> str:
        return self.market.state.value

    def hear(self, **data: object) -> int:
        """Publish data that the market listens to."""
        return self.exchange.submit_oracle_data(KEY, {name: str(value) for name, value in data.items()})

    def general(self, *parties: str) -> list[int]:
        return [self.exchange.general(party, "USD").balance for party in parties]

    def is_conserved(self) -> bool:
        ledger = self.exchange.ledger
        sums = {symbol: total for symbol, total in ledger.totals().items() if total}
        return sums == {symbol: total for symbol, total in ledger.deposited.items() if total}
