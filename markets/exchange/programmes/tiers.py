"""Tables of benefits: who traded more gets more."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar, final

from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange.numbers import ONE, factor

__all__ = ["FeeFactors", "Tier", "best_tier", "checked_tiers"]


class Tier(Protocol):
    """A row of a table, with what it asks for."""

    @property
    def asks_for(self) -> tuple[float, ...]:
        """Each is a least value."""


AnyTier = TypeVar("AnyTier", bound=Tier)


@final
@dataclass(frozen=True)
class FeeFactors:
    """A part of each of three fee components, between 0 and 1."""

    maker: float = 0.0
    infrastructure: float = 0.0
    liquidity: float = 0.0

    def __post_init__(self) -> None:
        if not all(0 <= part <= 1 for part in (self.maker, self.infrastructure, self.liquidity)):
            raise ExchangeError(f"{self!r}: each part lies between 0 and 1.")

    @classmethod
    def of_all(cls, part: float) -> "FeeFactors":
        """Return the same part of each component."""
        return cls(part, part, part)

    @property
    def exact(self) -> tuple[int, int, int]:
        """As factors of 10⁻¹⁸."""
        return factor(self.maker), factor(self.infrastructure), factor(self.liquidity)

    def parts(self, fees: tuple[int, int, int], multiple: int = ONE) -> tuple[int, int, int]:
        """Return this part of each component, cut; times a factor of 10⁻¹⁸, and never more than the whole."""
        return tuple(  # type: ignore[return-value]
            fee * min(part * multiple // ONE, ONE) // ONE for fee, part in zip(fees, self.exact, strict=True)
        )


def best_tier(tiers: Sequence[AnyTier], reached: tuple[float, ...]) -> AnyTier | None:
    """Return the last tier whose every demand is reached; None for none."""
    found = None
    for tier in tiers:
        if all(least <= value for least, value in zip(tier.asks_for, reached, strict=True)):
            found = tier
    return found


def checked_tiers(who: str, tiers: Sequence[AnyTier]) -> tuple[AnyTier, ...]:
    """Return the tiers.

    Raises:
        ExchangeError: there is none, or a later one asks for less.
    """
    demands = [tier.asks_for for tier in tiers]
    if not demands or any(later < earlier for earlier, later in zip(demands, demands[1:], strict=False)):
        raise ExchangeError(
            f"{who}: tiers ask for {demands}. Write one tier at least, each asking for more than the one before."
        )
    return tuple(tiers)
