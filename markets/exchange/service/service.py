"""The exchange as agents use it: one object with all verbs."""

from typing import final

from tokenspice.markets.exchange.service.checks import CheckVerbs
from tokenspice.markets.exchange.service.keys import KeyVerbs
from tokenspice.markets.exchange.service.lifecycle import LifecycleVerbs
from tokenspice.markets.exchange.service.liquidity import LiquidityVerbs
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

    def verbs(self) -> list[str]:
        """Return the names of all verbs, sorted."""
        return [name for name in dir(type(self)) if not name.startswith("_") and callable(getattr(type(self), name))]
