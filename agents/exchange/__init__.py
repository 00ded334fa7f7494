"""Who trades on an exchange: the zoo. Read `party.py` first, then `noise.py`, its smallest traders."""

from tokenspice.agents.exchange.informed import InformedStrategy, InformedTrader
from tokenspice.agents.exchange.limit_orders import (
    LimitOrderStrategy,
    LimitOrderTrader,
    PriceSensitiveLimitOrderTrader,
    SweepStrategy,
)
from tokenspice.agents.exchange.momentum import MomentumStrategy, MomentumTrader
from tokenspice.agents.exchange.noise import (
    MarketOrderStrategy,
    MarketOrderTrader,
    PriceSensitiveMarketOrderTrader,
    PriceSensitiveStrategy,
)
from tokenspice.agents.exchange.openers import (
    OpenAuctionPass,
    OpenAuctionStrategy,
    UncrossAuctionAgent,
    UncrossStrategy,
)
from tokenspice.agents.exchange.party import ExchangeAgent, Intent, TraderAgent
from tokenspice.agents.exchange.risky import RiskyMarketOrderTrader, RiskyStrategy
from tokenspice.agents.exchange.simple import SimpleAgent

__all__ = [
    "ExchangeAgent",
    "InformedStrategy",
    "InformedTrader",
    "Intent",
    "LimitOrderStrategy",
    "LimitOrderTrader",
    "MarketOrderStrategy",
    "MarketOrderTrader",
    "MomentumStrategy",
    "MomentumTrader",
    "OpenAuctionPass",
    "OpenAuctionStrategy",
    "PriceSensitiveLimitOrderTrader",
    "PriceSensitiveMarketOrderTrader",
    "PriceSensitiveStrategy",
    "RiskyMarketOrderTrader",
    "RiskyStrategy",
    "SimpleAgent",
    "SweepStrategy",
    "TraderAgent",
    "UncrossAuctionAgent",
    "UncrossStrategy",
]
