"""Candles from an exchange's web service, each window of them fetched once and kept in a file."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias, final

import numpy as np
import requests

from tokenspice.engine.units import Seconds
from tokenspice.markets.errors import PriceDataError
from tokenspice.markets.prices.candles import read_candles, write_candles
from tokenspice.markets.prices.spreads import Candles
from tokenspice.markets.prices.table import as_text, timestamp

__all__ = ["GRANULARITIES", "CandleFeed", "Fetch", "get_json"]

Fetch: TypeAlias = Callable[[str, Mapping[str, str]], Any]

GRANULARITIES = (60, 300, 900, 3600, 21_600, 86_400)  # seconds of a candle
MOST_ROWS = 300  # in one answer
TIMEOUT = 30.0  # seconds


@final
class CandleFeed:
    """Candles of a product, from a cache or, where it has them not, from a web service.

    The service answers `GET address/products/PRODUCT/candles?granularity=…&start=…&end=…` with rows of
    [time in seconds, low, high, open, close, volume], 300 at most, as Coinbase's exchange does.

    Args:
        address: of the service.
        folder: of the cache; one CSV for each product, granularity and window.
        fetch: gets a page; by HTTP unless given.
    """

    def __init__(self, address: str, folder: str | Path, fetch: Fetch | None = None) -> None:
        self._address = address.rstrip("/")
        self._folder = Path(folder)
        self._fetch = fetch or get_json

    def candles(self, product: str, granularity: Seconds, start: str, end: str) -> Candles:
        """Return the candles from one date to before another, in UTC.

        Args:
            product: such as "ETH-USD".
            granularity: seconds of a candle.

        Raises:
            PriceDataError: the service does not answer, or has no candles of that window.
        """
        if granularity not in GRANULARITIES:
            raise PriceDataError(
                f"candles of {granularity} seconds: write one of {', '.join(map(str, GRANULARITIES))}."
            )
        first, last = timestamp(start) // 1000, timestamp(end) // 1000
        if last <= first:
            raise PriceDataError(f"candles from {start} to {end}: write an end after the start.")
        path = self._folder / f"{product}_{granularity}_{first}_{last}.csv"
        if not path.is_file():
            self._folder.mkdir(parents=True, exist_ok=True)
            write_candles(self._fetched(product, granularity, first, last), path)
        return read_candles(path)

    def _fetched(self, product: str, granularity: Seconds, first: int, last: int) -> Candles:
        rows: dict[int, list[float]] = {}
        span = MOST_ROWS * granularity
        for begin in range(first, last, span):
            end = min(begin + span, last)
            for row in self._page(product, granularity, begin, end):
                if first <= int(row[0]) < last:
                    rows[int(row[0])] = [float(x) for x in row[1:5]]
        if not rows:
            raise PriceDataError(
                f"{self._address} has no candles of {product} from {as_text(first * 1000)} to {as_text(last * 1000)}."
            )
        times = sorted(rows)
        low, high, open_, close = np.array([rows[time] for time in times]).T
        return Candles(1000 * np.array(times, dtype=np.int64), open_, high, low, close)

    def _page(self, product: str, granularity: Seconds, begin: int, end: int) -> list[list[float]]:
        window = {"granularity": str(granularity), "start": iso(begin), "end": iso(end)}
        answer = self._fetch(f"{self._address}/products/{product}/candles", window)
        if not isinstance(answer, list) or not all(isinstance(row, list) and len(row) >= 5 for row in answer):
            raise PriceDataError(
                f"{self._address} answered with something else than candles of {product}: {str(answer)[:100]}"
            )
        return answer


def iso(seconds: int) -> str:
    """A time as the service takes it."""
    return as_text(seconds * 1000).replace(" ", "T") + "Z"


def get_json(url: str, parameters: Mapping[str, str]) -> Any:
    """Ask a web service.

    Raises:
        PriceDataError: it does not answer, or refuses.
    """
    try:
        answer = requests.get(url, params=dict(parameters), timeout=TIMEOUT)
        answer.raise_for_status()
        return answer.json()
    except (requests.RequestException, ValueError) as error:
        raise PriceDataError(
            f"{url} gave no candles: {type(error).__name__}. Ask again, or put a CSV into the cache."
        ) from error
