"""What an exchange does beside trading: proposals and votes, oracles, stakes, transfers and rewards, epoch by epoch."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from fractions import Fraction
from typing import ClassVar

from tokenspice.markets.exchange.config import Asset, MarketConfig
from tokenspice.markets.exchange.enactment import Enactment
from tokenspice.markets.exchange.governance.board import Governance
from tokenspice.markets.exchange.governance.changes import Change
from tokenspice.markets.exchange.governance.proposals import Proposal
from tokenspice.markets.exchange.governance.reasons import ProposalReason
from tokenspice.markets.exchange.instructions import InstructionListener, instruction
from tokenspice.markets.exchange.ledger import Account, AccountType
from tokenspice.markets.exchange.lifecycle import ENDED
from tokenspice.markets.exchange.listeners import nobody
from tokenspice.markets.exchange.market import Market
from tokenspice.markets.exchange.network import Network
from tokenspice.markets.exchange.purchases import Purchases
from tokenspice.markets.exchange.rewards.lottery import Lottery
from tokenspice.markets.exchange.rewards.strategy import DispatchStrategy
from tokenspice.markets.exchange.successors import Successors
from tokenspice.markets.exchange.transfer_terms import Recurrence, Transfer, TransferReason, TransferState
from tokenspice.markets.exchange.venue import Venue

__all__ = ["Institutions"]


class Institutions(ABC):
    """EXTEND it by trading.

    Args:
        now: Unix seconds.

    Attributes:
        venue: what all markets share: clock, accounts, listeners.
        network: what belongs to no market.
        governance: proposals and votes.
        successors: which market takes another's place.
        purchases: what the exchange buys with its fees.
        on_instruction: called with each instruction before it is done; None for nobody.
    """

    TRANSIENT: ClassVar = {"on_instruction": nobody}  # no state

    def __init__(self, now: int) -> None:
        self.on_instruction: InstructionListener | None = None
        self.venue = Venue(now)
        self.ledger = self.venue.ledger
        self.assets: dict[str, Asset] = self.venue.assets
        self.markets: dict[str, Market] = {}
        self.network = Network(self.ledger, self.assets, now)
        self.venue.parameters = self.network.parameters
        window = self.network.parameters["market.liquidity.successorLaunchWindowLength"]
        self.successors = Successors(self.markets, window)
        self._purchases = 0
        self.purchases = Purchases(self.ledger, self.markets, self._purchase_id)
        self.governance = Governance(Enactment(self, self._new_market), self.network.parameters, self.network.staking)

    @property
    def now(self) -> int:
        """Unix seconds."""
        return self.venue.now

    @abstractmethod
    def add_asset(self, asset: Asset) -> Asset:
        """Begin to keep accounts in an asset."""

    @abstractmethod
    def _new_market(self, config: MarketConfig) -> Market:
        """Make a market that takes no orders yet."""

    @instruction
    def draw_from(self, seed: int) -> None:
        """Draw from this seed in lotteries among those who are rewarded."""
        self.network.lottery = Lottery(seed)
        self.network.rewards.lottery = self.network.lottery

    # proposals

    @instruction
    def propose(self, party: str, change: Change, closing: int, enactment: int, rationale: str = "") -> Proposal:
        """Put a change to the vote; the proposal's state says whether it was taken.

        Args:
            closing, enactment: Unix seconds.
        """
        proposal = self.governance.propose(party, change, closing, enactment, self.now, rationale)
        if proposal.subject in self.markets:
            self.markets[proposal.subject].activity.proposer = party
        return proposal

    @instruction
    def vote(self, party: str, proposal_id: str, is_yes: bool = True) -> ProposalReason:
        """Vote on an open proposal; of several votes of a party the last counts."""
        return self.governance.vote(party, proposal_id, is_yes, self.now)

    @instruction
    def enact(self, change: Change) -> ProposalReason:
        """Bring a change into force at once, without asking anybody; return why that is refused, if so."""
        enactment = self.governance.exchange
        reason = change.refusal(enactment)
        if not reason:
            subject = change.open(enactment)
            change.passed(enactment, subject, self.now)
            change.enact(enactment, subject)
        return reason

    @instruction
    def stake(self, party: str, amount: int) -> bool:
        """Lock governance tokens; free them again with a negative amount. Return whether the party had them."""
        staking = self.network.staking
        return staking.stake(party, amount) if amount >= 0 else staking.unstake(party, -amount)

    # oracles

    @instruction
    def submit_oracle_data(self, signer: str, data: Mapping[str, str]) -> int:
        """Publish signed data; return how many of those who listen could use it. What is due by it happens at once."""
        count = 0
        for listener, role, text in self.network.oracles.submit(signer, data):
            if self.markets[listener].hear(role, text):
                count += 1
                self._follow(self.markets[listener])
        return count

    # transfers

    @instruction
    def transfer(
        self,
        party: str,
        asset: str,
        amount: int,
        to_party: str = "",
        source: AccountType = AccountType.GENERAL,
        target: AccountType = AccountType.GENERAL,
        deliver_at: int = 0,
    ) -> Transfer:
        """Give an amount to another party, or to the network; its state and reason say what became of it."""
        transfers = self.network.transfers
        accounts = self._own(party, asset, source), self._target(asset, to_party, target)
        if asset not in self.assets:
            refused = transfers.new(party, *accounts, amount, deliver_at)
            return refused.end(TransferState.REJECTED, TransferReason.NO_SUCH_ASSET)
        return transfers.one_off(party, *accounts, amount, self.now, deliver_at)

    @instruction
    def transfer_every_epoch(
        self,
        party: str,
        asset: str,
        amount: int,
        to_party: str = "",
        source: AccountType = AccountType.GENERAL,
        target: AccountType = AccountType.GENERAL,
        start_epoch: int | None = None,
        end_epoch: int = 0,
        factor: Fraction = Fraction(1),
        dispatch: DispatchStrategy | None = None,
    ) -> Transfer:
        """Give an amount at the end of every epoch, from the present one on unless `start_epoch` says otherwise."""
        network, epoch = self.network, self.network.epochs.number
        recurrence = Recurrence(epoch if start_epoch is None else start_epoch, end_epoch, factor, dispatch)
        pool = network.rewards.pool(dispatch, asset) if dispatch else self._target(asset, to_party, target)
        account = self._own(party, asset, source)
        if asset not in self.assets:
            refused = network.transfers.new(party, account, pool, amount, 0, recurrence)
            return refused.end(TransferState.REJECTED, TransferReason.NO_SUCH_ASSET)
        return network.transfers.recur(party, account, pool, amount, recurrence, epoch)

    @instruction
    def cancel_transfer(self, party: str, transfer_id: str) -> TransferReason:
        """End a recurring transfer of one's own."""
        return self.network.transfers.cancel(party, transfer_id)

    def _own(self, party: str, asset: str, type: AccountType) -> Account:
        return self.ledger.account(party, asset, type)

    def _target(self, asset: str, party: str, type: AccountType) -> Account:
        return self.ledger.account(party, asset, type) if party else self.ledger.of_network(asset, type)

    # time

    def _begin_institutions(self) -> None:
        """Let what is due at a new time happen, before markets begin their block."""
        now = self.now
        self.governance.begin_block(now)
        self.successors.window = self.network.parameters["market.liquidity.successorLaunchWindowLength"]
        self.successors.begin_block(now)

    def _purchase_id(self) -> str:
        """Return the id of an order by which the exchange buys."""
        self._purchases += 1
        return f"B{self._purchases}"

    def _end_epoch(self) -> None:
        """Pay rewards and begin the next epoch, after markets have paid their providers."""
        self.network.end_epoch(self.now)
        self.venue.programmes.end_epoch(self.now, self._staked_tokens)
        self.network.use_teams(self.venue.programmes.sets.teams())

    def _follow(self, market: Market) -> None:
        """Note what became of a market: that it opened, or that it ended."""
        if market.is_noted == market.has_opened and not market.ended_at:
            return
        if market.has_opened and not market.is_noted:
            market.is_noted = True
            self.successors.opened(market)
        if market.state in ENDED and market.id not in self.successors.known:
            self.successors.ended(market)
            self.network.oracles.forget(market.id)

    def _staked_tokens(self, party: str) -> float:
        """Return the governance tokens that count for a party, in whole ones."""
        staking = self.network.staking
        return (
            staking.weight(party) / 10 ** self.assets[staking.symbol].decimals if staking.symbol in self.assets else 0.0
        )
