"""The verbs of the exchange: floats in, floats out, refusals with their reasons."""

from math import isnan

import pytest

from tokenspice.markets.errors import ExchangeError, InstructionError, OrderRejectedError
from tokenspice.markets.exchange import (
    AccountType,
    Candidate,
    MarketConfig,
    OrderStatus,
    Pegged,
    Reason,
    Side,
    SimpleRisk,
    state_hash,
)
from tokenspice.markets.exchange.exchange import Exchange
from tokenspice.markets.exchange.service.service import ExchangeService


@pytest.fixture
def service() -> ExchangeService:
    """A market in which ada has sold 0.4 to ben at 100.1."""
    service = ExchangeService(Exchange())
    service.create_asset("USD", 6)
    config = MarketConfig(
        "BTC", "USD", decimals=2, position_decimals=3, tick_size=5, mark_seconds=0, opens_at_once=True,
        risk=SimpleRisk(0.1, 0.1),
    )  # fmt: skip
    market = service.create_market_from_config(config)
    for party in ("ada", "ben"):
        service.mint(service.create_key(party), "USD", 1000.5)
    service.submit_order("ada", market, "sell", 1, 100.1)
    service.submit_order("ben", market, Side.BUY, 0.4, 100.1)
    return service


def test_numbers_go_in_and_come_out_in_whole_units(service: ExchangeService) -> None:
    position = service.positions_by_market("ben", "M1")
    assert position and (position.open_volume, position.average_entry) == (0.4, 100.1)
    bid, ask = service.best_prices("M1")
    assert isnan(bid) and ask == 100.1
    assert service.market_depth("M1").sells == [(100.1, 0.6)]
    assert service.get_latest_market_data("M1").open_interest == 0.4
    (order,) = service.list_orders("ada")
    assert (order.price, order.size, order.remaining) == (100.1, 1.0, 0.6)


def test_prices_are_put_on_the_tick_away_from_the_other_side_and_never_by_binary_multiplication(
    service: ExchangeService,
) -> None:
    service.submit_order("ben", "M1", "buy", 0.1, 1.09)
    service.submit_order("ada", "M1", "sell", 0.1, 200.01)
    service.submit_order("ben", "M1", "buy", 0.29, "1.15")

    assert [(order.price, order.size) for order in service.list_orders("ben")] == [(1.05, 0.1), (1.15, 0.29)]
    assert [order.price for order in service.list_orders("ada")] == [100.1, 200.05]


def test_a_refusal_comes_back_with_its_reason_and_is_raised_where_the_sender_waits(service: ExchangeService) -> None:
    placed = service.submit_order("eve", "M1", "buy", 1, 100)
    assert (placed.status, placed.reason) == (OrderStatus.REJECTED, Reason.MARGIN_CHECK_FAILED)
    assert service.submit_order("eve", "M9", "buy", 1, 100).reason is Reason.NO_SUCH_MARKET
    with pytest.raises(OrderRejectedError, match="initial margin") as caught:
        service.submit_order("eve", "M1", "buy", 1, 100, wait=True)
    assert caught.value.reason == Reason.MARGIN_CHECK_FAILED
    assert isinstance(service.submit_order("ada", "M1", "sell", 0.1, 101, wait=True), str)


def test_what_can_mean_nothing_is_raised(service: ExchangeService) -> None:
    with pytest.raises(ExchangeError, match='"up" is no Side. Write one of buy, sell'):
        service.submit_order("ben", "M1", "up", 1, 100)
    with pytest.raises(ExchangeError, match="no finite number"):
        service.submit_order("ben", "M1", "buy", float("nan"), 100)
    with pytest.raises(ValueError, match="Write both, or neither"):
        service.build_order_submission("M1", "buy", 1, 100, peak_size=1)
    with pytest.raises(InstructionError, match="Write GTC or GTT"):
        service.submit_order("ben", "M1", "buy", 1, time_in_force="GFN", pegged=Pegged("best bid", 1))
    with pytest.raises(InstructionError, match="no trigger"):
        service.build_stop_submission(service.build_order_submission("M1", "buy", 1, 100))


