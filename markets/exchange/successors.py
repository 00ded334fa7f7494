"""Markets that take another's place, with a part of its insurance pool."""

from collections.abc import Mapping
from typing import final

from tokenspice.markets.exchange.config import MarketConfig
from tokenspice.markets.exchange.governance.reasons import ProposalReason
from tokenspice.markets.exchange.ledger import AccountType, TransferKind
from tokenspice.markets.exchange.lifecycle import ENDED, cancel_market
from tokenspice.markets.exchange.market import Market
from tokenspice.markets.exchange.market_state import MarketState
from tokenspice.markets.exchange.numbers import ONE, factor

__all__ = ["Successors"]


@final
class Successors:
    """Which market follows which.

    Args:
        markets: of the exchange, by id.

    Attributes:
        taken: parents whose place is taken, each with its successor's id.
        known: ids of markets that have ended.
        pools: ids of those whose insurance pools wait for a successor.
        window: seconds that they wait.
    """

    def __init__(self, markets: Mapping[str, Market], window: int) -> None:
        self.markets = markets
        self.window = window
        self.taken: dict[str, str] = {}
        self.known: dict[str, None] = {}
        self.pools: dict[str, None] = {}

    def __repr__(self) -> str:
        return f"Successors({self.taken})"

    def refusal(self, config: MarketConfig) -> ProposalReason:
        """Why a configuration cannot name the parent that it names."""
        if config.successor is None:
            return ProposalReason.NONE
        parent = self.markets.get(config.successor.parent_id)
        if parent is None or parent.id in self.taken or not self.is_waiting(parent):
            return ProposalReason.NO_SUCH_PARENT
        is_alike = parent.config.asset == config.asset and type(parent.config.product) is type(config.product)
        return ProposalReason.NONE if is_alike else ProposalReason.NO_SUCH_PARENT

    def is_waiting(self, parent: Market) -> bool:
        """Whether a market may still be followed by another."""
        if parent.state in (MarketState.REJECTED, MarketState.CANCELLED, MarketState.PROPOSED):
            return False
        return parent.state not in ENDED or parent.venue.now < parent.ended_at + self.window

    def opened(self, market: Market) -> None:
        """A market has left its opening auction: it takes its parent's place, and all others that wanted it are cancelled."""
        successor = market.config.successor
        if successor is None:
            return
        parent = self.markets.get(successor.parent_id)
        if parent is None or parent.id in self.taken or not self.is_waiting(parent):
            return
        self.taken[parent.id] = market.id
        amount = parent.insurance.balance * factor(successor.insurance_pool_fraction) // ONE
        market.ledger.transfer(parent.insurance, market.insurance, amount, TransferKind.INSURANCE)
        market.liquidity.inherit(parent.liquidity)
        for other in self.markets.values():
            if other is not market and not other.has_opened and other.state not in ENDED and follows(other, parent.id):
                cancel_market(other)

    def ended(self, market: Market) -> None:
        """A market has ended; its insurance pool waits, or goes at once where its place is taken."""
        self.known[market.id] = self.pools[market.id] = None

    def begin_block(self, now: int) -> None:
        """Let pools that nobody waits for any more go to the asset's global insurance account."""
        for id in list(self.pools):
            market = self.markets[id]
            if id in self.taken or now >= market.ended_at + self.window:
                target = market.of_asset(AccountType.GLOBAL_INSURANCE)
                market.ledger.transfer(market.insurance, target, market.insurance.balance, TransferKind.INSURANCE)
                del self.pools[id]


def follows(market: Market, parent: str) -> bool:
    return market.config.successor is not None and market.config.successor.parent_id == parent
