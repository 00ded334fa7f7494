"""Prices that were: candles of a file, at the times of a run's steps."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, final

import numpy as np

from tokenspice.engine.parameters import AtLeast, Doc
from tokenspice.engine.units import DAY, Seconds, Unit
from tokenspice.markets.errors import PriceDataError
from tokenspice.markets.prices.candles import interpolated, read_candles
from tokenspice.markets.prices.table import timestamp
from tokenspice.markets.processes.base import Process

__all__ = ["HistoricPrices"]


@final
@dataclass(frozen=True)
class HistoricPrices(Process):
    """Candles of a file, interpolated from close to close. Chance chooses at most the day on which they begin."""

    path_of_candles: Annotated[str, Doc("the file: .csv, .csv.gz, .parquet or .npz")] = ""
    start: Annotated[str, Doc('the first moment, such as "2022-06-12"; the file\'s first one where it is empty')] = ""
    days: Annotated[
        int,
        AtLeast(0),
        Unit("days"),
        Doc("from `start` on, among which one is drawn to begin on; 0 or 1 for the first"),
    ] = 0

    def path(self, rng: np.random.Generator, length: int, time_step: Seconds) -> list[float]:
        if not self.path_of_candles:
            raise PriceDataError("HistoricPrices: there is no path_of_candles. Write the path of a file with candles.")
        candles = read_candles(Path(self.path_of_candles))
        start = timestamp(self.start) if self.start else int(candles.unix_ms[0])
        day = int(rng.integers(self.days)) if self.days > 1 else 0
        prices: list[float] = interpolated(candles, start + 1000 * DAY * day, length, time_step).tolist()
        return prices