def test_orders_are_cancelled_one_by_one_by_market_and_everywhere(service: ExchangeService) -> None:
    first = service.submit_order("ben", "M1", "buy", 0.1, 50, wait=True)
    for price in (51, 52):
        service.submit_order("ben", "M1", "buy", 0.1, price)

    assert service.cancel_order("ben", "M1", first) is Reason.NONE
    assert service.cancel_order("ben", "M1", first) is Reason.NO_SUCH_ORDER
    assert [order.price for order in service.open_orders_by_market("M1").buys] == [52, 51]
    assert service.cancel_order("ben", "M1") is Reason.NONE and not service.list_orders("ben")
    assert service.cancel_order("ben") is Reason.NO_SUCH_ORDER and len(service.list_orders()) == 1


def test_accounts_are_seen_by_party_and_by_market(service: ExchangeService) -> None:
    ben = service.party_account("ben", "M1")
    fees = sum(account.balance for account in service.list_accounts("network"))

    assert ben.margin == pytest.approx(1.5 * service.margin_levels("ben", "M1").maintenance, abs=1e-5)
    assert ben.general + ben.margin + fees + 0.4 * 100.1 * 0.0002 == pytest.approx(1000.5)
    assert service.market_account("M1", "insurance") == 0
    assert service.market_account("M1", AccountType.SETTLEMENT) == 0 and service.check_balances_equal_deposits()


def test_a_clone_goes_its_own_way(service: ExchangeService) -> None:
    copy = service.clone()
    copy.submit_order("ben", "M1", "buy", 0.5, 100.1)

    assert len(copy.list_orders("ada")) == 1 and copy.list_orders("ada")[0].remaining == 0.1
    assert service.list_orders("ada")[0].remaining == 0.6


def test_time_passes_in_blocks(service: ExchangeService) -> None:
    start = service.get_blockchain_time()
    service.forward("1m30s")
    service.wait_fn(2)
    service.forward(0.5)

    assert service.get_blockchain_time() == start + 93
    service.transactions_per_block = 2
    for _ in range(5):
        service.submit_order("ben", "M1", "buy", 0.1, 1)
    assert service.get_blockchain_time() == start + 95
    assert service.get_blockchain_time(in_seconds=False).isoformat() == "2023-05-09T10:01:35+00:00"


def test_a_batch_is_done_in_its_own_order_and_one_that_fails_stops_no_other(service: ExchangeService) -> None:
    old = service.submit_order("ben", "M1", "buy", 0.1, 50, wait=True)
    kept = service.submit_order("ben", "M1", "buy", 0.1, 51, wait=True)
    answers = service.submit_instructions(
        "ben",
        [
            service.build_order_submission("M1", "buy", 0.2, 53),
            service.build_order_submission("M1", "buy", 10_000, 53),
            service.build_order_amendment("M1", kept, price=52),
            service.build_order_amendment("M1", old, price=52),
            service.build_order_cancellation("M1", old),
        ],
    )

    assert [getattr(each, "reason", each) for each in answers] == [
        Reason.NONE, Reason.MARGIN_CHECK_FAILED, Reason.NONE, Reason.NO_SUCH_ORDER, Reason.NONE,
    ]  # fmt: skip
    assert [order.price for order in service.list_orders("ben")] == [52, 53]
    too_many = [service.build_order_submission("M1", "buy", 0.1, 1)] * 31
    assert {each.reason for each in service.submit_instructions("ben", too_many)} == {Reason.BATCH_TOO_LARGE}  # type: ignore[union-attr]


