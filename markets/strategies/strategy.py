"""A strategy: a rule, its guard rails, and when and how the weights move.

Alignment, which decides about look-ahead: row 0 of the prices is the first that estimators see. A rule's output that has
seen the price of a minute moves the weights from that minute on. In the first chunk of a window they are the start weights.
"""

from dataclasses import dataclass
from typing import final

import numpy as np

from tokenspice.engine.units import Floats
from tokenspice.markets.errors import PriceDataError, StrategyConfigError
from tokenspice.markets.strategies.guard import GuardRails, coarse_weights
from tokenspice.markets.strategies.interpolation import Interpolation, fine_weights
from tokenspice.markets.strategies.memory import DAY_MINUTES
from tokenspice.markets.strategies.rules import Rule

__all__ = ["Strategy", "WeightPath"]


@final
@dataclass(frozen=True)
class WeightPath:
    """Weights of a window, minute by minute, in short.

    Attributes:
        starts, slopes: [c, n] weights at the start of each chunk, and their change per minute.
        chunk_minutes, moving_minutes: of a chunk, and of its beginning, in which the weights move.
        interpolation: the way.
    """

    starts: Floats
    slopes: Floats
    chunk_minutes: int
    moving_minutes: int
    interpolation: Interpolation = Interpolation.linear

    @classmethod
    def constant(cls, weights: Floats) -> "WeightPath":
        """Weights, [n], that do not move."""
        return cls(weights[None, :], np.zeros((1, len(weights))), DAY_MINUTES, DAY_MINUTES)

    @classmethod
    def through(cls, rows: Floats, chunk_minutes: int) -> "WeightPath":
        """Weights that go in straight lines through given ones.

        Args:
            rows: [c, n] weights at the start of each chunk; after the last they stay.
            chunk_minutes: between rows.
        """
        if (rows <= 0).any() or (np.abs(rows.sum(axis=1) - 1) > 1e-9).any():
            raise StrategyConfigError("Given weights: every row needs positive weights with sum 1.")
        slopes = np.vstack([np.diff(rows, axis=0), np.zeros((1, rows.shape[1]))]) / chunk_minutes
        return cls(rows, slopes, chunk_minutes, chunk_minutes)

    def fine(self, minutes: int) -> Floats:
        """[minutes, n] the weights of every minute from the first on."""
        rows = [
            fine_weights(start, slope, self.moving_minutes, self.chunk_minutes, self.interpolation)
            for start, slope in zip(self.starts, self.slopes, strict=True)
        ]
        fine = np.concatenate(rows)[:minutes]
        return np.vstack([fine, np.repeat(self.last[None, :], minutes - len(fine), axis=0)])

    @property
    def last(self) -> Floats:
        """[n] the weights after the last chunk."""
        return np.asarray(self.starts[-1] + self.moving_minutes * self.slopes[-1])


@final
@dataclass(frozen=True)
class Strategy:
    """How a pool's weights follow prices.

    Attributes:
        rule: what they should become.
        guard: what they may be.
        chunk_minutes: between two looks at prices.
        moving_minutes: how long weights move after a look, at most `chunk_minutes`.
        interpolation: the way they move.
        start_weights: of a window's first chunk; empty for equal ones.
    """

    rule: Rule
    guard: GuardRails = GuardRails()
    chunk_minutes: int = DAY_MINUTES
    moving_minutes: int = DAY_MINUTES
    interpolation: Interpolation = Interpolation.linear
    start_weights: tuple[float, ...] = ()

    def check(self, n_tokens: int) -> None:
        """Refuse what does not fit together.

        Raises:
            StrategyConfigError: says what.
        """
        self.rule.check(n_tokens)
        self.guard.check(n_tokens)
        if not 1 <= self.moving_minutes <= self.chunk_minutes:
            raise StrategyConfigError(
                f"Weights move for {self.moving_minutes} minutes of a chunk of {self.chunk_minutes}. Write 1 to {self.chunk_minutes}."
            )
        weights = self.first_weights(n_tokens)
        if len(weights) != n_tokens or not (weights > 0).all() or abs(weights.sum() - 1) > 1e-9:
            raise StrategyConfigError(f"start_weights {weights.tolist()}: write {n_tokens} positive weights with sum 1.")

    def first_weights(self, n_tokens: int) -> Floats:
        """[n] weights before the rule says anything."""
        return np.array(self.start_weights) if self.start_weights else np.full(n_tokens, 1 / n_tokens)

    def weights(self, prices: Floats, first: int, minutes: int) -> WeightPath:
        """The weights of a window.

        Args:
            prices: [rows, n] every minute from the first that estimators see, dollars.
            first: the window's first row, a multiple of `chunk_minutes`.
            minutes: of the window.

        Raises:
            PriceDataError: the window is not within the prices, or begins amid a chunk.
        """
        self.check(prices.shape[1])
        if first % self.chunk_minutes or not 0 <= first < first + minutes <= len(prices):
            raise PriceDataError(
                f"A window of {minutes} minutes from row {first} in {len(prices)} rows: it begins at a multiple of "
                f"{self.chunk_minutes} rows and ends within the prices."
            )
        chunks = -(-minutes // self.chunk_minutes)
        seen = prices[: first + minutes : self.chunk_minutes]
        before = first // self.chunk_minutes
        start = self.first_weights(prices.shape[1])
        path = WeightPath.constant(start)
        starts, slopes = path.starts, path.slopes
        if chunks > 1:
            outputs = self.rule.outputs(seen, self.chunk_minutes)[before : before + chunks - 1]
            coarse = coarse_weights(
                outputs, start, self.guard, self.moving_minutes, self.rule.blend(self.chunk_minutes)
            )
            starts, slopes = np.vstack([starts, coarse.starts]), np.vstack([slopes, coarse.slopes])
        return WeightPath(starts, slopes, self.chunk_minutes, self.moving_minutes, self.interpolation)
