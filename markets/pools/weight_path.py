"""Weights of a pool over a window, in short: where they are at the start of each chunk, and how they move."""

from dataclasses import dataclass
from typing import final

import numpy as np

from tokenspice.engine.units import Floats
from tokenspice.markets.errors import StrategyConfigError
from tokenspice.markets.pools.interpolation import Interpolation, fine_weights

__all__ = ["WeightPath"]

DAY_MINUTES = 1440


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
