"""Prices in files: CSV, Parquet, NPZ, and exchanges' candles.

A file has a column of times (`unix_ms`, `unix`, `time`, `timestamp` or `date`) and one of prices per token, called `BTC`,
`close_BTC` or `BTC_close`. A file of one token's candles has a column `close`; its name begins with the token's, as
`BTC_USD.parquet` does. Times are milliseconds or seconds since 1970, or dates in UTC.
"""

import zipfile
import zlib
from math import prod
from pathlib import Path
from typing import IO, Literal

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
from numpy.typing import NDArray

from tokenspice.engine.units import Floats
from tokenspice.files import check_unpacked, read_unpacked
from tokenspice.markets.errors import PriceDataError
from tokenspice.markets.prices.table import MINUTE_MS, Prices, as_text, timestamp

__all__ = ["bundled_prices", "read_prices", "write_prices"]

MOST_BYTES = 1 << 30  # of a CSV

TIMES = ("unix_ms", "unix", "time", "timestamp", "date")


def read_prices(*paths: str | Path, gaps: Literal["refuse", "fill"] = "refuse", tokens: tuple[str, ...] = ()) -> Prices:
    """Read one file with all tokens, or a file per token.

    Args:
        paths: .csv, .csv.gz, .parquet or .npz.
        gaps: "fill" repeats the last price in minutes that are not there, also those of hourly or daily files.
        tokens: which; empty for all.

    Raises:
        PriceDataError: says which file, and what is wrong.
    """
    if not paths:
        raise PriceDataError("No file of prices was given.")
    tables = [read_file(Path(path), gaps == "fill") for path in paths]
    prices = joined(tables) if len(tables) > 1 else tables[0]
    return prices.of(tokens) if tokens else prices


def bundled_prices() -> Prices:
    """Synthetic minutes of BTC, ETH, SOL and USDC, from 2023-01-01 to 2023-02-20."""
    return read_prices(Path(__file__).parent / "data" / "synthetic_minutes.npz")


def read_file(path: Path, fill: bool) -> Prices:
    """One file as a table."""
    if not path.is_file():
        raise PriceDataError(f"{path} is no file.")
    try:
        columns = read_columns(path)
        times = next((name for name in TIMES if name in columns), None)
        if times is None:
            raise PriceDataError(f"there is no column of times. Call it {', '.join(TIMES)}.")
        unix_ms = as_unix_ms(columns[times])
        named = token_columns(path, {name: c for name, c in columns.items() if name not in TIMES})
        close = np.column_stack([np.asarray(c, dtype=float) for c in named.values()])
        filled_minutes = 0
        if fill:
            unix_ms, close, filled_minutes = filled(unix_ms, close)
        return Prices(tuple(named), unix_ms, close, filled_minutes)
    except PriceDataError as error:
        raise PriceDataError(f"{path}: {error}") from None
    except OSError as error:
        raise PriceDataError(f"{path} cannot be read as prices: {error.strerror or error}.") from error
    except (ValueError, MemoryError, EOFError, zipfile.BadZipFile, zlib.error, pa.ArrowException) as error:
        raise PriceDataError(f"{path} cannot be read as prices: {error}") from error


def read_columns(path: Path) -> dict[str, NDArray[np.generic]]:
    """A file's columns by name."""
    if path.suffix == ".npz":
        return npz_columns(path)
    if path.suffix == ".parquet":
        about = pq.read_metadata(path)
        groups = sum(about.row_group(i).total_byte_size for i in range(about.num_row_groups))
        # A column of one value takes next to nothing, packed as it is before the pages' own packing.
        check_unpacked(path, max(groups, about.num_rows * about.num_columns * 8))
        table = pq.read_table(path, page_checksum_verification=True)
    else:
        table = pacsv.read_csv(pa.BufferReader(read_unpacked(path, MOST_BYTES)))
    return {name: table[name].to_numpy(zero_copy_only=False) for name in table.column_names}


def npz_columns(path: Path) -> dict[str, NDArray[np.generic]]:
    """The arrays of a zip file of numpy's, whose directory says before what it unpacks to; no pickled ones."""
    with zipfile.ZipFile(path) as packed:
        members = packed.infolist()
        check_unpacked(path, sum(one.file_size for one in members))
        for one in members:
            with packed.open(one) as member:
                check_claim(one.filename, member, one.file_size)
    with np.load(path, allow_pickle=False) as arrays:
        columns = dict(arrays)
    for name, column in columns.items():
        if not isinstance(column, np.ndarray) or column.ndim != 1:
            raise PriceDataError(f"{name} is no array of one dimension.")
    return columns


