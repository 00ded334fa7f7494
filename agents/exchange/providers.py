"""Liquidity providers who keep to their agreement as far as they care."""

from dataclasses import dataclass
from math import isnan
from typing import Annotated, NamedTuple, final

from tokenspice.agents.exchange.commitment import commit, obligation
from tokenspice.agents.exchange.party import Intent, StrategyAgent
from tokenspice.engine import Above, AtLeast, Between, Doc, ParametersBase, Probability, Share, SimStateBase, Unit
from tokenspice.engine.errors import StrategyError
from tokenspice.markets.exchange import Placed, Side, TimeInForce
from tokenspice.markets.quoting import equal_notional_levels

__all__ = [
    "Bounds",
    "SimpleLiquidityProvider",
    "SimpleLiquidityStrategy",
    "UniformLiquidityProvider",
    "UniformLiquidityStrategy",
]

BASIS_POINT = 1e-4
OUT_OF_TERMS = 0.9  # times what an agreement asks for: what it shows in the time that it is not on the book


class Bounds(NamedTuple):
    """Between which prices volume counts, on each side: the nearer to the market first."""

    bid_inner: float
    bid_outer: float
    ask_inner: float
    ask_outer: float


@final
@dataclass(frozen=True)
class SimpleLiquidityStrategy(ParametersBase):
    """What it commits, and how well it keeps its word."""

    commitment_amount: Annotated[float, Above(0), Unit("asset"), Doc("that it commits to liquidity")] = 6000.0
    fee: Annotated[Share, Doc("that it nominates for liquidity")] = 0.001
    price_range: Annotated[Share, Doc("on each side of the price, a share of it; 0 for the market's own")] = 0.0
    offset_proportion: Annotated[
        float, AtLeast(0), Doc("of the range, how far out it quotes; above 1 its volume does not count")
    ] = 0.5
    size_weighting: Annotated[float, Above(0), Doc("times what the agreement asks for, its order")] = 2.0
    peak_weighting: Annotated[float, Above(0), Doc("times that, what its order shows")] = 1.5
    minimum_weighting: Annotated[float, Above(0), Doc("times that, below what it shows its peak anew")] = 1.2
    target_time_on_book: Annotated[Probability, Doc("chance to show in a step what the agreement asks for")] = 1.0
    mint: Annotated[float, AtLeast(0), Unit("asset"), Doc("what it is given at the beginning")] = 1e6

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.minimum_weighting <= self.peak_weighting <= self.size_weighting:
            raise StrategyError(
                f"minimum_weighting = {self.minimum_weighting:g}, peak_weighting = {self.peak_weighting:g}, size_weighting "
                f"= {self.size_weighting:g}: write them in rising order."
            )


@final
class SimpleLiquidityProvider(StrategyAgent[SimpleLiquidityStrategy]):
    """Keeps an iceberg on each side, somewhere in the range that counts; now and then it shows too little."""

    strategy = SimpleLiquidityStrategy()

    def bounds(self, price: float) -> Bounds:
        """Return between which prices it quotes. OVERRIDE it for another agreement."""
        width = self.strategy.price_range or self.market.config.liquidity.price_range
        return Bounds(price, price * (1 - width), price, price * (1 + width))

    def takeStep(self, state: SimStateBase) -> None:
        ss = self.strategy
        if not self.is_open():
            return
        commit(self.service, self.party, self.market_id, ss.commitment_amount, ss.fee)
        with self.service.one_transaction():
            self._requote(state)

    def _requote(self, state: SimStateBase) -> None:
        ss = self.strategy
        self.service.cancel_order(self.party, self.market_id)
        price = self.reference()
        if isnan(price):
            return
        unit = obligation(self.service, ss.commitment_amount) / price
        for side, quoted in zip((Side.BUY, Side.SELL), self.decide(price), strict=True):
            is_kept = state.rng(self.name).random() < ss.target_time_on_book
            weights = (ss.size_weighting, ss.peak_weighting, ss.minimum_weighting) if is_kept else (OUT_OF_TERMS,) * 3
            self._show(side, quoted, unit, weights)

    def decide(self, price: float) -> tuple[float, float]:
        """Return at which prices it bids and asks."""
        out, bounds = self.strategy.offset_proportion, self.bounds(price)
        bid = bounds.bid_inner - (bounds.bid_inner - bounds.bid_outer) * out
        return bid, bounds.ask_inner + (bounds.ask_outer - bounds.ask_inner) * out

    def reference(self) -> float:
        """The price that its agreement is about: the mid; in an auction the indicative, or else the last price."""
        data = self.service.get_latest_market_data(self.market_id)
        prices = (data.mid_price,) if self.is_trading() else (data.indicative_price, data.last_traded_price)
        return next((price for price in prices if not isnan(price)), float("nan"))

    def _show(self, side: Side, price: float, unit: float, weights: tuple[float, ...]) -> Placed | None:
        size, peak, minimum = (round(unit * weight, self._digits) for weight in weights)
        if not (price > 0 and size > 0):
            return None
        submit, smallest = self.service.submit_order, 10.0**-self._digits
        return submit(
            self.party, self.market_id, side, size, price, peak_size=peak, minimum_visible_size=max(minimum, smallest)
        )


@final
@dataclass(frozen=True)
class UniformLiquidityStrategy(ParametersBase):
    """A commitment that is spread over levels."""

    commitment_amount: Annotated[float, Above(0), Unit("asset"), Doc("that it commits to liquidity")] = 1e5
    fee: Annotated[Share, Doc("that it nominates for liquidity")] = 0.001
    bps_min: Annotated[float, Between(0, 10_000), Unit("basis points"), Doc("from the mid to its first level")] = 1.0
    bps_max: Annotated[float, Between(0, 10_000), Unit("basis points"), Doc("from the mid to its last level")] = 10.0
    levels: Annotated[int, AtLeast(1), Unit("levels"), Doc("on each side")] = 5
    safety_factor: Annotated[float, AtLeast(0), Doc("times its obligation, what it quotes on each side")] = 1.5
    mint: Annotated[float, AtLeast(0), Unit("asset"), Doc("what it is given at the beginning")] = 1e6

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.bps_min > self.bps_max:
            raise StrategyError(
                f"bps_min = {self.bps_min:g} and bps_max = {self.bps_max:g}: write the smaller one first."
            )

    @property
    def offsets(self) -> list[float]:
        """Of its levels from the mid, shares of it."""
        width = (self.bps_max - self.bps_min) / max(self.levels - 1, 1)
        return [(self.bps_min + i * width) * BASIS_POINT for i in range(self.levels)]


@final
class UniformLiquidityProvider(StrategyAgent[UniformLiquidityStrategy]):
    """Quotes as much money at each of its levels, which lie evenly between two distances from the mid."""

    strategy = UniformLiquidityStrategy()

    def takeStep(self, state: SimStateBase) -> None:
        ss = self.strategy
        if not self.is_open():
            return
        commit(self.service, self.party, self.market_id, ss.commitment_amount, ss.fee)
        mid = self.mid()
        if isnan(mid):
            return
        wanted = ss.safety_factor * obligation(self.service, ss.commitment_amount)
        with self.service.one_transaction():
            self.service.cancel_order(self.party, self.market_id)
            for side, away in ((Side.BUY, -1), (Side.SELL, 1)):
                for price, size in equal_notional_levels([mid * (1 + away * offset) for offset in ss.offsets], wanted):
                    self.send(Intent(side, size, price, TimeInForce.GTC))
