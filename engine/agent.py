"""What acts: a name, a wallet, and a step."""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

from tokenspice.engine.wallet import WalletBase

if TYPE_CHECKING:
    from tokenspice.engine.sim_state import SimStateBase

__all__ = ["AgentBase"]


class AgentBase(ABC):
    """IMPLEMENT `takeStep`. What an agent needs, its constructor receives.

    Attributes:
        state_names: NAME in a subclass the attributes that its steps change, so that a run can be resumed; of an
            agent that is made during a run, all of them (see studies/resume/state_attributes.py).
    """

    state_names: ClassVar[tuple[str, ...]] = ("name", "wallet")

    def __init__(self, name: str, wallet: WalletBase) -> None:
        self.name = name
        self.wallet = wallet

    @abstractmethod
    def takeStep(self, state: "SimStateBase") -> None:
        """Act once. Called every tick, in the order in which the agents were added."""
