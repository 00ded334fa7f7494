"""Messages from outside reach who listens to them, and nobody else."""

import pytest

from tokenspice.markets.exchange.oracles import Comparison, Condition, Filter, OracleBinding, Oracles, price_of

PRICE = OracleBinding("btc.price", ("key1", "key2"), decimals=5)


def test_a_message_reaches_all_who_listen_in_the_order_in_which_they_began() -> None:
    oracles = Oracles()
    oracles.listen("M2", "settlement", PRICE)
    oracles.listen("M1", "settlement", PRICE)

    assert [heard.listener for heard in oracles.submit("key2", {"btc.price": "100"})] == ["M2", "M1"]


def test_another_key_or_another_name_reaches_nobody() -> None:
    oracles = Oracles()
    oracles.listen("M1", "settlement", PRICE)

    assert oracles.submit("key3", {"btc.price": "100"}) == []
    assert oracles.submit("key1", {"eth.price": "100"}) == []


def test_who_is_forgotten_hears_nothing() -> None:
    oracles = Oracles()
    oracles.listen("M1", "settlement", PRICE)
    oracles.forget("M1")

    assert oracles.submit("key1", {"btc.price": "100"}) == []


@pytest.mark.parametrize(
    ("comparison", "wanted", "found", "holds"),
    [
        (Comparison.GREATER_THAN, "9", "10", True),
        (Comparison.GREATER_THAN, "10", "10", False),
        (Comparison.GREATER_THAN_OR_EQUAL, "10", "10.0", True),
        (Comparison.LESS_THAN, "10", "9", True),
        (Comparison.LESS_THAN_OR_EQUAL, "10", "11", False),
        (Comparison.EQUALS, "true", "true", True),
        (Comparison.EQUALS, "true", "false", False),
        (Comparison.GREATER_THAN, "a", "b", False),
    ],
)
def test_filters_compare_numbers_as_numbers(comparison: Comparison, wanted: str, found: str, holds: bool) -> None:
    binding = OracleBinding("x", ("k",), (Filter("y", (Condition(comparison, wanted),)),))

    assert (binding.text_in("k", {"x": "1", "y": found}) == "1") == holds


def test_a_filter_on_what_a_message_lacks_stops_it() -> None:
    assert OracleBinding("x", ("k",), (Filter("y"),)).text_in("k", {"x": "1"}) is None


@pytest.mark.parametrize(
    ("text", "decimals", "price"),
    [
        ("4200000", 5, 4200),
        ("42", None, 4200),
        ("42.019", None, 4201.9),
        ("1999", 3, 199.9),
        ("-5", 0, None),
        ("4.2", 5, None),
        ("nan", None, None),
        ("inf", None, None),
        ("a lot", None, None),
    ],
)
def test_a_price_is_read_with_its_own_decimals(text: str, decimals: int | None, price: float | None) -> None:
    found = price_of(text, decimals, 2)

    assert (None if found is None else float(found)) == price
