"""Verbs of transfers."""

from abc import ABC
from fractions import Fraction
from typing import Any, NamedTuple

from tokenspice.markets.exchange.governance.changes import NewTransfer
from tokenspice.markets.exchange.governance.enacting import TransferTerms
from tokenspice.markets.exchange.ledger import NETWORK, AccountType
from tokenspice.markets.exchange.numbers import ONE, to_units
from tokenspice.markets.exchange.rewards.strategy import DispatchStrategy
from tokenspice.markets.exchange.service.base import Number, amount_in, amount_out, word
from tokenspice.markets.exchange.service.oracles import OracleVerbs
from tokenspice.markets.exchange.transfer_terms import Transfer, TransferReason, TransferState

__all__ = ["TransferInfo", "TransferVerbs"]


class TransferInfo(NamedTuple):
    """A transfer that is to come. `due` is Unix seconds of one that is delayed; 0 of one that comes every epoch."""

    id: str
    source: str
    source_type: AccountType
    target: str
    target_type: AccountType
    asset: str
    amount: float
    state: TransferState
    due: int


class TransferVerbs(OracleVerbs, ABC):
    """Money from party to party, and to and from the exchange. To give to the exchange itself, name the party "network"."""

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
    ) -> TransferReason:
        """Give an amount to another party, after `delay` seconds, for a fee.

        Returns:
            Why it was refused; `TransferReason.NONE` if it was not.
        """
        if asset_id not in self.exchange.assets:
            return TransferReason.NO_SUCH_ASSET
        sent = self.exchange.transfer(
            party,
            asset_id,
            amount_in(self.asset(asset_id), amount),
            "" if to_party == NETWORK else to_party,
            word(AccountType, from_type),
            word(AccountType, to_type),
            self.exchange.now + delay if delay else 0,
        )
        self.count_transaction()
        return sent.reason

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
        dispatch_strategy: DispatchStrategy | None = None,
    ) -> TransferReason:
        """Give an amount every epoch, each time `factor` times the one before.

        Args:
            party: who gives.
            to_party: who gets.
            asset_id: of what.
            amount: the first time.
            from_type, to_type: of the accounts.
            start_epoch: number of the first; the present one unless given.
            end_epoch: number of the last; none unless given.
            factor: from one time to the next.
            dispatch_strategy: whom a reward pool rewards, if it is given to one.

        Returns:
            Why it was refused; `TransferReason.NONE` if it was not.
        """
        if asset_id not in self.exchange.assets:
            return TransferReason.NO_SUCH_ASSET
        sent = self.exchange.transfer_every_epoch(
            party,
            asset_id,
            amount_in(self.asset(asset_id), amount),
            "" if to_party == NETWORK else to_party,
            word(AccountType, from_type),
            word(AccountType, to_type),
            start_epoch,
            end_epoch or 0,
            Fraction(to_units(factor, 18), ONE),
            dispatch_strategy,
        )
        self.count_transaction()
        return sent.reason

    def cancel_transfer(self, party: str, transfer_id: str) -> TransferReason:
        """End a recurring transfer of one's own."""
        reason = self.exchange.cancel_transfer(party, transfer_id)
        self.count_transaction()
        return reason

    def list_transfers(self, party: str = "") -> list[TransferInfo]:
        """Return transfers that are to come, of one party if it is named."""
        transfers = self.exchange.network.transfers
        live = [*transfers.delayed, *transfers.recurring.values()]
        return [self._transfer_info(each) for each in live if party in ("", each.party)]

    def propose_transfer(self, proposer: str, asset_id: str, amount: Number, **terms: Any) -> str:
        """Propose a transfer from the exchange's own accounts, and vote for it; return the proposal's id.

        Args:
            proposer: who has governance tokens; "" to ask nobody.
            asset_id: of what.
            amount: how much.
            terms: further fields of TransferTerms: source, target, target_party, allowance, recurrence and so on.

        Raises:
            ProposalNotAcceptedError: it was refused.
        """
        proposal = self.decide(
            proposer, NewTransfer(TransferTerms(asset_id, amount_in(self.asset(asset_id), amount), **terms))
        )
        return proposal.id if proposal else ""

    def _transfer_info(self, each: Transfer) -> TransferInfo:
        source, target = each.source, each.target
        amount = amount_out(self.asset(source.asset), each.amount)
        return TransferInfo(
            each.id, source.party, source.type, target.party, target.type, source.asset, amount, each.state, each.deliver_at
        )  # fmt: skip
