"""What nobody should send: a refusal with its reason, or one clear error, and the market goes on."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from tokenspice.markets.errors import ExchangeError, InstructionError
from tokenspice.markets.exchange import Exchange, MarketConfig, OrderStatus, Pegged, Reason, SimpleRisk
from tokenspice.markets.exchange.service.batch_instructions import (
    MarginModeUpdate,
    OrderSubmission,
    StopSubmission,
    StopTrigger,
)
from tokenspice.markets.exchange.service.service import ExchangeService
from tokenspice.markets.exchange.service.stops import PlacedStop
from tokenspice.markets.exchange.service.values import Placed
from tokenspice.markets.exchange.stop_orders import StopStatus

NAN, INFINITE = float("nan"), float("inf")
ODD: list[Any] = [
    NAN,
    INFINITE,
    -INFINITE,
    0,
    -1,
    1e-30,
    1e30,
    1e300,
    10**400,
    "abc",
    "",
    "1e999999999",
    None,
    Decimal("NaN"),
]
M1 = "M1"
BUY = OrderSubmission(M1, "buy", 1, order_type="market", time_in_force="IOC", reduce_only=True)


@pytest.fixture(params=[False, True], ids=["continuous", "suspended"])
def service(request: pytest.FixtureRequest) -> ExchangeService:
    """A market with a trade, an iceberg and a pegged order; in one half of the tests it is suspended."""
    service = ExchangeService(Exchange())
    service.create_asset("USD", 6)
    config = MarketConfig(
        "BTC", "USD", decimals=2, position_decimals=3, tick_size=5, mark_seconds=0, opens_at_once=True,
        risk=SimpleRisk(0.1, 0.1),
    )  # fmt: skip
    service.create_market_from_config(config)
    for party in ("ada", "ben"):
        service.mint(service.create_key(party), "USD", 100_000)
    service.submit_order("ada", M1, "sell", 1, 100)
    service.submit_order("ben", M1, "buy", 0.4, 100)
    service.submit_order("ben", M1, "buy", 50, 80, peak_size=5, minimum_visible_size=1)
    service.submit_order("ben", M1, "buy", 1, pegged=Pegged("best_bid", 1))
    if request.param:
        service.exchange.markets[M1].suspend()
    return service


def verbs(service: ExchangeService, odd: Any) -> Iterator[Any]:
    """Calls with one odd argument each."""
    yield lambda: service.submit_order("ada", M1, "buy", odd, 95)
    yield lambda: service.submit_order("ada", M1, "sell", 0.1, odd)
    yield lambda: service.submit_market_order("ada", M1, "sell", odd)
    yield lambda: service.submit_order("ada", M1, odd, 0.1, 95)
    yield lambda: service.submit_order("ada", odd, "buy", 0.1, 95)
    yield lambda: service.submit_order("ada", M1, "buy", 0.1, 95, time_in_force=odd)
    yield lambda: service.submit_order("ada", M1, "buy", 0.1, 95, order_type=odd)
    yield lambda: service.submit_order("ada", M1, "buy", 0.1, 95, time_in_force="GTT", expires_at=odd)
    yield lambda: service.submit_order("ada", M1, "buy", 0.1, pegged=Pegged("mid", odd))
    yield lambda: service.submit_order("ada", M1, "buy", 0.1, pegged=Pegged(odd, 1))
    yield lambda: service.submit_order("ada", M1, "buy", 10, 95, peak_size=odd, minimum_visible_size=1)
    yield lambda: service.submit_order("ada", M1, "buy", 10, 95, peak_size=5, minimum_visible_size=odd)
    for order in service.list_orders("ben"):
        yield lambda id=order.id: service.amend_order("ben", M1, id, price=odd)
        yield lambda id=order.id: service.amend_order("ben", M1, id, volume_delta=odd)
        yield lambda id=order.id: service.amend_order("ben", M1, id, time_in_force="GTT", expires_at=odd)
        yield lambda id=order.id: service.amend_order("ben", M1, id, pegged=Pegged("best_bid", odd))
        yield lambda id=order.id: service.amend_order("ben", M1, id, pegged=Pegged(odd, 1))
    yield lambda: service.cancel_order("eve", M1, odd)
    yield lambda: service.cancel_stop_order("ada", M1, odd)
    yield lambda: service.update_margin_mode("ada", M1, "isolated", odd)
    yield lambda: service.update_margin_mode("ada", M1, odd, 0.5)
    yield lambda: service.submit_stop_order("ada", StopSubmission(BUY, rises_above=StopTrigger(price=odd)))
    yield lambda: service.submit_stop_order("ada", StopSubmission(BUY, falls_below=StopTrigger(trailing=odd)))
    yield lambda: service.submit_stop_order("ada", StopSubmission(BUY, StopTrigger(200), expires_at=odd))
    yield lambda: service.submit_stop_order("ada", StopSubmission(BUY, StopTrigger(200), position_fraction=odd))
    yield lambda: service.submit_stop_order("ada", StopSubmission(BUY, rises_above=odd))
    yield lambda: service.submit_instructions("ada", [odd])


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: str(odd)[:12] or "empty")
def test_no_odd_argument_leads_to_another_error_or_breaks_what_always_holds(
    service: ExchangeService, odd: object
) -> None:
    for verb in verbs(service, odd):
        try:
            verb()
        except ExchangeError as error:
            assert str(error)
    service.end_block()
    assert service.check_invariants() == [] and len(service.list_orders()) < 20


def test_a_number_of_more_digits_than_any_contract_holds_is_none() -> None:
    service = ExchangeService(Exchange())
    service.create_asset("USD", 6)
    with pytest.raises(ExchangeError, match="more than 80 digits"):
        service.mint(service.create_key("ada"), "USD", 10**400)


def test_a_time_is_a_whole_number(service: ExchangeService) -> None:
    with pytest.raises(ExchangeError, match="nan is no time"):
        service.submit_order("ada", M1, "buy", 0.1, 95, time_in_force="GTT", expires_at=NAN)  # type: ignore[call-overload]


def test_an_element_of_a_batch_that_means_nothing_stops_no_other(service: ExchangeService) -> None:
    bad, worse, stop, good = service.submit_instructions(
        "ada",
        [
            OrderSubmission(M1, "buy", NAN, 95),
            MarginModeUpdate(M1, "isolated", None),
            StopSubmission(OrderSubmission(M1, "up", 1, 90), StopTrigger(200)),
            OrderSubmission(M1, "buy", 0.1, 70),
        ],
    )
    assert bad == Placed("", OrderStatus.REJECTED, Reason.MALFORMED, 0.0)
    assert worse is Reason.MALFORMED and stop == [PlacedStop("", StopStatus.REJECTED, Reason.MALFORMED)]
    assert isinstance(good, Placed) and good.status is OrderStatus.ACTIVE


def test_a_batch_of_31_is_refused_as_a_whole_each_element_in_its_own_kind(service: ExchangeService) -> None:
    stop = StopSubmission(BUY, StopTrigger(200), StopTrigger(50))
    *orders, legs = service.submit_instructions("ada", [OrderSubmission(M1, "buy", 0.1, 70)] * 30 + [stop])
    assert {order.reason for order in orders if isinstance(order, Placed)} == {Reason.BATCH_TOO_LARGE}
    assert legs == [PlacedStop("", StopStatus.REJECTED, Reason.BATCH_TOO_LARGE)] * 2
    assert len(orders) == 30 and len(service.list_orders("ada")) == 1


def test_a_stop_order_wraps_what_it_can_send_to_one_market() -> None:
    pegged = OrderSubmission(M1, "buy", 1, pegged=Pegged("mid", 1))
    iceberg = OrderSubmission(M1, "buy", 9, 90, peak_size=3, minimum_visible_size=1)
    for wrapped in (pegged, iceberg):
        with pytest.raises(InstructionError, match="pegged order or an iceberg"):
            StopSubmission(wrapped, StopTrigger(200))
    with pytest.raises(InstructionError, match="legs go to M1 and M2"):
        StopSubmission(BUY, StopTrigger(200), StopTrigger(50), OrderSubmission("M2", "sell", 1, 90))


def test_a_market_that_is_over_has_no_margin_modes(service: ExchangeService) -> None:
    service.exchange.markets[M1].terminate()
    assert service.update_margin_mode("ada", M1, "isolated", 0.5) is Reason.MARKET_CLOSED
