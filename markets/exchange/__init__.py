"""A derivatives exchange in process: order book, auctions, margin, close-out, liquidity, governance.

Read `exchange.py` first, then `market.py`, which calls the rules; each rule has a file of its own.
"""

from tokenspice.markets.exchange.amendments import Amendment
from tokenspice.markets.exchange.checks import exchange_invariants
from tokenspice.markets.exchange.composite_mark import Combination, CompositeMark
from tokenspice.markets.exchange.config import Asset, MarketConfig
from tokenspice.markets.exchange.disposal import Disposal, LiquidationRule, StepwiseDisposal
from tokenspice.markets.exchange.exchange import GENESIS, Exchange
from tokenspice.markets.exchange.fees import FactorFees, FeeRule, Fees
from tokenspice.markets.exchange.icebergs import Iceberg
from tokenspice.markets.exchange.journal import Journal, replay, replay_file
from tokenspice.markets.exchange.ledger import Account, AccountType, Ledger, LedgerEntry, TransferKind
from tokenspice.markets.exchange.liquidation_price import OpenOrder, liquidation_estimate, liquidation_price
from tokenspice.markets.exchange.liquidity.terms import LiquidityTerms
from tokenspice.markets.exchange.liquidity_source import LiquiditySource
from tokenspice.markets.exchange.lognormal_risk import LogNormalRisk
from tokenspice.markets.exchange.margin import CrossMargin, FullCollateral, MarginRule, MarginScaling, levels_of
from tokenspice.markets.exchange.mark_price import LastTradeMark, MarkPriceRule
from tokenspice.markets.exchange.mark_sources import MarkSources, TimedPrice
from tokenspice.markets.exchange.market import Market, MarketState, TradingMode
from tokenspice.markets.exchange.numbers import ONE, factor
from tokenspice.markets.exchange.ordering import ArrivalOrdering, Haste, OrderingRule, ProtocolOrdering, Transaction
from tokenspice.markets.exchange.orders import Order, OrderStatus, OrderType, Reason, Side, TimeInForce, Trade
from tokenspice.markets.exchange.pegs import Peg, PegReference
from tokenspice.markets.exchange.positions import Position
from tokenspice.markets.exchange.price_monitoring import FactorBand, LogNormalBand, PriceBand, PriceTrigger
from tokenspice.markets.exchange.profit import Profit, average_entry, profit
from tokenspice.markets.exchange.risk import RiskFactors, RiskModel, SimpleRisk
from tokenspice.markets.exchange.service.batch_instructions import (
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
from tokenspice.markets.exchange.stop_orders import StopDirection, StopExpiry, StopOrder, StopStatus, Trigger
from tokenspice.markets.exchange.uncrossing import AuctionRule, Crossing, MidOfRange, Uncrossing, crossing
from tokenspice.markets.exchange.venue import MarketView, Venue
from tokenspice.markets.exchange.wallet import ExchangeWallet
from tokenspice.markets.exchange.world import ExchangeWorld

__all__ = [
    "GENESIS",
    "ONE",
    "Account",
    "AccountType",
    "Amendment",
    "ArrivalOrdering",
    "Asset",
    "AuctionRule",
    "Candidate",
    "Combination",
    "CompositeMark",
    "CrossMargin",
    "Crossing",
    "Disposal",
    "Exchange",
    "ExchangeService",
    "ExchangeWallet",
    "ExchangeWorld",
    "FactorBand",
    "FactorFees",
    "FeeRule",
    "Fees",
    "FullCollateral",
    "Haste",
    "Iceberg",
    "Journal",
    "LastTradeMark",
    "Ledger",
    "LedgerEntry",
    "LiquidationRule",
    "LiquiditySource",
    "LiquidityTerms",
    "LogNormalBand",
    "LogNormalRisk",
    "MarginModeUpdate",
    "MarginRule",
    "MarginScaling",
    "MarkPriceRule",
    "MarkSources",
    "Market",
    "MarketConfig",
    "MarketState",
    "MarketView",
    "MidOfRange",
    "OpenOrder",
    "Order",
    "OrderAmendment",
    "OrderCancellation",
    "OrderStatus",
    "OrderSubmission",
    "OrderType",
    "OrderingRule",
    "Peg",
    "PegReference",
    "Pegged",
    "Placed",
    "Position",
    "PriceBand",
    "PriceTrigger",
    "Profit",
    "ProtocolOrdering",
    "Reason",
    "RiskFactors",
    "RiskModel",
    "Side",
    "SimpleRisk",
    "StepwiseDisposal",
    "StopDirection",
    "StopExpiry",
    "StopOrder",
    "StopStatus",
    "StopSubmission",
    "StopTrigger",
    "TimeInForce",
    "TimedPrice",
    "Trade",
    "TradingMode",
    "Transaction",
    "TransferKind",
    "Trigger",
    "Uncrossing",
    "Venue",
    "average_entry",
    "crossing",
    "exchange_invariants",
    "factor",
    "from_bytes",
    "levels_of",
    "liquidation_estimate",
    "liquidation_price",
    "profit",
    "replay",
    "replay_file",
    "state_hash",
    "to_bytes",
]
