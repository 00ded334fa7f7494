"""Configurations from tables of plain values."""

import pytest

from tokenspice.markets.errors import ExchangeError
from tokenspice.markets.exchange.config_values import Kinds, from_plain
from tokenspice.markets.exchange.products.future import Cap, Future
from tokenspice.markets.exchange.products.perpetual import Perpetual
from tokenspice.markets.exchange.products.product import Product
from tokenspice.markets.exchange.products.schedule import TimeTrigger
from tokenspice.markets.exchange.rewards.strategy import DispatchStrategy, Distribution, RankShare

KINDS: Kinds = {Product: {"future": Future, "perpetual": Perpetual}}


def test_a_table_names_its_kind_and_leaves_out_what_has_a_default() -> None:
    data = {"property": "p", "signers": ["k"]}
    values = {"kind": "perpetual", "funding": {"every": 60}, "rate_lower_bound": -1, "data": data}

    product = from_plain(Product, values, KINDS)  # type: ignore[type-abstract]

    assert isinstance(product, Perpetual)
    assert (product.funding, product.rate_lower_bound, product.data.signers) == (TimeTrigger(60), -1.0, ("k",))


def test_lists_become_tuples_and_texts_members() -> None:
    values = {"distribution": "rank", "rank_table": [{"start_rank": 1, "share": 2}]}

    found = from_plain(DispatchStrategy, values, KINDS)

    assert (found.distribution, found.rank_table) == (Distribution.RANK, (RankShare(1, 2),))


def test_what_may_be_absent_may_be_given_or_be_none() -> None:
    assert from_plain(Future, {"cap": {"max_price": 5}}, KINDS).cap == Cap(5.0)
    assert from_plain(Future, {"cap": None}, KINDS).cap is None


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"kind": "swap"}, "kind = 'swap'. Write one of: future, perpetual"),
        ({}, "kind = None"),
        (
            {"kind": "future", "terminate_at": 5},
            "terminate_at: a Future has no such value. Write one of: terminates_at",
        ),
        ({"kind": "future", "terminates_at": "noon"}, "terminates_at = 'noon'. Write a whole number"),
        ({"kind": "future", "terminates_at": True}, "terminates_at = True"),
        ({"kind": "future", "cap": {"max": 5}}, "cap.max: a Cap has no such value"),
        ({"kind": "future", "settlement": {}}, "settlement.: there is no value for property, signers"),
        ({"kind": "future", "settlement": {"property": "p", "signers": "k"}}, "signers = 'k'. Write a list"),
    ],
)
def test_what_cannot_be_is_named_with_its_place(values: dict[str, object], message: str) -> None:
    with pytest.raises(ExchangeError) as error:
        from_plain(Product, values, KINDS)  # type: ignore[type-abstract]

    assert message in str(error.value)
