"""Who makes new tokens, and for whom: in equal parts, or along a schedule over years."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, final

from tokenspice.agents.schedule import Every
from tokenspice.agents.supply import TokenSupply
from tokenspice.engine import (
    YEAR,
    Above,
    AgentBase,
    Amount,
    AtLeast,
    Doc,
    ParametersBase,
    Seconds,
    Share,
    SimStateBase,
    StrategyError,
    Unit,
    Wallet,
    nth_part,
)
from tokenspice.engine.units import scaled

__all__ = ["Exponential", "FuncMinterAgent", "LinearMinterAgent", "Minting", "RampedExponential"]

LAST_HALF_LIFE = 34  # after as many, less than a part in 10**10 is left, and Bitcoin's last satoshi is mined


@dataclass(frozen=True)
class Minting(ParametersBase):
    """What a minter mints.

    Attributes:
        receiver: name of the agent for whom.
        total: base units, in all.
        s_between_mints: seconds; a mint comes with the first tick that is at least as long after the last one.
    """

    receiver: str
    total: Annotated[Amount, AtLeast(0)]
    s_between_mints: Annotated[Seconds, AtLeast(0)]


@dataclass(frozen=True)
class Exponential(ParametersBase):
    """A schedule that mints half of what is left in every half-life: F(t) = 1 - 0.5^(t/H).

    Called with a time in years, it returns the fraction that is minted by then; after 34 half-lives, all.
    """

    H: Annotated[float, Above(0), Unit("years"), Doc("half-life of what is not minted yet")] = 4.0

    def __call__(self, years: float) -> float:
        return 1.0 if years / self.H > LAST_HALF_LIFE else exponential(years, self.H)


@dataclass(frozen=True)
class RampedExponential(ParametersBase):
    """An exponential schedule that begins slowly, in three ramps.

    Let f(t) = 1 - 0.5^(t/H). Nothing is minted before T0. Then the fraction minted grows M1 times as fast as f(t - T0)
    until T1, M2 times as fast until T2, M3 times as fast until T3; from there on what is left is minted along f(t - T3).
    Called with a time in years, it returns the fraction that is minted by then.

    Source:
        Ocean Protocol's token supply schedule, as TokenSPICE's RampedExpFunc states it; `ramps_add_up` is what its
        code computes.
    """

    H: Annotated[float, Above(0), Unit("years"), Doc("half-life of what is not minted yet, from T3 on")] = 4.0
    T0: Annotated[float, AtLeast(0), Unit("years"), Doc("when minting begins")] = 0.5
    T1: Annotated[float, AtLeast(0), Unit("years"), Doc("when its first ramp ends")] = 1.0
    T2: Annotated[float, AtLeast(0), Unit("years"), Doc("when its second ramp ends")] = 1.4
    T3: Annotated[float, AtLeast(0), Unit("years"), Doc("when its third ramp ends")] = 3.0
    M1: Annotated[Share, Doc("pace of the first ramp; from T3 on it is 1")] = 0.10
    M2: Annotated[Share, Doc("pace of the second ramp")] = 0.25
    M3: Annotated[Share, Doc("pace of the third ramp")] = 0.50
    ramps_add_up: Annotated[
        bool, Doc("whether each ramp goes on beneath the next, so that the paces are M1, M1+M2, M1+M2+M3")
    ] = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0 <= self.T0 <= self.T1 <= self.T2 <= self.T3:
            raise StrategyError(
                f"T0, T1, T2, T3 = {self.T0:g}, {self.T1:g}, {self.T2:g}, {self.T3:g}: "
                "write years of which none is earlier than the one before, from 0 on."
            )
        if not 0 <= self.M1 <= self.M2 <= self.M3 <= 1:
            raise StrategyError(
                f"M1, M2, M3 = {self.M1:g}, {self.M2:g}, {self.M3:g}: "
                "write factors of which none is less than the one before, from 0 to 1."
            )

    def __call__(self, years: float) -> float:
        if (years - self.T3) / self.H > LAST_HALF_LIFE:
            return 1.0
        ramps = ((self.M1, self.T0, self.T1), (self.M2, self.T1, self.T2), (self.M3, self.T2, self.T3))
        minted = sum(
            pace * (self._f(years if self.ramps_add_up else min(years, end)) - self._f(start))
            for pace, start, end in ramps
            if years > start
        )
        return minted + (1 - minted) * exponential(max(years - self.T3, 0.0), self.H)

    def _f(self, years: float) -> float:
        return exponential(years - self.T0, self.H)


@final
class LinearMinterAgent(AgentBase):
    """Mints in equal parts, the first one in its first step.

    Args:
        name: of the agent.
        supply: of the token.
        minting: what it mints.
        n_mints: in how many parts. What does not divide is spread, so that the last one completes the total.
    """

    wallet: Wallet

    def __init__(self, name: str, supply: TokenSupply, minting: Minting, n_mints: int) -> None:
        super().__init__(name, Wallet(name))
        if minting.total and n_mints < 1:
            raise StrategyError(f"{name} mints in n_mints = {n_mints} parts. Write 1 or more.")
        self._supply = supply
        self._minting = minting
        self._n_mints = n_mints
        self._n_done = 0
        self._timer = Every(minting.s_between_mints, at_once=True)

    def takeStep(self, state: SimStateBase) -> None:
        if self._n_done < self._n_mints and self._timer.is_due(state):
            self._timer.restart(state)
            amount = nth_part(self._minting.total, self._n_done, self._n_mints)
            self._n_done += 1
            mint(state, self.wallet, self._supply, self._minting.receiver, amount)


@final
class FuncMinterAgent(AgentBase):
    """Mints along a schedule, from tick 1 on.

    Args:
        name: of the agent.
        supply: of the token.
        minting: what it mints.
        schedule: takes the simulated time in years, and returns the fraction of the total to be minted by then.

    Attributes:
        minted: base units so far.
    """

    wallet: Wallet

    def __init__(self, name: str, supply: TokenSupply, minting: Minting, schedule: Callable[[float], float]) -> None:
        super().__init__(name, Wallet(name))
        self._supply = supply
        self._minting = minting
        self._schedule = schedule
        self.minted: Amount = 0
        self._timer = Every(minting.s_between_mints, at_once=True)

    def takeStep(self, state: SimStateBase) -> None:
        if state.tick == 0 or self.minted == self._minting.total:
            return
        if self._timer.is_due(state):
            self._timer.restart(state)
            fraction = self._schedule(state.elapsed / YEAR)
            amount = scaled(self._minting.total, min(fraction, 1.0)) - self.minted
            if amount > 0:
                self.minted += amount
                mint(state, self.wallet, self._supply, self._minting.receiver, amount)


def exponential(years: float, half_life: float) -> float:
    """Return 1 - 0.5^(years / half_life)."""
    return float(1 - 0.5 ** (years / half_life))


def mint(state: SimStateBase, wallet: Wallet, supply: TokenSupply, receiver: str, amount: Amount) -> None:
    """Make new tokens in a wallet, and pass them on to an agent."""
    to = state.getAgent(receiver).wallet
    supply.mint(amount)
    wallet.deposit(supply.symbol, amount)
    wallet.transfer(to, supply.symbol, amount)
