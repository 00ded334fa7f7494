"""What changes ask of an exchange, and the values that they hand over."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeAlias, final

from tokenspice.markets.exchange.config import Asset, MarketConfig
from tokenspice.markets.exchange.governance.reasons import ProposalReason
from tokenspice.markets.exchange.ledger import AccountType
from tokenspice.markets.exchange.programmes.programme import (
    ReferralProgramme,
    VolumeDiscountProgramme,
    VolumeRebateProgramme,
)
from tokenspice.markets.exchange.purchases import AutomatedPurchase
from tokenspice.markets.exchange.transfer_terms import Allowance, Recurrence

__all__ = ["Enacting", "Programme", "StateChange", "TransferTerms"]

Programme: TypeAlias = ReferralProgramme | VolumeDiscountProgramme | VolumeRebateProgramme


class StateChange(StrEnum):
    SUSPEND = "suspend"
    RESUME = "resume"
    TERMINATE = "terminate"


@final
@dataclass(frozen=True)
class TransferTerms:
    """A transfer from one of the network's accounts.

    Attributes:
        source, target: kinds of accounts; the market of an insurance pool, and the party of a general account, stand beside.
        amount: in base units of the asset.
        recurrence: for one that comes again; its epochs count from the one in which the proposal is enacted.
    """

    asset: str
    amount: int
    source: AccountType = AccountType.NETWORK_TREASURY
    target: AccountType = AccountType.GENERAL
    source_market: str = ""
    target_market: str = ""
    target_party: str = ""
    allowance: Allowance = Allowance()
    recurrence: Recurrence | None = None


class Enacting(Protocol):
    """What changes ask of an exchange. Each `refusal_…` says why something cannot be done, before anybody votes."""

    def refusal_of_asset(self, asset: Asset) -> ProposalReason: ...

    def enact_asset(self, asset: Asset) -> None: ...

    def refusal_of_market(self, config: MarketConfig) -> ProposalReason: ...

    def propose_market(self, config: MarketConfig) -> str:
        """Make a market that only waits for the vote; return its id."""

    def reject_market(self, market: str) -> None: ...

    def open_market(self, market: str, enactment: int) -> None:
        """Begin the opening auction, which lasts until `enactment` at least."""

    def refusal_of_update(self, market: str, values: Mapping[str, object]) -> ProposalReason: ...

    def update_market(self, market: str, values: Mapping[str, object]) -> None: ...

    def refusal_of_state(self, market: str, change: StateChange, price: int) -> ProposalReason: ...

    def change_state(self, market: str, change: StateChange, price: int) -> None: ...

    def refusal_of_parameter(self, name: str, text: str) -> ProposalReason: ...

    def set_parameter(self, name: str, text: str) -> None: ...

    def refusal_of_programme(self, programme: Programme) -> ProposalReason: ...

    def enact_programme(self, programme: Programme) -> None: ...

    def refusal_of_purchase(self, programme: AutomatedPurchase) -> ProposalReason: ...

    def start_purchase(self, programme: AutomatedPurchase) -> None: ...

    def refusal_of_transfer(self, terms: TransferTerms) -> ProposalReason: ...

    def start_transfer(self, terms: TransferTerms) -> None: ...

    def refusal_of_cancel(self, transfer: str) -> ProposalReason: ...

    def cancel_transfer(self, transfer: str) -> None: ...

    def equity_shares(self, market: str) -> Mapping[str, int]:
        """Return each liquidity provider's equity-like share of a market, as a factor of 10⁻¹⁸."""
