"""What a trade costs, and who gets it."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, final

from tokenspice.markets.exchange.limits import check_within
from tokenspice.markets.exchange.numbers import ONE, factor

__all__ = ["NO_FEES", "FactorFees", "FeeRule", "Fees", "auction_half"]


class Fees(NamedTuple):
    """Of one trade, in asset units."""

    maker: int
    infrastructure: int
    liquidity: int
    treasury: int
    buy_back: int


NO_FEES = Fees(0, 0, 0, 0, 0)


class FeeRule(ABC):
    """IMPLEMENT `fees`. A value of the market's configuration."""

    @abstractmethod
    def fees(self, value: int, per: int, liquidity: int) -> Fees:
        """Return the fees of a trade, before discounts.

        Args:
            value, per: the trade's notional is value / per in asset units; per is 1 where prices and sizes have no more
                decimals than the asset.
            liquidity: the market's liquidity fee, a factor of 10⁻¹⁸.
        """


@final
@dataclass(frozen=True)
class FactorFees(FeeRule):
    """Each component is its factor times the notional, rounded up."""

    maker: float = 0.0002
    infrastructure: float = 0.0005
    treasury: float = 0.0001
    buy_back: float = 0.0001

    def __post_init__(self) -> None:
        parts = {"maker": self.maker, "infrastructure": self.infrastructure}
        check_within("FactorFees", 0, 1, **parts, treasury=self.treasury, buy_back=self.buy_back)

    @cached_property
    def factors(self) -> tuple[int, int, int, int]:
        """Maker, infrastructure, treasury and buy-back factor, of 10⁻¹⁸."""
        return factor(self.maker), factor(self.infrastructure), factor(self.treasury), factor(self.buy_back)

    def fees(self, value: int, per: int, liquidity: int) -> Fees:
        maker, infrastructure, treasury, buy_back = self.factors
        value, unit = -value, per * ONE
        return Fees(
            -(value * maker // unit),
            -(value * infrastructure // unit),
            -(value * liquidity // unit),
            -(value * treasury // unit),
            -(value * buy_back // unit),
        )


def auction_half(fees: Fees) -> Fees:
    """Return what each side pays when an auction is uncrossed: half of each component, rounded up, and no maker fee."""
    return Fees(
        0, -(-fees.infrastructure // 2), -(-fees.liquidity // 2), -(-fees.treasury // 2), -(-fees.buy_back // 2)
    )
