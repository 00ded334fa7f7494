"""Who trades a controlled coin in its pool, each with what it holds. Prices that they follow are in USD."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, final

from tokenspice.agents.rai.prices import EtherAgent, Jump, WatchAgent
from tokenspice.engine import HOUR, Above, Amount, AtLeast, Doc, ParametersBase, Share, SimStateBase, Unit
from tokenspice.protocols.rai import CoinSystem
from tokenspice.web3engine import Call, EvmAgentBase, EvmWallet, Reverted

__all__ = ["BoundTerms", "DemandAgent", "PegTraderAgent", "WhaleAgent", "WhaleTerms", "deviation", "pays"]


@final
@dataclass(frozen=True)
class BoundTerms(ParametersBase):
    """How far something must go before a trader acts: each trader draws its own bound."""

    mean: Annotated[float, AtLeast(0), Unit("share"), Doc("of the bounds; the predecessor's")]
    spread: Annotated[float, AtLeast(0), Unit("share"), Doc("their standard deviation; hand-set")]
    least: Annotated[float, AtLeast(0), Unit("share"), Doc("the lowest bound; the predecessor's for prices")]
    budget: Annotated[float, AtLeast(0), Unit("of the pool"), Doc("what each holds of both tokens; hand-set")]


def deviation(watch: WatchAgent) -> float:
    """What moves price traders: the market price over the redemption price, minus 1."""
    return watch.market_price / watch.redemption_price - 1


def pays(watch: WatchAgent) -> float:
    """What moves rate traders: below 0 the coin gains by its rate in a year and is not dear yet, above 0 the reverse."""
    gain, premium = watch.annual_rate - 1, deviation(watch)
    return -gain if gain * premium < 0 else 0.0


@final
class PegTraderAgent(EvmAgentBase):
    """Trades the pool back to the redemption price once a signal is beyond its own bound.

    Args:
        name: of the agent and of its random stream.
        wallet: its budget of coins and ether, approved to the pool.
        system: whose pool.
        watch: what it sees.
        ether: the price of ether.
        bound: from which it draws its own.
        signal: above the bound it sells coins, below minus the bound it buys.

    Attributes:
        n_trades: made so far.
    """

    def __init__(
        self,
        name: str,
        wallet: EvmWallet,
        system: CoinSystem,
        watch: WatchAgent,
        ether: EtherAgent,
        bound: BoundTerms,
        signal: Callable[[WatchAgent], float] = deviation,
    ) -> None:
        super().__init__(name, wallet)
        self._pool = system.bank.pool
        self._watch = watch
        self._ether = ether
        self._terms = bound
        self._signal = signal
        self._bound: float | None = None
        self._spent = 0  # 1 where it has no coins left to sell, -1 where no ether to buy with
        self.n_trades = 0

    def takeStep(self, state: SimStateBase) -> None:
        if self._bound is None:
            drawn = self._terms.mean + self._terms.spread * float(state.rng(self.name).standard_normal())
            self._bound = max(drawn, self._terms.least)
        signal = self._signal(self._watch)
        side = 1 if signal > 0 else -1
        if abs(signal) <= self._bound or side == self._spent:
            return
        target = self._watch.redemption_price / self._ether.price
        # Others may have traded since: it never trades away from the redemption price, nor to lose by the fee.
        price = self._pool.price(self.wallet)
        if price * (1 - self._pool.fee) <= target if side > 0 else price >= target * (1 - self._pool.fee):
            return
        if trade := self._pool.trade_to(target, self.wallet):
            self.wallet.send(trade)
            self.n_trades += 1
            self._spent = 0
        else:
            self._spent = side


@final
class DemandAgent(EvmAgentBase):
    """Buys coins once, a share of what the pool holds; or draws as many on a SAFE of its own and sells them.

    Args:
        name: of the agent.
        wallet: holds ether, which it spends or locks.
        system: whose pool and SAFEs.
        ether: the price of ether.
        watch: what it sees.
        jump: how much and when; below 0 it sells.
        ratio: collateral per debt of its SAFE.

    Attributes:
        n_calls: sent so far.
        n_refused: of these, how many a contract refused.
    """

    def __init__(
        self,
        name: str,
        wallet: EvmWallet,
        system: CoinSystem,
        ether: EtherAgent,
        watch: WatchAgent,
        jump: Jump,
        ratio: float,
    ) -> None:
        super().__init__(name, wallet)
        self._bank = system.bank
        self._ether = ether
        self._watch = watch
        self._jump = jump
        self._ratio = ratio
        self.n_calls = 0
        self.n_refused = 0

    def takeStep(self, state: SimStateBase) -> None:
        if not self._jump.share or state.elapsed // HOUR != self._jump.hour:
            return
        coins, _ = self._bank.pool.reserves(self.wallet)
        amount = int(abs(Fraction(self._jump.share)) * coins)
        try:
            for call in self._buying(amount) if self._jump.share > 0 else self._selling(amount):
                self.n_calls += 1
                self.wallet.send(call)
        except Reverted:
            self.n_refused += 1

    def _buying(self, amount: Amount) -> list[Call]:
        pool = self._bank.pool
        cost = min(pool.cost(amount, self.wallet), self.wallet.balance(self._bank.weth.symbol))
        return [pool.swap(self._bank.weth, cost)]

    def _selling(self, amount: Amount) -> list[Call]:
        view = self._watch.view
        worth = Fraction(view.redemption_price, 10**9 * self._ether.wad)  # ether per coin
        locked = min(int(amount * worth * Fraction(self._ratio)), self.wallet.balance(self._bank.weth.symbol))
        principal = amount * 10**27 // view.accumulated_rate
        return [self._bank.change(locked, principal), self._bank.pool.swap(self._bank.coin, amount * 999 // 1000)]


@final
@dataclass(frozen=True)
class WhaleTerms(ParametersBase):
    """Somebody who pumps the coin for a while: the predecessor's malicious whale."""

    budget: Annotated[float, AtLeast(0), Unit("of the pool"), Doc("ether that it spends; 0 for no whale; hand-set")] = (
        0.0
    )
    push: Annotated[float, Above(0), Unit("share"), Doc("above the redemption price, where it wants the market")] = 0.05
    first_hour: Annotated[int, AtLeast(0), Unit("hours"), Doc("when it begins; hand-set")] = 24
    n_hours: Annotated[int, AtLeast(1), Unit("hours"), Doc("how long it goes on; hand-set")] = 48
    opening: Annotated[Share, Doc("of its budget, what it may spend at once when it begins; the predecessor's")] = 0.2
    pace: Annotated[
        float, Above(0), Doc("of an even pace, what it may spend in an hour after that; the predecessor's")
    ] = 2.0


