"""Spot markets: one asset is paid with another, at each trade. Nothing is kept against margin, and nothing is settled later."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, final

from tokenspice.markets.exchange.products.product import Cue, Instrument, Product

__all__ = ["Spot", "SpotInstrument"]


@final
@dataclass(frozen=True)
class Spot(Product):
    """An exchange of assets; the market's asset is the quote, which prices are in.

    Attributes:
        base_asset: symbol of what is bought and sold.
    """

    kind: ClassVar[str] = "spot"
    is_margined: ClassVar[bool] = False

    base_asset: str

    def complaint(self, assets: Mapping[str, Any], position_decimals: int) -> str:
        base = assets.get(self.base_asset)
        if base is None:
            return f"it trades {self.base_asset}. There are: {', '.join(assets)}. Add the asset first."
        if position_decimals > base.decimals:
            return f"sizes have {position_decimals} decimals, and {base.symbol} has {base.decimals}. Write as many at most."
        return ""

    def start(self, now: int, price_decimals: int) -> "SpotInstrument":
        return SpotInstrument()


@final
class SpotInstrument(Instrument):
    """Remembers nothing, and listens to nobody."""

    def adopt(self, product: Spot) -> None:
        """A spot market has no terms that change."""

    def may_close_at(self, price: int) -> bool:
        return price >= 0

    def hear(self, role: str, text: str, now: int) -> tuple[Cue, ...] | None:
        return None
