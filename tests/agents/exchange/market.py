"""A market with others in it, for tests of agents of an exchange."""

from collections.abc import Callable
from typing import Any

from tokenspice.engine import SimStateBase, SimStrategyBase
from tokenspice.markets.exchange import Asset, Exchange, ExchangeService, MarketConfig, Placed, Side

MAKER = "maker"


def new_market(mid: float | None = 100.0, **values: Any) -> tuple[ExchangeService, str]:
    """A service, and the id of a market that trades; around `mid`, levels of 10 a tick of 1 apart, 5 a side."""
    service = ExchangeService(Exchange())
    service.exchange.add_asset(Asset("USD", 5))
    usual: dict[str, Any] = {"decimals": 2, "position_decimals": 2, "mark_seconds": 0, "opens_at_once": True}
    config = MarketConfig("ETH", "USD", **usual | values)
    market_id = service.create_market_from_config(config)
    if mid is not None:
        quote(service, market_id, mid)
    return service, market_id


def quote(service: ExchangeService, market_id: str, mid: float, size: float = 10.0) -> None:
    """Let somebody rich quote around a price."""
    service.create_key(MAKER)
    service.mint(MAKER, "USD", 1e9)
    service.cancel_order(MAKER, market_id)
    for i in range(5):
        service.submit_order(MAKER, market_id, "buy", size, mid - 0.5 - i)
        service.submit_order(MAKER, market_id, "sell", size, mid + 0.5 + i)


def new_state(n_ticks: int = 1000, time_step: int = 60, seed: int = 1) -> SimStateBase:
    return SimStateBase(SimStrategyBase(seed=seed, max_ticks=n_ticks, time_step=time_step))


def sent(service: ExchangeService) -> list[tuple[Any, ...]]:
    """A list to which every order that is sent from here on is added: (party, side, size, price, outcome)."""
    found: list[tuple[Any, ...]] = []
    submit: Callable[..., Any] = service.submit_order

    def noted(party: str, market_id: str, side: Side, volume: float, price: float | None = None, **more: Any) -> Placed:
        placed: Placed = submit(party, market_id, side, volume, price, **more)
        found.append((party, str(side), volume, price, placed))
        return placed

    setattr(service, "submit_order", noted)  # noqa: B010
    return found
