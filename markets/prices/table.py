"""A table of prices: one row a minute, one column a token, no gaps."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import final

import numpy as np
from numpy.typing import NDArray

from tokenspice.engine.units import Floats
from tokenspice.markets.errors import PriceDataError

__all__ = ["MINUTE_MS", "Prices", "Window", "as_text", "timestamp"]

MINUTE_MS = 60_000
MIDNIGHT = 1440


def timestamp(text: str) -> int:
    """Milliseconds since 1970 of a date such as "2023-01-31" or "2023-01-31 12:00:00", in UTC.

    Raises:
        PriceDataError: the text is no date.
    """
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        raise PriceDataError(f'"{text}" is no date. Write "2023-01-31" or "2023-01-31 12:00:00", in UTC.') from None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return int(at.timestamp()) * 1000


def as_text(unix_ms: int) -> str:
    """The date of a time, in UTC."""
    return datetime.fromtimestamp(unix_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")


@final
@dataclass(frozen=True)
class Window:
    """A part of a table.

    Attributes:
        first: its first row. All rows before it are what estimators may have seen.
        minutes: how long it is.
    """

    first: int
    minutes: int

    @property
    def end(self) -> int:
        """The row after its last."""
        return self.first + self.minutes


@final
@dataclass(frozen=True)
class Prices:
    """Prices of every minute.

    Attributes:
        tokens: names, in the order of the columns.
        unix_ms: [rows] milliseconds since 1970, one minute apart.
        close: [rows, n] dollars, above 0.
        filled_minutes: rows in which a price repeats the last one because the files had none.
    """

    tokens: tuple[str, ...]
    unix_ms: NDArray[np.int64]
    close: Floats
    filled_minutes: int = 0

    def __post_init__(self) -> None:
        if self.close.shape != (len(self.unix_ms), len(self.tokens)) or not len(self.unix_ms):
            raise PriceDataError(
                f"Prices: {len(self.tokens)} tokens and {len(self.unix_ms)} times, but a table of shape {self.close.shape}."
            )
        if len(set(self.tokens)) != len(self.tokens):
            raise PriceDataError(f"Prices: a token is there twice among {', '.join(self.tokens)}.")
        self.check_grid()
        self.check_values()

    def check_grid(self) -> None:
        """Refuse times that are not one minute apart."""
        steps = np.diff(self.unix_ms)
        bad = np.flatnonzero(steps != MINUTE_MS)
        if not len(bad):
            return
        back = np.flatnonzero(steps <= 0)  # first: whoever sorts the rows may find no gap
        row = int(back[0] if len(back) else bad[0])
        where = f"row {row + 1}, {as_text(int(self.unix_ms[row + 1]))}"
        if len(back):
            raise PriceDataError(
                f"Prices are not sorted by time: {where} comes after {as_text(int(self.unix_ms[row]))}. Sort them."
            )
        raise PriceDataError(
            f"Prices have {len(bad)} gap{'s' * (len(bad) > 1)} of the minute grid; the first is before {where}: "
            f'{steps[row] / MINUTE_MS:g} minutes. Read them with --fill, or gaps="fill", to repeat the last price in gaps.'
        )

    def check_values(self) -> None:
        """Refuse prices that are none."""
        bad = np.argwhere(~(np.isfinite(self.close) & (self.close > 0)))
        if len(bad):
            row, column = bad[0]
            raise PriceDataError(
                f"Prices: {self.tokens[column]} is {self.close[row, column]} dollars in row {row}, "
                f"{as_text(int(self.unix_ms[row]))}. A price is a number above 0."
            )

    def of(self, tokens: tuple[str, ...]) -> "Prices":
        """The same table with these columns alone, in this order.

        Raises:
            PriceDataError: a token is not there.
        """
        unknown = [token for token in tokens if token not in self.tokens]
        if unknown:
            raise PriceDataError(
                f"There are no prices of {', '.join(unknown)}. There are those of {', '.join(self.tokens)}."
            )
        columns = [self.tokens.index(token) for token in tokens]
        return Prices(tokens, self.unix_ms, np.ascontiguousarray(self.close[:, columns]))

    def from_midnight(self) -> "Prices":
        """The same table without the rows before its first midnight, so that chunks begin at midnight."""
        minute = int(self.unix_ms[0]) // MINUTE_MS % MIDNIGHT
        skip = (MIDNIGHT - minute) % MIDNIGHT
        if skip >= len(self.unix_ms):
            raise PriceDataError("Prices: there is no midnight in them. Give at least a day.")
        return Prices(self.tokens, self.unix_ms[skip:], self.close[skip:])

    def row(self, unix_ms: int) -> int:
        """The row of a time.

        Raises:
            PriceDataError: the time is outside the table, or within a minute.
        """
        row, rest = divmod(unix_ms - int(self.unix_ms[0]), MINUTE_MS)
        if rest or not 0 <= row < len(self.unix_ms):
            raise PriceDataError(
                f"{as_text(unix_ms)} is not among the prices, which go from {as_text(int(self.unix_ms[0]))} to "
                f"{as_text(int(self.unix_ms[-1]))}, by the minute."
            )
        return int(row)

    def window(self, start: str, end: str) -> Window:
        """The minutes from one date to before another.

        Raises:
            PriceDataError: a date is outside the table, or the window is empty.
        """
        first = self.row(timestamp(start))
        last = timestamp(end) - MINUTE_MS
        if last < timestamp(start):
            raise PriceDataError(f"The window from {start} to {end} is empty. Write an end after the start.")
        return Window(first, self.row(last) + 1 - first)
