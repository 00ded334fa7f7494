"""Icebergs in the book: what they show, what they hide, and where they stand."""

from tests.markets.exchange.floor import Floor
from tokenspice.markets.exchange import Order, Side, SimpleRisk

BUY, SELL = Side.BUY, Side.SELL


def sizes(order: Order) -> tuple[int, int]:
    """What an iceberg shows, and what it hides."""
    assert order.iceberg is not None
    return order.iceberg.shown, order.remaining - order.iceberg.shown


def test_ice_1_it_shows_its_peak_again_once_it_shows_less_than_its_minimum() -> None:
    floor = Floor(last=2)
    order = floor.iceberg("p1", BUY, 100, 10, peak=10, minimum=5)
    assert sizes(order) == (10, 90)
    floor.sell("p2", 6, 10)
    assert sizes(order) == (10, 84)


def test_it_is_left_alone_while_it_shows_its_minimum() -> None:
    floor = Floor(last=2)
    order = floor.iceberg("p1", BUY, 100, 10, peak=10, minimum=5)
    floor.sell("p2", 5, 10)
    assert sizes(order) == (5, 90)


def test_a_refresh_costs_its_place() -> None:
    floor = Floor(last=2)
    floor.iceberg("p1", BUY, 100, 10, peak=10, minimum=5)
    floor.buy("p2", 10, 10)
    floor.sell("t", 6, 10)
    floor.sell("t", 12, 10)
    assert floor.trades == [("p1", "t", 6, 10), ("p2", "t", 10, 10), ("p1", "t", 2, 10)]


def test_all_of_it_trades_on_entry() -> None:
    floor = Floor(last=2)
    floor.sell("s", 70, 10)
    order = floor.iceberg("p1", BUY, 100, 10, peak=10, minimum=5)
    assert floor.trades == [("p1", "s", 70, 10)] and sizes(order) == (10, 20)


def test_displayed_sizes_trade_first_and_hidden_ones_are_shared_in_proportion() -> None:
    floor = Floor(last=2)
    bergs = [floor.iceberg(f"p{n}", SELL, size, 10, peak=10, minimum=5) for n, size in enumerate((210, 210, 110))]
    floor.sell("plain", 20, 10)
    floor.buy("t", 50 + 300, 10)
    assert floor.trades == [
        ("t", "p0", 130, 10),
        ("t", "p1", 130, 10),
        ("t", "p2", 70, 10),
        ("t", "plain", 20, 10),
    ]
    assert [sizes(order) for order in bergs] == [(10, 70), (10, 70), (10, 30)]


def test_its_whole_size_can_be_taken() -> None:
    floor = Floor(last=2)
    order = floor.iceberg("p1", SELL, 100, 10, peak=10, minimum=5)
    floor.sell("p2", 5, 11)
    floor.buy("t", 103, 11)
    assert floor.trades == [("t", "p1", 100, 10), ("t", "p2", 3, 11)]
    assert order.remaining == 0 and floor.touch == (None, 11)


def test_ice_4_a_larger_or_smaller_size_keeps_its_place_and_changes_what_it_hides() -> None:
    floor = Floor(last=2)
    order = floor.iceberg("p1", SELL, 50, 2, peak=2, minimum=1)
    floor.iceberg("p2", SELL, 5, 2, peak=2, minimum=1)
    floor.amend(order, size_change=50)
    assert sizes(order) == (2, 98)
    floor.amend(order, size_change=-60)
    assert sizes(order) == (2, 38)
    floor.buy("p3", 2, 2)
    assert floor.trades == [("p3", "p1", 2, 2)]


def test_a_cut_below_what_it_hides_reaches_what_it_shows() -> None:
    floor = Floor(last=2)
    order = floor.iceberg("p1", SELL, 10, 5, peak=6, minimum=1)
    floor.amend(order, size=4)
    assert sizes(order) == (4, 0)
    level = floor.market.book.asks.best()
    assert level is not None and (level.volume, level.hidden) == (4, 0)


def test_margin_is_that_of_an_ordinary_order_of_the_whole_size() -> None:
    floor = Floor(last=2, risk=SimpleRisk(0.11, 0.1), tick_size=1)
    floor.iceberg("p1", BUY, 100, 10, peak=10, minimum=5)
    floor.buy("p2", 100, 10)
    margins = [floor.market.position(party).margin.balance for party in ("p1", "p2")]
    assert margins[0] == margins[1] > 0


def test_ice_2_an_auction_trades_displayed_sizes_then_others_then_hidden_ones() -> None:
    floor = Floor(opens_at_once=False)
    floor.iceberg("p1", BUY, 10, 2, peak=2, minimum=1)
    floor.buy("p2", 8, 2)
    floor.iceberg("p3", SELL, 10, 2, peak=2, minimum=1)
    floor.wait()
    assert floor.trades == [("p1", "p3", 2, 2), ("p2", "p3", 8, 2)]


def test_one_that_grows_while_it_shows_less_than_its_minimum_shows_its_peak_behind_the_others() -> None:
    floor = Floor(last=100)
    order = floor.iceberg("p1", Side.SELL, 13, 100, 10, 5)
    other = floor.sell("p2", 2, 100)
    floor.buy("taker", 10, 100)
    floor.amend(order, size_change=20)
    assert order.iceberg and (order.iceberg.shown, order.remaining) == (10, 23)
    floor.buy("taker", 1, 100)
    assert (other.remaining, order.remaining) == (1, 23)
