"""Candles in files, and a price of any moment from them."""

from pathlib import Path

import numpy as np
import pyarrow as pa

from tokenspice.engine.units import Floats, Seconds
from tokenspice.files import replace_file
from tokenspice.markets.errors import PriceDataError
from tokenspice.markets.prices.files import TIMES, as_unix_ms, read_columns
from tokenspice.markets.prices.spreads import Candles
from tokenspice.markets.prices.table import as_text

__all__ = ["interpolated", "read_candles", "write_candles"]

COLUMNS = ("open", "high", "low", "close")


def read_candles(path: str | Path) -> Candles:
    """Read one token's candles from .csv, .csv.gz, .parquet or .npz.

    Args:
        path: of a file with a column of times, `unix_ms`, `unix`, `time`, `timestamp` or `date`, at which periods begin,
            and columns `open`, `high`, `low` and `close`. Rows may be in any order.

    Raises:
        PriceDataError: says which file, and what is wrong.
    """
    path = Path(path)
    if not path.is_file():
        raise PriceDataError(f"{path} is no file.")
    try:
        columns = read_columns(path)
        times = next((name for name in TIMES if name in columns), None)
        if missing := [name for name in ("time", *COLUMNS) if name not in columns and not (name == "time" and times)]:
            raise PriceDataError(
                f"there is no column {', '.join(missing)}. Candles have time, open, high, low and close."
            )
        unix_ms = as_unix_ms(columns[times or "time"])
        order = np.argsort(unix_ms, kind="stable")
        return Candles(unix_ms[order], *(np.asarray(columns[name], dtype=float)[order] for name in COLUMNS))
    except PriceDataError as error:
        raise PriceDataError(f"{path}: {error}") from None
    except (OSError, ValueError, pa.ArrowException) as error:
        raise PriceDataError(f"{path} cannot be read as candles: {error}") from error


def write_candles(candles: Candles, path: str | Path) -> None:
    """Write candles as .csv, which `read_candles` reads, in one move: nobody ever sees half of it."""
    rows = zip(candles.unix_ms.tolist(), *(getattr(candles, name).tolist() for name in COLUMNS), strict=True)
    lines = [",".join(("unix_ms", *COLUMNS)), *(",".join(map(repr, row)) for row in rows)]
    replace_file(Path(path), ("\n".join(lines) + "\n").encode())


def interpolated(candles: Candles, start_ms: int, length: int, time_step: Seconds) -> Floats:
    """Return prices at regular times, on straight lines from close to close; the first line begins at the first open.

    Args:
        candles: of one length; a period without one is bridged by its neighbours' line.
        start_ms: time of the first price, in milliseconds since 1970.
        length: how many prices.
        time_step: seconds from one price to the next.

    Raises:
        PriceDataError: a time is outside the candles.
    """
    first, last = int(candles.unix_ms[0]), int(candles.unix_ms[-1])
    period = int(np.diff(candles.unix_ms).min()) if len(candles.unix_ms) > 1 else 1000 * time_step
    times = start_ms + 1000 * time_step * np.arange(length, dtype=np.int64)
    if start_ms < first or int(times[-1]) > last + period:
        raise PriceDataError(
            f"prices were asked for from {as_text(start_ms)} to {as_text(int(times[-1]))}, but the candles are from "
            f"{as_text(first)} to {as_text(last + period)}. Write a time within them, or a shorter run."
        )
    points = np.concatenate(([first], candles.unix_ms + period))
    return np.asarray(np.interp(times, points, np.concatenate((candles.open[:1], candles.close))))
