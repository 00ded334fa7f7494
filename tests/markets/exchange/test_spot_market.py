"""Spot: assets change hands at each trade, and open orders hold what they may come to pay."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.markets.exchange.venue import Venue, config
from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange import Asset, Exchange, FactorFees, OrderType, Side, TimeInForce
from tokenspice.markets.exchange.products.spot import Spot
from tokenspice.markets.exchange.service.service import ExchangeService

FEES = FactorFees(0.01, 0.02, 0.0, 0.0)


class Bazaar(Venue):
    """Ada has 10,000 dollars, Ben 100 coins of two decimals; the market opened at 100."""

    def __init__(self, **values: Any) -> None:
        super().__init__()
        self.exchange.add_asset(Asset("COIN", 2))
        settings = {"product": Spot("COIN"), "fees": FEES, **values}
        self.market = self.exchange.add_market(config(**settings))
        self.exchange.deposit("opener", "USD", 10**6)
        self.exchange.deposit("closer", "COIN", 10**6)
        self.open("opener", "closer", 1, 100)
        self.fund(ada=10_000)
        self.exchange.deposit("ben", "COIN", 10_000)

    def has(self, party: str) -> tuple[int, int, int, int]:
        """What a party has: free and held dollars, free and held coins."""
        ledger = self.exchange.ledger
        found = [account for account in ledger.accounts() if account.party == party]
        sums = {(account.asset, account.type.value): account.balance for account in found}
        return (
            sums.get(("USD", "general"), 0),
            sums.get(("USD", "holding"), 0),
            sums.get(("COIN", "general"), 0),
            sums.get(("COIN", "holding"), 0),
        )


def test_a_buyer_holds_price_and_fees_and_a_seller_the_coins() -> None:
    bazaar = Bazaar()
    bazaar.order("ada", "buy", 10, 90)
    bazaar.order("ben", "sell", 20, 110)

    assert bazaar.has("ada") == (10_000 - 927, 927, 0, 0)
    assert bazaar.has("ben") == (0, 0, 8_000, 2_000)


def test_a_trade_delivers_at_once_and_the_taker_pays_the_fees() -> None:
    bazaar = Bazaar()
    bazaar.order("ben", "sell", 20, 100)
    bazaar.order("ada", "buy", 10, 105)

    assert bazaar.has("ada") == (10_000 - 1000 - 30, 0, 1_000, 0)
    assert bazaar.has("ben") == (1000 + 10, 0, 8_000, 1_000)
    assert bazaar.is_conserved()


def test_a_seller_that_takes_pays_from_what_it_gets() -> None:
    bazaar = Bazaar()
    bazaar.order("ada", "buy", 10, 100)
    bazaar.order("ben", "sell", 10, 95)

    assert bazaar.has("ben") == (1000 - 30, 0, 9_000, 0)
    assert bazaar.has("ada") == (10_000 - 1000 + 10, 0, 1_000, 0)


def test_what_cannot_be_held_is_rejected() -> None:
    bazaar = Bazaar()

    assert bazaar.order("ada", "buy", 98, 100).status.value == "rejected"
    assert bazaar.order("ada", "sell", 1, 100).status.value == "rejected"
    assert bazaar.order("ben", "sell", 101, 100).status.value == "rejected"
    assert bazaar.order("ada", "buy", 97, 100).status.value == "active"
    assert bazaar.order("ada", "buy", 1, 100).status.value == "rejected"


def test_what_is_cancelled_is_free_again() -> None:
    bazaar = Bazaar()
    first, second = bazaar.order("ada", "buy", 10, 90), bazaar.order("ada", "buy", 10, 80)
    bazaar.exchange.cancel("ada", bazaar.market.id, first.id)
    assert bazaar.has("ada")[:2] == (10_000 - 824, 824)
    bazaar.exchange.cancel("ada", bazaar.market.id, second.id)

    assert bazaar.has("ada") == (10_000, 0, 0, 0)


def test_a_market_order_holds_what_the_book_asks() -> None:
    bazaar = Bazaar()
    bazaar.order("ben", "sell", 5, 100)
    bazaar.order("ben", "sell", 5, 120)
    market_order = {"type": OrderType.MARKET, "tif": TimeInForce.IOC}
    order = bazaar.exchange.submit("ada", bazaar.market.id, Side.BUY, 10, **market_order)  # type: ignore[arg-type]

    assert (order.status.value, bazaar.has("ada")[2]) == ("filled", 1_000)
    assert bazaar.has("ada")[1] == 0


def test_nobody_has_a_position_and_a_pool_is_refused() -> None:
    bazaar = Bazaar()
    bazaar.order("ben", "sell", 10, 100)
    bazaar.order("ada", "buy", 10, 100)
    bazaar.blocks(5)

    assert (bazaar.market.open_interest, bazaar.market.position("ada").volume) == (0, 0)
    assert bazaar.market.mark == 100


def test_a_vote_may_close_a_spot_market_which_gives_everything_back() -> None:
    bazaar = Bazaar()
    bazaar.order("ada", "buy", 10, 90)
    bazaar.market.terminate()

    assert bazaar.has("ada") == (10_000, 0, 0, 0)
    assert bazaar.state() == "trading terminated"


def test_in_an_auction_each_side_pays_half_of_the_fees() -> None:
    bazaar = Bazaar()
    bazaar.market.suspend()
    bazaar.order("ada", "buy", 10, 110)
    bazaar.order("ben", "sell", 10, 90)
    bazaar.market.resume()
    bazaar.blocks(1)

    assert bazaar.has("ada") == (10_000 - 1000 - 10, 0, 1_000, 0)
    assert bazaar.has("ben") == (1000 - 10, 0, 9_000, 0)
    assert bazaar.is_conserved()


@pytest.mark.parametrize(
    ("values", "message"), [({"product": Spot("GOLD")}, "GOLD"), ({"position_decimals": 3}, "3 decimals")]
)
def test_a_market_of_what_is_not_there_cannot_be_made(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ExchangeError, match=message):
        Bazaar(**values)


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.booleans(), st.integers(1, 30), st.integers(80, 120)), max_size=25)
)
def test_whatever_is_traded_nothing_is_made_or_lost_or_owed(orders: list[tuple[str, bool, int, int]]) -> None:
    bazaar = Bazaar()
    for party in "abc":
        bazaar.exchange.deposit(party, "USD", 5_000)
        bazaar.exchange.deposit(party, "COIN", 5_000)
    for party, is_buy, size, price in orders:
        bazaar.order(party, "buy" if is_buy else "sell", size, price)
    for party in "abc":
        bazaar.exchange.cancel_all(party)

    assert bazaar.is_conserved()
    assert all(bazaar.has(party)[1::2] == (0, 0) for party in "abc")
    assert min(account.balance for account in bazaar.exchange.ledger.accounts()) >= 0


def test_a_simple_spot_market_opens_by_a_verb() -> None:
    service = ExchangeService(Exchange())
    service.create_asset("BTC", 8)
    service.create_asset("USD", 5)
    market = service.create_simple_spot_market("BTC/USD", "BTC", "USD", tick_size=1)

    assert (service.market_info(market).product, service.market(market).config.decimals) == ("spot", 4)
