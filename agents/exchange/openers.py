"""Who brings a market out of auctions: pairs of a buyer and a seller."""

from dataclasses import dataclass
from math import isnan
from typing import Annotated, Literal, final

from tokenspice.agents.exchange.party import Intent, PricedAgent, StrategyAgent
from tokenspice.engine import Above, AtLeast, Doc, ParametersBase, Probability, SimStateBase, Unit
from tokenspice.markets.exchange import ExchangeService, Side, TimeInForce, TradingMode

__all__ = ["OpenAuctionPass", "OpenAuctionStrategy", "UncrossAuctionAgent", "UncrossStrategy"]

SideName = Annotated[Literal["buy", "sell"], Doc("which of the pair it is")]


@final
@dataclass(frozen=True)
class OpenAuctionStrategy(ParametersBase):
    """One order."""

    side: SideName = "buy"
    initial_price: Annotated[float, Above(0), Unit("price"), Doc("at which the market opens")] = 0.3
    opening_auction_trade_amount: Annotated[float, Above(0), Unit("contracts"), Doc("of its order")] = 1.0
    mint: Annotated[float, AtLeast(0), Unit("asset"), Doc("what it is given at the beginning")] = 1e6


@final
class OpenAuctionPass(StrategyAgent[OpenAuctionStrategy]):
    """Sends one limit order when it is made, and nothing after that. A buyer and a seller together open a market."""

    def __init__(
        self, name: str, service: ExchangeService, market_id: str, strategy: OpenAuctionStrategy = OpenAuctionStrategy()
    ) -> None:
        super().__init__(name, service, market_id, strategy)
        ss = strategy
        self.send(Intent(Side(ss.side), ss.opening_auction_trade_amount, ss.initial_price, TimeInForce.GTC))

    def takeStep(self, state: SimStateBase) -> None:
        pass


@final
@dataclass(frozen=True)
class UncrossStrategy(ParametersBase):
    """How much it trades to end an auction, and how readily."""

    side: SideName = "buy"
    uncrossing_size: Annotated[float, Above(0), Unit("contracts"), Doc("of each of its orders")] = 1.0
    leave_opening_auction_prob: Annotated[Probability, Doc("chance to act in a step of the opening auction")] = 1.0
    auto_top_up: Annotated[bool, Doc("whether it is given money anew when it has less than half of the first")] = False
    mint: Annotated[float, AtLeast(0), Unit("asset"), Doc("what it is given at the beginning")] = 1e6


@final
class UncrossAuctionAgent(PricedAgent[UncrossStrategy]):
    """In auctions, bids 1 % above the outside price, or asks 1 % below it, until the step after the next.

    With both of a pair, the prices at which most volume trades reach over 2 %, so that no rounding keeps a market from
    uncrossing.
    """

    strategy = UncrossStrategy()

    def takeStep(self, state: SimStateBase) -> None:
        price, ss, mode = self._prices.at(state.tick), self.strategy, self.market.mode
        if ss.auto_top_up:
            self.top_up(ss.mint)
        if isnan(price) or mode not in (TradingMode.OPENING_AUCTION, TradingMode.MONITORING_AUCTION):
            return
        if mode is TradingMode.OPENING_AUCTION and state.rng(self.name).random() >= ss.leave_opening_auction_prob:
            return
        buys = ss.side == "buy"
        expires_at = self.service.get_blockchain_time() + 2 * state.ss.time_step
        self.send(
            Intent(Side(ss.side), ss.uncrossing_size, price * (1.01 if buys else 0.99), TimeInForce.GTT, expires_at)
        )
