"""Marketplaces, all of them as one agent: how many there are, what they sell, and the toll on it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, final

from tokenspice.engine import YEAR, AgentBase, Amount, AtLeast, ParametersBase, SimStateBase, Unit, Wallet, tokens
from tokenspice.engine.units import scaled

__all__ = ["MarketplacesAgent", "MarketplacesStrategy"]


@dataclass(frozen=True)
class MarketplacesStrategy(ParametersBase):
    """What marketplaces begin with, and to whom they pay."""

    n_marketplaces: Annotated[float, AtLeast(0)]
    sales_per_marketplace_per_s: Annotated[float, AtLeast(0), Unit("USD per second")]
    toll_agent: str  # name of the agent that receives the toll


@final
class MarketplacesAgent(AgentBase):
    """Grows the number of marketplaces and the sales of each, both at the same annual rate, and pays a toll on sales.

    Buyers and the marketplaces' own profits are not modelled: the toll comes into the simulation here.

    Args:
        name: of the agent.
        strategy: what they begin with.
        annual_growth_rate: returns the present rate; 0.5 is half as many again in a year.
        toll: takes a tick's sales of all marketplaces and returns the toll on them, both in USD.

    Attributes:
        n_marketplaces: at present; as a model's quantity it need not be whole.
        sales_per_marketplace_per_s: USD per second.
        tolls: USD that were paid as toll so far, in base units.
    """

    wallet: Wallet

    def __init__(
        self,
        name: str,
        strategy: MarketplacesStrategy,
        annual_growth_rate: Callable[[], float],
        toll: Callable[[float], float],
    ) -> None:
        super().__init__(name, Wallet(name))
        self.n_marketplaces = strategy.n_marketplaces
        self.sales_per_marketplace_per_s = strategy.sales_per_marketplace_per_s
        self.tolls: Amount = 0
        self._toll_agent = strategy.toll_agent
        self._annual_growth_rate = annual_growth_rate
        self._toll = toll

    @property
    def sales_per_s(self) -> float:
        """Of all marketplaces, USD per second."""
        return self.n_marketplaces * self.sales_per_marketplace_per_s

    def takeStep(self, state: SimStateBase) -> None:
        growth = (1 + self._annual_growth_rate()) ** (state.ss.time_step / YEAR)
        self.n_marketplaces *= growth
        self.sales_per_marketplace_per_s *= growth
        toll = scaled(tokens(1), self._toll(self.sales_per_s * state.ss.time_step))
        self.tolls += toll
        self.wallet.deposit("USD", toll)
        self.wallet.transfer(state.getAgent(self._toll_agent).wallet, "USD", toll)
