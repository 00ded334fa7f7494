"""The end of dated futures: terminated, settled, closed by a vote."""

import pytest

from tests.markets.exchange.cases import cases
from tests.markets.exchange.venue import DATED, Venue
from tokenspice.markets.exchange import AccountType, MarginScaling, SimpleRisk, TradingMode
from tokenspice.markets.exchange.products.future import Cap, Future


def traded() -> Venue:
    """Ada is long and Ben short of 5 contracts at 100; both had 1,000,000."""
    venue = Venue()
    venue.fund(ada=1_000_000, ben=1_000_000)
    venue.open("ada", "ben", 5, 100)
    return venue


def test_stl_1_positions_are_paid_out_at_the_oracles_price() -> None:
    case = cases()["STL-1"]
    given, expect = case["given"], case["expect"]
    risk, scaling = SimpleRisk(given["risk"]["long"], given["risk"]["short"]), MarginScaling(1.1, 1.2, 1.4)
    venue = Venue(risk=risk, scaling=scaling, linear_slippage=given["slippage"])
    venue.fund(**given["deposits"], opener=10**6, closer=10**6)
    venue.open("opener", "closer", 1, 1000)
    for event in case["events"][:3]:
        venue.order(event["party"], event["side"], event["size"], event["price"])
    margins = {party: venue.market.position(party).margin.balance for party in given["deposits"]}
    assert {party: [margins[party], *venue.general(party)] for party in margins} == expect["open"]

    venue.hear(terminated="true")
    assert venue.state() == "trading terminated"
    venue.hear(price=case["events"][-1]["price"])
    assert dict(zip(given["deposits"], venue.general(*given["deposits"]), strict=True)) == expect["final_general"]
    assert venue.state() == "settled"
    assert venue.is_conserved()


@pytest.mark.parametrize(("size", "price", "final"), [(1, 80, 120), (10, 120, 80), (3, 100, 100), (7, 97, 113)])
def test_stl_2_long_and_short_get_what_the_price_moved(size: int, price: int, final: int) -> None:
    venue = Venue()
    venue.fund(long=1_000_000, short=1_000_000)
    venue.open("long", "short", size, price)
    venue.hear(price=final)
    venue.hear(terminated="true")

    gain = size * (final - price)
    assert venue.general("long", "short") == [1_000_000 + gain, 1_000_000 - gain]
    assert venue.market.position("long").margin.balance == venue.market.settlement.balance == 0


def test_termination_cancels_orders_and_refuses_new_ones() -> None:
    venue = traded()
    resting = venue.order("ada", "buy", 1, 90)
    venue.hear(terminated="true")

    assert resting.status == "cancelled"
    assert venue.order("ada", "buy", 1, 90).reason == "the market does not take orders in its present state"
    assert (venue.market.mode, venue.market.book.best_bid()) == (TradingMode.NO_TRADING, None)


def test_a_datum_before_termination_settles_at_once_and_the_latest_counts() -> None:
    venue = traded()
    venue.hear(price=150)
    venue.hear(price=110)
    assert venue.state() == "active"
    venue.hear(terminated="true")

    assert venue.state() == "settled"
    assert venue.general("ada", "ben") == [1_000_050, 999_950]


def test_nobody_listens_to_other_keys_names_or_after_the_end() -> None:
    venue = traded()

    assert venue.exchange.submit_oracle_data("eve", {"terminated": "true"}) == 0
    assert venue.hear(weather="fine") == 0
    assert venue.hear(price="dear") == 0
    venue.hear(price=100)
    venue.hear(terminated="true")
    assert venue.hear(price=200) == 0


def test_what_a_loser_cannot_pay_the_insurance_pool_pays_and_then_winners_go_without() -> None:
    venue = Venue()
    venue.fund(ada=1_000_000, ben=700)
    venue.open("ada", "ben", 5, 100)
    venue.exchange.ledger.deposit(venue.market.insurance, 100)
    venue.hear(price=400)
    venue.hear(terminated="true")

    assert venue.general("ada", "ben") == [1_000_000 + 800, 0]
    assert venue.market.position("ada").loss_socialised == 700
    assert venue.is_conserved()


def test_a_time_may_end_trading() -> None:
    venue = Venue(product=Future(DATED.settlement, terminates_at=Venue().now + 100))
    venue.fund(ada=1000, ben=1000)
    venue.open("ada", "ben", 1, 100)
    venue.blocks(98)
    assert venue.state() == "active"
    venue.exchange.advance(1)

    assert venue.state() == "trading terminated"


def test_a_market_that_never_opened_is_cancelled() -> None:
    venue = Venue()
    venue.fund(ada=1000)
    venue.order("ada", "buy", 1, 100)
    venue.hear(terminated="true")

    assert venue.state() == "cancelled"
    assert venue.general("ada") == [1000]


def test_a_capped_future_takes_prices_up_to_its_cap() -> None:
    venue = Venue(product=Future(DATED.settlement, DATED.termination, cap=Cap(150)))
    venue.fund(ada=10_000, ben=10_000)
    venue.open("ada", "ben", 5, 100)

    assert venue.order("ada", "buy", 1, 151).status == "rejected"
    assert venue.hear(price=151) == 0
    venue.hear(price=150)
    venue.hear(terminated="true")
    assert venue.general("ada", "ben") == [10_250, 9_750]


def test_insurance_waits_for_a_successor_and_then_goes_to_the_asset() -> None:
    venue = traded()
    venue.exchange.ledger.deposit(venue.market.insurance, 100)
    venue.hear(price=100)
    venue.hear(terminated="true")
    venue.exchange.advance(1)
    assert venue.market.insurance.balance == 100
    venue.exchange.advance(7 * 86400)

    assert venue.market.insurance.balance == 0
    assert venue.exchange.ledger.find("network", "USD", AccountType.GLOBAL_INSURANCE) == 100
