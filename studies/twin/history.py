"""Recorded history of RAI in one schema: sorted, without doubles, its gaps said.

T is the number of snapshots. Times are irregular and stay so.
"""

import ast
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tokenspice.engine.errors import RunError
from tokenspice.engine.units import HOUR, Floats

__all__ = ["History", "bundled", "bundled_names", "read_history"]

DATA = Path(__file__).parent / "data"
LONGEST_GAP = 6 * HOUR
GAIN_COLUMNS = ["eth_block", "kp", "ki", "leaky_factor", "period"]

# Our names, and the columns that recorders have written them in.
COLUMNS = {
    "block": ("block_number", "blockNumber"),
    "redemption_price": ("RedemptionPrice",),
    "redemption_rate": ("RedemptionRateHourlyRate",),
    "market_price": ("marketPriceUsd", "hourlymarketPriceUsd"),
}
TIMES = ("timestamp", "block_timestamp")
MEDIANIZER = "currentCoinMedianizerUpdate"


@dataclass(frozen=True)
class History:
    """What a system was seen to do.

    Attributes:
        name: of the record.
        sha256: of its file.
        block: [T] block numbers, rising.
        time: [T] Unix seconds, rising.
        redemption_price: [T] USD per coin, as it was last updated on chain.
        redemption_rate: [T] gross growth per hour.
        market_price: [T] USD per coin, by the pool's spot price.
        oracle_price: [T] USD per coin, by the medianizer that the controller reads; NaN where it was not recorded.
        gains: [n, 5] from which block on which gains hold: block, kp, ki, leak per second, period in seconds.
    """

    name: str
    sha256: str
    block: NDArray[np.int64]
    time: NDArray[np.int64]
    redemption_price: Floats
    redemption_rate: Floats
    market_price: Floats
    oracle_price: Floats
    gains: Floats

    @property
    def gaps(self) -> list[tuple[int, float]]:
        """Where more than six hours are missing: the index before the gap, and its length in hours."""
        hours = np.diff(self.time) / HOUR
        return [(int(i), float(hours[i])) for i in np.flatnonzero(hours > LONGEST_GAP / HOUR)]

    def since_block(self, block: int) -> "History":
        """Return the part from a block on."""
        kept = self.block >= block
        if not kept.any():
            raise RunError(f"{self.name} ends at block {self.block[-1]}, before {block}. Write an earlier block.")
        columns = ("block", "time", "redemption_price", "redemption_rate", "market_price", "oracle_price")
        parts: dict[str, Any] = {column: getattr(self, column)[kept] for column in columns}
        return History(self.name, self.sha256, **parts, gains=self.gains)

    def last_days(self, days: float) -> "History":
        """Return the part of the last `days` days."""
        first = np.searchsorted(self.time, self.time[-1] - days * 24 * HOUR)
        return self.since_block(int(self.block[first]))


def bundled_names() -> list[str]:
    """The records that come with the package, oldest data first."""
    return ["rai_live_graph", "states", *sorted(path.name[:-7] for path in DATA.glob("retrieval_*.csv.gz"))]


def bundled(name: str) -> History:
    """Return a record that comes with the package.

    Raises:
        RunError: there is no such record.
    """
    if name not in bundled_names():
        raise RunError(f"{name}: no such record. There are: {', '.join(bundled_names())}.")
    return read_history(DATA / f"{name}.csv.gz")


def read_history(path: Path, gains: Path = DATA / "gains.csv") -> History:
    """Read a record of RAI, a CSV as the subgraph's users have kept them.

    Raises:
        RunError: the file cannot be read, lacks a column, or holds what is no number or a price of zero or less.
    """
    try:
        content = path.read_bytes()
        table, schedule = pd.read_csv(path), pd.read_csv(gains)
    except (OSError, ValueError, EOFError) as error:
        raise RunError(f"{path} cannot be read as a CSV: {' '.join(str(error).split())}.") from error
    if missing := [name for name in GAIN_COLUMNS if name not in schedule]:
        raise RunError(f"{gains} has no column {', '.join(missing)}. It has: {', '.join(schedule)}.")
    columns = {name: column_of(path, table, known) for name, known in COLUMNS.items()}
    time = seconds(path, table[column_of(path, table, TIMES)])
    numbers = {name: numeric(path, table, column) for name, column in columns.items()}
    order = np.lexsort((time, numbers["block"]))
    order = order[np.diff(numbers["block"][order], prepend=-1) > 0]
    for name in ("redemption_price", "redemption_rate", "market_price"):
        check_positive(path, name, numbers[name][order])
    oracle = [medianizer(text) for text in table[MEDIANIZER]] if MEDIANIZER in table else [np.nan] * len(table)
    return History(
        path.name.removesuffix(".gz").removesuffix(".csv"),
        hashlib.sha256(content).hexdigest(),
        numbers["block"][order].astype(np.int64),
        time[order],
        numbers["redemption_price"][order],
        numbers["redemption_rate"][order],
        numbers["market_price"][order],
        np.array(oracle, float)[order],
        schedule[GAIN_COLUMNS].sort_values("eth_block").to_numpy(float),
    )


def column_of(path: Path, table: pd.DataFrame, known: tuple[str, ...]) -> str:
    found = [name for name in known if name in table]
    if not found:
        raise RunError(f"{path} has no column {' or '.join(known)}. It has: {', '.join(map(str, table))}.")
    return found[0]


def numeric(path: Path, table: pd.DataFrame, column: str) -> Floats:
    numbers: Floats = pd.to_numeric(table[column], errors="coerce").to_numpy(float)
    if (bad := np.flatnonzero(~np.isfinite(numbers))).size:
        raise RunError(f'{path}, line {bad[0] + 2}: {column} is "{table[column].iloc[bad[0]]}", which is no number.')
    return numbers


def seconds(path: Path, column: "pd.Series[Any]") -> NDArray[np.int64]:
    """Read Unix seconds, or UTC times as text."""
    found: NDArray[np.int64]
    try:
        if pd.api.types.is_numeric_dtype(column):
            found = column.to_numpy(np.int64)
        else:
            found = pd.to_datetime(column, utc=True, format="ISO8601").to_numpy("datetime64[s]").astype(np.int64)
        return found
    except ValueError as error:
        raise RunError(f"{path}: {column.name} is no UTC time ({' '.join(str(error).split())}).") from error


def check_positive(path: Path, name: str, numbers: Floats) -> None:
    if (bad := np.flatnonzero(numbers <= 0)).size:
        raise RunError(f"{path}: {name} is {numbers[bad[0]]} in a row, where it must be above 0. Remove that row.")


def medianizer(text: object) -> float:
    """Read a price in a mapping that was written as Python writes one; NaN where there is none."""
    try:
        return float(ast.literal_eval(str(text))["value"])
    except (ValueError, SyntaxError, KeyError, TypeError):
        return float("nan")
