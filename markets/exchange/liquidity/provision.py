"""Liquidity provision of one market: who has committed what, and what blocks and epochs bring."""

from typing import final

from tokenspice.markets.exchange.ledger import TransferKind
from tokenspice.markets.exchange.liquidity.commitments import Commitment
from tokenspice.markets.exchange.liquidity.earnings import Earnings
from tokenspice.markets.exchange.liquidity.epochs import end_epoch
from tokenspice.markets.exchange.liquidity.host import MarketHost
from tokenspice.markets.exchange.liquidity.obligation import PriceRange, meets
from tokenspice.markets.exchange.liquidity.providers import Providers
from tokenspice.markets.exchange.liquidity.terms import LiquidityTerms
from tokenspice.markets.exchange.numbers import ONE, ceil_div
from tokenspice.markets.exchange.orders import Reason

__all__ = ["LiquidityProvision"]


@final
class LiquidityProvision:
    """Takes what providers of one market instruct, and lets blocks and epochs pass for them.

    Args:
        host: the market.
        terms: what it asks of providers.

    Attributes:
        providers: who they are, and what they have.
        commitments, shares: of `providers`.
        earnings: scores, and the fees that follow from them.
        epoch_start: Unix seconds.
    """

    def __init__(self, host: MarketHost, terms: LiquidityTerms) -> None:
        self.host = host
        self.providers = Providers(host, terms)
        self.commitments, self.shares = self.providers.commitments, self.providers.shares
        self.earnings = Earnings(self.providers)
        self.epoch_start = self.block_time = host.now
        self.period_start: int | None = None
        self._seen: tuple[object, ...] = ()

    def __repr__(self) -> str:
        return f"LiquidityProvision({self.providers!r})"

    @property
    def supplied_stake(self) -> int:
        """What is committed, and what pools' volume amounts to, in asset units."""
        return self.providers.supplied_stake

    @property
    def target_stake(self) -> int:
        """What the market wants to be committed, in asset units."""
        return self.providers.target_stake

    @property
    def pool_stakes(self) -> dict[str, int]:
        """What pools' volume amounted to as a commitment in the last epoch, by party, in asset units."""
        return self.providers.pool_stakes

    def adopt(self, terms: LiquidityTerms) -> None:
        """Ask something else of providers from here on."""
        self.host.changes += 1
        self.providers.terms = terms
        self.providers.window.seconds = terms.target_window

    def inherit(self, parent: "LiquidityProvision") -> None:
        """Take over, from the market that this one succeeds, what its providers had earned by staying."""
        self.providers.inherit(parent.providers)

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
        commitment = self.commitments.get(party) or self.providers.enter(party)
        general, missing = commitment.position.general, amount - commitment.locked
        if missing > general.balance:
            if not commitment.locked:
                self.providers.leave(commitment)
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

    def start_at_once(self, commitment: Commitment) -> None:
        """Let a commitment hold without waiting, as in the opening auction."""
        commitment.start()
        self.providers.release(commitment, commitment.locked - commitment.amount)
        self.providers.restake(commitment)
        if not commitment.amount:
            self.providers.leave(commitment)
        self.providers.set_fee()

    # time

    def observe(self) -> None:
        """Look at the book after a transaction: who misses its obligation now has missed it for the block."""
        if not self.commitments or self.host.is_opening:
            return
        self.look(self.providers.price_range())

    def look(self, range: PriceRange | None) -> None:
        """Note who misses its obligation, by the prices that count."""
        multiple = self.host.parameters["market.liquidity.stakeToCcyVolume"]
        seen = (*self.host.version, multiple, (range.low, range.high) if range else None)
        is_known, self._seen = seen == self._seen, seen
        for found in self.commitments.values():
            if not is_known:
                found.was_met = range is not None and self.is_met(found, range, multiple)
            found.is_met = found.is_met and found.was_met

    def is_met(self, found: Commitment, range: PriceRange, multiple: int) -> bool:
        """Whether one provider's orders are worth what it has promised."""
        wanted = self.host.of_value(ceil_div(found.amount * multiple, ONE))
        return meets(found.position.orders.values(), range, wanted)

    def begin_block(self) -> None:
        """Count the time of the block before, split fees where that is due, and begin anew."""
        host, now = self.host, self.host.now
        self.providers.window.record(now, host.open_interest)
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
        if self.commitments or host.pools:
            range = self.providers.price_range()
            self.look(range)
            self.earnings.begin_block(passed, range)
        self.end_periods()

    def open(self) -> None:
        """The opening auction is over: periods begin, and the fee is set."""
        now = self.host.now
        self.period_start = self.providers.window.opened = self.earnings.split_at = now
        self.block_time = self.epoch_start = now
        self.providers.set_fee()

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
        end_epoch(self.providers, self.earnings, self.host.now - self.epoch_start)
        self.epoch_start = self.host.now
        self.providers.set_fee()
        self.observe()

    def close(self) -> None:
        """The market is over: fees are paid and bonds given back."""
        if not self.host.is_opening:
            end_epoch(self.providers, self.earnings, self.host.now - self.epoch_start)
        for found in list(self.commitments.values()):
            found.amount = found.next_amount = 0
            self.providers.release(found, found.bond.balance)
            self.providers.leave(found)
