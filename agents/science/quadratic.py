"""Quadratic funding: many members give to projects, and a pool matches what they give.

Source: V. Buterin, Z. Hitzig and E. G. Weyl, "A Flexible Design for Funding Public Goods", Management Science 65(11),
2019. `QuadraticFunding.sol` is the same in Solidity, with the same roundings.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from math import isqrt
from typing import final

from tokenspice.agents.science.ledger import OCEAN, ChainWallet
from tokenspice.engine import Amount, WalletBase, WalletError
from tokenspice.web3engine import Chain

__all__ = ["ContractFund", "MatchingFund", "PythonFund", "matches"]


def matches(contributions: Sequence[Mapping[str, Amount]], budget: Amount) -> list[Amount]:
    """Return what each project is paid beyond its contributions.

    That is (sum of square roots)^2 minus the sum, all scaled down alike where the budget does not cover it.

    Args:
        contributions: for each project, what each identity gave, in base units.
        budget: base units that there are to match with.
    """
    ideal = []
    for given in contributions:
        roots = sum(isqrt(amount) for amount in given.values())
        ideal.append(max(roots * roots - sum(given.values()), 0))
    total = sum(ideal)
    if total <= budget:
        return ideal
    return [amount * budget // total for amount in ideal]


class MatchingFund(ABC):
    """A matching pool, and what was given in the present round. Amounts are base units.

    IMPLEMENT these three. Projects are numbered from 0.
    """

    @property
    @abstractmethod
    def pool(self) -> Amount:
        """What there is to match with in this round and later ones."""

    @abstractmethod
    def contribute(self, wallet: WalletBase, project: int, amount: Amount) -> None:
        """Give to a project. What one wallet gives to it in a round is one contribution."""

    @abstractmethod
    def finalise(self, budget: Amount) -> list[Amount]:
        """End the round: pay every project its contributions and its match, and return the matches.

        Args:
            budget: the most to match with; the pool, if that is less.
        """


@final
class PythonFund(MatchingFund):
    """The fund off the chain.

    Args:
        wallet: holds the pool, and the contributions until the round ends.
        payees: the projects' wallets.
    """

    def __init__(self, wallet: WalletBase, payees: Sequence[WalletBase]) -> None:
        self._wallet = wallet
        self._payees = payees
        self._given: list[dict[str, Amount]] = [{} for _ in payees]

    @property
    def pool(self) -> Amount:
        return self._wallet.balance(OCEAN) - sum(sum(given.values()) for given in self._given)

    def contribute(self, wallet: WalletBase, project: int, amount: Amount) -> None:
        wallet.transfer(self._wallet, OCEAN, amount)
        given = self._given[project]
        given[wallet.name] = given.get(wallet.name, 0) + amount

    def finalise(self, budget: Amount) -> list[Amount]:
        matched = matches(self._given, min(budget, self.pool))
        for payee, given, match in zip(self._payees, self._given, matched, strict=True):
            if amount := sum(given.values()) + match:
                self._wallet.transfer(payee, OCEAN, amount)
        self._given = [{} for _ in self._payees]
        return matched


@final
class ContractFund(MatchingFund):
    """The fund as a contract, which holds the pool.

    Args:
        chain: where OCEAN is deployed.
        organiser: deploys the contract, pays its whole balance into it, and ends the rounds.
        payees: the projects' wallets.
    """

    def __init__(self, chain: Chain, organiser: WalletBase, payees: Sequence[WalletBase]) -> None:
        self._organiser = on_chain(organiser)
        self._payees = [on_chain(payee) for payee in payees]
        self._token = chain.token(OCEAN).contract
        sender = self._organiser.account
        self.contract = chain.deploy("quadratic/QuadraticFunding", self._token.address, sender=sender)
        for payee in self._payees:
            sender.send(self.contract.addProject(payee.account.address))
        if pool := organiser.balance(OCEAN):
            sender.send(self._token.transfer(self.contract.address, pool))
            self._organiser.forget(OCEAN)

    @property
    def pool(self) -> Amount:
        return int(self._organiser.account.read(self.contract.pool()))

    def contribute(self, wallet: WalletBase, project: int, amount: Amount) -> None:
        giver = on_chain(wallet)
        giver.account.send(self._token.approve(self.contract.address, amount))
        giver.account.send(self.contract.contribute(project, amount))
        giver.forget(OCEAN)

    def finalise(self, budget: Amount) -> list[Amount]:
        account = self._organiser.account
        receipt = account.send(self.contract.finalise(budget))
        for payee in self._payees:
            payee.forget(OCEAN)
        return [int(event.args["matched"]) for event in self.contract.events(receipt, "Payout")]


def on_chain(wallet: WalletBase) -> ChainWallet:
    if not isinstance(wallet, ChainWallet):
        raise WalletError(f"{wallet.name} is on no chain, and the fund is a contract. Make both with the same ledger.")
    return wallet
