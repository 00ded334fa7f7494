"""Tables of prices: what is read, and what is refused in one line."""

import gzip
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tokenspice.markets.errors import PriceDataError
from tokenspice.markets.prices.files import bundled_prices, read_prices, write_prices
from tokenspice.markets.prices.process import PriceProcess
from tokenspice.markets.prices.table import MINUTE_MS, Prices, timestamp

START = timestamp("2023-01-01")


def table(rows: int = 5) -> Prices:
    close = np.arange(1.0, 2 * rows + 1).reshape(rows, 2)
    return Prices(("A", "B"), START + MINUTE_MS * np.arange(rows), close)


@pytest.mark.parametrize("name", ["prices.npz", "prices.parquet"])
def test_what_was_written_is_read(tmp_path: Path, name: str) -> None:
    write_prices(table(), tmp_path / name)

    found = read_prices(tmp_path / name)

    assert found.tokens == ("A", "B")
    np.testing.assert_array_equal(found.close, table().close)
    np.testing.assert_array_equal(found.unix_ms, table().unix_ms)


def test_candles_of_one_file_per_token_are_joined_where_they_overlap(tmp_path: Path) -> None:
    for token, first in (("BTC", 0), ("ETH", 2)):
        unix = START // 1000 + 60 * np.arange(first, first + 4)
        columns = {"unix": unix, "open": np.ones(4), "close": np.arange(1.0, 5.0), "Volume USD": np.ones(4)}
        pq.write_table(pa.table(columns), tmp_path / f"{token}_USD.parquet")

    found = read_prices(tmp_path / "BTC_USD.parquet", tmp_path / "ETH_USD.parquet")

    assert found.tokens == ("BTC", "ETH")
    np.testing.assert_array_equal(found.close, [[3, 1], [4, 2]])


def test_dates_of_a_zipped_csv_are_utc(tmp_path: Path) -> None:
    text = "date,close_A\n2023-01-01 00:00:00,1.5\n2023-01-01 00:01:00,2.5\n"
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(text.encode()))

    found = read_prices(tmp_path / "a.csv.gz")

    assert found.tokens == ("A",) and found.unix_ms[0] == START


def test_gaps_are_refused_or_filled(tmp_path: Path) -> None:
    (tmp_path / "gap.csv").write_text(f"unix_ms,A\n{START},1.5\n{START + 3 * MINUTE_MS},2.5\n")

    with pytest.raises(PriceDataError, match="1 gap.*00:03:00: 3 minutes"):
        read_prices(tmp_path / "gap.csv")
    filled = read_prices(tmp_path / "gap.csv", gaps="fill")
    assert filled.close[:, 0].tolist() == [1.5, 1.5, 1.5, 2.5] and filled.filled_minutes == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("A\n1.5\n", "column of times"),
        (f"unix_ms\n{START}\n", "column of prices"),
        (f"unix_ms,A\n{START + MINUTE_MS},1\n{START},1\n", "not sorted"),
        (f"unix_ms,A\n{START},1\n{START},1\n", "not sorted"),
        (f"unix_ms,A\n{START},1\n{START + 5 * MINUTE_MS},1\n{START + MINUTE_MS},1\n", "not sorted"),
        (f"unix_ms,A,B\n{START},1,2\n{START + MINUTE_MS},x,2\n", 'A is "x" in row 1'),
        (f"unix_ms,A\n{START},1\n{START + MINUTE_MS},nan\n", "A is nan dollars in row 1"),
        (f"unix_ms,A\n{START},-1\n", "above 0"),
        (f"unix_ms,A\n{START},\n{START + MINUTE_MS},1\n", "above 0"),
        ("date,A\nsoon,1\n", "no date"),
        ("", "cannot be read"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "p.csv").write_text(text)

    with pytest.raises(PriceDataError, match=says):
        read_prices(tmp_path / "p.csv")


def test_dates_and_tokens_outside_the_table_are_refused() -> None:
    with pytest.raises(PriceDataError, match="no prices of C"):
        table().of(("A", "C"))
    with pytest.raises(PriceDataError, match="not among the prices"):
        table().window("2023-01-01", "2023-01-02")
    with pytest.raises(PriceDataError, match="empty"):
        table().window("2023-01-01 00:02", "2023-01-01 00:02")
    with pytest.raises(PriceDataError, match="is no file"):
        read_prices("nowhere.csv")


def test_a_window_is_the_minutes_before_its_end() -> None:
    window = table().window("2023-01-01 00:01", "2023-01-01 00:04")

    assert (window.first, window.minutes, window.end) == (1, 3, 4)


def test_chunks_begin_at_midnight() -> None:
    late = Prices(("A",), START - 2 * MINUTE_MS + MINUTE_MS * np.arange(5), np.ones((5, 1)))

    assert late.from_midnight().unix_ms[0] == START


def test_the_bundled_prices_are_whole() -> None:
    assert bundled_prices().close.shape == (72_001, 4)


def test_a_process_draws_the_same_path_for_the_same_seed() -> None:
    process = PriceProcess(("A", "B"), (100.0, 1.0), (0.1, 0.0), (0.8, 0.01), correlation=0.3)

    one, again, other = process.draw(5000, 1), process.draw(5000, 1), process.draw(5000, 2)

    np.testing.assert_array_equal(one.close, again.close)
    assert (one.close[1:] != other.close[1:]).all()
    moves = np.diff(np.log(one.close), axis=0)
    assert moves.std(axis=0) * np.sqrt(525_600) == pytest.approx([0.8, 0.01], rel=0.1)
    assert np.corrcoef(moves.T)[0, 1] == pytest.approx(0.3, abs=0.1)