def check_claim(name: str, member: IO[bytes], n_bytes: int) -> None:
    """Refuse an array that says of itself that it is larger than what there is of it, for which memory would be taken.

    Raises:
        ValueError: it does, or is no array.
    """
    version = np.lib.format.read_magic(member)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, kind = read(member)
    if not kind.hasobject and prod(shape) * kind.itemsize > n_bytes:
        raise ValueError(f"{name}: it says that it holds {prod(shape):,} numbers, and is {n_bytes:,} bytes long")


def token_columns(path: Path, columns: dict[str, NDArray[np.generic]]) -> dict[str, NDArray[np.generic]]:
    """The columns of prices by token."""
    if "close" in columns:
        return {path.name.partition("_")[0].partition(".")[0]: columns["close"]}
    for name, column in columns.items():
        refuse_stray_text(name, column)
    closes = {n.removeprefix("close_").removesuffix("_close"): c for n, c in columns.items() if "close" in n}
    found = closes or {n: c for n, c in columns.items() if np.issubdtype(c.dtype, np.number)}
    if not found:
        raise PriceDataError("there is no column of prices. Call it as the token, such as BTC or close_BTC.")
    return found


def refuse_stray_text(name: str, column: NDArray[np.generic]) -> None:
    """Refuse a column of numbers in which some cell is none: it would be passed over as a text."""
    if np.issubdtype(column.dtype, np.number):
        return
    strays = [row for row, cell in enumerate(column) if not is_number(cell)]
    if 0 < len(strays) < len(column):
        raise PriceDataError(f'{name} is "{column[strays[0]]}" in row {strays[0]}. A price is a number above 0.')


def is_number(cell: object) -> bool:
    try:
        float(str(cell))
    except ValueError:
        return False
    return True


def as_unix_ms(column: NDArray[np.generic]) -> NDArray[np.int64]:
    """Times as milliseconds since 1970."""
    if np.issubdtype(column.dtype, np.datetime64):
        return column.astype("datetime64[ms]").astype(np.int64)
    if np.issubdtype(column.dtype, np.number):
        # Milliseconds of any year since 1974 are above what seconds reach before the year 6000.
        scale = 1000 if len(column) and float(column[0]) < 127_000_000_000 else 1
        return column.astype(np.int64) * scale
    return np.array([timestamp(str(text)) for text in column], dtype=np.int64)


def filled(unix_ms: NDArray[np.int64], close: Floats) -> tuple[NDArray[np.int64], Floats, int]:
    """Every minute from the first time to the last, with the last price known, and how many had none of their own."""
    if len(unix_ms) == 0 or (np.diff(unix_ms) <= 0).any():
        return unix_ms, close, 0
    grid = np.arange(unix_ms[0], unix_ms[-1] + 1, MINUTE_MS)
    rows = np.searchsorted(unix_ms, grid, side="right") - 1
    whole = np.asarray(~np.isnan(close).any(axis=1))
    own = (unix_ms[rows] == grid) & whole[rows]
    for column in range(close.shape[1]):
        known = np.where(np.isnan(close[:, column]), 0, np.arange(len(close)))
        close[:, column] = close[np.maximum.accumulate(known), column]
    return grid, close[rows], int((~own).sum())


def joined(tables: list[Prices]) -> Prices:
    """Tables of different tokens over the minutes that all have."""
    first, last = max(int(t.unix_ms[0]) for t in tables), min(int(t.unix_ms[-1]) for t in tables)
    if first > last:
        raise PriceDataError(
            f"The files have no minute in common: one begins at {as_text(first)}, one ends at {as_text(last)}."
        )
    parts = [table.close[table.row(first) : table.row(last) + 1] for table in tables]
    names = tuple(token for table in tables for token in table.tokens)
    filled_minutes = max(table.filled_minutes for table in tables)
    return Prices(names, np.arange(first, last + 1, MINUTE_MS), np.hstack(parts), filled_minutes)


def write_prices(prices: Prices, path: str | Path) -> None:
    """Write a table as .npz or .parquet, which `read_prices` reads.

    Raises:
        PriceDataError: the path has another ending.
    """
    path = Path(path)
    columns = dict(zip(prices.tokens, prices.close.T, strict=True))
    if path.suffix == ".npz":
        np.savez_compressed(path, unix_ms=prices.unix_ms, **columns)
    elif path.suffix == ".parquet":
        pq.write_table(pa.table({"unix_ms": prices.unix_ms, **columns}), path)
    else:
        raise PriceDataError(f"{path}: write prices to .npz or .parquet.")
