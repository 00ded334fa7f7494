"""A derivatives exchange in process: order book, auctions, margin, close-out, liquidity, governance.

Read `exchange.py` first, then `market.py`, which calls the rules; each rule has a file of its own.
"""

from tokenspice.markets.exchange.config import Asset, MarginScaling, MarketConfig
from tokenspice.markets.exchange.exchange import GENESIS, Exchange
from tokenspice.markets.exchange.fees import FactorFees, FeeRule, Fees
from tokenspice.markets.exchange.ledger import AccountType, Ledger, LedgerEntry
from tokenspice.markets.exchange.margin import CrossMargin, MarginRule
from tokenspice.markets.exchange.mark_price import LastTradeMark, MarkPriceRule
from tokenspice.markets.exchange.market import Market, MarketState, TradingMode
from tokenspice.markets.exchange.numbers import ONE, factor
from tokenspice.markets.exchange.orders import Order, OrderStatus, OrderType, Reason, Side, TimeInForce, Trade
from tokenspice.markets.exchange.positions import Position
from tokenspice.markets.exchange.risk import RiskFactors, RiskModel, SimpleRisk
from tokenspice.markets.exchange.service.batches import (
    MarginModeUpdate,
    OrderAmendment,
    OrderCancellation,
    OrderSubmission,
    StopSubmission,
    StopTrigger,
)
from tokenspice.markets.exchange.service.service import ExchangeService
from tokenspice.markets.exchange.service.values import Candidate, Pegged, Placed
from tokenspice.markets.exchange.state_bytes import from_bytes, state_hash, to_bytes
from tokenspice.markets.exchange.venue import MarketView, Venue

__all__ = [
    "GENESIS",
    "ONE",
    "AccountType",
    "Asset",
    "Candidate",
    "CrossMargin",
    "Exchange",
    "ExchangeService",
    "FactorFees",
    "FeeRule",
    "Fees",
    "LastTradeMark",
    "Ledger",
    "LedgerEntry",
    "MarginModeUpdate",
    "MarginRule",
    "MarginScaling",
    "MarkPriceRule",
    "Market",
    "MarketConfig",
    "MarketState",
    "MarketView",
    "Order",
    "OrderAmendment",
    "OrderCancellation",
    "OrderStatus",
    "OrderSubmission",
    "OrderType",
    "Pegged",
    "Placed",
    "Position",
    "Reason",
    "RiskFactors",
    "RiskModel",
    "Side",
    "SimpleRisk",
    "StopSubmission",
    "StopTrigger",
    "TimeInForce",
    "Trade",
    "TradingMode",
    "Venue",
    "factor",
    "from_bytes",
    "state_hash",
    "to_bytes",
]
