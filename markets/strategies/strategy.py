"""A strategy: a rule, its guard rails, and when and how the weights move.

Alignment, which decides about look-ahead: row 0 of the prices is the first that estimators see. A rule's output that has
seen the price of a minute moves the weights from that minute on. In the first chunk of a window they are the start weights.
"""

from dataclasses import dataclass
from typing import final

import numpy as np

from tokenspice.engine.units import Floats
from tokenspice.markets.errors import PriceDataError, StrategyConfigError
from tokenspice.markets.pools.interpolation import Interpolation
from tokenspice.markets.pools.weight_path import WeightPath
from tokenspice.markets.strategies.guard import GuardRails, coarse_weights
from tokenspice.markets.strategies.memory import DAY_MINUTES
from tokenspice.markets.strategies.rules import Rule

__all__ = ["Strategy"]


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
        delay_chunks: how old, in chunks, the prices are that the rule sees, as of a slow oracle.
    """

    rule: Rule
    guard: GuardRails = GuardRails()
    chunk_minutes: int = DAY_MINUTES
    moving_minutes: int = DAY_MINUTES
    interpolation: Interpolation = Interpolation.linear
    start_weights: tuple[float, ...] = ()
    delay_chunks: int = 0

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
            raise StrategyConfigError(
                f"start_weights {weights.tolist()}: write {n_tokens} positive weights with sum 1."
            )

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
        before = first // self.chunk_minutes - self.delay_chunks
        start = self.first_weights(prices.shape[1])
        path = WeightPath.constant(start)
        starts, slopes = path.starts, path.slopes
        if chunks > 1 and before < 0:
            raise PriceDataError(f"A delay of {self.delay_chunks} chunks needs as many before the window. Begin later.")
        if chunks > 1:
            outputs = self.rule.outputs(seen, self.chunk_minutes)[before : before + chunks - 1]
            coarse = coarse_weights(
                outputs, start, self.guard, self.moving_minutes, self.rule.blend(self.chunk_minutes)
            )
            starts, slopes = np.vstack([starts, coarse.starts]), np.vstack([slopes, coarse.slopes])
        return WeightPath(starts, slopes, self.chunk_minutes, self.moving_minutes, self.interpolation)
