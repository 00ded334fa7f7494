"""One pool: two ranges around a base price, and what it would trade from where it stands."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, final

from tokenspice.markets.exchange.amm.curve import Curve, root
from tokenspice.markets.exchange.numbers import ONE, ceil_div
from tokenspice.markets.exchange.orders import Reason

if TYPE_CHECKING:
    from tokenspice.markets.exchange.positions import Position

__all__ = ["Pool", "PoolStatus", "PoolTerms", "pool_party"]


class PoolStatus(StrEnum):
    ACTIVE = "active"
    REDUCE_ONLY = "reduce only"  # it closes its position, and opens none
    STOPPED = "stopped"  # it was closed out, or has no funds
    CANCELLED = "cancelled"
    REJECTED = "rejected"


@final
@dataclass(frozen=True, slots=True)
class PoolTerms:
    """What the owner of a pool asks for.

    Attributes:
        commitment: in asset units.
        base, lower, upper: prices in ticks; a bound of 0 leaves that range out.
        lower_leverage, upper_leverage: at the bounds, factors of 10⁻¹⁸; 0 for the most that margins allow.
        slippage: how far from the best price the pool may trade to reach its place, a factor of 10⁻¹⁸.
        fee: that it proposes for the market, a factor of 10⁻¹⁸.
        base_trigger: by what part an outside price must differ from the base price to move it, a factor of 10⁻¹⁸.
    """

    commitment: int
    base: int
    lower: int = 0
    upper: int = 0
    lower_leverage: int = 0
    upper_leverage: int = 0
    slippage: int = 0
    fee: int = 0
    base_trigger: int = 0


def pool_party(owner: str, market: str) -> str:
    """The id of the party that holds a pool's accounts and position; one per owner and market."""
    return hashlib.sha256(f"{owner}/{market}".encode()).hexdigest()


@final
class Pool:
    """A pool. All that changes as it trades is its position, which says where on its curves it stands.

    Attributes:
        owner: the party that made it, and gets its funds back.
        position: of the pool's own party.
        lower, upper: the ranges below and above the base price; None where there is none.
        base: root of the base price.
        reason: why the pool was rejected, if so.
        is_leaving: whether its position is left to the network once the present auction is over.
    """

    __slots__ = ("base", "is_leaving", "lower", "owner", "position", "reason", "status", "terms", "upper")

    def __init__(
        self, owner: str, position: "Position", terms: PoolTerms, lower: Curve | None, upper: Curve | None
    ) -> None:
        self.owner = owner
        self.position = position
        self.terms = terms
        self.lower = lower
        self.upper = upper
        self.base = root(terms.base)
        self.status = PoolStatus.ACTIVE
        self.reason = Reason.NONE
        self.is_leaving = False

    def __repr__(self) -> str:
        return f"Pool({self.owner}: {self.status}, base {self.terms.base}, volume {self.position.volume})"

    def follow(self, other: "Pool") -> None:
        """Take over the terms and curves of another pool, and quote on both sides."""
        self.terms, self.base = other.terms, other.base
        self.lower, self.upper = other.lower, other.upper
        self.status = PoolStatus.ACTIVE
        self.is_leaving = False

    @property
    def party(self) -> str:
        return self.position.party

    @property
    def quotes(self) -> bool:
        """Whether it trades: one that lost all it had does not, from that moment on."""
        if not self.position.general.balance and not self.position.margin.balance:
            return False
        return self.status is PoolStatus.ACTIVE or self.status is PoolStatus.REDUCE_ONLY

    def fair(self, volume: int) -> int:
        """The root of the fair price where the pool holds `volume`."""
        if volume > 0 and self.lower:
            return max(self.lower.low, self.lower.root_at(volume))
        if volume < 0 and self.upper:
            return self.upper.root_at(max(0, self.upper.position + volume))
        return self.base

    def buys(self, volume: int, to: int) -> int:
        """How many units it buys until its fair price falls to the root `to`, if it holds `volume`."""
        closing = self.closing_buys(volume, to) if volume < 0 else 0
        if self.status is PoolStatus.REDUCE_ONLY or self.lower is None or to >= self.base or volume + closing < 0:
            return closing
        held = self.lower.between(self.base, max(to, self.lower.low))
        return closing + max(0, held - max(volume, 0))

    def sells(self, volume: int, to: int) -> int:
        """How many units it sells until its fair price rises to the root `to`, if it holds `volume`."""
        closing = self.closing_sells(volume, to) if volume > 0 else 0
        if self.status is PoolStatus.REDUCE_ONLY or self.upper is None or to <= self.base or volume - closing > 0:
            return closing
        top = min(to, self.upper.high)
        if volume >= 0:
            return closing + min(self.upper.position, self.upper.between(top, self.base))
        return max(0, self.upper.position + volume - rounded_up(self.upper, self.upper.high, top))

    def closing_buys(self, volume: int, to: int) -> int:
        """The part of `buys` that closes a short position; what lies beyond the upper bound goes there."""
        if to <= self.base or self.upper is None:
            return -volume if to <= self.base else 0
        if to > self.upper.high:
            return 0
        above = self.upper.between(self.upper.high, to)
        return min(-volume, max(0, above - self.upper.position - volume))

    def closing_sells(self, volume: int, to: int) -> int:
        """The part of `sells` that closes a long position; what lies beyond the lower bound goes there."""
        if to >= self.base or self.lower is None:
            return volume if to >= self.base else 0
        return max(0, volume - rounded_up(self.lower, self.base, to)) if to >= self.lower.low else 0

    def average(self, volume: int, change: int) -> tuple[int, int]:
        """The average price, in ticks, as a fraction, at which the pool goes from `volume` to `volume` + `change`.

        Within a range it is the geometric mean of the fair prices at both ends; across the base price each range
        counts by what is traded in it.
        """
        start, end = self.fair(volume), self.fair(volume + change)
        if volume * (volume + change) >= 0:
            return start * end, ONE**2
        first, second = abs(volume), abs(volume + change)
        return self.base * (first * start + second * end), ONE**2 * (first + second)

    def price(self, volume: int, change: int, tick: int = 1) -> int:
        """The price of one trade that takes the pool from `volume` to `volume` + `change`, cut to a tick."""
        numerator, denominator = self.average(volume, change)
        return numerator // (denominator * tick) * tick


def rounded_up(curve: Curve, upper: int, lower: int) -> int:
    """What a curve trades between two roots, rounded up."""
    return ceil_div(curve.liquidity * (upper - lower), upper * lower)
