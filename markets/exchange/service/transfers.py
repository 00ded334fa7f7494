"""Verbs of transfers, rewards and programmes."""

from abc import ABC
from collections.abc import Sequence
from typing import Any, NamedTuple

from tokenspice.markets.exchange.ledger import AccountType
from tokenspice.markets.exchange.orders import Reason
from tokenspice.markets.exchange.service.base import Number, ServiceBase
from tokenspice.markets.exchange.service.planned import NotYet, planned

__all__ = ["FeesStats", "TransferInfo", "TransferVerbs"]


class TransferInfo(NamedTuple):
    id: str
    source: str
    target: str
    asset: str
    amount: float
    status: str
    due: int


class FeesStats(NamedTuple):
    """What a party paid and received in the present epoch, in whole units of an asset."""

    party: str
    asset: str
    maker_paid: float
    maker_received: float
    taker_paid: float
    discount: float


class TransferVerbs(ServiceBase, ABC):
    """Money between parties, and programmes that change who pays what."""

    @planned
    def one_off_transfer(
        self,
        party: str,
        to_party: str,
        asset_id: str,
        amount: Number,
        *,
        from_type: AccountType | str = AccountType.GENERAL,
        to_type: AccountType | str = AccountType.GENERAL,
        delay: int = 0,
    ) -> Reason:
        """Give an amount to another party, after `delay` seconds, for a fee.

        Returns:
            Why it was refused; `Reason.NONE` if it was not.
        """
        raise NotYet

    @planned
    def recurring_transfer(
        self,
        party: str,
        to_party: str,
        asset_id: str,
        amount: Number,
        *,
        from_type: AccountType | str = AccountType.GENERAL,
        to_type: AccountType | str = AccountType.GENERAL,
        start_epoch: int | None = None,
        end_epoch: int | None = None,
        factor: Number = 1,
        dispatch_strategy: Any = None,
    ) -> Reason:
        """Give an amount every epoch, each time `factor` times the one before."""
        raise NotYet

    @planned
    def list_transfers(self, party: str = "") -> list[TransferInfo]:
        """Return transfers that are to come, of one party if it is named."""
        raise NotYet

    @planned
    def propose_transfer(self, proposer: str, asset_id: str, amount: Number, **terms: Any) -> str:
        """Propose a transfer from the exchange's own accounts, and return the proposal's id."""
        raise NotYet

    @planned
    def update_referral_program(self, proposer: str, program: Any) -> str:
        """Propose a referral programme, and return the proposal's id."""
        raise NotYet

    @planned
    def create_referral_set(self, party: str, name: str = "") -> str:
        """Make a referral set, and return its id."""
        raise NotYet

    @planned
    def update_referral_set(self, party: str, set_id: str, **values: Any) -> Reason:
        """Change a referral set."""
        raise NotYet

    @planned
    def apply_referral_code(self, party: str, set_id: str) -> Reason:
        """Join a referral set, whose referees pay less."""
        raise NotYet

    @planned
    def join_team(self, party: str, team_id: str) -> Reason:
        """Join a team."""
        raise NotYet

    @planned
    def list_referral_sets(self) -> list[Any]:
        """Return all referral sets."""
        raise NotYet

    @planned
    def list_referral_set_referees(self, set_id: str = "") -> list[Any]:
        """Return who has joined."""
        raise NotYet

    @planned
    def get_referral_set_stats(self, set_id: str = "") -> list[Any]:
        """Return what referral sets brought in the last epoch."""
        raise NotYet

    @planned
    def list_teams(self) -> list[Any]:
        """Return all teams."""
        raise NotYet

    @planned
    def list_team_referees(self, team_id: str = "") -> list[Any]:
        """Return the members of teams."""
        raise NotYet

    @planned
    def update_volume_discount_program(self, proposer: str, program: Any) -> str:
        """Propose a discount for who trades much, and return the proposal's id."""
        raise NotYet

    @planned
    def update_volume_rebate_program(self, proposer: str, program: Any) -> str:
        """Propose a rebate for who makes much, and return the proposal's id."""
        raise NotYet

    @planned
    def get_volume_discount_stats(self, party: str = "") -> list[Any]:
        """Return volumes and discounts of the last epoch."""
        raise NotYet

    @planned
    def get_volume_rebate_stats(self, party: str = "") -> list[Any]:
        """Return volumes and rebates of the last epoch."""
        raise NotYet

    @planned
    def new_protocol_automated_purchase_program(self, proposer: str, program: Any) -> str:
        """Propose that the exchange buys with its fees, and return the proposal's id."""
        raise NotYet

    @planned
    def get_fees_stats(self, market_id: str = "", asset_id: str = "", party: str = "") -> Sequence[FeesStats]:
        """Return the present epoch's fees."""
        raise NotYet