def test_a_stop_order_waits_is_listed_and_is_sent_by_the_trade_that_reaches_it(service: ExchangeService) -> None:
    order = service.build_order_submission(
        "M1", "sell", 0.1, order_type="market", time_in_force="IOC", reduce_only=True
    )
    stop = service.build_stop_submission(
        order, service.build_stop_trigger(price=200), service.build_stop_trigger(trailing=0.1)
    )
    legs = service.submit_stop_order("ben", stop)

    assert [leg.status for leg in legs] == ["pending", "pending"]
    above, below = service.list_stop_orders("ben")
    assert (above.trigger_price, below.trailing, above.order.size) == (200, 0.1, 0.1)
    service.submit_order("ada", "M1", "buy", 0.2, 89)
    service.submit_order("ada", "M1", "buy", 0.2, 91)
    service.submit_order("ben", "M1", "sell", 0.2, 90)  # 91 is within a tenth of 100.1
    assert len(service.list_stop_orders()) == 2
    service.submit_order("ben", "M1", "sell", 0.1, 89)
    position = service.positions_by_market("ben", "M1")
    assert not service.list_stop_orders() and position and position.open_volume == 0
    assert service.submit_stop_order("eve", stop)[0].reason is Reason.STOP_WITHOUT_POSITION


def test_pegs_icebergs_and_expiries_go_through(service: ExchangeService) -> None:
    service.submit_order("ben", "M1", "buy", 0.1, 90)
    service.submit_order("ben", "M1", "buy", 0.1, pegged=Pegged("best_bid", 1.5))
    service.submit_order("ben", "M1", "buy", 0.5, 80, peak_size=0.2, minimum_visible_size=0.1)
    end = service.get_blockchain_time() + 5
    service.submit_order("ben", "M1", "buy", 0.1, 70, time_in_force="GTT", expires_at=end)

    assert service.market_depth("M1").buys == [(90, 0.1), (88.5, 0.1), (80, 0.2), (70, 0.1)]
    service.forward(5)
    assert [order.price for order in service.list_orders("ben")] == [90, 88.5, 80]
    assert service.get_latest_market_data("M1").static_mid_price == (90 + 100.1) / 2


def test_reading_changes_nothing(service: ExchangeService) -> None:
    def act(service: ExchangeService, reads: bool) -> str:
        for step in range(300):
            service.submit_order(
                "ben" if step % 2 else "ada", "M1", "buy" if step % 3 else "sell", 0.01, 100 + step % 7
            )
            service.forward(step)
            if reads:
                service.get_latest_market_data("M1")
                service.price_bounds("M1")
                service.list_all_positions()
                service.list_accounts()
                service.margin_levels("ben", "M1")
        return state_hash(service.exchange)

    assert act(service.clone(), reads=True) == act(service.clone(), reads=False)


def test_margin_modes_are_chosen_and_told(service: ExchangeService) -> None:
    service.submit_order("ben", "M1", "buy", 0.1, 90)
    service.submit_order("ben", "M1", "buy", 0.1, pegged=Pegged("best_bid", 1))
    assert service.party_margin_mode("ben", "M1") == ("cross", 0)
    assert service.update_margin_mode("ben", "M1", "isolated", 0.1) is Reason.INVALID_MARGIN_FACTOR
    assert service.update_margin_mode("ben", "M1", "isolated", 0) is Reason.INVALID_MARGIN_FACTOR
    assert service.update_margin_mode("ben", "M1", "isolated", 0.5) is Reason.NONE

    assert service.party_margin_mode("ben", "M1") == ("isolated", 0.5)
    assert [order.price for order in service.list_orders("ben")] == [90]
    assert service.party_account("ben", "M1").margin == pytest.approx(0.5 * 0.4 * 100.1)
    assert service.update_margin_mode("ben", "M1", "cross") is Reason.NONE
    with pytest.raises(InstructionError, match='Write "cross", or "isolated" with a factor'):
        service.update_margin_mode("ben", "M1", "isolated")


def test_an_estimate_says_where_a_position_would_be_closed_out(service: ExchangeService) -> None:
    found = service.estimate_position("M1", 0.4, 100.1, general=10)

    # Between them: collateral 10 at 100.1, risk factor 0.1, slippage 0.001.
    assert found.best == pytest.approx((10 - 0.4 * 100.1) / (0.4 * 0.1 - 0.4))
    assert found.worst == pytest.approx((10 - 0.4 * 100.1) / (0.4 * 0.101 - 0.4)) and found.worst > found.best
    assert found.margin.maintenance == pytest.approx(0.4 * 100.1 * 0.101)
    more = service.estimate_position("M1", 0.4, 100.1, 10, orders=[Candidate("buy", 1, 95)])
    assert more.worst > found.worst
