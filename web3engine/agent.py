"""An agent whose wallet is on a chain."""

from tokenspice.engine.agent import AgentBase
from tokenspice.web3engine.wallet import EvmWallet

__all__ = ["EvmAgentBase"]


class EvmAgentBase(AgentBase):
    """IMPLEMENT `takeStep`. What an agent needs besides its wallet, such as contracts, its constructor receives.

    Args:
        name: of the agent.
        wallet: signs its transactions and holds its tokens.
    """

    wallet: EvmWallet

    def __init__(self, name: str, wallet: EvmWallet) -> None:
        super().__init__(name, wallet)
