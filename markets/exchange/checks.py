"""What always holds on an exchange, as a netlist declares it, and as a world checks it while it runs."""

from collections.abc import Callable, Iterable, Iterator
from typing import final

from tokenspice.engine.errors import InvariantError
from tokenspice.engine.sim_state import SimStateBase
from tokenspice.markets.exchange.exchange import Exchange
from tokenspice.markets.exchange.invariants import (
    broken_invariants,
    of_book,
    of_margins,
    of_money,
    of_orders,
    of_positions,
)
from tokenspice.markets.exchange.market import Market

__all__ = ["ExchangeInvariant", "check", "exchange_invariants"]


@final
class ExchangeInvariant:
    """One thing that holds on every exchange of a state: True, or the sentences that say what does not."""

    def __init__(self, rule: Callable[[Exchange], Iterable[str]]) -> None:
        self.rule = rule

    def __call__(self, state: SimStateBase) -> bool | str:
        exchanges = [
            exchange for world in state.worlds if isinstance(exchange := getattr(world, "exchange", None), Exchange)
        ]
        return "; ".join(fault for exchange in exchanges for fault in self.rule(exchange)) or True


def exchange_invariants() -> dict[str, ExchangeInvariant]:
    """Return what a netlist on an exchange may declare: `Study(invariants=exchange_invariants())`."""
    return {
        "balances are deposits, and none is negative": ExchangeInvariant(of_money),
        "positions cancel each other out": ExchangeInvariant(in_markets(of_positions)),
        "no book is crossed, and levels are sums of orders": ExchangeInvariant(in_markets(of_book)),
        "live orders rest or are parked": ExchangeInvariant(in_markets(of_orders)),
        "nobody keeps a position without its margin": ExchangeInvariant(in_markets(of_margins)),
    }


def in_markets(rule: Callable[[Market], Iterable[str]]) -> Callable[[Exchange], Iterator[str]]:
    """Return a rule of markets as a rule of exchanges."""

    def of_exchange(exchange: Exchange) -> Iterator[str]:
        for market in exchange.markets.values():
            yield from (f"{market.id}: {fault}" for fault in rule(market))

    return of_exchange


def check(exchange: Exchange) -> None:
    """Refuse an exchange of which something does not hold that always does.

    Raises:
        InvariantError: it is one.
    """
    if faults := broken_invariants(exchange):
        raise InvariantError(
            f"at {exchange.now}, {len(faults)} things do not hold that always do: {'; '.join(faults[:5])}."
        )
