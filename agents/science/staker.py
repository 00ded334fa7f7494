"""Who has staked, and receives a part of the fees."""

from typing import final

from tokenspice.engine import AgentBase, SimStateBase

__all__ = ["StakerAgent"]


@final
class StakerAgent(AgentBase):
    """Holds what it staked, and what it is paid for that; it does nothing of its own accord."""

    def takeStep(self, state: SimStateBase) -> None:
        pass
