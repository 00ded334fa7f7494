"""What a market maker is asked for: its market, its aversion to inventory, its limits."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Annotated, NamedTuple, final

from tokenspice.engine.errors import StrategyError
from tokenspice.engine.parameters import Above, AtLeast, Doc, ParametersBase
from tokenspice.engine.units import Unit

__all__ = ["AT_THE_CAP", "DepthRule", "Depths", "MakerProblem"]

AT_THE_CAP = 0.0  # a depth that rounding makes one tick: the side that brings inventory back is quoted at once


class Depths(NamedTuple):
    """How far from the mid to bid and to ask; None for no quote."""

    bid: float | None
    ask: float | None


@final
@dataclass(frozen=True)
class MakerProblem(ParametersBase):
    """The problem of Avellaneda and Stoikov with exponential fills, in minutes and in units of one trade.

    Market orders of each side arrive at rate `arrivals`; an order posted at depth d from the mid is filled by one of them
    with probability exp(-kappa d). The maker maximises E[X_T + q_T S_T - alpha q_T² - phi ∫q² dt].

    Source:
        Cartea, Jaimungal and Penalva, "Algorithmic and high-frequency trading", chapter 10.
    """

    kappa: Annotated[float, Above(0), Unit("per price"), Doc("how fast fills grow rare with depth")] = 1.0
    arrivals: Annotated[float, Above(0), Unit("per minute"), Doc("market orders of each side")] = 5.0
    phi: Annotated[float, AtLeast(0), Unit("price per minute"), Doc("penalty of the squared inventory, all along")] = (
        5e-6
    )
    alpha: Annotated[float, AtLeast(0), Unit("price"), Doc("penalty of the squared inventory, at the end")] = 1e-4
    q_low: Annotated[int, Unit("trades"), Doc("the lowest inventory")] = -20
    q_high: Annotated[int, Unit("trades"), Doc("the highest inventory")] = 20
    quote_at_cap: Annotated[
        bool, Doc("whether it goes on to quote the side that would pass a limit, at the depth just within it")
    ] = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.q_low < self.q_high:
            raise StrategyError(f"q_low = {self.q_low} and q_high = {self.q_high}: write a q_low below q_high.")


class DepthRule(ABC):
    """How deep a maker quotes. IMPLEMENT `within`.

    Args:
        problem: whose limits it keeps.
    """

    def __init__(self, problem: MakerProblem) -> None:
        self.problem = problem

    @abstractmethod
    def within(self, q: int, remaining: float) -> Depths:
        """Return the depths at an inventory within the limits, ends included; None for the side that would pass one."""

    def depths(self, q: int, remaining: float) -> Depths:
        """Return the depths at any inventory.

        Args:
            q: the inventory, in trades.
            remaining: minutes until the end.
        """
        low, high = self.problem.q_low, self.problem.q_high
        if low < q < high:
            return self.within(q, remaining)
        return self._at_high(remaining) if q >= high else self._at_low(remaining)

    def _at_high(self, remaining: float) -> Depths:
        if self.problem.quote_at_cap:
            return Depths(self.within(self.problem.q_high - 1, remaining).bid, AT_THE_CAP)
        return self.within(self.problem.q_high, remaining)

    def _at_low(self, remaining: float) -> Depths:
        if self.problem.quote_at_cap:
            return Depths(AT_THE_CAP, self.within(self.problem.q_low + 1, remaining).ask)
        return self.within(self.problem.q_low, remaining)
