"""What can go wrong in a market, drawn.

TokenSpiceError
 └─ MarketError
     ├─ PoolError        a pool, or what was asked of it
     ├─ PriceDataError   a table of prices, or a window of it
     ├─ ExchangeError    a derivatives exchange is set up or asked wrongly
     │   ├─ InstructionError           contradicts itself; a ValueError, too
     │   ├─ OrderRejectedError         where the sender waits for the answer
     │   └─ ProposalNotAcceptedError   refused, or without its majority
     └─ StrategyConfigError   a strategy, its parameters, or a fingerprint
"""

from tokenspice.engine.errors import TokenSpiceError

__all__ = [
    "ExchangeError",
    "InstructionError",
    "MarketError",
    "OrderRejectedError",
    "PoolError",
    "PriceDataError",
    "ProposalNotAcceptedError",
    "StrategyConfigError",
]


class MarketError(TokenSpiceError):
    """The base of what can go wrong in a market."""


class ExchangeError(MarketError):
    """An exchange is configured, or a call of it is written, in a way that can mean nothing.

    An instruction that the rules refuse is no error: it comes back as a rejection with its reason.
    """

    word = "exchange"


class InstructionError(ExchangeError, ValueError):
    """The arguments of an instruction contradict each other, so that it is not sent."""

    word = "instruction"


class OrderRejectedError(ExchangeError):
    """An order was rejected whose sender asked to hear of that as an error.

    Attributes:
        reason: why, as text.
    """

    word = "order-rejected"

    def __init__(self, message: str, reason: str = "") -> None:
        super().__init__(message)
        self.reason = reason


class ProposalNotAcceptedError(ExchangeError):
    """A proposal was refused, or did not find its majority."""

    word = "proposal"


class PoolError(MarketError):
    """A pool cannot be made, or cannot do what it was asked. Its state is as it was."""


class PriceDataError(MarketError):
    """A table of prices, or a window of it, cannot be used."""


class StrategyConfigError(MarketError):
    """A strategy, one of its parameters, or a fingerprint cannot be used."""
