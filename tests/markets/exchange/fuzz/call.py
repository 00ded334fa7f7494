"""One instruction for an exchange, as plain data."""

from typing import Any, NamedTuple

from tokenspice.markets.exchange import Exchange, Market

__all__ = ["Call", "worth_of_an_order"]


def worth_of_an_order(market: Market) -> int:
    """The notional of a middling order, in asset units; one at least."""
    return market.value(30 * (market.mark or 1000)) + 1


class Call(NamedTuple):
    """One instruction."""

    name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any] = {}

    def on(self, exchange: Exchange) -> Any:
        return getattr(exchange, self.name)(*self.args, **self.kwargs)
