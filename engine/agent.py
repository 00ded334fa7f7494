"""What acts: a name, a wallet, and a step."""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from tokenspice.engine.wallet import WalletBase

if TYPE_CHECKING:
    from tokenspice.engine.sim_state import SimStateBase

__all__ = ["AgentBase"]


class AgentBase(ABC):
    """IMPLEMENT `takeStep`. What an agent needs, its constructor receives."""

    def __init__(self, name: str, wallet: WalletBase) -> None:
        self.name = name
        self.wallet = wallet

    @abstractmethod
    def takeStep(self, state: "SimStateBase") -> None:
        """Act once. Called every tick, in the order in which the agents were added."""
