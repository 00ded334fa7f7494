"""What acts: a name, a wallet, and a step."""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from tokenspice.engine.wallet import Wallet, WalletBase

if TYPE_CHECKING:
    from tokenspice.engine.sim_state import SimStateBase

__all__ = ["AgentBase"]


class AgentBase(ABC):
    """IMPLEMENT `takeStep`. What an agent needs, its constructor receives.

    Args:
        name: of the agent.
        wallet: holds its tokens; an empty one, off the chain, unless given.
    """

    def __init__(self, name: str, wallet: WalletBase | None = None) -> None:
        self.name = name
        self.wallet: WalletBase = Wallet(name) if wallet is None else wallet

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name}, {self.wallet!r})"

    @abstractmethod
    def takeStep(self, state: "SimStateBase") -> None:
        """Act once. Called every tick, in the order in which agents were added, or one that is drawn (`state.shuffled`)."""
