"""A derivatives exchange in process: order book, auctions, margin, close-out, liquidity, governance.

Read `exchange.py` first, then `market.py`, which calls the rules; each rule has a file of its own.
"""

from tokenspice.markets.exchange.amendments import Amendment
from tokenspice.markets.exchange.checks import exchange_invariants
from tokenspice.markets.exchange.composite_mark import Combination, CompositeMark
from tokenspice.markets.exchange.config import Asset, MarketConfig, Successor
from tokenspice.markets.exchange.config_paths import leaf, leaves, with_leaf, with_leaves
from tokenspice.markets.exchange.disposal import Disposal, LiquidationRule, StepwiseDisposal
from tokenspice.markets.exchange.exchange import GENESIS, Exchange
from tokenspice.markets.exchange.fees import FactorFees, FeeRule, Fees
from tokenspice.markets.exchange.governance.changes import (
    CancelTransfer,
    Change,
    Freeform,
    NewAsset,
    NewMarket,
    NewTransfer,
    UpdateMarket,
    UpdateMarketState,
    UpdateNetworkParameter,
    UpdateProgramme,
)
from tokenspice.markets.exchange.governance.enacting import StateChange, TransferTerms
from tokenspice.markets.exchange.governance.proposals import Proposal, ProposalState
from tokenspice.markets.exchange.governance.reasons import ProposalReason
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
from tokenspice.markets.exchange.market_configs import (
    DEFAULT_TRIGGERS,
    default_market,
    simple_future,
    simple_market,
    simple_perpetual,
    simple_spot,
)
from tokenspice.markets.exchange.network_parameters import PARAMETERS, NetworkParameters
from tokenspice.markets.exchange.numbers import ONE, factor
from tokenspice.markets.exchange.oracles import Comparison, Condition, Filter, OracleBinding
from tokenspice.markets.exchange.ordering import ArrivalOrdering, Haste, OrderingRule, ProtocolOrdering, Transaction
from tokenspice.markets.exchange.orders import Order, OrderStatus, OrderType, Reason, Side, TimeInForce, Trade
from tokenspice.markets.exchange.pegs import Peg, PegReference
from tokenspice.markets.exchange.positions import Position
from tokenspice.markets.exchange.presets_file import market_from_file, preset, presets
from tokenspice.markets.exchange.price_monitoring import FactorBand, LogNormalBand, PriceBand, PriceTrigger
from tokenspice.markets.exchange.products.future import Cap, Future
from tokenspice.markets.exchange.products.perpetual import Perpetual
from tokenspice.markets.exchange.products.product import Cue, Instrument, Product
from tokenspice.markets.exchange.products.schedule import TimeTrigger
from tokenspice.markets.exchange.products.spot import Spot
from tokenspice.markets.exchange.profit import Profit, average_entry, profit
from tokenspice.markets.exchange.proposal_json import market_from_proposal
from tokenspice.markets.exchange.rewards.strategy import (
    DispatchStrategy,
    Distribution,
    EntityScope,
    IndividualScope,
    RankShare,
    RewardMetric,
)
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
from tokenspice.markets.exchange.transfer_terms import Allowance, Transfer, TransferReason, TransferState
from tokenspice.markets.exchange.uncrossing import AuctionRule, Crossing, MidOfRange, Uncrossing, crossing
from tokenspice.markets.exchange.venue import MarketView, Venue
from tokenspice.markets.exchange.wallet import ExchangeWallet
from tokenspice.markets.exchange.world import ExchangeWorld

__all__ = [
    "DEFAULT_TRIGGERS",
    "GENESIS",
    "ONE",
    "PARAMETERS",
    "Account",
    "AccountType",
    "Allowance",
    "Amendment",
    "ArrivalOrdering",
    "Asset",
    "AuctionRule",
    "CancelTransfer",
    "Candidate",
    "Cap",
    "Change",
    "Combination",
    "Comparison",
    "CompositeMark",
    "Condition",
    "CrossMargin",
    "Crossing",
    "Cue",
    "DispatchStrategy",
    "Disposal",
    "Distribution",
    "EntityScope",
    "Exchange",
    "ExchangeService",
    "ExchangeWallet",
    "ExchangeWorld",
    "FactorBand",
    "FactorFees",
    "FeeRule",
    "Fees",
    "Filter",
    "Freeform",
    "FullCollateral",
    "Future",
    "Haste",
    "Iceberg",
    "IndividualScope",
    "Instrument",
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
    "NetworkParameters",
    "NewAsset",
    "NewMarket",
    "NewTransfer",
    "OpenOrder",
    "OracleBinding",
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
    "Perpetual",
    "Placed",
    "Position",
    "PriceBand",
    "PriceTrigger",
    "Product",
    "Profit",
    "Proposal",
    "ProposalReason",
    "ProposalState",
    "ProtocolOrdering",
    "RankShare",
    "Reason",
    "RewardMetric",
    "RiskFactors",
    "RiskModel",
    "Side",
    "SimpleRisk",
    "Spot",
    "StateChange",
    "StepwiseDisposal",
    "StopDirection",
    "StopExpiry",
    "StopOrder",
    "StopStatus",
    "StopSubmission",
    "StopTrigger",
    "Successor",
    "TimeInForce",
    "TimeTrigger",
    "TimedPrice",
    "Trade",
    "TradingMode",
    "Transaction",
    "Transfer",
    "TransferKind",
    "TransferReason",
    "TransferState",
    "TransferTerms",
    "Trigger",
    "Uncrossing",
    "UpdateMarket",
    "UpdateMarketState",
    "UpdateNetworkParameter",
    "UpdateProgramme",
    "Venue",
    "average_entry",
    "crossing",
    "default_market",
    "exchange_invariants",
    "factor",
    "from_bytes",
    "leaf",
    "leaves",
    "levels_of",
    "liquidation_estimate",
    "liquidation_price",
    "market_from_file",
    "market_from_proposal",
    "preset",
    "presets",
    "profit",
    "replay",
    "replay_file",
    "simple_future",
    "simple_market",
    "simple_perpetual",
    "simple_spot",
    "state_hash",
    "to_bytes",
    "with_leaf",
    "with_leaves",
]
