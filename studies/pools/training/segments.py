"""Which prices may be used for what: training, validation, test, one after another.

Whoever trains is handed `Segments.known` alone: it ends with the validation, so that the test cannot be looked at.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias, final

import numpy as np

from tokenspice.engine.streams import RandomStreams
from tokenspice.engine.units import Floats
from tokenspice.markets.errors import PriceDataError, StrategyConfigError
from tokenspice.markets.prices.table import Prices, Window, as_text
from tokenspice.markets.strategies.strategy import Strategy

__all__ = ["Sampling", "Segments", "draw_starts", "evaluation_starts", "refuse_look_ahead"]

Sampling: TypeAlias = Literal["uniform", "exponential", "stratified"]


@final
@dataclass(frozen=True)
class Segments:
    """Windows of one table, in their order; none overlaps another.

    Attributes:
        train: whose windows are trained on.
        validation: which chooses among what was trained; of no minutes if there is none.
        test: which nobody who trains sees; of no minutes if there is none.
    """

    train: Window
    validation: Window
    test: Window

    def __post_init__(self) -> None:
        parts = (("train", self.train), ("validation", self.validation), ("test", self.test))
        if self.train.first < 0 or self.train.minutes < 1 or any(part.minutes < 0 for _, part in parts):
            raise PriceDataError("Segments: write a training window of a minute or more, and no negative lengths.")
        for (before, a), (after, b) in zip(parts, parts[1:], strict=False):
            if b.first < a.end:
                raise PriceDataError(
                    f"Segments: {after} begins at row {b.first}, before {before} ends at row {a.end}. They may not overlap."
                )

    @classmethod
    def of(cls, prices: Prices, start: str, end: str, test_end: str, validation_fraction: float) -> "Segments":
        """Windows by date: training and, as its last part, validation from `start` to `end`; the test up to `test_end`.

        Raises:
            PriceDataError: a date is outside the prices.
            StrategyConfigError: the fraction is not from 0 to below 1.
        """
        if not 0 <= validation_fraction < 1:
            raise StrategyConfigError(f"validation_fraction is {validation_fraction}. Write 0 to below 1.")
        whole = prices.window(start, end)
        held = int(whole.minutes * validation_fraction)
        train = Window(whole.first, whole.minutes - held)
        test = prices.window(end, test_end) if test_end else Window(whole.end, 0)
        return cls(train, Window(train.end, held), test)

    @property
    def known_end(self) -> int:
        """The row after the last that whoever trains may see."""
        return self.validation.end if self.validation.minutes else self.train.end

    def known(self, prices: Prices) -> Prices:
        """The prices without the test's."""
        end = self.known_end
        return Prices(prices.tokens, prices.unix_ms[:end], prices.close[:end])

    def dates(self, prices: Prices) -> dict[str, tuple[str, str]]:
        """The first and the last minute of each part that has any."""
        parts = {"train": self.train, "validation": self.validation, "test": self.test}
        return {
            name: (as_text(int(prices.unix_ms[w.first])), as_text(int(prices.unix_ms[w.end - 1])))
            for name, w in parts.items()
            if w.minutes
        }


def draw_starts(
    segment: Window, minutes: int, count: int, kind: Sampling, streams: RandomStreams, iteration: int, every: int = 1
) -> list[int]:
    """Rows at which windows of a segment begin, for one iteration. They do not depend on what was drawn before.

    Args:
        segment: in which the windows lie as a whole.
        minutes: of each window.
        count: how many.
        kind: uniform, without repetition where there are enough; exponential, which prefers late ones; stratified, one in
            each of as many equal parts.
        streams: of random numbers.
        iteration: which.
        every: minutes between possible starts.
    """
    places = (segment.minutes - minutes) // every + 1
    if places < 1:
        raise StrategyConfigError(
            f"Windows of {minutes} minutes do not fit into a training segment of {segment.minutes}. Shorten window_days."
        )
    rng = streams(f"windows of iteration {iteration}")
    if kind == "stratified":
        edges = np.linspace(0, places, count + 1)
        at = np.floor(edges[:-1] + rng.random(count) * np.diff(edges)).astype(int)
    else:
        chances = np.exp(5 * np.arange(places) / places) if kind == "exponential" else np.ones(places)
        at = rng.choice(places, size=count, replace=places < count, p=chances / chances.sum())
    return [segment.first + every * int(place) for place in np.minimum(at, places - 1)]


def evaluation_starts(segment: Window, minutes: int, count: int, streams: RandomStreams, every: int = 1) -> list[int]:
    """Rows at which the windows begin that searches judge by: half drawn, half in equal steps, sorted, without repetition."""
    places = (segment.minutes - minutes) // every + 1
    if places <= count:
        return draw_starts(segment, minutes, max(places, 1), "stratified", streams, -1, every)
    drawn = draw_starts(segment, minutes, count - count // 2, "uniform", streams, -1, every)
    steps = np.linspace(0, places - 1, count // 2).round().astype(int)
    return sorted({*drawn, *(segment.first + every * int(step) for step in steps)})


def refuse_look_ahead(strategy: Strategy, close: Floats, window: Window) -> None:
    """Refuse a strategy whose weights before a minute change with prices from that minute on.

    Args:
        strategy: of any rule.
        close: [rows, n] dollars.
        window: in which it is tried, at three minutes, each with other later prices.

    Raises:
        StrategyConfigError: it looks ahead.
    """
    chunk = strategy.chunk_minutes
    first, minutes = window.first % chunk, window.minutes
    rows = close[first : window.end]
    given = strategy.weights(rows, window.first - first, minutes).fine(minutes)
    for part in (0.25, 0.5, 0.8):
        # A minute at which the rule looks, and one before the next look.
        for minute in {(int(part * minutes) // chunk) * chunk, int(part * minutes)}:
            later = rows.copy()
            wave = 1 + 0.5 * np.sin(
                np.arange(len(later) - (window.first - first) - minute)[:, None] + np.arange(rows.shape[1])
            )
            later[window.first - first + minute :] *= wave
            found = strategy.weights(later, window.first - first, minutes).fine(minutes)
            if not np.array_equal(found[:minute], given[:minute]):
                raise StrategyConfigError(
                    f"{type(strategy.rule).__name__} looks ahead: its weights before minute {minute} of the window change with "
                    "prices from that minute on. Let row j of its outputs use rows up to j + 1 of its prices alone."
                )
