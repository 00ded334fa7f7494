"""Liquidity provision of one market: who has committed what, and what blocks and epochs bring."""

from typing import TYPE_CHECKING, final

from tokenspice.markets.exchange.ledger import AccountType, TransferKind
from tokenspice.markets.exchange.liquidity.commitments import Commitment
from tokenspice.markets.exchange.liquidity.earnings import Earnings
from tokenspice.markets.exchange.liquidity.epochs import end_epoch
from tokenspice.markets.exchange.liquidity.fee_factor import FeeBid
from tokenspice.markets.exchange.liquidity.obligation import PriceRange, meets
from tokenspice.markets.exchange.liquidity.shares import EquityShares
from tokenspice.markets.exchange.liquidity.target_stake import OpenInterestWindow, target_stake
from tokenspice.markets.exchange.numbers import ONE, ceil_div, factor
from tokenspice.markets.exchange.orders import Reason

if TYPE_CHECKING:
    from tokenspice.markets.exchange.liquidity.host import MarketHost
    from tokenspice.markets.exchange.liquidity.terms import LiquidityTerms

__all__ = ["LiquidityProvision"]


@final
class LiquidityProvision:
    """Providers of one market.

    Args:
        host: the market.
        terms: what it asks of providers. Another value holds from the next block on.

    Attributes:
        commitments: by party, in the order in which they came.
        shares: equity-like.
        earnings: scores, and the fees that follow from them.
        pool_stakes: what pools' volume amounts to as a commitment, by party; averaged over the last epoch.
        epoch_start: Unix seconds.
    """

    def __init__(self, host: "MarketHost", terms: "LiquidityTerms") -> None:
        self.host = host
        self.terms = terms
        self.commitments: dict[str, Commitment] = {}
        self.shares = EquityShares()
        self.window = OpenInterestWindow(terms.target_window, host.now)
        self.earnings = Earnings(host, host.now)
        self.pool_stakes: dict[str, int] = {}
        self.inherited: dict[str, tuple[int, int]] = {}
        self.epoch_start = self.block_time = host.now
        self.period_start: int | None = None

    def __repr__(self) -> str:
        return f"LiquidityProvision({len(self.commitments)} providers)"

    # instructions

    def commit(self, party: str, amount: int, fee: int) -> Reason:
        """Make a commitment, or change one. More is locked at once; the rest waits for the next epoch.

        Args:
            party: the provider.
            amount: in asset units; 0 ends the commitment.
            fee: that the provider asks for, a factor of 10⁻¹⁸.
        """
        reason = self.refusal(party, amount, fee)
        if reason is not Reason.NONE:
            return reason
        commitment = self.commitments.get(party) or self.enter(party)
        general, missing = commitment.position.general, amount - commitment.locked
        if missing > general.balance:
            if not commitment.locked:
                self.leave(commitment)
            return Reason.COMMITMENT_UNFUNDED
        if missing > 0:
            self.host.ledger.transfer(general, commitment.bond, missing, TransferKind.BOND_LOCK)
            commitment.locked += missing
        commitment.next_amount, commitment.next_fee = amount, fee
        if self.host.is_opening:
            self.start_at_once(commitment)
        return Reason.NONE

    def amend(self, party: str, amount: int | None, fee: int | None) -> Reason:
        """Change a commitment; None leaves a part as it is."""
        found = self.commitments.get(party)
        if found is None:
            return Reason.NO_COMMITMENT
        return self.commit(
            party, found.next_amount if amount is None else amount, found.next_fee if fee is None else fee
        )

    def cancel(self, party: str) -> Reason:
        """End a commitment, when the epoch ends."""
        return self.amend(party, 0, None)

    def refusal(self, party: str, amount: int, fee: int) -> Reason:
        """Why a commitment cannot be taken, if so."""
        host = self.host
        if not host.takes_commitments:
            return Reason.MARKET_CLOSED
        if amount == 0 and party in self.commitments:
            return Reason.NONE
        if amount < self.least_amount:
            return Reason.COMMITMENT_TOO_SMALL
        if not 0 <= fee <= host.parameters["market.liquidity.maximumLiquidityFeeFactorLevel"]:
            return Reason.LIQUIDITY_FEE_TOO_HIGH
        return Reason.NONE

    @property
    def least_amount(self) -> int:
        """The smallest commitment, in asset units."""
        multiple = self.host.parameters["market.liquidityProvision.minLpStakeQuantumMultiple"]
        return max(1, ceil_div(multiple * self.host.quantum, ONE))

    def enter(self, party: str) -> Commitment:
        """Open a provider's accounts."""
        position = self.host.position(party)
        bond = self.host.party_account(party, AccountType.BOND)
        fees = self.host.party_account(party, AccountType.LP_LIQUIDITY_FEES)
        position.bond = bond
        made = self.commitments[party] = Commitment(position, bond, fees)
        return made

    def leave(self, commitment: Commitment) -> None:
        """Forget a provider that has nothing locked."""
        commitment.position.bond = None
        self.commitments.pop(commitment.party, None)
        self.shares.set_stake(commitment.party, 0)

    def start_at_once(self, commitment: Commitment) -> None:
        """Let a commitment hold without waiting, as in the opening auction."""
        commitment.start()
        self.release(commitment, commitment.locked - commitment.amount)
        self.restake(commitment)
        if not commitment.amount:
            self.leave(commitment)
        self.set_fee()

    def release(self, commitment: Commitment, amount: int) -> None:
        """Give back a part of the bond, without penalty."""
        if amount > 0:
            self.host.ledger.transfer(commitment.bond, commitment.position.general, amount, TransferKind.BOND_RELEASE)
            commitment.locked -= amount

    def restake(self, commitment: Commitment) -> None:
        """Let the equity-like share follow what is in force."""
        party = commitment.party
        if commitment.amount and party in self.inherited:
            self.shares.carry(party, *self.inherited.pop(party))
        self.shares.set_stake(party, commitment.amount)

    def inherit(self, parent: "LiquidityProvision") -> None:
        """Take over, from the market that this one succeeds, what its providers had earned by staying."""
        self.inherited = {
            party: (stake.physical, stake.virtual)
            for party, stake in parent.shares.stakes.items()
            if party in parent.commitments
        }
        self.shares.traded = parent.shares.traded or parent.shares.traded_before

    # what is known

    @property
    def supplied_stake(self) -> int:
        """What is committed, and what pools' volume amounts to, in asset units."""
        return sum(found.locked for found in self.commitments.values()) + sum(self.pool_stakes.values())

    @property
    def target_stake(self) -> int:
        """What the market wants to be committed, in asset units."""
        host = self.host
        notional = host.value(host.reference_price * self.window.most(host.now))
        return target_stake(notional, factor(self.terms.target_scaling), host.max_risk)

    def bids(self) -> list[FeeBid]:
        """What providers and pools stake and ask for."""
        bids = [FeeBid(found.amount, found.fee) for found in self.commitments.values() if found.amount]
        fees = {pool.party: pool.fee for pool in self.host.pool_members()} if self.pool_stakes else {}
        return bids + [FeeBid(stake, fees[party]) for party, stake in self.pool_stakes.items() if party in fees]

    def set_fee(self) -> None:
        """Let the market's fee follow from the bids; without any it stays."""
        bids = self.bids()
        if bids:
            self.host.set_fee(self.terms.fee.fee(bids, self.target_stake))

    # time

    def observe(self) -> None:
        """Look at the book after a transaction: who misses its obligation now has missed it for the block."""
        if not self.commitments or self.host.is_opening:
            return
        range, multiple = self.price_range(), self.host.parameters["market.liquidity.stakeToCcyVolume"]
        for found in self.commitments.values():
            if found.is_met:
                found.is_met = range is not None and self.is_met(found, range, multiple)

    def is_met(self, found: Commitment, range: PriceRange, multiple: int) -> bool:
        """Whether one provider's orders are worth what it has promised."""
        wanted = self.host.of_value(ceil_div(found.amount * multiple, ONE))
        return meets(found.position.orders.values(), range, wanted)

    def price_range(self) -> PriceRange | None:
        """Prices that count for the obligation; None where there is no middle."""
        anchors = self.host.range_anchors
        return PriceRange(*anchors, factor(self.terms.price_range)) if anchors else None

    def begin_block(self) -> None:
        """Count the time of the block before, split fees where that is due, and begin anew."""
        host, now = self.host, self.host.now
        self.window.record(now, host.open_interest)
        if host.is_opening:
            self.epoch_start = self.block_time = now
            return
        if self.period_start is None:
            self.open()
        passed, self.block_time = now - self.block_time, now
        for found in self.commitments.values():
            found.shrink()
            if found.is_met:
                found.seconds_met += passed
            found.is_met = found.amount > 0
        self.observe()
        self.earnings.begin_block(self, passed)
        self.end_periods()

    def open(self) -> None:
        """The opening auction is over: periods begin, and the fee is set."""
        now = self.host.now
        self.period_start = self.window.opened = self.earnings.split_at = now
        self.block_time = self.epoch_start = now
        self.set_fee()

    def end_periods(self) -> None:
        """Close each period over which traded value is measured."""
        length = max(1, self.host.parameters["market.value.windowLength"])
        self.shares.traded += self.host.take_traded()
        while self.period_start is not None and self.host.now >= self.period_start + length:
            self.period_start += length
            self.shares.end_period()

    def begin_epoch(self) -> None:
        """Pay, punish, and put changes in force."""
        if self.host.is_opening:
            return
        end_epoch(self)
        self.epoch_start = self.host.now
        self.set_fee()
        self.observe()

    def close(self) -> None:
        """The market is over: fees are paid and bonds given back."""
        if not self.host.is_opening:
            end_epoch(self)
        for found in list(self.commitments.values()):
            found.amount = found.next_amount = 0
            self.release(found, found.bond.balance)
            self.leave(found)
