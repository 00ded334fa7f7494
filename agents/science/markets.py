"""Where assets are published and bought, and how what is paid for them is divided."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple, Protocol, final

from tokenspice.agents.science.ledger import OCEAN
from tokenspice.agents.science.payments import Payment, Split, part
from tokenspice.engine import AgentBase, Amount, SimStateBase, WalletBase

__all__ = ["Credits", "MarketAgent", "MarketRules", "Owner", "Publication"]


class Owner(Protocol):
    """Whoever published, and is paid for what is bought."""

    @property
    def wallet(self) -> WalletBase: ...


class Publication(NamedTuple):
    """Assets that become somebody's in a market."""

    owner: Owner
    asset: str
    assets: int


Credits = Callable[[int], Iterable[Publication]]
"""Says, for a tick, which assets are published in it."""


@dataclass(frozen=True)
class MarketRules:
    """What distinguishes one market from another.

    Attributes:
        split: how the payments of a tick are divided.
        fee: the market's, as a part of each payment.
        publishes_first: whether assets published in a tick take part in its payouts.
        counts_publications: whether a publication counts as one asset in `n_assets`, however many it brings.
        credits: where assets come from other than with the payments that publish them.
    """

    split: Split
    fee: Fraction = Fraction(0)
    publishes_first: bool = False
    counts_publications: bool = False
    credits: Credits | None = None


@final
class MarketAgent(AgentBase):
    """Takes payments during a tick and divides them at its own step.

    Owners are paid pro rata of their assets; what rounding leaves, and what would go to the owners of assets that
    nobody owns, stays in the market.

    Args:
        name: of the agent.
        wallet: of the same ledger as everybody's.
        rules: how it works.
        receivers: who receives which part of the fees, in the order of payment; the last one receives the rest.

    Attributes:
        total_fees: fees paid so far, in base units.
        n_assets: published so far.
    """

    def __init__(
        self, name: str, wallet: WalletBase, rules: MarketRules, receivers: Sequence[tuple[AgentBase, Fraction]] = ()
    ) -> None:
        super().__init__(name, wallet)
        self.total_fees: Amount = 0
        self.n_assets = 0
        self._rules = rules
        self._receivers = receivers
        self._owned: dict[str, dict[Owner, int]] = {}
        self._inbox: list[Payment] = []

    @property
    def takes_fees(self) -> bool:
        """Whether somebody receives a part of what is paid here."""
        return bool(self._receivers)

    def take(self, payment: Payment) -> None:
        """Receive a payment, which is divided at the market's next step."""
        if payment.amount:
            payment.payer.wallet.transfer(self.wallet, OCEAN, payment.amount)
        self._inbox.append(payment)

    def owned(self, owner: Owner, asset: str) -> int:
        """Return how many assets of a type are somebody's."""
        return self._owned.get(asset, {}).get(owner, 0)

    def takeStep(self, state: SimStateBase) -> None:
        if self._inbox:
            payments, self._inbox = self._inbox, []
            self._settle(payments)
        if self._rules.credits:
            self._publish(self._rules.credits(state.tick))

    def _settle(self, payments: list[Payment]) -> None:
        publications = [Publication(payment.payer, payment.asset, payment.assets) for payment in payments]
        published = [publication for publication in publications if publication.assets and not self._rules.credits]
        if self._rules.publishes_first:
            self._publish(published)
        if any(payment.amount for payment in payments):
            shares = self._rules.split(payments, self._rules.fee)
            self._pay_fees(shares.fees)
            for asset, amount in shares.payouts.items():
                self._pay_owners(asset, amount)
        if not self._rules.publishes_first:
            self._publish(published)

    def _publish(self, publications: Iterable[Publication]) -> None:
        for owner, asset, assets in publications:
            owned = self._owned.setdefault(asset, {})
            owned[owner] = owned.get(owner, 0) + assets
            self.n_assets += 1 if self._rules.counts_publications else assets

    def _pay_fees(self, fees: Amount) -> None:
        self.total_fees += fees
        left = fees
        for receiver, share in self._receivers:
            amount = left if receiver is self._receivers[-1][0] else part(fees, share)
            left -= amount
            self._pay(receiver, amount)

    def _pay_owners(self, asset: str, amount: Amount) -> None:
        owned = self._owned.get(asset, {})
        total = sum(owned.values())
        for owner, assets in owned.items():
            self._pay(owner, amount * assets // total)

    def _pay(self, receiver: Owner, amount: Amount) -> None:
        if amount:
            self.wallet.transfer(receiver.wallet, OCEAN, amount)
