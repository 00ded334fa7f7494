"""Prices from a process instead of data: correlated geometric Brownian motions with jumps and regimes of volatility."""

from dataclasses import dataclass
from typing import final

import numpy as np

from tokenspice.engine.streams import RandomStreams
from tokenspice.markets.errors import PriceDataError
from tokenspice.markets.prices.table import MINUTE_MS, Prices, timestamp

__all__ = ["PriceProcess"]

YEAR_MINUTES = 525_600
MOST_VOLATILITY = 1_000  # per √year; a price that doubles or halves every minute has 500
MOST_PRICES = 20_000_000  # of all tokens in one path; each takes up to some 50 bytes while it is drawn


@final
@dataclass(frozen=True)
class PriceProcess:
    """How prices move.

    Attributes:
        tokens: names.
        start_USD: the first price of each.
        drift_per_year: of the logarithm's mean, before the variance's half is taken off.
        volatility_per_year: of each.
        correlation: between any two.
        tail: degrees of freedom of the shocks, above 2; the fewer, the fatter the tails.
        start: the first minute.
    """

    tokens: tuple[str, ...]
    start_USD: tuple[float, ...]
    drift_per_year: tuple[float, ...]
    volatility_per_year: tuple[float, ...]
    correlation: float = 0.0
    tail: float = 5.0
    start: str = "2023-01-01"

    def __post_init__(self) -> None:
        n = len(self.tokens)
        if not n == len(self.start_USD) == len(self.drift_per_year) == len(self.volatility_per_year):
            raise PriceDataError(f"PriceProcess: write {n} start prices, drifts and volatilities, one per token.")
        if not all(0 <= volatility <= MOST_VOLATILITY for volatility in self.volatility_per_year):
            found = ", ".join(f"{volatility:g}" for volatility in self.volatility_per_year)
            raise PriceDataError(
                f"PriceProcess: volatility = {found} per √year. Write volatilities from 0 to {MOST_VOLATILITY:,}."
            )
        if not (self.tail > 2 and -1 / max(n - 1, 1) < self.correlation <= 1):
            raise PriceDataError("PriceProcess: write a tail above 2 and a correlation that n tokens can have.")

    def draw(self, minutes: int, seed: int) -> Prices:
        """A path; the same for the same seed.

        Raises:
            PriceDataError: it would be too long for the memory, or prices leave what floats can hold.
        """
        n = len(self.tokens)
        if minutes * n > MOST_PRICES:
            raise PriceDataError(
                f"PriceProcess: {minutes:,} minutes of {n} tokens are too many. Ask for {MOST_PRICES // n:,} minutes at "
                "most: a smaller time_step, or fewer max_ticks."
            )
        rng = RandomStreams(seed)("prices")
        matrix = np.full((n, n), self.correlation) + (1 - self.correlation) * np.eye(n)
        values, vectors = np.linalg.eigh(matrix)
        root = vectors * np.sqrt(np.maximum(values, 0))
        shocks = rng.standard_normal((minutes - 1, n)) @ root.T
        spread = rng.chisquare(self.tail, (minutes - 1, 1)) / (self.tail - 2)
        sigma = np.array(self.volatility_per_year) / np.sqrt(YEAR_MINUTES)
        drift = np.array(self.drift_per_year) / YEAR_MINUTES - sigma**2 / 2
        logs = np.cumsum(np.vstack([np.zeros(n), drift + sigma * shocks / np.sqrt(spread)]), axis=0)
        unix_ms = timestamp(self.start) + MINUTE_MS * np.arange(minutes, dtype=np.int64)
        with np.errstate(over="ignore"):  # the table refuses what is no price
            return Prices(self.tokens, unix_ms, np.array(self.start_USD) * np.exp(logs))
