"""Signals of technical analysis, a price at a time, with the conventions of TA-Lib.

A signal is 1 to buy, -1 to sell, 0 for nothing.
"""

from abc import ABC, abstractmethod
from collections import deque
from math import isnan
from typing import Literal, TypeAlias, final

from talipp.indicators import EMA, RSI, SMA

__all__ = ["INDICATORS", "Indicator", "IndicatorName", "indicator"]

IndicatorName: TypeAlias = Literal["RSI", "CMO", "STOCHRSI", "APO", "MACD"]

NAN = float("nan")
KEPT = 256  # inputs that are never forgotten; more than any smoothing looks back
NEUTRAL = 50.0  # of a relative strength where nothing has moved; TA-Lib has 0, by which it would be oversold


class Indicator(ABC):
    """IMPLEMENT `add`.

    Args:
        lower: from which on downwards an oscillator says to buy.
        upper: from which on upwards it says to sell.
    """

    def __init__(self, lower: float, upper: float) -> None:
        self.lower, self.upper = lower, upper

    @abstractmethod
    def add(self, price: float) -> int:
        """Take the next price, and return the signal that it gives."""

    def contrarian(self, value: float) -> int:
        """Sell what is dear, buy what is cheap."""
        return -1 if value >= self.upper else 1 if value <= self.lower else 0


@final
class RelativeStrength:
    """Wilder's index of rises among moves, from 0 to 100; NaN for the first `period` prices."""

    def __init__(self, period: int) -> None:
        self._rsi = RSI(period)

    def add(self, price: float) -> float:
        rsi = self._rsi
        rsi.add(price)
        forget(rsi)
        if rsi[-1] is None:
            return NAN
        return float(rsi[-1]) if rsi.avg_gain[-1] + rsi.avg_loss[-1] > 0 else NEUTRAL


@final
class Average:
    """A moving average; NaN until its window is full. An exponential one begins with the mean of its first window."""

    def __init__(self, period: int, kind: type[EMA] | type[SMA]) -> None:
        self._average = kind(period)

    def add(self, value: float) -> float:
        self._average.add(value)
        forget(self._average)
        last = self._average[-1]
        return NAN if last is None else float(last)


@final
class RsiSignal(Indicator):
    """RSI: contrarian."""

    def __init__(self, lower: float, upper: float) -> None:
        super().__init__(lower, upper)
        self._strength = RelativeStrength(14)

    def add(self, price: float) -> int:
        return self.contrarian(self._strength.add(price))


@final
class CmoSignal(Indicator):
    """Chande's momentum, from -100 to 100, smoothed as TA-Lib does, so that it is 2 RSI - 100: contrarian."""

    def __init__(self, lower: float, upper: float) -> None:
        super().__init__(lower, upper)
        self._strength = RelativeStrength(14)

    def add(self, price: float) -> int:
        return self.contrarian(2 * self._strength.add(price) - 100)


@final
class StochRsiSignal(Indicator):
    """RSI within its last range (fast k), and the average of that (d): contrarian, where the two cross."""

    def __init__(self, lower: float, upper: float) -> None:
        super().__init__(lower, upper)
        self._strength = RelativeStrength(14)
        self._recent: deque[float] = deque(maxlen=5)
        self._d = Average(3, SMA)
        self._before = NAN  # d - k

    def add(self, price: float) -> int:
        k, d = self.lines(price)
        before, self._before = self._before, d - k
        if k >= self.upper and before < 0 <= d - k:
            return -1
        return 1 if k <= self.lower and before > 0 >= d - k else 0

    def lines(self, price: float) -> tuple[float, float]:
        """Return k and d after the next price; NaN while they have none."""
        strength = self._strength.add(price)
        if isnan(strength):
            return NAN, NAN
        self._recent.append(strength)
        if len(self._recent) < 5:
            return NAN, NAN
        low, high = min(self._recent), max(self._recent)
        k = 100 * (strength - low) / (high - low) if high > low else 0.0
        return k, self._d.add(k)


class Crossing(Indicator):
    """Follows a trend: buys where a line rises through 0, sells where it falls. IMPLEMENT `line`."""

    def __init__(self, lower: float, upper: float) -> None:
        super().__init__(lower, upper)
        self._before = NAN

    @abstractmethod
    def line(self, price: float) -> float:
        """Return the line after the next price; NaN while it has none."""

    def add(self, price: float) -> int:
        before, self._before = self._before, self.line(price)
        if before < 0 <= self._before:
            return 1
        return -1 if before > 0 >= self._before else 0


@final
class ApoSignal(Crossing):
    """The absolute price oscillator: an exponential average of 12 prices less one of 26."""

    def __init__(self, lower: float, upper: float) -> None:
        super().__init__(lower, upper)
        self._fast, self._slow = Average(12, EMA), Average(26, EMA)

    def line(self, price: float) -> float:
        return self._fast.add(price) - self._slow.add(price)


@final
class MacdSignal(Crossing):
    """The histogram of MACD 12/26/9. Both averages begin at the same price, the 26th."""

    def __init__(self, lower: float, upper: float) -> None:
        super().__init__(lower, upper)
        self._fast, self._slow, self._signal = Average(12, EMA), Average(26, EMA), Average(9, EMA)
        self._waits = 26 - 12

    def line(self, price: float) -> float:
        slow = self._slow.add(price)
        if self._waits:
            self._waits -= 1
            return NAN
        macd = self._fast.add(price) - slow
        return NAN if isnan(macd) else macd - self._signal.add(macd)


def forget(series: RSI | EMA | SMA) -> None:
    """Keep memory bounded: drop the oldest inputs, a block at a time."""
    if len(series) > 4 * KEPT:
        series.purge_oldest(3 * KEPT)


INDICATORS: dict[str, type[Indicator]] = {
    "RSI": RsiSignal,
    "CMO": CmoSignal,
    "STOCHRSI": StochRsiSignal,
    "APO": ApoSignal,
    "MACD": MacdSignal,
}


def indicator(name: IndicatorName, lower: float, upper: float) -> Indicator:
    """Make an indicator by its name.

    Args:
        lower, upper: its thresholds; of no effect on APO and MACD.
    """
    made: Indicator = INDICATORS[name](lower, upper)
    return made
