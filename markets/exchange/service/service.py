"""The exchange as agents use it: one object with all verbs."""

from typing import final

from tokenspice.markets.exchange.service.checks import CheckVerbs
from tokenspice.markets.exchange.service.keys import KeyVerbs
from tokenspice.markets.exchange.service.lifecycle import LifecycleVerbs
from tokenspice.markets.exchange.service.liquidity import LiquidityVerbs
from tokenspice.markets.exchange.service.planned import is_planned
from tokenspice.markets.exchange.service.streams import StreamVerbs

__all__ = ["ExchangeService"]


@final
class ExchangeService(
    LifecycleVerbs,
    KeyVerbs,
    StreamVerbs,
    LiquidityVerbs,
    CheckVerbs,
):
    """Floats of whole units in and out, ids as text; synchronous: what was sent has been done when a verb returns."""

    def __repr__(self) -> str:
        return f"ExchangeService({self.exchange!r})"

    def verbs(self) -> dict[str, bool]:
        """Return all verbs by name, and whether the exchange has rules for them."""
        names = [name for name in sorted(dir(type(self))) if not name.startswith("_")]
        return {name: not is_planned(each) for name in names if callable(each := getattr(type(self), name))}
