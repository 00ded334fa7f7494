"""Who locks tokens up, for whom they are released over time, and the contract between them."""

from dataclasses import dataclass
from typing import final

from tokenspice.engine import AgentBase, Amount, NetlistError, Seconds, SimStateBase
from tokenspice.web3engine import Chain, Contract, EvmAgentBase, EvmWallet, Token

__all__ = ["Vesting", "VestingBeneficiaryAgent", "VestingFunderAgent", "VestingWalletAgent"]


@dataclass(frozen=True)
class Vesting:
    """What a funder promises.

    Attributes:
        token: of which.
        vesting_wallet: name that the agent which stands for the contract is given.
        beneficiary: name of the agent that is paid.
        start_timestamp: Unix time before which nothing vests.
        duration_seconds: from then until all is vested.
    """

    token: Token
    vesting_wallet: str
    beneficiary: str
    start_timestamp: Seconds
    duration_seconds: Seconds


@final
class VestingWalletAgent(AgentBase):
    """Stands for a vesting wallet, so that others find it by name; it does nothing of its own accord.

    Args:
        name: of the agent.
        chain: where the contract is.
        contract: contracts/vesting/VestingWallet.sol.
    """

    def __init__(self, name: str, chain: Chain, contract: Contract) -> None:
        super().__init__(name)
        self._chain = chain
        self.contract = contract

    def takeStep(self, state: SimStateBase) -> None:
        pass

    def vested(self, token: Token) -> Amount:
        """What is vested by the chain's time, released or not."""
        return int(self._chain.read(self.contract.vestedAmount(token.contract.address, self._chain.now)))

    def released(self, token: Token) -> Amount:
        """What was paid to the beneficiary."""
        return int(self._chain.read(self.contract.released(token.contract.address)))

    def held(self, token: Token) -> Amount:
        """What the contract holds."""
        return int(self._chain.read(token.contract.balanceOf(self.contract.address)))


@final
class VestingFunderAgent(EvmAgentBase):
    """Deploys a vesting wallet in its first step, and puts all its tokens into it.

    Args:
        name: of the agent.
        wallet: holds the tokens.
        chain: where it deploys.
        vesting: what it promises, and to whom.
    """

    def __init__(self, name: str, wallet: EvmWallet, chain: Chain, vesting: Vesting) -> None:
        super().__init__(name, wallet)
        self._chain = chain
        self._vesting = vesting
        self._has_funded = False

    def takeStep(self, state: SimStateBase) -> None:
        if not self._has_funded:
            self._has_funded = True
            self._fund(state)

    def _fund(self, state: SimStateBase) -> None:
        vesting = self._vesting
        times = (vesting.start_timestamp, vesting.duration_seconds)
        address = address_of(state, vesting.beneficiary)
        name = vesting.vesting_wallet
        contract = self._chain.deploy("vesting/VestingWallet", address, *times, sender=self.wallet, label=name)
        amount = self.wallet.balance(vesting.token.symbol)
        self.wallet.send(vesting.token.contract.transfer(contract.address, amount))
        state.addAgent(VestingWalletAgent(name, self._chain, contract))


@final
class VestingBeneficiaryAgent(EvmAgentBase):
    """Lets the vesting wallet release what is vested, every tick. It steps after the funder.

    Args:
        name: of the agent.
        wallet: is paid.
        vesting_wallet: name of the agent that stands for the contract.
        token: of which.
    """

    def __init__(self, name: str, wallet: EvmWallet, vesting_wallet: str, token: Token) -> None:
        super().__init__(name, wallet)
        self._vesting_wallet = vesting_wallet
        self._token = token

    def takeStep(self, state: SimStateBase) -> None:
        agent = state.getAgent(self._vesting_wallet)
        if not isinstance(agent, VestingWalletAgent):
            raise NetlistError(f"{agent.name} is no vesting wallet. Name a VestingWalletAgent.")
        self.wallet.send(agent.contract.release(self._token.contract.address))


def address_of(state: SimStateBase, name: str) -> str:
    """Return the address of an agent's wallet.

    Raises:
        NetlistError: the agent keeps its tokens off the chain.
    """
    wallet = state.getAgent(name).wallet
    if not isinstance(wallet, EvmWallet):
        raise NetlistError(f"{name} has no address, because its wallet is off the chain. Give it an EvmWallet.")
    return wallet.address
