"""The providers of one market: what they have committed, and what follows from it at any time."""

from typing import final

from tokenspice.markets.exchange.ledger import AccountType, TransferKind
from tokenspice.markets.exchange.liquidity.commitments import Commitment
from tokenspice.markets.exchange.liquidity.fee_factor import FeeBid
from tokenspice.markets.exchange.liquidity.host import MarketHost
from tokenspice.markets.exchange.liquidity.obligation import PriceRange
from tokenspice.markets.exchange.liquidity.shares import EquityShares, Stake
from tokenspice.markets.exchange.liquidity.target_stake import OpenInterestWindow, target_stake
from tokenspice.markets.exchange.liquidity.terms import LiquidityTerms
from tokenspice.markets.exchange.numbers import factor

__all__ = ["Providers"]


@final
class Providers:
    """All who provide liquidity in one market.

    Args:
        host: the market.
        terms: what it asks of providers.

    Attributes:
        commitments: by party, in the order in which they came.
        shares: equity-like.
        window: open interest of late.
        pool_stakes: what pools' volume amounts to as a commitment, by party; averaged over the last epoch.
        inherited: stakes in the market that this one succeeds, of who has not come yet.
    """

    def __init__(self, host: MarketHost, terms: LiquidityTerms) -> None:
        self.host = host
        self.terms = terms
        self.commitments: dict[str, Commitment] = {}
        self.shares = EquityShares()
        self.window = OpenInterestWindow(terms.target_window, host.now)
        self.pool_stakes: dict[str, int] = {}
        self.inherited: dict[str, Stake] = {}

    def __repr__(self) -> str:
        return f"Providers({len(self.commitments)} with a commitment, {len(self.pool_stakes)} pools)"

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
        self.host.changes += 1
        commitment.position.bond = None
        self.commitments.pop(commitment.party, None)
        self.shares.set_stake(commitment.party, 0)

    def release(self, commitment: Commitment, amount: int) -> None:
        """Give back a part of the bond, without penalty."""
        if amount > 0:
            self.host.ledger.transfer(commitment.bond, commitment.position.general, amount, TransferKind.BOND_RELEASE)
            commitment.locked -= amount

    def restake(self, commitment: Commitment) -> None:
        """Let the equity-like share follow what is in force."""
        party = commitment.party
        self.host.changes += 1
        if commitment.amount and party in self.inherited:
            self.shares.carry(party, self.inherited.pop(party))
        self.shares.set_stake(party, commitment.amount)

    def inherit(self, parent: "Providers") -> None:
        """Take over, from the market that this one succeeds, what its providers had earned by staying."""
        for party, stake in parent.shares.stakes.items():
            if party in parent.commitments:
                self.inherited[party] = stake
        for found in self.commitments.values():
            self.restake(found)
        self.shares.first = parent.shares.traded or parent.shares.traded_before

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
        """Let the market's fee follow from the bids; without any it stays, unless the rule needs none."""
        bids = self.bids()
        fee = self.terms.fee.fee(bids, self.target_stake)
        if bids or fee:
            self.host.set_fee(fee)

    def price_range(self) -> PriceRange | None:
        """Prices that count for the obligation; None where there is no middle."""
        anchors = self.host.range_anchors
        return PriceRange(*anchors, factor(self.terms.price_range)) if anchors else None
