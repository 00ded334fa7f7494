"""Recorded history of RAI as arrays: sorted, without doubles, its gaps said.

T is the number of snapshots. Times are irregular and stay so.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tokenspice.engine.errors import RunError
from tokenspice.engine.units import DAY, HOUR, Floats

__all__ = ["DATA", "FLOAT_COLUMNS", "LONGEST_GAP", "History"]

DATA = Path(__file__).parent / "data"
LONGEST_GAP = 6 * HOUR
FLOAT_COLUMNS = (
    "redemption_price",
    "redemption_rate",
    "market_price",
    "oracle_price",
    "eth_price",
    "coin_reserve",
    "eth_reserve",
    "coin_supply",
    "debt",
    "collateral",
)


@dataclass(frozen=True)
class History:
    """What a system was seen to do. What was not recorded is NaN.

    Attributes:
        name: of the record.
        sha256: of its raw data.
        block: [T] block numbers, rising.
        time: [T] Unix seconds, rising.
        redemption_price: [T] USD per coin, as it was last updated on chain.
        redemption_rate: [T] gross growth per hour.
        market_price: [T] USD per coin, by the pool's spot price.
        oracle_price: [T] USD per coin, by the medianizer that the controller reads.
        eth_price: [T] USD per ETH.
        coin_reserve: [T] coins in the pool.
        eth_reserve: [T] ETH in the pool.
        coin_supply: [T] coins.
        debt: [T] coins, of all SAFEs, with interest.
        collateral: [T] ETH, of all SAFEs.
        gains: [n, 5] from which block on which gains hold: block, kp, ki, leak per second, period in seconds.
        notes: what was done to the record, in sentences.
    """

    name: str
    sha256: str
    block: NDArray[np.int64]
    time: NDArray[np.int64]
    redemption_price: Floats
    redemption_rate: Floats
    market_price: Floats
    oracle_price: Floats
    eth_price: Floats
    coin_reserve: Floats
    eth_reserve: Floats
    coin_supply: Floats
    debt: Floats
    collateral: Floats
    gains: Floats
    notes: tuple[str, ...] = ()

    @property
    def days(self) -> float:
        """From the first snapshot to the last."""
        return float(self.time[-1] - self.time[0]) / DAY

    @property
    def gaps(self) -> list[tuple[int, float]]:
        """Where more than six hours are missing: the index before the gap, and its length in hours."""
        hours = np.diff(self.time) / HOUR
        return [(int(i), float(hours[i])) for i in np.flatnonzero(hours > LONGEST_GAP / HOUR)]

    def since_block(self, block: int) -> "History":
        """Return the part from a block on."""
        kept = self.block >= block
        if not kept.any():
            raise RunError(f"{self.name} ends at block {self.block[-1]}, before {block}. Write an earlier block.")
        return self.where(kept)

    def last_days(self, days: float) -> "History":
        """Return the part of the last `days` days."""
        first = np.searchsorted(self.time, self.time[-1] - days * 24 * HOUR)
        return self.since_block(int(self.block[first]))

    def where(self, kept: NDArray[np.bool_]) -> "History":
        """Return some of the snapshots.

        Args:
            kept: [T] which.
        """
        columns: dict[str, Any] = {name: getattr(self, name)[kept] for name in ("block", "time", *FLOAT_COLUMNS)}
        return replace(self, **columns)
