"""What it costs to trade on an exchange, from its candles: the difference of bid and ask, which candles do not say."""

from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from tokenspice.engine.units import Floats
from tokenspice.markets.errors import PriceDataError
from tokenspice.markets.prices.table import as_text

__all__ = ["Candles", "daily_spreads"]

DAY_MS = 86_400_000


@final
@dataclass(frozen=True)
class Candles:
    """Prices of one token in periods of one length.

    Attributes:
        unix_ms: [rows] milliseconds since 1970 at which periods begin, rising.
        open, high, low, close: [rows] dollars, above 0.
    """

    unix_ms: NDArray[np.int64]
    open: Floats
    high: Floats
    low: Floats
    close: Floats

    def __post_init__(self) -> None:
        columns = (self.open, self.high, self.low, self.close)
        if any(column.shape != self.unix_ms.shape for column in columns) or not len(self.unix_ms):
            raise PriceDataError(
                "Candles: times and the four prices have different lengths, or none. Give each as many."
            )
        if (np.diff(self.unix_ms) <= 0).any():
            raise PriceDataError("Candles: times do not rise. Sort the rows, and leave each time once.")
        wrong = ~(np.isfinite(columns).all(axis=0) & (self.low > 0))
        wrong |= (self.low > np.minimum(self.open, self.close)) | (self.high < np.maximum(self.open, self.close))
        if wrong.any():
            at = as_text(int(self.unix_ms[np.argmax(wrong)]))
            raise PriceDataError(
                f"Candles: at {at}, prices are not above 0 with open and close from low to high. Mend the row."
            )


def daily_spreads(candles: Candles, unix_ms: NDArray[np.int64]) -> Floats:
    """[T] the bid-ask spread at given times, a fraction of the price: each day's (UTC) estimate from all its candles.

    It measures what trading costs; it is no signal, since a day's estimate has seen the whole day. A day without one, as
    without trades, has that of the day before.

    Args:
        candles: several a day.
        unix_ms: [T] times.

    Raises:
        PriceDataError: the first day that is asked for has no estimate, nor any day before.

    Source:
        Ardia, Guidotti and Kroencke, "Efficient estimation of bid-ask spreads from open, high, low, and close prices".
    """
    days, firsts = np.unique(candles.unix_ms // DAY_MS, return_index=True)
    parts = [slice(a, b) for a, b in zip(firsts, [*firsts[1:], len(candles.unix_ms)], strict=True)]
    estimates = np.array([estimate(candles, part) for part in parts])
    known = np.isfinite(estimates)
    rows = np.searchsorted(days[known], unix_ms // DAY_MS, side="right") - 1
    if (rows < 0).any():
        at = as_text(int(unix_ms[np.argmax(rows < 0)]))
        raise PriceDataError(
            f"Candles: there is no estimate of the spread up to {at}. Give candles of that day, or of earlier ones."
        )
    return np.asarray(estimates[known][rows])


def estimate(candles: Candles, part: slice) -> float:
    """The spread of one day; NaN where prices do not say it."""
    from bidask import edge

    return float(edge(candles.open[part], candles.high[part], candles.low[part], candles.close[part]))
