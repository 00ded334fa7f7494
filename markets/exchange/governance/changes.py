"""What a proposal would change. Each kind is a value that says when it is refused and how it comes into force."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, final

from tokenspice.markets.exchange.config import Asset, MarketConfig
from tokenspice.markets.exchange.governance.enacting import Enacting, Programme, StateChange, TransferTerms
from tokenspice.markets.exchange.governance.reasons import ProposalReason
from tokenspice.markets.exchange.purchases import AutomatedPurchase

__all__ = [
    "CancelTransfer",
    "Change",
    "Freeform",
    "NewAsset",
    "NewAutomatedPurchase",
    "NewMarket",
    "NewTransfer",
    "UpdateMarket",
    "UpdateMarketState",
    "UpdateNetworkParameter",
    "UpdateProgramme",
]


class Change(ABC):
    """IMPLEMENT `refusal` and `enact`; EXTEND what happens at the other moments.

    Attributes:
        kind: of the network parameters `governance.proposal.KIND.…` that hold for it.
    """

    kind: ClassVar[str]

    @abstractmethod
    def refusal(self, exchange: Enacting) -> ProposalReason:
        """Why it cannot be proposed, or no longer be enacted."""

    @abstractmethod
    def enact(self, exchange: Enacting, subject: str) -> None:
        """Bring it into force."""

    def open(self, exchange: Enacting) -> str:
        """The proposal is put to the vote. Return the id of what it made for that, which the other moments are given."""
        return ""

    def decline(self, exchange: Enacting, subject: str) -> None:  # noqa: B027  (most kinds leave nothing behind)
        """The proposal did not pass."""

    def passed(self, exchange: Enacting, subject: str, enactment: int) -> None:  # noqa: B027
        """The proposal passed, and will come into force at `enactment`."""

    def market(self) -> str:
        """Return the id of the market whose liquidity providers may decide; "" where they may not."""
        return ""


@final
@dataclass(frozen=True)
class NewAsset(Change):
    kind: ClassVar[str] = "asset"

    asset: Asset

    def refusal(self, exchange: Enacting) -> ProposalReason:
        return exchange.refusal_of_asset(self.asset)

    def enact(self, exchange: Enacting, subject: str) -> None:
        exchange.enact_asset(self.asset)


@final
@dataclass(frozen=True)
class NewMarket(Change):
    """A market, which is proposed from the start, and in its opening auction once the proposal has passed."""

    kind: ClassVar[str] = "market"

    config: MarketConfig

    def refusal(self, exchange: Enacting) -> ProposalReason:
        return exchange.refusal_of_market(self.config)

    def open(self, exchange: Enacting) -> str:
        return exchange.propose_market(self.config)

    def decline(self, exchange: Enacting, subject: str) -> None:
        exchange.reject_market(subject)

    def passed(self, exchange: Enacting, subject: str, enactment: int) -> None:
        exchange.open_market(subject, enactment)

    def enact(self, exchange: Enacting, subject: str) -> None:
        """The market has been in its opening auction; from here on it may leave it."""


@final
@dataclass(frozen=True)
class UpdateMarket(Change):
    """New values of a market's configuration, by dotted path."""

    kind: ClassVar[str] = "updateMarket"

    market_id: str
    values: Mapping[str, object]

    def refusal(self, exchange: Enacting) -> ProposalReason:
        return exchange.refusal_of_update(self.market_id, self.values)

    def enact(self, exchange: Enacting, subject: str) -> None:
        exchange.update_market(self.market_id, self.values)

    def market(self) -> str:
        return self.market_id


@final
@dataclass(frozen=True)
class UpdateMarketState(Change):
    """Suspend, resume or terminate a market; the price at which a terminated one settles, in the market's units."""

    kind: ClassVar[str] = "marketState"

    market_id: str
    change: StateChange
    price: int = 0

    def refusal(self, exchange: Enacting) -> ProposalReason:
        return exchange.refusal_of_state(self.market_id, self.change, self.price)

    def enact(self, exchange: Enacting, subject: str) -> None:
        exchange.change_state(self.market_id, self.change, self.price)


@final
@dataclass(frozen=True)
class UpdateNetworkParameter(Change):
    kind: ClassVar[str] = "updateNetParam"

    name: str
    text: str

    def refusal(self, exchange: Enacting) -> ProposalReason:
        return exchange.refusal_of_parameter(self.name, self.text)

    def enact(self, exchange: Enacting, subject: str) -> None:
        exchange.set_parameter(self.name, self.text)


@final
@dataclass(frozen=True)
class UpdateProgramme(Change):
    """A programme in place of the one of its kind, from the end of the epoch of its enactment on."""

    kind: ClassVar[str] = "program"

    programme: Programme

    def refusal(self, exchange: Enacting) -> ProposalReason:
        return exchange.refusal_of_programme(self.programme)

    def enact(self, exchange: Enacting, subject: str) -> None:
        exchange.enact_programme(self.programme)


@final
@dataclass(frozen=True)
class NewAutomatedPurchase(Change):
    """The exchange buys on a spot market with fees that it has collected."""

    kind: ClassVar[str] = "program"

    programme: AutomatedPurchase

    def refusal(self, exchange: Enacting) -> ProposalReason:
        return exchange.refusal_of_purchase(self.programme)

    def enact(self, exchange: Enacting, subject: str) -> None:
        exchange.start_purchase(self.programme)


@final
@dataclass(frozen=True)
class NewTransfer(Change):
    kind: ClassVar[str] = "transfer"

    terms: TransferTerms

    def refusal(self, exchange: Enacting) -> ProposalReason:
        return exchange.refusal_of_transfer(self.terms)

    def enact(self, exchange: Enacting, subject: str) -> None:
        exchange.start_transfer(self.terms)


@final
@dataclass(frozen=True)
class CancelTransfer(Change):
    """The end of a recurring transfer that a vote began."""

    kind: ClassVar[str] = "transfer"

    transfer_id: str

    def refusal(self, exchange: Enacting) -> ProposalReason:
        return exchange.refusal_of_cancel(self.transfer_id)

    def enact(self, exchange: Enacting, subject: str) -> None:
        exchange.cancel_transfer(self.transfer_id)


@final
@dataclass(frozen=True)
class Freeform(Change):
    """A question that changes nothing."""

    kind: ClassVar[str] = "freeform"

    def refusal(self, exchange: Enacting) -> ProposalReason:
        return ProposalReason.NONE

    def enact(self, exchange: Enacting, subject: str) -> None:
        """Nothing comes into force."""
