"""What is priced elsewhere: ether, by a process; and the coin, by whoever values it."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import final

from tokenspice.engine import (
    HOUR,
    YEAR,
    AgentBase,
    Floats,
    SimStateBase,
    StrategyError,
)
from tokenspice.engine.units import scaled
from tokenspice.protocols.rai import RAY, WAD, CoinSystem, EthModel, EthTerms, PegTerms, SystemView, as_wad
from tokenspice.web3engine import Chain, EvmAgentBase, EvmWallet

__all__ = ["CoinValueAgent", "EtherAgent", "Jump", "WatchAgent", "eth_model"]


@final
@dataclass(frozen=True)
class Jump:
    """A price jumps once, by a share, such as -0.3."""

    share: float
    hour: int


def eth_model(terms: EthTerms, series_file: str) -> EthModel:
    """Return a process whose series, if it has one, is in a file: one number a line.

    Raises:
        StrategyError: the file cannot be read, or holds what is no number, or the process does not fit it.
    """
    if not series_file:
        return EthModel(terms)
    try:
        numbers = tuple(float(word) for word in Path(series_file).read_text(encoding="utf-8").split())
    except (OSError, ValueError) as error:
        raise StrategyError(
            f"eth_series = {series_file}: no series can be read from it ({' '.join(str(error).split())}). Write a file "
            "with one number a line."
        ) from None
    return EthModel(terms, numbers)


@final
class EtherAgent(EvmAgentBase):
    """Draws ether's price for the whole run, and posts each hour's to an oracle.

    Args:
        name: of the agent and of its random stream.
        wallet: the oracle's owner's.
        system: whose oracle it is.
        model: how the price moves, by the hour.
        start: USD per ether at hour 0.
        hours: of the run.
        jump: what happens to it besides.

    Attributes:
        price: of now, USD per ether.
        log_return: of this hour.
        wad: the same as the oracle has it.
    """

    def __init__(
        self,
        name: str,
        wallet: EvmWallet,
        system: CoinSystem,
        model: EthModel,
        start: float,
        hours: int,
        jump: Jump = Jump(0.0, 0),
    ) -> None:
        super().__init__(name, wallet)
        self._oracle = system.bank.eth_oracle
        self._model = model
        self._hours = hours
        self._jump = jump
        self._path: Floats | None = None
        self._start = start
        self.price = start
        self.log_return = 0.0
        self.wad = as_wad(start)

    def takeStep(self, state: SimStateBase) -> None:
        if self._path is None:
            self._path = self._model.path(self._start, self._hours, state.rng(self.name))
        hour = state.elapsed // HOUR + 1  # what the coming hour's end will see
        before, self.price = self.price, float(self._path[hour])
        if self._jump.share and hour >= self._jump.hour:
            self.price *= 1 + self._jump.share
        self.log_return = math.log(self.price / before)
        self.wad = scaled(WAD, self.price)
        self.wallet.send(self._oracle.set(self.wad))


@final
class WatchAgent(EvmAgentBase):
    """Looks at the system once in a step, for all who act on what they see.

    Args:
        name: of the agent.
        wallet: looks.
        system: at what.
        ether: the price of ether.
        earlier: who has looked before in the same step, if only the pool and SAFEs can have changed since.
        changes: counts what may have changed SAFEs; while it stays, a look at the pool is enough.

    Attributes:
        view: what it saw last.
        redemption_price: USD per coin.
        market_price: USD per coin, in the pool.
        annual_rate: gross growth of the redemption price in a year.
    """

    def __init__(
        self,
        name: str,
        wallet: EvmWallet,
        system: CoinSystem,
        ether: EtherAgent,
        earlier: "WatchAgent | None" = None,
        changes: Callable[[], int] = int,
    ) -> None:
        super().__init__(name, wallet)
        self._system = system
        self._ether = ether
        self._earlier = earlier
        self._changes = changes
        self._n_changes = 0
        self._look(system.look(wallet))

    def takeStep(self, state: SimStateBase) -> None:
        changes = self._changes()
        if self._earlier and changes == self._n_changes:
            coins, ether = self._system.bank.pool.reserves(self.wallet)
            view = self._earlier.view._replace(pool_coins=coins, pool_ether=ether)
        else:
            view = self._system.look(self.wallet)
        self._n_changes = changes
        self._look(view)

    def _look(self, view: SystemView) -> None:
        self.view = view
        self.redemption_price = view.redemption_price / RAY
        self.market_price = view.pool_price * self._ether.price
        self.annual_rate = (view.rate / RAY) ** YEAR


@final
class CoinValueAgent(AgentBase):
    """Values the coin in USD, hour by hour. Trades that others made in the pool the hour before move the valuation too.

    Args:
        name: of the agent and of its random stream.
        chain: has the clock.
        ether: the price of ether.
        watch: what was seen before the trades of an hour.
        close: what was seen after them.
        terms: how the valuation moves.

    Attributes:
        price: USD per coin.
    """

    def __init__(
        self, name: str, chain: Chain, ether: EtherAgent, watch: WatchAgent, close: WatchAgent, terms: PegTerms
    ) -> None:
        super().__init__(name)
        self._chain = chain
        self._ether = ether
        self._watch = watch
        self._close = close
        self._terms = terms
        self._premiums = [math.log(close.market_price / close.redemption_price)] * len(terms.lags)
        self._mean: float | None = None
        self._sigma = terms.sigma
        self.price = close.market_price

    @property
    def premium(self) -> float:
        """The log of value over redemption price."""
        return self._premiums[0]

    def takeStep(self, state: SimStateBase) -> None:
        terms, rng = self._terms, state.rng(self.name)
        if self._mean is None:
            level, size = rng.standard_normal(2)
            self._mean = terms.mean + terms.mean_spread * float(level)
            self._sigma *= math.exp(terms.vol_spread * float(size) - terms.vol_spread**2 / 2)
        # What others' trades did to the pool stays in the valuation that the next hour begins with.
        pushed = math.log(self._close.view.pool_price / self._watch.view.pool_price)
        self._premiums[0] += terms.impact * pushed
        premium = self._mean + terms.eth_weight * self._ether.log_return + self._sigma * float(rng.standard_normal())
        for lag, past in zip(terms.lags, self._premiums, strict=True):
            premium += lag * (past - self._mean)
        self._premiums = [premium, *self._premiums[:-1]]
        self.price = self._close.view.redemption_at(self._chain.now) * math.exp(premium)
