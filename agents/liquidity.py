"""Pools, as agents of a simulation."""

from typing import ClassVar, final

from engine.agent import AgentBase
from engine.sim_state import SimStateBase
from engine.wallet import Wallet
from web3engine.protocols.ocean_v3 import Pool

__all__ = ["PoolAgent"]


@final
class PoolAgent(AgentBase):
    """Stands for a pool, so that others find it by name; it does nothing of its own accord.

    Attributes:
        pool: the contracts.
    """

    state_names: ClassVar[tuple[str, ...]] = ("pool",)

    def __init__(self, name: str, pool: Pool) -> None:
        super().__init__(name, Wallet(name))
        self.pool = pool

    def takeStep(self, state: SimStateBase) -> None:
        pass
