"""What a trade costs, and who gets it."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import NamedTuple, final

from tokenspice.markets.exchange.numbers import ONE, factor

__all__ = ["FactorFees", "FeeRule", "Fees"]


class Fees(NamedTuple):
    """Of one trade, in asset units."""

    maker: int
    infrastructure: int
    liquidity: int
    treasury: int
    buy_back: int


class FeeRule(ABC):
    """IMPLEMENT `fees`. A value of the market's configuration."""

    @abstractmethod
    def fees(self, notional: int, liquidity: int) -> Fees:
        """Return the fees of a trade.

        Args:
            notional: in asset units.
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
        parts = (self.maker, self.infrastructure, self.treasury, self.buy_back)
        object.__setattr__(self, "_factors", tuple(map(factor, parts)))

    def fees(self, notional: int, liquidity: int) -> Fees:
        maker, infrastructure, treasury, buy_back = self._factors  # type: ignore[attr-defined]
        return Fees(
            -(-notional * maker // ONE),
            -(-notional * infrastructure // ONE),
            -(-notional * liquidity // ONE),
            -(-notional * treasury // ONE),
            -(-notional * buy_back // ONE),
        )
