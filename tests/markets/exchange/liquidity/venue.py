"""A market with providers and traders, for tests: no decimals, no fees but the liquidity fee, marked at once."""

from dataclasses import replace

from tokenspice.markets.exchange import Asset, Exchange, FactorFees, Market, MarketConfig, Order, Side, SimpleRisk
from tokenspice.markets.exchange.liquidity.terms import LiquidityTerms
from tokenspice.markets.exchange.numbers import ONE

TERMS = LiquidityTerms(price_range=0.1, min_time_fraction=0.5, target_scaling=1)
CONFIG = MarketConfig(
    "test",
    "USD",
    decimals=0,
    position_decimals=0,
    linear_slippage=0.01,
    mark_seconds=0,
    opens_at_once=True,
    fees=FactorFees(0, 0, 0, 0),
    risk=SimpleRisk(0.1, 0.1),
    liquidity=TERMS,
)
PARAMETERS = {
    "market.liquidityProvision.minLpStakeQuantumMultiple": "1",
    "market.value.windowLength": "100s",
    "validators.epoch.length": "10s",
}


def opened(config: MarketConfig = CONFIG, **terms: object) -> tuple[Exchange, Market]:
    """An exchange and its market after an opening trade of 10 at 100."""
    exchange = Exchange()
    for name, value in PARAMETERS.items():
        assert exchange.venue.parameters.set(name, value)
    exchange.add_asset(Asset("USD", 0))
    market = exchange.add_market(replace(config, liquidity=replace(config.liquidity, **terms)))  # type: ignore[arg-type]
    for party in ("ann", "ben", "lp", "lp2", "maker"):
        exchange.deposit(party, "USD", 1_000_000)
    send(exchange, "ann", Side.BUY, 10, 100)
    send(exchange, "ben", Side.SELL, 10, 100)
    return exchange, market


def send(exchange: Exchange, party: str, side: Side, size: int, price: int) -> Order:
    return exchange.submit(party, "M1", side, size, price)


def quote(exchange: Exchange, party: str, worth: int) -> list[Order]:
    """Orders on both sides of 100 that are worth `worth` and more."""
    size = -(-worth // 99)
    return [send(exchange, party, Side.BUY, size, 99), send(exchange, party, Side.SELL, size, 101)]


def general(exchange: Exchange, party: str) -> int:
    return exchange.general(party, "USD").balance


def total(exchange: Exchange) -> int:
    return exchange.ledger.totals()["USD"]


FEE = ONE // 1000
