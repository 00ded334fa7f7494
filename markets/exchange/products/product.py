"""What a market asks of its product, whatever kind it is.

A `Product` is a value of the market's configuration. It makes an `Instrument`, which lives with the market and remembers what
the product needs: a datum, averages, a period. The market tells it what happens, and carries out the cues that come back.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, final

from tokenspice.markets.exchange.composite_mark import CompositeMark
from tokenspice.markets.exchange.oracles import OracleBinding
from tokenspice.markets.exchange.products.funding import Funding

__all__ = [
    "FUNDING_DATA",
    "SETTLEMENT",
    "TERMINATION",
    "Cue",
    "Fund",
    "Instrument",
    "Product",
    "Settle",
    "Settling",
    "Terminate",
]

SETTLEMENT = "settlement"
TERMINATION = "termination"
FUNDING_DATA = "funding data"


class Settling(Protocol):
    """What cues ask of a market."""

    def terminate(self) -> None:
        """End trading."""

    def settle_finally(self, price: int) -> None:
        """Pay everyone out at a price in the market's units."""

    def pay_funding(self, funding: Funding) -> None:
        """Let longs and shorts exchange what is due per unit of position."""


class Cue(ABC):
    """Something that is due."""

    @abstractmethod
    def carry_out(self, market: Settling) -> None: ...


class Instrument(ABC):
    """A product in one market. IMPLEMENT `hear` and `adopt`; EXTEND what else differs.

    Attributes:
        max_price: the highest price, in the market's units; 0 where there is none.
        margin_funding: what part of the funding that has accrued margins cover.
    """

    max_price: int = 0
    margin_funding: float = 0.0

    @abstractmethod
    def adopt(self, product: Any) -> None:
        """Follow the terms of a product of the same kind from here on."""

    def may_close_at(self, price: int) -> bool:
        """Whether a vote may end the market at this price, in the market's units."""
        return price > 0

    def at_mark(self, now: int, price: int) -> None:  # noqa: B027  (most products have nothing to do then)
        """Positions were marked to market."""

    def at_opening(self, now: int) -> None:  # noqa: B027  (most products have nothing to do then)
        """The opening auction is over."""

    def at_auction(self, now: int, begins: bool) -> None:  # noqa: B027  (most products have nothing to do then)
        """A later auction begins, or is over."""

    def at_block(self, now: int) -> tuple[Cue, ...]:
        """A block begins. Return what is due by the exchange's own time."""
        return ()

    @abstractmethod
    def hear(self, role: str, text: str, now: int) -> tuple[Cue, ...] | None:
        """Take oracle data. Return what is due by it; None where the text can mean nothing in this role."""

    def accrued(self, now: int) -> int:
        """Return the funding that a unit of position would pay, were the period to end at `now`, in price units."""
        return 0


class Product(ABC):
    """A kind of instrument. IMPLEMENT `start`; a frozen dataclass of names, numbers and bindings.

    Attributes:
        is_margined: whether positions are kept against margin; without, assets change hands at each trade.
        kind: its name in proposals and records.
    """

    is_margined: ClassVar[bool] = True
    kind: ClassVar[str]

    @abstractmethod
    def start(self, now: int, price_decimals: int) -> Instrument:
        """Return the instrument of a market that begins."""

    def complaint(self, assets: Mapping[str, Any], position_decimals: int) -> str:
        """Say what keeps it from being traded on an exchange with these assets; "" where nothing does."""
        return ""

    def bindings(self) -> Mapping[str, OracleBinding]:
        """Return the oracle data that it listens to, by role."""
        return {}

    @property
    def internal_price(self) -> CompositeMark | None:
        """What the market's own price is made of, for funding; None for the mark price."""
        return None

    @property
    def is_fully_collateralised(self) -> bool:
        """Whether a position puts aside all that it can lose, whatever the market's margin rule says."""
        return False


@final
@dataclass(frozen=True)
class Terminate(Cue):
    """Trading ends."""

    def carry_out(self, market: Settling) -> None:
        market.terminate()


@final
@dataclass(frozen=True)
class Settle(Cue):
    """All positions end at a price, in the market's units."""

    price: int

    def carry_out(self, market: Settling) -> None:
        market.settle_finally(self.price)


@final
@dataclass(frozen=True)
class Fund(Cue):
    """A funding period ends."""

    funding: Funding

    def carry_out(self, market: Settling) -> None:
        market.pay_funding(self.funding)
