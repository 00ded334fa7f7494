"""What rai measures over time."""

from typing import Protocol

from tokenspice.agents import ArbitrageurAgent
from tokenspice.agents.rai import (
    DemandAgent,
    LiquidationAgent,
    LiquidityAgent,
    PegTraderAgent,
    RateKeeperAgent,
    SafeAgent,
    WatchAgent,
    deviation,
)
from tokenspice.engine import AgentDict, KPIsBase, Seconds, SimStateBase

__all__ = ["KPIs"]


class Refusing(Protocol):
    """Who counts what was refused."""

    @property
    def n_refused(self) -> int:
        """Calls that a contract refused."""


class KPIs(KPIsBase):
    """Counts the hours outside the band, and what agents of a kind did together.

    Args:
        time_step: of the run.
        close: what is seen at the end of a step.
        band: how far the market price may be from the redemption price, as a share of it.
        agents: all.

    Attributes:
        hours_outside: hours at whose end the market price was outside the band.
    """

    def __init__(self, time_step: Seconds, close: WatchAgent, band: float, agents: AgentDict) -> None:
        super().__init__(time_step)
        self._close = close
        self._band = band
        self.hours_outside = 0
        self._traders = list(agents.filter_by_class(PegTraderAgent).values())
        self._safes = list(agents.filter_by_class(SafeAgent).values())
        self._refusing: list[Refusing] = [
            *self._safes,
            *agents.filter_by_class(ArbitrageurAgent).values(),
            *agents.filter_by_class(DemandAgent).values(),
            *agents.filter_by_class(LiquidationAgent).values(),
            *agents.filter_by_class(LiquidityAgent).values(),
            *agents.filter_by_class(RateKeeperAgent).values(),
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
