"""The book against one that is written without thought of speed: lists that are searched from the front."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.markets.exchange.floor import Floor
from tokenspice.markets.exchange import Order, Side

Row = dict[str, Any]
PRICES, SIZES = st.integers(95, 105), st.integers(1, 30)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("plain"), st.sampled_from(Side), SIZES, PRICES),
        st.tuples(st.just("iceberg"), st.sampled_from(Side), SIZES, PRICES, st.integers(1, 6), st.integers(1, 6)),
        st.tuples(st.just("cancel"), st.integers(0, 50)),
        st.tuples(st.just("amend"), st.integers(0, 50), st.integers(-8, 8), st.one_of(st.none(), PRICES)),
    ),
    max_size=40,
)


class Slow:
    """Rows of resting orders, in the order in which they came to their price."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.trades: list[tuple[int, int, int]] = []

    def enter(self, row: Row) -> None:
        sign = 1 if row["side"] is Side.BUY else -1
        while row["left"]:
            facing = [o for o in self.rows if o["side"] is not row["side"] and (row["price"] - o["price"]) * sign >= 0]
            if not facing:
                break
            best = min(o["price"] * sign for o in facing)
            self.meet(row, [o for o in facing if o["price"] * sign == best])
        if row["left"]:
            row["shown"] = min(row["peak"], row["left"])
            self.rows.append(row)

    def meet(self, row: Row, level: list[Row]) -> None:
        taken = {o["id"]: 0 for o in level}
        for o in level:
            size = min(row["left"], o["shown"])
            row["left"] -= size
            taken[o["id"]] += size
        bergs = [o for o in level if o["left"] > o["shown"]]
        hidden = sum(o["left"] - o["shown"] for o in bergs)
        wanted = min(row["left"], hidden)
        shares = {o["id"]: wanted * (o["left"] - o["shown"]) // hidden for o in bergs}
        for o in bergs:
            extra = min(wanted - sum(shares.values()), o["left"] - o["shown"] - shares[o["id"]])
            shares[o["id"]] += extra
        for o in level:
            size = taken[o["id"]] + shares.get(o["id"], 0)
            if size:
                self.trades.append((o["id"], size, o["price"]))
            o["left"] -= size
            o["shown"] -= taken[o["id"]]
        row["left"] -= wanted
        self.rows = [o for o in self.rows if o["left"]]
        for o in [o for o in level if o["left"] and o["shown"] < o["minimum"] and o["left"] > o["shown"]]:
            o["shown"] = min(o["peak"], o["left"])
            self.rows.remove(o)
            self.rows.append(o)

    def amend(self, row: Row, more: int, price: int | None) -> None:
        moved = price is not None and price != row["price"]
        if row["left"] + more <= 0:
            self.rows.remove(row)
        elif moved or (more > 0 and not row["berg"]):
            self.rows.remove(row)
            row["left"] += more
            row["price"] = price or row["price"]
            row["peak"] = row["peak"] if row["berg"] else 10**9
            self.enter(row)
        else:
            row["left"] += more
            row["shown"] = min(row["shown"], row["left"]) if row["berg"] else row["left"]


@given(STEPS)
@settings(max_examples=60)
def test_it_trades_and_rests_as_lists_would(steps: list[tuple[Any, ...]]) -> None:
    floor, slow = Floor(), Slow()
    orders: list[tuple[Order, Row]] = []
    for number, (kind, *rest) in enumerate(steps):
        if kind in ("plain", "iceberg"):
            side, size, price, *berg = rest
            peak, minimum = (max(berg), min(berg)) if berg else (10**9, 0)
            row = {
                "id": number,
                "side": side,
                "left": size,
                "price": price,
                "peak": peak,
                "minimum": minimum,
                "shown": 0,
            }
            row["berg"] = bool(berg)
            if berg:
                order = floor.iceberg(f"p{number}", side, size, price, peak, minimum)
            else:
                order = floor.send(f"p{number}", side, size, price)
            orders.append((order, row))
            slow.enter(row)
        elif orders:
            order, row = orders[rest[0] % len(orders)]
            if order.level is None:
                continue
            if kind == "cancel":
                floor.cancel(order)
                slow.rows.remove(row)
            else:
                floor.amend(order, size_change=rest[1], price=rest[2])
                slow.amend(row, rest[1], rest[2])
        compare(floor, slow, orders)


def compare(floor: Floor, slow: Slow, orders: list[tuple[Order, Row]]) -> None:
    numbers = {order.id: row["id"] for order, row in orders}
    assert len(floor.trades) == len(slow.trades)
    assert [trade[2:] for trade in floor.trades] == [trade[1:] for trade in slow.trades]
    for side, book in ((Side.BUY, floor.market.book.bids), (Side.SELL, floor.market.book.asks)):
        for level in book:
            there = [o for o in slow.rows if o["side"] is side and o["price"] == level.price]
            assert [numbers[id] for id in level.orders] == [o["id"] for o in there]
            assert level.volume == sum(o["shown"] for o in there)
            assert level.volume + level.hidden == sum(o["left"] for o in there)
        assert sum(len(level.orders) for level in book) == sum(o["side"] is side for o in slow.rows)
