"""A treasury that pays contributors by their cred."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np

from tokenspice.agents.science.contributions import Contributions
from tokenspice.agents.science.cred import CredRules, cred_of
from tokenspice.agents.science.grain import GrainPolicy, grain_by_cred
from tokenspice.agents.science.ledger import OCEAN
from tokenspice.engine import AgentBase, Amount, Floats, SimStateBase, WalletBase

__all__ = ["CredTreasuryAgent", "GrainRules"]


@dataclass(frozen=True)
class GrainRules:
    """How a treasury pays.

    Attributes:
        interval_ticks: from one payment to the next.
        budget: of a payment, in base units.
        policy: how it is divided.
        discount: of the policy `recent`.
        mints_by_score: whether publications mint in proportion to their reviews' scores.
        reputation: how far a review counts by its reviewer's reputation: from 0, all alike, to 1.
    """

    interval_ticks: int
    budget: Amount
    policy: GrainPolicy
    discount: float
    mints_by_score: bool
    reputation: float


@final
class CredTreasuryAgent(AgentBase):
    """At the end of each interval, computes its cred and pays by it, until the treasury is empty.

    Args:
        name: of the agent.
        wallet: what there is to pay.
        contributions: what was made.
        payees: the contributors' wallets, by their numbers.
        cred_rules: how cred is minted, and how it flows.
        grain_rules: how it is paid.

    Attributes:
        cred: of each contributor so far.
        paid: base units to each contributor so far.
        n_intervals: that have ended.
    """

    def __init__(
        self,
        name: str,
        wallet: WalletBase,
        contributions: Contributions,
        payees: Sequence[WalletBase],
        cred_rules: CredRules,
        grain_rules: GrainRules,
    ) -> None:
        super().__init__(name, wallet)
        self.cred: Floats = np.zeros(len(payees))
        self.paid: list[Amount] = [0] * len(payees)
        self.n_intervals = 0
        self._by_interval: list[Floats] = []
        self._contributions = contributions
        self._payees = payees
        self._cred_rules = cred_rules
        self._grain_rules = grain_rules

    @property
    def reputation(self) -> Floats:
        """Each contributor's share of all cred so far; the same for all before there is any."""
        total = float(self.cred.sum())
        return self.cred / total if total else np.full(len(self.cred), 1 / len(self.cred))

    @property
    def review_counts(self) -> Floats:
        """How much each contributor's reviews count."""
        far = self._grain_rules.reputation
        return (1 - far) / len(self.cred) + far * self.reputation

    def takeStep(self, state: SimStateBase) -> None:
        if state.tick and state.tick % self._grain_rules.interval_ticks == 0:
            self._close(state.tick // self._grain_rules.interval_ticks - 1)

    def _close(self, interval: int) -> None:
        rules = self._grain_rules
        judged_by = self.review_counts if rules.mints_by_score else None
        minted = self._contributions.minted(interval, self._cred_rules, judged_by)
        edges = self._contributions.edges(self._cred_rules)
        self._by_interval.append(cred_of(len(self.cred), edges, minted, self._cred_rules))
        self.cred = self.cred + self._by_interval[-1]
        self.n_intervals += 1
        budget = min(rules.budget, self.wallet.balance(OCEAN))
        self._pay(grain_by_cred(rules.policy, budget, self._by_interval, self.paid, rules.discount))

    def _pay(self, amounts: Sequence[Amount]) -> None:
        for number, amount in enumerate(amounts):
            if amount:
                self.wallet.transfer(self._payees[number], OCEAN, amount)
                self.paid[number] += amount
