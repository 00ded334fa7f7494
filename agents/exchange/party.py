"""What all agents of an exchange share: a key, money, a market, and orders that are sent if they are large enough."""

from abc import abstractmethod
from collections.abc import Iterable
from typing import Generic, NamedTuple, Protocol, TypeVar

from tokenspice.engine import AgentBase, SimStateBase, StrategyError
from tokenspice.markets.exchange import (
    ExchangeService,
    ExchangeWallet,
    Market,
    MarketState,
    OrderType,
    Placed,
    Side,
    Spot,
    TimeInForce,
    TradingMode,
)
from tokenspice.markets.processes import PriceSource

__all__ = ["ExchangeAgent", "Intent", "PartyAgent", "PricedAgent", "StrategyAgent", "TraderAgent", "side_of"]

OPEN = (MarketState.ACTIVE, MarketState.PENDING, MarketState.SUSPENDED, MarketState.SUSPENDED_VIA_GOVERNANCE)


class Intent(NamedTuple):
    """An order that an agent wants to send: a market order, unless it has a price.

    Attributes:
        size: rounded to what the market takes; one that rounds to zero is not sent.
        expires_at: Unix seconds, of a GTT order.
    """

    side: Side
    size: float
    price: float | None = None
    tif: TimeInForce = TimeInForce.IOC
    expires_at: int = 0


class PartyAgent(AgentBase):
    """Who has a key of an exchange. EXTEND it, and implement `takeStep`.

    Args:
        name: of the agent, of its key and of its random stream.
        service: the exchange, as agents use it.

    Attributes:
        party: its key.
    """

    def __init__(self, name: str, service: ExchangeService) -> None:
        self.party = service.create_key(name)
        super().__init__(name, ExchangeWallet(self.party, service.exchange))
        self.service = service


class ExchangeAgent(PartyAgent):
    """A party that acts on a market. EXTEND it, and implement `takeStep`.

    Args:
        name: of the agent, of its key and of its random stream.
        service: the exchange, as agents use it.
        market_id: where it acts.
        mint: of the market's settlement asset, what it is given at the beginning.

    Attributes:
        minted: what it has been given so far.
    """

    def __init__(self, name: str, service: ExchangeService, market_id: str, mint: float = 0.0) -> None:
        if not 0 <= mint < float("inf"):
            raise StrategyError(f"{name}: mint = {mint:g}. Write an amount of 0 or more.")
        super().__init__(name, service)
        self.market_id = market_id
        self.minted = 0.0
        self._digits = self.market.config.position_decimals
        if mint > 0:
            self.mint(mint)

    @property
    def tick_size(self) -> float:
        """Between two prices of the market."""
        config = self.market.config
        return float(config.tick_size / 10**config.decimals)

    @property
    def market(self) -> Market:
        """Where it acts, as the exchange has it."""
        return self.service.market(self.market_id)

    def is_trading(self) -> bool:
        """Whether the market trades continuously."""
        market = self.market
        return market.mode is TradingMode.CONTINUOUS and market.state is MarketState.ACTIVE

    def is_open(self) -> bool:
        """Whether the market takes orders, in an auction or not."""
        market = self.market
        return market.mode is not TradingMode.NO_TRADING and market.state in OPEN

    def volume(self) -> float:
        """What it holds: above zero if it is long."""
        position = self.market.positions.get(self.party)
        return float(position.volume / 10**self._digits) if position else 0.0

    def funds(self) -> float:
        """All its money of the settlement asset: free, as margin of this market, and as bond."""
        return float(sum(self.service.party_account(self.party, self.market_id)))

    def mid(self) -> float:
        """The middle of the market; NaN without two sides."""
        bid, ask = self.service.best_prices(self.market_id)
        return (bid + ask) / 2

    def mint(self, amount: float) -> None:
        """Be given an amount of the asset that settles the market; of a spot market, as much of what is traded too."""
        config = self.market.config
        self.service.mint(self.party, config.asset, amount)
        if isinstance(config.product, Spot):
            self.service.mint(self.party, config.product.base_asset, amount)
        self.minted += amount

    def top_up(self, amount: float) -> None:
        """Be given an amount anew if less than half of it is free."""
        if self.service.party_account(self.party, self.market_id).general < amount / 2:
            self.mint(amount)

    def send(self, intent: Intent) -> Placed | None:
        """Send an order, and return what became of it; None for one that rounds to nothing."""
        side, size, price, tif, expires_at = intent
        size = round(size, self._digits)
        if size <= 0:
            return None
        submit, kind = self.service.submit_order, OrderType.MARKET if price is None else OrderType.LIMIT
        return submit(
            self.party, self.market_id, side, size, price, order_type=kind, time_in_force=tif, expires_at=expires_at
        )

    def flatten(self) -> Placed | None:
        """Bring the position to zero by a market order, as far as the book goes."""
        volume = self.volume()
        return self.send(Intent(side_of(-volume), abs(volume)))


class TraderAgent(ExchangeAgent):
    """A party that sends orders while the market trades. EXTEND it, and implement `decide`.

    A learner takes a trader's place by another `decide`: what it returns is sent, in this order. Rejections, such as for
    want of margin, are part of trading and change nothing.
    """

    @abstractmethod
    def decide(self, state: SimStateBase) -> Iterable[Intent]:
        """Return the orders to send in this step."""

    def takeStep(self, state: SimStateBase) -> None:
        if self.is_trading():
            for intent in self.decide(state):
                self.send(intent)


class Funded(Protocol):
    """Parameters that say what their agent is given at the beginning, in the asset that settles its market."""

    @property
    def mint(self) -> float: ...


Strategy = TypeVar("Strategy", bound=Funded)


class StrategyAgent(ExchangeAgent, Generic[Strategy]):
    """A party with parameters. EXTEND it, before `TraderAgent` if that is a base too, and set `strategy` in the class.

    Args:
        name: of the agent, of its key and of its random stream.
        service: the exchange.
        market_id: where it acts.
        strategy: its parameters; those of its class unless given.

    Attributes:
        strategy: its parameters; in a class, those that its agents have unless they are given others.
    """

    strategy: Strategy

    def __init__(self, name: str, service: ExchangeService, market_id: str, strategy: Strategy | None = None) -> None:
        chosen = self.strategy if strategy is None else strategy
        super().__init__(name, service, market_id, chosen.mint)
        self.strategy = chosen


class PricedAgent(StrategyAgent[Strategy], Generic[Strategy]):
    """A party with parameters that looks at a price outside the market. EXTEND it as `StrategyAgent`.

    Args:
        name: of the agent, of its key and of its random stream.
        service: the exchange.
        market_id: where it acts.
        prices: outside.
        strategy: its parameters; those of its class unless given.
    """

    def __init__(
        self,
        name: str,
        service: ExchangeService,
        market_id: str,
        prices: PriceSource,
        strategy: Strategy | None = None,
    ) -> None:
        super().__init__(name, service, market_id, strategy)
        self._prices = prices


def side_of(signed: float) -> Side:
    """Return the side that a signed volume is traded on."""
    return Side.BUY if signed > 0 else Side.SELL
