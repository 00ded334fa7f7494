"""Verbs of liquidity: commitments, and pools on the book."""

from abc import ABC
from math import nan
from typing import NamedTuple

from tokenspice.markets.exchange.amm.pool import Pool, PoolTerms
from tokenspice.markets.exchange.liquidity.commitments import Commitment
from tokenspice.markets.exchange.liquidity.scores import SCORE
from tokenspice.markets.exchange.market import Market
from tokenspice.markets.exchange.numbers import ONE, factor, from_units, to_units
from tokenspice.markets.exchange.orders import Reason
from tokenspice.markets.exchange.service.base import (
    Number,
    ServiceBase,
    amount_out,
    price_in,
    price_out,
)

__all__ = ["AmmInfo", "CommitmentInfo", "LiquidityFeeShare", "LiquidityVerbs"]


class CommitmentInfo(NamedTuple):
    """A liquidity provider's commitment in a market. `pending` is what it becomes at the next epoch."""

    id: str
    party: str
    market: str
    commitment: float
    fee: float
    status: str
    pending: float


class LiquidityFeeShare(NamedTuple):
    party: str
    equity_like_share: float
    average_entry_valuation: float
    average_score: float
    virtual_stake: float


class AmmInfo(NamedTuple):
    """A pool on the book. A bound that it does not have is NaN; its position is that of `amm_party`."""

    id: str
    party: str
    market: str
    amm_party: str
    commitment: float
    base: float
    lower_bound: float
    upper_bound: float
    leverage_at_lower_bound: float
    leverage_at_upper_bound: float
    proposed_fee: float
    status: str
    reason: str


