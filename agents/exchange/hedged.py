"""A maker who quotes on one market what it can hedge on another."""

from dataclasses import dataclass
from typing import Annotated, NamedTuple, final

from tokenspice.agents.exchange.party import ExchangeAgent, Intent, side_of
from tokenspice.agents.exchange.shaped import ShapedMarketMaker, ShapedStrategy
from tokenspice.engine import HOUR, MINUTE, Above, AtLeast, Doc, Seconds, Share, SimStateBase, Unit
from tokenspice.markets.exchange import ONE, ExchangeService
from tokenspice.markets.exchange.transfer_terms import TransferReason
from tokenspice.markets.processes import PriceSeries
from tokenspice.markets.quoting import Depths, Level, exponential_levels

__all__ = ["HedgedMarketMaker", "HedgedStrategy", "hedged_quotes"]

NO_PRICE = PriceSeries([float("nan")])  # it quotes about another market, not about an outside price


@final
@dataclass(frozen=True)
class HedgedStrategy(ShapedStrategy):
    """Its margin of profit, its shape, and how it keeps money on both markets."""

    profit_margin: Annotated[Share, Doc("that it wants to be left with after all fees")] = 0.01
    internal_delay: Annotated[Seconds, AtLeast(0), Doc("of a transfer that leaves the market where it quotes")] = HOUR
    external_delay: Annotated[Seconds, AtLeast(0), Doc("of a transfer that leaves the market where it hedges")] = (
        5 * MINUTE
    )
    transfer_threshold: Annotated[
        float, AtLeast(0), Unit("asset"), Doc("difference of free money from which on it evens that")
    ] = 500.0
    kappa: Annotated[float, Doc("of sizes: at a distance d from the first level exp(kappa d)")] = 0.2
    num_levels: Annotated[int, AtLeast(1), Unit("levels"), Doc("on each side")] = 10
    tick_spacing: Annotated[float, Above(0), Unit("price"), Doc("from one level to the next")] = 1.0


class FeeShares(NamedTuple):
    """Of a trade's notional."""

    maker: float
    infrastructure: float
    liquidity: float


def hedged_quotes(bid: float, ask: float, earned: float, paid: float, margin: float) -> tuple[float, float]:
    """Return the bid and ask that leave a share `margin` of their notional once they are hedged.

    Args:
        bid, ask: where the hedge trades.
        earned: of a quote's notional, what its maker gets in fees.
        paid: of a hedge's notional, what its taker pays in fees.
        margin: of a quote's notional.
    """
    return bid * (1 - paid) / (1 - earned + margin), ask * (1 + paid) / (1 + earned - margin)


@final
class HedgedMarketMaker(ShapedMarketMaker):
    """Quotes on an internal market about the prices of an external one, and trades there whatever it comes to hold.

    It has a key on each market, and moves money from one to the other, which takes time.

    Args:
        name: of the agent; its second key is called so too, with "/external" after it.
        service: the exchange, with both markets.
        market_id: where it quotes.
        external_id: where it hedges; settled in the same asset.
        strategy: its parameters.

    Attributes:
        hedge: its second self, on the external market.
    """

    def __init__(
        self,
        name: str,
        service: ExchangeService,
        market_id: str,
        external_id: str,
        strategy: HedgedStrategy = HedgedStrategy(),
    ) -> None:
        super().__init__(name, service, market_id, NO_PRICE, strategy)
        self.strategy = strategy
        self.hedge = Hedge(f"{name}/external", service, external_id, strategy.mint)
        self._moving: list[tuple[int, float]] = []  # (arrives at, towards the external side if above zero)

    def outside(self, state: SimStateBase) -> float:
        return self.hedge.mid()

    def depths(self, state: SimStateBase) -> Depths:
        mid, ss = self.hedge.mid(), self.strategy
        own, other = fee_shares(self), fee_shares(self.hedge)
        earned = own.maker + own.liquidity * self._own_share()
        paid = other.maker + other.liquidity + other.infrastructure
        bid, ask = hedged_quotes(*self.service.best_prices(self.hedge.market_id), earned, paid, ss.profit_margin)
        return Depths(mid - bid, ask - mid)

    def shape(self, price: float, depths: Depths) -> tuple[list[Level], list[Level]]:
        ss, tick = self.strategy, self.tick_size
        bids, asks = (
            exponential_levels(price + away * (depth or tick), away, ss.kappa, ss.tick_spacing, ss.num_levels, tick)
            for depth, away in ((depths.bid, -1), (depths.ask, 1))
        )
        return bids, asks

    def takeStep(self, state: SimStateBase) -> None:
        super().takeStep(state)
        held = self.volume() + self.hedge.volume()
        if held and self.hedge.is_trading():
            self.hedge.send(Intent(side_of(-held), abs(held)))
        self._even()

    def _own_share(self) -> float:
        """Of the liquidity fees of the market where it quotes."""
        shares = self.service.get_liquidity_fee_shares(self.market_id, self.party)
        return shares[0].equity_like_share if shares else 0.0

    def _even(self) -> None:
        """Move half of the difference to the side that has less free money, counting what is on its way as arrived."""
        now = self.service.get_blockchain_time()
        self._moving = [(arrives, amount) for arrives, amount in self._moving if arrives > now]
        excess = self.free(self) - self.free(self.hedge)
        excess -= sum(amount for _, amount in self._moving)
        if abs(excess) <= self.strategy.transfer_threshold:
            return
        source, target = (self, self.hedge) if excess > 0 else (self.hedge, self)
        delay = self.strategy.internal_delay if excess > 0 else self.strategy.external_delay
        asset = self.market.config.asset
        reason = self.service.one_off_transfer(source.party, target.party, asset, abs(excess) / 2, delay=delay)
        if reason is TransferReason.NONE and delay:
            self._moving.append((now + delay, excess / 2))

    def free(self, side: ExchangeAgent) -> float:
        """What one of its keys has in general."""
        return self.service.balance(side.party, side.market.config.asset)


@final
class Hedge(ExchangeAgent):
    """The key of a hedged maker where it hedges. It does what the maker says."""

    def takeStep(self, state: SimStateBase) -> None:
        pass


def fee_shares(side: ExchangeAgent) -> FeeShares:
    """Return the fees of the market that an agent trades on, before discounts, as shares of the notional."""
    market = side.market
    fees = market.config.fees.fees(ONE, 1, market.liquidity_fee)
    return FeeShares(fees.maker / ONE, fees.infrastructure / ONE, fees.liquidity / ONE)
