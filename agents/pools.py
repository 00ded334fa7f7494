"""Pools, as agents of a simulation."""

from typing import final

from tokenspice.engine import AgentBase, SimStateBase
from tokenspice.protocols import Pool

__all__ = ["PoolAgent", "pools"]


@final
class PoolAgent(AgentBase):
    """Stands for a pool, so that others find it by name; it does nothing of its own accord.

    Attributes:
        pool: the contracts.
    """

    def __init__(self, name: str, pool: Pool) -> None:
        super().__init__(name)
        self.pool = pool

    def takeStep(self, state: SimStateBase) -> None:
        pass


def pools(state: SimStateBase, without: list[str] | None = None) -> list[Pool]:
    """Return the pools of a state, oldest first, but for those whose names are in `without`."""
    agents = state.agents.filter_by_class(PoolAgent)
    return [agent.pool for name, agent in agents.items() if name not in (without or [])]
