"""Records of RAI in files: CSVs as the subgraph's users have kept them."""

import ast
import hashlib
import io
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tokenspice.engine.errors import RunError
from tokenspice.files import read_file, read_unpacked
from tokenspice.studies.twin.records import GainsFrom, Recording, Snapshot, snapshot_of

__all__ = ["GAIN_COLUMNS", "read_gains", "read_recording"]

MOST_BYTES = 256 << 20  # of a file

GAIN_COLUMNS = ["eth_block", "kp", "ki", "leaky_factor", "period"]
TIMES = ("timestamp", "block_timestamp")

# Our names, and the columns that recorders have written them in.
COLUMNS = {
    "block": ("block_number", "blockNumber"),
    "redemption_price": ("RedemptionPrice",),
    "redemption_rate": ("RedemptionRateHourlyRate",),
    "market_price": ("marketPriceUsd", "hourlymarketPriceUsd"),
}
# The sums that some recorders call `collateral` and `debt` are of the first hundred SAFEs alone, and are left out.
OPTIONAL_COLUMNS = {
    "eth_price": ("eth_price",),
    "coin_reserve": ("RaiInUniswap", "RAIInUniswapV2(RAI/ETH)"),
    "eth_reserve": ("EthInUniswap",),
    "coin_supply": ("RaiDrawnFromSAFEs", "erc20CoinTotalSupply"),
    "debt": ("globalDebt",),
    "collateral": ("totalCollateral",),
}
PRICES_IN_ETH = ("marketPriceEth", "hourlymarketPriceEth")
# Columns of mappings, written as Python writes them, and what of them is what.
MAPPINGS = {"oracle_price": ("currentCoinMedianizerUpdate", "value"), "eth_reserve": ("coinUniswapPair", "reserve1")}


def read_recording(path: Path, gains: Path) -> Recording:
    """Read a record of RAI, and the gains of its controller.

    Raises:
        RunError: a file cannot be read, lacks a column, or holds what is no number or a price of zero or less.
    """
    content, table = read_table(path)
    columns = {name: column_of(path, table, known) for name, known in COLUMNS.items()}
    values: dict[str, list[Any]] = {name: texts(table[column]) for name, column in columns.items()}
    values["time"] = seconds(path, table, column_of(path, table, TIMES))
    for name, known in OPTIONAL_COLUMNS.items():
        if found := [column for column in known if column in table]:
            columns[name], values[name] = found[0], texts(table[found[0]])
    for name, (column, key) in MAPPINGS.items():
        if column in table and name not in values:
            columns[name], values[name] = column, [entry(text, key) for text in table[column]]
    if "oracle_price" in values:  # the medianizer says 0 until it has seen enough
        values["oracle_price"] = [None if text == "0" else text for text in values["oracle_price"]]
    in_eth = [column for column in PRICES_IN_ETH if column in table]
    if in_eth and "eth_price" not in values:
        columns["eth_price"] = f"{columns['market_price']} / {in_eth[0]}"
        values["eth_price"] = quotients(table[columns["market_price"]], table[in_eth[0]])
    snapshots = tuple(rows(path, values, columns))
    name = path.name.removesuffix(".gz").removesuffix(".csv")
    return Recording(
        name=name,
        source=f"file {path.name}",
        sha256=hashlib.sha256(content).hexdigest(),
        snapshots=snapshots,
        gains=read_gains(gains),
    )


def read_gains(path: Path) -> tuple[GainsFrom, ...]:
    """Read from which block on which gains hold.

    Raises:
        RunError: the file cannot be read, or lacks a column or a number.
    """
    _, table = read_table(path)
    if missing := [name for name in GAIN_COLUMNS if name not in table]:
        raise RunError(f"{path} has no column {', '.join(missing)}. It has: {', '.join(table)}.")
    try:
        return tuple(
            GainsFrom(block=int(b), kp=float(kp), ki=float(ki), leak=float(leak), period=int(period))
            for b, kp, ki, leak, period in table[GAIN_COLUMNS].itertuples(index=False)
        )
    except ValueError as error:
        raise RunError(f"{path}: {' '.join(str(error).split())}. Write a number into each of its columns.") from error


def read_table(path: Path) -> tuple[bytes, pd.DataFrame]:
    try:
        # As text: the schema reads numbers, and a decimal keeps all its digits.
        unpacked = io.BytesIO(read_unpacked(path, MOST_BYTES))
        return read_file(path, MOST_BYTES), pd.read_csv(unpacked, dtype=str, keep_default_na=False)
    except (OSError, ValueError) as error:
        raise RunError(f"{path} cannot be read as a CSV: {' '.join(str(error).split())}.") from error


def column_of(path: Path, table: pd.DataFrame, known: tuple[str, ...]) -> str:
    found = [name for name in known if name in table]
    if not found:
        raise RunError(f"{path} has no column {' or '.join(known)}. It has: {', '.join(map(str, table))}.")
    return found[0]


def rows(path: Path, values: dict[str, list[Any]], columns: dict[str, str]) -> list[Snapshot]:
    names = list(values)
    return [
        snapshot_of(dict(zip(names, row, strict=True)), f"{path}, line {line}", columns)
        for line, row in enumerate(zip(*values.values(), strict=True), 2)
    ]


def texts(column: "pd.Series[Any]") -> list[str | None]:
    return [text or None for text in column]


def seconds(path: Path, table: pd.DataFrame, name: str) -> list[int]:
    """Read Unix seconds, or UTC times as text."""
    column = table[name]
    try:
        if column.str.fullmatch(r"\d+").all():
            return [int(text) for text in column]
        times = pd.to_datetime(column, utc=True, format="ISO8601").to_numpy("datetime64[s]")
        if np.isnat(times).any():
            raise ValueError("a time is missing")
        return [int(time) for time in times.astype(np.int64)]
    except ValueError as error:
        raise RunError(f"{path}: {name} is no UTC time ({' '.join(str(error).split())}).") from error


def quotients(usd: "pd.Series[Any]", ether: "pd.Series[Any]") -> list[str | None]:
    above, below = (pd.to_numeric(column, errors="coerce").to_numpy(float) for column in (usd, ether))
    with np.errstate(divide="ignore", invalid="ignore"):
        found = above / below
    return [repr(float(price)) if np.isfinite(price) and price > 0 else None for price in found]


def entry(text: object, key: str) -> str | None:
    """Read a number in a mapping that was written as Python writes one; None where there is none."""
    try:
        return str(ast.literal_eval(str(text))[key])
    except (ValueError, SyntaxError, KeyError, TypeError):
        return None
