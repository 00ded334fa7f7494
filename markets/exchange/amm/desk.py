"""The pools of one market: made, changed and ended by their owners, and kept in line with the book."""

from dataclasses import replace
from typing import final

from tokenspice.markets.exchange.amm.build import Scale, build_pool
from tokenspice.markets.exchange.amm.member import LadderMember
from tokenspice.markets.exchange.amm.pool import Pool, PoolStatus, PoolTerms, pool_party
from tokenspice.markets.exchange.amm.rebase import rebase_order
from tokenspice.markets.exchange.amm.source import PoolSource
from tokenspice.markets.exchange.amm.validity import change_refusal, terms_refusal
from tokenspice.markets.exchange.ledger import Account, TransferKind
from tokenspice.markets.exchange.liquidity.host import MarketHost
from tokenspice.markets.exchange.numbers import ONE, ceil_div
from tokenspice.markets.exchange.orders import Order, OrderStatus, OrderType, Reason, TimeInForce

__all__ = ["PoolDesk"]


@final
class PoolDesk:
    """All pools of a market. A party has one pool at most; when that has ended it may make another.

    Attributes:
        pools: that have not ended, by the id of their own party.
        ended: the last pool of each owner that has none now.
    """

    def __init__(self, host: MarketHost) -> None:
        self.host = host
        self.market = host.market
        self.pools: dict[str, Pool] = {}
        self.ended: dict[str, Pool] = {}
        self.source = PoolSource(self.pools, self.market.tick_size)
        self._rebases = 0

    def __repr__(self) -> str:
        return f"PoolDesk({len(self.pools)} pools)"

    def find(self, key: str) -> Pool | None:
        """The pool of an owner, or of a pool's own party; one that has ended where there is no other."""
        party = key if key in self.pools else pool_party(key, self.market.id)
        return self.pools.get(party) or self.ended.get(party) or self.ended.get(key)

    def every(self) -> list[Pool]:
        """All pools, those that have ended after the others."""
        return [*self.pools.values(), *self.ended.values()]

    # instructions

    def create(self, owner: str, terms: PoolTerms) -> Reason:
        """Make a pool and let it take its place; refuse it if the book does not allow that within its slippage."""
        party = pool_party(owner, self.market.id)
        if party in self.pools:
            return Reason.POOL_EXISTS
        reason = self.refusal(terms)
        general = self.host.position(owner).general
        if reason is Reason.NONE and general.balance < terms.commitment:
            reason = Reason.POOL_UNFUNDED
        if reason is not Reason.NONE:
            return reason
        pool = build_pool(owner, self.host.position(party), terms, self.scale)
        self.fund(pool, general, terms.commitment)
        self.admit(pool)
        if not self.rebase(pool, terms.slippage):
            self.fund(pool, general, -pool.position.general.balance)
            self.end(pool, PoolStatus.REJECTED)
            pool.reason = Reason.POOL_SLIPPAGE
            return Reason.POOL_SLIPPAGE
        return Reason.NONE

    def amend(self, owner: str, terms: PoolTerms) -> Reason:
        """Change a pool; one that only reduces quotes on both sides again. It stays as it is if it is refused."""
        pool = self.pools.get(pool_party(owner, self.market.id))
        if pool is None:
            return Reason.NO_SUCH_POOL
        reason = self.refusal(terms)
        if reason is Reason.NONE:
            reason = change_refusal(pool, terms)
        more = terms.commitment - pool.terms.commitment
        general, source = self.host.position(owner).general, pool.position.general
        if reason is Reason.NONE and (more > general.balance or -more > source.balance):
            reason = Reason.POOL_UNFUNDED
        if reason is not Reason.NONE:
            return reason
        before = pool.terms, pool.lower, pool.upper, pool.base, pool.status, pool.is_leaving
        self.fund(pool, general, more)
        self.host.changes += 1
        pool.follow(build_pool(owner, pool.position, terms, self.scale))
        if self.rebase(pool, terms.slippage):
            return Reason.NONE
        pool.terms, pool.lower, pool.upper, pool.base, pool.status, pool.is_leaving = before
        self.fund(pool, general, -min(more, source.balance))
        return Reason.POOL_SLIPPAGE

    def cancel(self, owner: str, at_once: bool) -> Reason:
        """End a pool: at once, leaving its position and margin to the network; or when its position is closed.

        In an auction nothing trades, so that the network takes the position when the auction is over.
        """
        pool = self.pools.get(pool_party(owner, self.market.id))
        if not self.host.takes_commitments:
            return Reason.MARKET_CLOSED
        if pool is None:
            return Reason.NO_SUCH_POOL
        if at_once and not (pool.position.volume and self.market.in_auction):
            self.abandon(pool)
        else:
            pool.status, pool.is_leaving = PoolStatus.REDUCE_ONLY, at_once
            self.host.changes += 1
        self.sweep()
        return Reason.NONE

    def follow_price(self, owner: str, price: int) -> Reason:
        """Let a pool's base price follow a price from outside, if that moved by the pool's trigger or more."""
        pool = self.pools.get(pool_party(owner, self.market.id))
        if pool is None:
            return Reason.NO_SUCH_POOL
        terms = pool.terms
        if abs(price - terms.base) * ONE < terms.base * terms.base_trigger or price == terms.base:
            return Reason.NONE
        return self.amend(owner, replace(terms, base=price))

    # rules

    @property
    def scale(self) -> Scale:
        market = self.market
        long, short = market.risk
        return Scale(long, short, market.slippage, market.initial, (market.value_up, market.value_down))

    def refusal(self, terms: PoolTerms) -> Reason:
        """Why there can be no pool of these terms, if so."""
        if not self.host.takes_commitments:
            return Reason.MARKET_CLOSED
        if self.host.is_spot:
            return Reason.POOL_WITHOUT_MARGIN
        least = ceil_div(self.host.parameters["market.amm.minCommitmentQuantum"] * self.host.quantum, ONE)
        if terms.commitment < max(1, least):
            return Reason.COMMITMENT_TOO_SMALL
        if not 0 <= terms.fee <= self.host.parameters["market.liquidity.maximumLiquidityFeeFactorLevel"]:
            return Reason.LIQUIDITY_FEE_TOO_HIGH
        return terms_refusal(terms, self.market.tick_size)

    def rebase(self, pool: Pool, slippage: int | None) -> bool:
        """Let the pool trade until the book does not cross its fair price; whether it is there.

        Args:
            pool: which is among the market's pools.
            slippage: how far from the best price it may trade, a factor of 10⁻¹⁸; None for any distance.
        """
        if self.market.in_auction:
            return True
        wanted = rebase_order(pool, self.market, self.pools.values(), slippage)
        if wanted is None or not wanted.size:
            return wanted is not None
        self._rebases += 1
        order = Order(
            f"{pool.party[:16]}-R{self._rebases}",
            pool.position,
            wanted.side,
            wanted.size,
            wanted.limit,
            OrderType.LIMIT,
            TimeInForce.FOK,
            created=self.host.now,
        )
        return self.market.submit(order).status is OrderStatus.FILLED

    def fund(self, pool: Pool, general: Account, amount: int) -> None:
        """Move money from the owner to the pool, or back where the amount is negative."""
        if amount >= 0:
            self.market.ledger.transfer(general, pool.position.general, amount, TransferKind.POOL_FUNDING)
        else:
            self.market.ledger.transfer(pool.position.general, general, -amount, TransferKind.POOL_RELEASE)

    def admit(self, pool: Pool) -> None:
        self.host.changes += 1
        self.ended.pop(pool.party, None)
        self.pools[pool.party] = pool
        self.host.pools[pool.party] = LadderMember(pool, self.host)
        self.market.book.source = self.source

    def end(self, pool: Pool, status: PoolStatus) -> None:
        """Take a pool off the market."""
        self.host.changes += 1
        pool.status = status
        del self.pools[pool.party], self.host.pools[pool.party]
        self.ended[pool.party] = pool
        self.source.forget(pool)
        if not self.pools:
            self.market.book.source = None

    def abandon(self, pool: Pool) -> None:
        """Give what is not needed for margin back, and the rest to the network."""
        position, clearing = pool.position, self.market.clearing
        if not clearing.is_settled:
            clearing.settle(self.market.mark or self.market.last_price)
        self.give_back(pool)
        if position.volume:
            clearing.take_over(position)
        self.end(pool, PoolStatus.CANCELLED)

    def give_back(self, pool: Pool) -> None:
        """Return all free money to the owner."""
        self.fund(pool, self.host.position(pool.owner).general, -pool.position.general.balance)

    # time

    def begin_block(self) -> None:
        """End pools that are done, and let the others take their places where an auction left the book crossed."""
        self.sweep()
        bid, ask = self.market.book.touch()
        if not self.market.in_auction and bid is not None and ask is not None and bid >= ask:
            self.take_places()

    def sweep(self) -> None:
        """End pools that have closed their position or lost all they had. Cheap where there are none."""
        for pool in list(self.pools.values()):
            position = pool.position
            if pool.is_leaving and not self.market.in_auction:
                self.abandon(pool)
            elif pool.status is PoolStatus.REDUCE_ONLY and not position.volume and not position.basis:
                self.market.clearing.free(position)
                self.give_back(pool)
                self.end(pool, PoolStatus.CANCELLED)
            elif not position.general.balance and not position.margin.balance:
                self.end(pool, PoolStatus.STOPPED)

    def take_places(self) -> None:
        """Let every pool take its place in a book that an auction left crossed with it."""
        for pool in list(self.pools.values()):
            self.rebase(pool, None)

    def close(self) -> None:
        """The market is over: what pools have left goes back to their owners."""
        for pool in list(self.pools.values()):
            self.market.clearing.free(pool.position)
            self.give_back(pool)
            self.end(pool, PoolStatus.CANCELLED)
