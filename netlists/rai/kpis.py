"""What rai measures over time."""

from typing import TYPE_CHECKING, Protocol

from tokenspice.agents.rai import DemandAgent, LiquidityAgent, PegTraderAgent, SafeAgent, deviation
from tokenspice.engine import KPIsBase, SimStateBase

if TYPE_CHECKING:
    from .netlist import SimState

__all__ = ["KPIs"]


class Refusing(Protocol):
    """Who counts what was refused."""

    @property
    def n_refused(self) -> int:
        """Calls that a contract refused."""


class KPIs(KPIsBase):
    """Counts the hours outside the band, and what agents of a kind did together.

    Attributes:
        hours_outside: hours at whose end the market price was outside the band.
    """

    def __init__(self, state: "SimState") -> None:
        super().__init__(state.ss.time_step)
        self._close, self._band = state.close, state.ss.band
        self.hours_outside = 0
        agents = state.agents
        self._traders = list(agents.filter_by_class(PegTraderAgent).values())
        self._safes = list(agents.filter_by_class(SafeAgent).values())
        self._refusing: list[Refusing] = [
            *self._safes,
            *agents.filter_by_class(DemandAgent).values(),
            *agents.filter_by_class(LiquidityAgent).values(),
            state.rate_keeper,
            state.liquidator,
            state.arbitrageur,
        ]

    def takeStep(self, state: SimStateBase) -> None:
        super().takeStep(state)
        self.hours_outside += abs(deviation(self._close)) > self._band

    @property
    def n_trades(self) -> int:
        """Of price and rate traders."""
        return sum(agent.n_trades for agent in self._traders)

    @property
    def n_safe_changes(self) -> int:
        """By owners of SAFEs."""
        return sum(agent.n_changes for agent in self._safes)

    @property
    def n_refused(self) -> int:
        """Calls that a contract refused."""
        return sum(agent.n_refused for agent in self._refusing)