class LiquidityVerbs(ServiceBase, ABC):
    """Who commits, and what comes of it."""

    def submit_liquidity(
        self, party: str, market_id: str, commitment_amount: Number, fee: Number, is_amendment: bool | None = None
    ) -> Reason:
        """Commit to provide liquidity, or change the commitment.

        Args:
            party: who commits.
            market_id: where.
            commitment_amount: moved to the bond account.
            fee: nominated, a share of what is traded.
            is_amendment: whether there is a commitment already; looked up unless given.

        Returns:
            Why it was refused; `Reason.NONE` if it was not.
        """
        market = self.exchange.markets.get(market_id)
        if market is None:
            return Reason.NO_SUCH_MARKET
        amount, nominated = to_units(commitment_amount, market.asset.decimals), factor(fee)
        exists = party in market.liquidity.commitments
        if is_amendment is False and exists:
            return Reason.COMMITMENT_EXISTS
        if is_amendment and not exists:
            return Reason.NO_COMMITMENT
        reason = self.exchange.commit_liquidity(party, market_id, amount, nominated)
        self.count_transaction()
        return reason

    def submit_simple_liquidity(self, party: str, market_id: str, commitment_amount: Number, fee: Number) -> Reason:
        """Commit, or change the commitment: `submit_liquidity` without further arguments."""
        return self.submit_liquidity(party, market_id, commitment_amount, fee)

    def cancel_liquidity(self, party: str, market_id: str) -> Reason:
        """End a commitment, when the epoch ends."""
        reason = self.exchange.commit_liquidity(party, market_id, 0, None)
        self.count_transaction()
        return reason

    def has_liquidity_provision(self, party: str, market_id: str) -> bool:
        """Whether a party has committed in a market."""
        return party in self.market(market_id).liquidity.commitments

    def liquidity_provisions(self, market_id: str = "", party: str = "") -> list[CommitmentInfo]:
        """Return commitments, of one market or party if these are named."""
        return [
            commitment_info(market, found)
            for market in self.chosen(market_id)
            for found in market.liquidity.commitments.values()
            if party in ("", found.party)
        ]

    def party_liquidity_provisions(self, party: str, market_id: str = "") -> list[CommitmentInfo]:
        """Return a party's commitments."""
        return self.liquidity_provisions(market_id, party)

    def get_liquidity_fee_shares(self, market_id: str, party: str = "") -> list[LiquidityFeeShare]:
        """Return how a market's liquidity fees are shared, with providers and pools."""
        market = self.market(market_id)
        liquidity, decimals = market.liquidity, market.asset.decimals
        means = liquidity.earnings.scores.means
        return [
            LiquidityFeeShare(
                name,
                share / ONE,
                from_units(liquidity.shares.stakes[name].entry, decimals + 18),
                means.get(name, 0) / SCORE,
                from_units(liquidity.shares.stakes[name].virtual, decimals + 18),
            )
            for name, share in liquidity.shares.shares().items()
            if party in ("", name)
        ]

    def submit_amm(
        self,
        party: str,
        market_id: str,
        commitment_amount: Number,
        base: Number,
        lower_bound: Number | None = None,
        upper_bound: Number | None = None,
        leverage_at_lower_bound: Number | None = None,
        leverage_at_upper_bound: Number | None = None,
        slippage_tolerance: Number = 0.05,
        proposed_fee: Number = 0.001,
        minimum_price_change_trigger: Number = 0,
    ) -> Reason:
        """Open a pool on the book.

        Args:
            party: whose money it is.
            market_id: where.
            commitment_amount: what stands behind it.
            base: the price at which it holds nothing.
            lower_bound, upper_bound: prices at which it stops to buy and to sell; one of them at least.
            leverage_at_lower_bound, leverage_at_upper_bound: of its position there; the most that margins allow unless
                given.
            slippage_tolerance: a share of the price that it may pay to come to `base`.
            proposed_fee: nominated, a share of what is traded.
            minimum_price_change_trigger: the least change, a share of `base`, by which a price from outside moves it.

        Returns:
            Why it was refused; `Reason.NONE` if it was not.
        """
        market = self.exchange.markets.get(market_id)
        if market is None:
            return Reason.NO_SUCH_MARKET
        terms = PoolTerms(
            to_units(commitment_amount, market.asset.decimals),
            price_in(market, base),
            0 if lower_bound is None else price_in(market, lower_bound),
            0 if upper_bound is None else price_in(market, upper_bound),
            factor(leverage_at_lower_bound or 0),
            factor(leverage_at_upper_bound or 0),
            factor(slippage_tolerance),
            factor(proposed_fee),
            factor(minimum_price_change_trigger),
        )
        reason = self.exchange.create_pool(party, market_id, terms)
        self.count_transaction()
        return reason

    def amend_amm(
        self,
        party: str,
        market_id: str,
        slippage_tolerance: Number = 0.05,
        commitment_amount: Number | None = None,
        base: Number | None = None,
        lower_bound: Number | None = None,
        upper_bound: Number | None = None,
        leverage_at_lower_bound: Number | None = None,
        leverage_at_upper_bound: Number | None = None,
        proposed_fee: Number | None = None,
    ) -> Reason:
        """Change a pool; what is None stays, but bounds, of which those that are None are removed if `base` is given."""
        market = self.exchange.markets.get(market_id)
        if market is None:
            return Reason.NO_SUCH_MARKET
        pool = market.pools.find(party)
        if pool is None:
            return Reason.NO_SUCH_POOL
        now, keeps = pool.terms, base is None

        def price(given: Number | None, present: int) -> int:
            return present if given is None else price_in(market, given)

        def part(given: Number | None, present: int) -> int:
            return present if given is None else factor(given)

        terms = PoolTerms(
            now.commitment if commitment_amount is None else to_units(commitment_amount, market.asset.decimals),
            price(base, now.base),
            price(lower_bound, now.lower if keeps else 0),
            price(upper_bound, now.upper if keeps else 0),
            part(leverage_at_lower_bound, now.lower_leverage),
            part(leverage_at_upper_bound, now.upper_leverage),
            factor(slippage_tolerance),
            part(proposed_fee, now.fee),
            now.base_trigger,
        )
        reason = self.exchange.amend_pool(pool.owner, market_id, terms)
        self.count_transaction()
        return reason

    def cancel_amm(self, party: str, market_id: str, immediate: bool = False) -> Reason:
        """Close a pool: at once, its position and margin left to the exchange; or as soon as it holds nothing."""
        market = self.exchange.markets.get(market_id)
        pool = market.pools.find(party) if market else None
        reason = self.exchange.cancel_pool(pool.owner if pool else party, market_id, immediate)
        self.count_transaction()
        return reason

    def list_amms(self, market_id: str = "", party: str = "") -> list[AmmInfo]:
        """Return pools, of one market or party if these are named; a party is an owner, or a pool's own."""
        return [
            amm_info(market, pool)
            for market in self.chosen(market_id)
            for pool in market.pools.every()
            if party in ("", pool.owner, pool.party)
        ]

    def chosen(self, market_id: str) -> list[Market]:
        """One market, or all."""
        return [self.market(market_id)] if market_id else list(self.exchange.markets.values())


def commitment_info(market: Market, found: Commitment) -> CommitmentInfo:
    return CommitmentInfo(
        f"{market.id}-{found.party}",
        found.party,
        market.id,
        amount_out(market.asset, found.amount),
        found.fee / ONE,
        "active" if found.amount else "pending",
        amount_out(market.asset, found.next_amount),
    )


def amm_info(market: Market, pool: Pool) -> AmmInfo:
    terms = pool.terms
    return AmmInfo(
        pool.party,
        pool.owner,
        market.id,
        pool.party,
        amount_out(market.asset, terms.commitment),
        price_out(market, terms.base),
        price_out(market, terms.lower),
        price_out(market, terms.upper),
        terms.lower_leverage / ONE if terms.lower_leverage else nan,
        terms.upper_leverage / ONE if terms.upper_leverage else nan,
        terms.fee / ONE,
        pool.status.value,
        pool.reason.value,
    )
