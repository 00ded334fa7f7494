"""Liquidity providers and pools that do anything: too much, too little, and what nobody can."""

from dataclasses import dataclass
from math import isnan
from typing import Annotated, final

from tokenspice.agents.exchange.commitment import commit, obligation
from tokenspice.agents.exchange.party import ExchangeAgent, Intent, StrategyAgent
from tokenspice.engine import AtLeast, Doc, ParametersBase, Probability, Share, SimStateBase, Unit
from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange import ExchangeService, Pegged, Side, TimeInForce

__all__ = [
    "FuzzedAutomatedMarketMaker",
    "FuzzedPoolStrategy",
    "FuzzyLiquidityProvider",
    "FuzzyLiquidityStrategy",
    "RiskySimpleLiquidityProvider",
]

MOST_PEGS = 49  # on each side


@final
class RiskySimpleLiquidityProvider(ExchangeAgent):
    """Commits half of all it has, quotes close to the mid for the whole of it, and goes bankrupt now and then.

    Args:
        name: of the agent.
        service: the exchange.
        market_id: where it provides.
        mint: what it is given at the beginning, and whenever it has nothing.
        share: of all it has, what it commits.
    """

    def __init__(
        self, name: str, service: ExchangeService, market_id: str, mint: float = 1e5, share: float = 0.5
    ) -> None:
        super().__init__(name, service, market_id, mint)
        self._given, self._share = mint, share

    def takeStep(self, state: SimStateBase) -> None:
        if not self.is_open():
            return
        funds = self.funds()
        if not funds:
            self.mint(self._given)
            return
        committed = self._share * funds
        commit(self.service, self.party, self.market_id, committed, 0.001)
        self.service.cancel_order(self.party, self.market_id)
        mid, tick = self.mid(), self.tick_size
        if not isnan(mid):
            size = obligation(self.service, committed) / mid
            self.send(Intent(Side.BUY, size, mid - tick, TimeInForce.GTC))
            self.send(Intent(Side.SELL, size, mid + tick, TimeInForce.GTC))


@final
@dataclass(frozen=True)
class FuzzyLiquidityStrategy(ParametersBase):
    """How wild it is."""

    lowest: Annotated[Share, Doc("of all it has, the least that it commits")] = 0.1
    highest: Annotated[Share, Doc("of all it has, the most that it commits")] = 0.6
    cancels: Annotated[Probability, Doc("chance to end its commitment in a step")] = 0.01
    invalid: Annotated[Probability, Doc("chance that a commitment, or an order, is one that nobody can have")] = 0.05
    mint: Annotated[float, AtLeast(0), Unit("asset"), Doc("what it is given at the beginning")] = 1e5


@final
class FuzzyLiquidityProvider(StrategyAgent[FuzzyLiquidityStrategy]):
    """Changes its commitment at random, ends it now and then, and pegs up to 49 orders on each side."""

    strategy = FuzzyLiquidityStrategy()

    def takeStep(self, state: SimStateBase) -> None:
        ss, rng = self.strategy, state.rng(self.name)
        funds = self.funds()
        if rng.random() < ss.cancels:
            self.service.cancel_liquidity(self.party, self.market_id)
        else:
            wild = 1e6 if rng.random() < ss.invalid else 1.0
            share = ss.lowest + (ss.highest - ss.lowest) * rng.random()
            self.service.submit_liquidity(self.party, self.market_id, round(wild * share * funds, 2), rng.random() / 50)
        self.service.cancel_order(self.party, self.market_id)
        for side, reference in ((Side.BUY, "best_bid"), (Side.SELL, "best_ask")):
            for _ in range(int(rng.integers(1, MOST_PEGS + 1))):
                size = 0.0 if rng.random() < ss.invalid else float(rng.standard_exponential())
                self._peg(side, Pegged(reference, self.tick_size * int(rng.integers(0, 200))), size)

    def _peg(self, side: Side, pegged: Pegged, size: float) -> None:
        self.service.submit_order(self.party, self.market_id, side, round(size, self._digits), pegged=pegged)


@final
@dataclass(frozen=True)
class FuzzedPoolStrategy(ParametersBase):
    """How often it does what."""

    submits: Annotated[Probability, Doc("chance to open a pool in a step, also where it has one")] = 0.5
    amends: Annotated[Probability, Doc("chance to change its pool in a step")] = 0.1
    cancels: Annotated[Probability, Doc("chance to close its pool in a step")] = 0.05
    mint: Annotated[float, AtLeast(0), Unit("asset"), Doc("what it is given at the beginning")] = 1e6


@final
class FuzzedAutomatedMarketMaker(StrategyAgent[FuzzedPoolStrategy]):
    """Opens, changes and closes pools with bounds and leverages that it draws, valid or not.

    Attributes:
        n_contradictions: instructions that could not even be written.
    """

    strategy = FuzzedPoolStrategy()
    n_contradictions = 0

    def takeStep(self, state: SimStateBase) -> None:
        ss, rng, mid = self.strategy, state.rng(self.name), self.mid()
        if isnan(mid):
            return
        submits, amends, cancels = (rng.random(3) < (ss.submits, ss.amends, ss.cancels)).tolist()
        base, amount = mid * (0.9 + 0.2 * rng.random()), self.strategy.mint * rng.random() / 10
        lower = base * (0.5 + 0.55 * rng.random()) if rng.random() < 0.8 else None
        upper = base * (0.95 + 0.55 * rng.random()) if rng.random() < 0.8 else None
        leverages = (50 * rng.random() if lower else None, 50 * rng.random() if upper else None)
        try:
            if submits:
                self.service.submit_amm(self.party, self.market_id, round(amount, 2), base, lower, upper, *leverages)
            if amends:
                self.service.amend_amm(
                    self.party, self.market_id, 0.1, round(amount, 2), base, lower, upper, *leverages
                )
            if cancels:
                self.service.cancel_amm(self.party, self.market_id, bool(rng.random() < 0.5))
        except ExchangeError:
            self.n_contradictions += 1
