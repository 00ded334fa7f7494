"""Candles: files, times between them, and a cache that asks a service once."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tokenspice.engine.streams import RandomStreams
from tokenspice.engine.units import DAY, HOUR, MINUTE
from tokenspice.markets.errors import PriceDataError
from tokenspice.markets.prices import CandleFeed, Candles, bundled_prices, interpolated, read_candles, write_candles
from tokenspice.markets.prices.table import timestamp
from tokenspice.markets.processes import HistoricPrices

START = timestamp("2022-06-12")


def hours(*closes: float) -> Candles:
    close = np.array(closes)
    open_ = np.array([closes[0] - 1, *closes[:-1]])
    times = START + 1000 * HOUR * np.arange(len(closes), dtype=np.int64)
    return Candles(times, open_, np.maximum(open_, close), np.minimum(open_, close), close)


class Service:
    """A web service with a candle a minute, whose close is the minute of the day plus 1."""

    def __init__(self) -> None:
        self.asked: list[Mapping[str, str]] = []

    def __call__(self, url: str, parameters: Mapping[str, str]) -> Any:
        assert url == "somewhere/products/ETH-USD/candles"
        self.asked.append(parameters)
        first, last = (timestamp(parameters[name].rstrip("Z")) // 1000 for name in ("start", "end"))
        times = range(first, last + 1, MINUTE)[::-1]  # the newest first, and its end too, as services do
        return [[time, 0.5, 2000, 1.0, time % DAY // MINUTE + 1.0, 7.0] for time in times]


def test_prices_lie_on_straight_lines_from_close_to_close() -> None:
    prices = interpolated(hours(10, 20, 20), START, 7, HOUR // 2)

    assert prices == pytest.approx([9, 9.5, 10, 15, 20, 20, 20])


def test_times_outside_the_candles_are_refused() -> None:
    with pytest.raises(
        PriceDataError,
        match="from 2022-06-12 00:00:00 to 2022-06-12 04:00:00, but the candles are from .* to 2022-06-12 03:00:00",
    ):
        interpolated(hours(10, 20, 20), START, 5, HOUR)
    with pytest.raises(PriceDataError, match="2022-06-11 23:59:59"):
        interpolated(hours(10, 20), START - 1000, 2, HOUR)


def test_candles_come_back_from_a_file_as_they_were_whatever_the_order_of_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "eth.csv"
    write_candles(hours(10, 20, 15), path)
    head, *rows = path.read_text().splitlines()
    path.write_text("\n".join([head, *rows[::-1]]) + "\n")

    found = read_candles(path)

    assert found.close.tolist() == [10, 20, 15]
    assert found.unix_ms.tolist() == hours(10, 20, 15).unix_ms.tolist()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("time,open,high,low\n1,2,3,1\n", "no column close"),
        ("open,high,low,close\n2,3,1,2\n", "no column time"),
        ("time,open,high,low,close\n1,2,3,1,x\n", "cannot be read as candles"),
        ("time,open,high,low,close\n1,2,3,1,9\n", "open and close from low to high"),
    ],
)
def test_a_file_that_holds_no_candles_is_refused_by_name(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "eth.csv"
    path.write_text(text)

    with pytest.raises(PriceDataError, match=f"eth.csv.*{says}"):
        read_candles(path)
    with pytest.raises(PriceDataError, match="is no file"):
        read_candles(tmp_path / "nothing.csv")


def test_a_feed_pages_through_a_window_once_and_then_works_offline(tmp_path: Path) -> None:
    service = Service()
    candles = CandleFeed("somewhere/", tmp_path, service).candles("ETH-USD", MINUTE, "2022-06-12", "2022-06-13")

    assert len(service.asked) == 5  # 1440 rows in pages of 300
    assert candles.close.tolist() == [minute + 1.0 for minute in range(1440)]

    def offline(url: str, parameters: Mapping[str, str]) -> Any:
        raise AssertionError("there is no network")

    again = CandleFeed("somewhere", tmp_path, offline).candles("ETH-USD", MINUTE, "2022-06-12", "2022-06-13")
    assert again.close.tolist() == candles.close.tolist()


def test_a_feed_says_what_it_did_not_get(tmp_path: Path) -> None:
    with pytest.raises(PriceDataError, match="has no candles of ETH-USD from 2022-06-12 00:00:00"):
        CandleFeed("somewhere", tmp_path, lambda *_: []).candles("ETH-USD", HOUR, "2022-06-12", "2022-06-13")
    with pytest.raises(PriceDataError, match="something else than candles of ETH-USD"):
        CandleFeed("somewhere", tmp_path, lambda *_: {"message": "no"}).candles(
            "ETH-USD", HOUR, "2022-06-12", "2022-06-13"
        )
    with pytest.raises(PriceDataError, match="write one of 60, 300"):
        CandleFeed("somewhere", tmp_path).candles("ETH-USD", 61, "2022-06-12", "2022-06-13")
    assert list(tmp_path.iterdir()) == []


def test_a_run_over_history_has_its_prices_from_its_first_moment(tmp_path: Path) -> None:
    write_candles(hours(*range(10, 10 + 24 * 4)), tmp_path / "eth.csv")
    process = HistoricPrices(str(tmp_path / "eth.csv"), start="2022-06-13")
    rng = RandomStreams(1)("prices")

    assert process.path(rng, 3, HOUR) == [33, 34, 35]
    drawn = [HistoricPrices(str(tmp_path / "eth.csv"), days=3).path(rng, 2, HOUR)[0] for _ in range(30)]
    assert set(drawn) == {9, 33, 57}
    with pytest.raises(PriceDataError, match="neither a file nor a token.*BTC, ETH"):
        HistoricPrices().path(rng, 2, HOUR)


def test_a_run_over_a_table_has_the_prices_of_its_token() -> None:
    table, rng = bundled_prices(), RandomStreams(1)("prices")
    column = table.close[:, table.tokens.index("ETH")]

    assert HistoricPrices(token="ETH").path(rng, 4, MINUTE) == column[:4].tolist()
    half = HistoricPrices(token="ETH", start="2023-01-02").path(rng, 3, MINUTE // 2)
    assert half[1] == pytest.approx((half[0] + half[2]) / 2)
    with pytest.raises(PriceDataError, match="the table is from 2023-01-01 00:00:00 to"):
        HistoricPrices(token="ETH").path(rng, 1000, DAY)
    with pytest.raises(PriceDataError, match="no prices of XYZ"):
        HistoricPrices(token="XYZ").path(rng, 4, MINUTE)
