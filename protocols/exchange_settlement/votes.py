"""Votes on a chain about an exchange's network parameters: by tokens that are locked when the vote closes."""

from dataclasses import dataclass
from typing import NamedTuple, final

from tokenspice.engine.units import Amount, Seconds
from tokenspice.markets.exchange.network_parameters import NetworkParameters
from tokenspice.web3engine.chain import Chain
from tokenspice.web3engine.contract import Contract
from tokenspice.web3engine.token import Token
from tokenspice.web3engine.wallet import EvmWallet

__all__ = ["Enacted", "VoteContract", "VoteTerms", "deploy_votes"]

ONE = 10**18


@final
@dataclass(frozen=True)
class VoteTerms:
    """When a proposal passes.

    Args:
        least_to_propose: base units that a proposer has locked.
        participation: the least part of the supply that votes, of 10⁻¹⁸.
        majority: the least part of yes among yes and no, of 10⁻¹⁸.
    """

    least_to_propose: Amount = 0
    participation: int = ONE // 100_000
    majority: int = ONE // 2


@final
class Enacted(NamedTuple):
    """A parameter that a vote has set, and whether the exchange took the value."""

    name: str
    value: str
    is_taken: bool


@final
class VoteContract:
    """The contract of votes, and the exchange's parameters that follow it.

    Args:
        contract: of contracts/exchange.
        token: that is locked for votes.
        parameters: of the exchange.
    """

    def __init__(self, contract: Contract, token: Token, parameters: NetworkParameters) -> None:
        self.contract = contract
        self.token = token
        self.parameters = parameters

    def __repr__(self) -> str:
        return f"VoteContract({self.contract!r})"

    def lock(self, wallet: EvmWallet, amount: Amount) -> None:
        """Lock a wallet's tokens, which votes from then on."""
        wallet.send(self.token.contract.approve(self.contract.address, amount))
        wallet.send(self.contract.lock(amount))

    def unlock(self, wallet: EvmWallet, amount: Amount) -> None:
        wallet.send(self.contract.unlock(amount))

    def propose(self, wallet: EvmWallet, name: str, value: str, close: Seconds, enact: Seconds) -> int:
        """Propose to set a network parameter, and return the proposal's number."""
        receipt = wallet.send(self.contract.propose(f"{name}={value}".encode(), close, enact))
        return int(self.contract.events(receipt, "Proposed")[0].args["proposal"])

    def vote(self, wallet: EvmWallet, proposal: int, is_yes: bool = True) -> None:
        wallet.send(self.contract.vote(proposal, is_yes))

    def execute(self, wallet: EvmWallet, proposal: int) -> Enacted:
        """Enact a proposal that passed, and set the exchange's parameter by what the contract emits.

        Raises:
            Reverted: its time has not come, or it did not pass.
        """
        receipt = wallet.send(self.contract.execute(proposal))
        terms = bytes(self.contract.events(receipt, "Enacted")[0].args["terms"]).decode()
        name, _, value = terms.partition("=")
        return Enacted(name, value, self.parameters.set(name, value))


def deploy_votes(
    chain: Chain, owner: EvmWallet, token: Token, parameters: NetworkParameters, terms: VoteTerms = VoteTerms()
) -> VoteContract:
    """Deploy the contract of votes."""
    numbers = (terms.least_to_propose, terms.participation, terms.majority)
    contract = chain.deploy("exchange/ExchangeGovernance", token.contract.address, *numbers, sender=owner)
    return VoteContract(contract, token, parameters)
