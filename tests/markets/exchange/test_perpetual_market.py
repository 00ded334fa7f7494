"""Perpetuals through the exchange: what longs and shorts pay each other, and what it does to margins."""

from typing import Any

import pytest

from tests.markets.exchange.venue import KEY, Venue
from tokenspice.markets.exchange.oracles import OracleBinding
from tokenspice.markets.exchange.products.perpetual import Perpetual
from tokenspice.markets.exchange.products.schedule import TimeTrigger

DATA = OracleBinding("outside", (KEY,))


def opened(outside: int | None = 900, **terms: Any) -> Venue:
    """Ada is long and Ben short of 5 since second 1 at 1000; periods of 10 seconds begin with second 0."""
    product = Perpetual(DATA, TimeTrigger(10), **{"margin_funding_factor": 0.0, **terms})
    venue = Venue(product=product)
    venue.fund(ada=1_000_000, ben=1_000_000)
    if outside is not None:
        venue.hear(outside=outside)
    venue.open("ada", "ben", 5, 1000)
    return venue


def wealth(venue: Venue, *parties: str) -> list[int]:
    return [venue.general(party)[0] + venue.market.position(party).margin.balance - 1_000_000 for party in parties]


def test_longs_pay_what_the_market_is_above_the_outside_price() -> None:
    venue = opened()
    venue.blocks(8)
    assert wealth(venue, "ada", "ben") == [0, 0]
    venue.blocks(1)

    assert wealth(venue, "ada", "ben") == [-500, 500]
    assert venue.market.settlement.balance == 0
    assert venue.is_conserved()


def test_shorts_pay_where_it_is_below() -> None:
    venue = opened(outside=1100)
    venue.blocks(9)

    assert wealth(venue, "ada", "ben") == [500, -500]


def test_without_an_outside_price_nobody_pays() -> None:
    venue = opened(outside=None)
    venue.blocks(30)

    assert wealth(venue, "ada", "ben") == [0, 0]


def test_each_period_pays_again_with_the_prices_that_still_hold() -> None:
    venue = opened()
    venue.blocks(29)

    assert wealth(venue, "ada", "ben") == [-1500, 1500]


def test_funding_is_realised_profit_and_loss() -> None:
    venue = opened()
    venue.blocks(9)

    assert [venue.market.position(party).adjusted for party in ("ada", "ben")] == [-500, 500]


def test_funding_that_nobody_can_pay_is_shared_by_those_who_wait_for_it() -> None:
    venue = opened(outside=0)
    ada = venue.market.position("ada")
    venue.exchange.ledger.withdraw(ada.general, ada.general.balance)
    venue.blocks(9)

    # Ada had the margin of her position, 600, and owed 5000; then the network took her position.
    assert wealth(venue, "ben") == [600]
    assert venue.market.position("ben").loss_socialised == 4400
    assert ada.volume == 0
    assert venue.is_conserved()


def test_what_has_accrued_raises_the_margin_of_who_would_pay_it() -> None:
    venue = opened(margin_funding_factor=0.5)
    venue.blocks(5)
    venue.order("ada", "buy", 1, 1)
    venue.order("ben", "sell", 1, 5000)

    # 5·1000·0.1 and half of 5·100 for Ada; both with an order of 1·1000·0.1 more, times 1.2
    assert venue.market.position("ada").margin.balance == 1020
    assert venue.market.position("ben").margin.balance == 720


@pytest.mark.parametrize(
    ("terms", "ada"),
    [
        ({"scaling_factor": 0.5}, -250),
        ({"rate_upper_bound": 0.01}, -45),
        ({"rate_lower_bound": 0.2}, -900),
        ({"clamp_lower_bound": -0.05, "clamp_upper_bound": 0.05}, -275),
    ],
)
def test_terms_of_the_product_bound_and_scale_what_is_paid(terms: dict[str, Any], ada: int) -> None:
    venue = opened(**terms)
    venue.blocks(9)

    assert wealth(venue, "ada") == [ada]


def test_time_in_an_auction_is_not_paid_for() -> None:
    venue = opened()
    venue.blocks(2)
    venue.market.suspend()
    venue.blocks(3)
    venue.market.resume()
    venue.blocks(4)

    # since second 1 nine seconds, three of them in an auction: 100·6/9 = 66 for each of 5
    assert wealth(venue, "ada", "ben") == [-330, 330]


def test_a_perpetual_ends_by_a_vote_alone() -> None:
    venue = opened()
    assert venue.hear(terminated="true") == 0

    assert venue.state() == "active"
