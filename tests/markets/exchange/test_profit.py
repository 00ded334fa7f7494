"""Profit and loss by average cost."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.markets.exchange.cases import cases
from tests.markets.exchange.trading import Trading
from tokenspice.markets.exchange import MarginScaling, Position, Side, average_entry, profit


def traded(*trades: tuple[int, int]) -> tuple[Trading, Position]:
    trading = Trading()
    account = trading.market.insurance
    position = Position("party", 0, account, account)
    for signed, price in trades:
        position.trade(signed, price)
        trading.market.mark = price
    return trading, position


def test_rows_of_the_published_cases() -> None:
    for id in ("PNL-1", "PNL-3"):
        start = cases()[id]["given"]["start"]
        trades = [(start["position"], start["average_entry"])] if start["position"] else []
        for row, expected in zip(cases()[id]["events"], cases()[id]["expect"], strict=True):
            side, size, price = row
            trades.append((size if side == "buy" else -size, price))
            trading, position = traded(*trades)
            assert list(profit(position, trading.market)) == expected


def test_closing_a_part_leaves_the_average_entry_where_it_was() -> None:
    _, position = traded((1, 100), (2, 101))
    position.trade(-1, 150)

    assert abs(average_entry(position) - Fraction(302, 3)) < Fraction(1, 10**8)


@settings(max_examples=30)
@given(st.lists(st.tuples(st.integers(-50, 50).filter(bool), st.integers(1, 1000)), min_size=1, max_size=12))
def test_realised_and_unrealised_profit_are_what_the_trades_are_worth(trades: list[tuple[int, int]]) -> None:
    trading, position = traded(*trades)
    found = profit(position, trading.market)

    worth = sum(signed * (trading.market.mark - price) for signed, price in trades)
    assert abs(found.realised + found.unrealised - worth) <= 1


ORDERS = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from(Side), st.integers(1, 40), st.integers(60, 140)),
    min_size=5,
    max_size=40,
)
FUNDS = {"a": 10**6, "b": 10**6, "c": 3000, "d": 1500, "e": 800, "f": 400}


@settings(max_examples=40)
@given(ORDERS)
def test_what_a_party_has_is_what_it_brought_and_its_profit(orders: list[tuple[str, Side, int, int]]) -> None:
    """Gains forgone, losses that others paid and what close-outs took are part of the profit that is realised."""
    trading = Trading(scaling=MarginScaling(1.0, 1.0, 1.1), linear_slippage=0.01)
    trading.fund(**FUNDS)
    for party, side, size, price in orders:
        trading.order(party, side, size, price)
        for each, position in trading.market.positions.items():
            found = profit(position, trading.market)
            assert sum(trading.accounts(each)) == FUNDS[each] + found.realised + found.unrealised
    assert trading.is_conserved()