@final
class WhaleAgent(EvmAgentBase):
    """Holds the market price above the redemption price for some hours, as far as its budget goes.

    Args:
        name: of the agent.
        wallet: its budget, ether.
        system: whose pool.
        watch: what it sees.
        ether: the price of ether.
        terms: what it wants.
        budget: base units of ether.
    """

    def __init__(
        self,
        name: str,
        wallet: EvmWallet,
        system: CoinSystem,
        watch: WatchAgent,
        ether: EtherAgent,
        terms: WhaleTerms,
        budget: Amount,
    ) -> None:
        super().__init__(name, wallet)
        self._bank = system.bank
        self._watch = watch
        self._ether = ether
        self._terms = terms
        self._opening = int(budget * Fraction(terms.opening))
        self._hourly = int(budget * Fraction(terms.pace) / terms.n_hours)

    def takeStep(self, state: SimStateBase) -> None:
        hour = state.elapsed // HOUR - self._terms.first_hour
        if not 0 <= hour < self._terms.n_hours or not self._opening:
            return
        target = Fraction(self._watch.redemption_price * (1 + self._terms.push) / self._ether.price)
        needed = self._bank.pool.facing(self.wallet, self._bank.weth).amount_in_until(target)
        allowed = self._hourly if hour else self._opening
        amount = min(needed, allowed, self.wallet.balance(self._bank.weth.symbol))
        if amount > 0:
            self.wallet.send(self._bank.pool.swap(self._bank.weth, amount))
