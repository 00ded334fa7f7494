"""What a market is doing."""

from enum import StrEnum

__all__ = ["OPEN_STATES", "MarketState", "TradingMode"]


class MarketState(StrEnum):
    PROPOSED = "proposed"
    REJECTED = "rejected"
    PENDING = "pending"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    TRADING_TERMINATED = "trading terminated"
    SETTLED = "settled"
    CANCELLED = "cancelled"
    SUSPENDED_VIA_GOVERNANCE = "suspended via governance"


OPEN_STATES = frozenset(
    {MarketState.PENDING, MarketState.ACTIVE, MarketState.SUSPENDED, MarketState.SUSPENDED_VIA_GOVERNANCE}
)
"""States in which a market takes orders."""


class TradingMode(StrEnum):
    CONTINUOUS = "continuous"
    OPENING_AUCTION = "opening auction"
    MONITORING_AUCTION = "monitoring auction"
    LONG_BLOCK_AUCTION = "long block auction"
    GOVERNANCE_AUCTION = "suspended via governance"
    NO_TRADING = "no trading"
