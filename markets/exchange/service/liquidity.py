"""Verbs of liquidity: commitments, and pools on the book."""

from abc import ABC
from typing import NamedTuple

from tokenspice.markets.exchange.orders import Reason
from tokenspice.markets.exchange.service.base import Number, ServiceBase
from tokenspice.markets.exchange.service.planned import NotYet, planned

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

    @planned
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
        raise NotYet

    @planned
    def submit_simple_liquidity(self, party: str, market_id: str, commitment_amount: Number, fee: Number) -> Reason:
        """Commit, or change the commitment: `submit_liquidity` without further arguments."""
        raise NotYet

    @planned
    def cancel_liquidity(self, party: str, market_id: str) -> Reason:
        """End a commitment."""
        raise NotYet

    @planned
    def has_liquidity_provision(self, party: str, market_id: str) -> bool:
        """Whether a party has committed in a market."""
        raise NotYet

    @planned
    def liquidity_provisions(self, market_id: str = "", party: str = "") -> list[CommitmentInfo]:
        """Return commitments, of one market or party if these are named."""
        raise NotYet

    @planned
    def party_liquidity_provisions(self, party: str, market_id: str = "") -> list[CommitmentInfo]:
        """Return a party's commitments."""
        raise NotYet

    @planned
    def get_liquidity_fee_shares(self, market_id: str, party: str = "") -> list[LiquidityFeeShare]:
        """Return how a market's liquidity fees are shared."""
        raise NotYet

    @planned
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
            leverage_at_lower_bound, leverage_at_upper_bound: of its position there.
            slippage_tolerance: a share of the price that it may pay to come to `base`.
            proposed_fee: nominated, a share of what is traded.
            minimum_price_change_trigger: a share of the price below which it quotes nothing new.

        Returns:
            Why it was refused; `Reason.NONE` if it was not.
        """
        raise NotYet

    @planned
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
        raise NotYet

    @planned
    def cancel_amm(self, party: str, market_id: str, immediate: bool = False) -> Reason:
        """Close a pool: at once, its position and margin left to the exchange; or as soon as it holds nothing."""
        raise NotYet

    @planned
    def list_amms(self, market_id: str = "", party: str = "") -> list[AmmInfo]:
        """Return pools, of one market or party if these are named."""
        raise NotYet
