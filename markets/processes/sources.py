"""Where agents get prices from: the price of a step, from a series or as it arrives."""

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from math import isnan
from typing import final

from tokenspice.markets.errors import PriceDataError

__all__ = ["PriceSeries", "PriceSource", "PriceStream"]

NAN = float("nan")


class PriceSource(ABC):
    """A price of every step. IMPLEMENT `at`. Many agents may ask one source."""

    @abstractmethod
    def at(self, step: int) -> float:
        """Return the price of a step, from 0; NaN where there is none, and whoever asks lets the step pass."""


@final
class PriceSeries(PriceSource):
    """Prices that are known beforehand; the last one stays.

    Args:
        prices: above 0, or NaN where there is none.

    Raises:
        PriceDataError: there is no price, or one is not above 0.
    """

    def __init__(self, prices: Sequence[float]) -> None:
        self.prices = [float(price) for price in prices]
        if not self.prices:
            raise PriceDataError("PriceSeries: there is no price in it. Give one or more.")
        for step, price in enumerate(self.prices):
            check_price(step, price)
        self._last = len(self.prices) - 1

    def at(self, step: int) -> float:
        return self.prices[step if step < self._last else self._last]


@final
class PriceStream(PriceSource):
    """Prices that arrive one by one; it is asked for the next one when a step needs it. The last one stays.

    Args:
        prices: above 0, or NaN where there is none. A checkpoint can hold iterators over a sequence, but no generator.
        memory: how many steps back can still be asked for.
    """

    def __init__(self, prices: Iterable[float], memory: int = 1000) -> None:
        self._source: Iterator[float] = iter(prices)
        self._kept: deque[float] = deque(maxlen=memory)
        self._n_read = 0
        self._is_over = False

    def at(self, step: int) -> float:
        while self._n_read <= step and not self._is_over:
            self._read()
        back = self._n_read - step
        if back > len(self._kept):
            raise PriceDataError(
                f"PriceStream: the price of step {step} is {back} prices back, and {len(self._kept)} are kept. Give it a "
                "larger memory."
            )
        return self._kept[-max(back, 1)]

    def _read(self) -> None:
        price = next(self._source, None)
        if price is None:
            self._is_over = True
            if not self._kept:
                self._kept.append(NAN)
                self._n_read = 1
            return
        check_price(self._n_read, price)
        self._kept.append(float(price))
        self._n_read += 1


def check_price(step: int, price: float) -> None:
    """Refuse what is no price.

    Raises:
        PriceDataError: it is not above 0, nor NaN.
    """
    if not (isnan(price) or 0 < price < float("inf")):
        raise PriceDataError(f"the price of step {step} is {price:g}. A price is a number above 0, or NaN for none.")
