"""Prices that were: of a file, at the times of a run's steps."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, final

import numpy as np

from tokenspice.engine.parameters import AtLeast, Doc
from tokenspice.engine.units import DAY, Floats, Seconds, Unit
from tokenspice.markets.errors import PriceDataError
from tokenspice.markets.prices.candles import interpolated, read_candles
from tokenspice.markets.prices.files import bundled_prices, read_prices
from tokenspice.markets.prices.table import Prices, as_text, timestamp
from tokenspice.markets.processes.base import Process

__all__ = ["HistoricPrices"]


@final
@dataclass(frozen=True)
class HistoricPrices(Process):
    """Candles, or a table of prices, on straight lines from one to the next. Chance chooses at most the day to begin on."""

    path_of_file: Annotated[
        str,
        Doc(
            "candles, or with a token a table of prices: .csv, .csv.gz, .parquet or .npz; that of the package if empty"
        ),
    ] = ""
    token: Annotated[
        str, Doc("the column of a table of prices, such as ETH; empty for a file of one token's candles")
    ] = ""
    start: Annotated[str, Doc('the first moment, such as "2022-06-12"; the file\'s first one where it is empty')] = ""
    days: Annotated[
        int,
        AtLeast(0),
        Unit("days"),
        Doc("from `start` on, among which one is drawn to begin on; 0 or 1 for the first"),
    ] = 0

    def path(self, rng: np.random.Generator, length: int, time_step: Seconds) -> list[float]:
        day = int(rng.integers(self.days)) if self.days > 1 else 0
        found = self._of_table(length, time_step, day) if self.token else self._of_candles(length, time_step, day)
        prices: list[float] = found.tolist()
        return prices

    def _of_candles(self, length: int, time_step: Seconds, day: int) -> Floats:
        if not self.path_of_file:
            raise PriceDataError(
                "HistoricPrices: there is neither a file nor a token. Write path_of_file=, of candles, or token=, of the "
                f"package's own table: {', '.join(bundled_prices().tokens)}."
            )
        candles = read_candles(Path(self.path_of_file))
        return interpolated(candles, self._start(int(candles.unix_ms[0]), day), length, time_step)

    def _of_table(self, length: int, time_step: Seconds, day: int) -> Floats:
        path = self.path_of_file
        table = read_prices(path, gaps="fill") if path else bundled_prices()
        return interpolated_table(table.of((self.token,)), self._start(int(table.unix_ms[0]), day), length, time_step)

    def _start(self, first_ms: int, day: int) -> int:
        return (timestamp(self.start) if self.start else first_ms) + 1000 * DAY * day


def interpolated_table(table: Prices, start_ms: int, length: int, time_step: Seconds) -> Floats:
    """Return the prices of a table of one token at regular times.

    Raises:
        PriceDataError: a time is outside the table.
    """
    times = start_ms + 1000 * time_step * np.arange(length, dtype=np.int64)
    first, last = int(table.unix_ms[0]), int(table.unix_ms[-1])
    if start_ms < first or int(times[-1]) > last:
        raise PriceDataError(
            f"prices were asked for from {as_text(start_ms)} to {as_text(int(times[-1]))}, but the table is from "
            f"{as_text(first)} to {as_text(last)}. Write a time within it, or a shorter run."
        )
    return np.asarray(np.interp(times, table.unix_ms, table.close[:, 0]))
