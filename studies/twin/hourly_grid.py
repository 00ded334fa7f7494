"""A history on a grid of hours, by the last observation; hours that lie too long after one are flagged, not filled.

T is the number of hours.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tokenspice.engine.errors import RunError
from tokenspice.engine.units import HOUR, Floats
from tokenspice.studies.twin.history import LONGEST_GAP, History

__all__ = ["HourlyGrid", "hourly_grid"]

LEAST_HOURS = 72  # from which anything can be estimated


@dataclass(frozen=True)
class HourlyGrid:
    """Series by the hour.

    Attributes:
        time: [T] Unix seconds.
        is_stale: [T] whether the last observation is more than six hours old.
        eth_return: [T] log-return of ether over the hour before; 0 at the first, NaN where either end is stale.
        spread: [T] log of market price over redemption price; NaN where it is stale.
        rate: [T] redemption rate minus one, per hour.
        liquidity: [T] log of the coins in the pool; NaN where it was not recorded.
        debt: [T] log of all debt in coins; NaN where it was not recorded.
    """

    time: NDArray[np.int64]
    is_stale: NDArray[np.bool_]
    eth_return: Floats
    spread: Floats
    rate: Floats
    liquidity: Floats
    debt: Floats


def hourly_grid(history: History) -> HourlyGrid:
    """Put a history on hours that end with its last snapshot.

    Raises:
        RunError: it is shorter than three days, or has no price of ether.
    """
    first, last = int(history.time[0]), int(history.time[-1])
    if last - first < LEAST_HOURS * HOUR:
        raise RunError(
            f"{history.name} is {(last - first) / HOUR:.1f} hours long in that stretch, and an estimate takes {LEAST_HOURS} "
            "or more. Take more days."
        )
    if not np.isfinite(history.eth_price).all():
        raise RunError(
            f"{history.name} lacks prices of ether, which its process is estimated from. Give a record with a column "
            "eth_price or marketPriceEth."
        )
    time = np.arange(last - (last - first) // HOUR * HOUR, last + 1, HOUR)
    at = np.searchsorted(history.time, time, side="right") - 1
    is_stale = time - history.time[at] > LONGEST_GAP
    steps = np.diff(np.log(history.eth_price)[at], prepend=np.log(history.eth_price[at[0]]))
    spread = np.log(history.market_price / history.redemption_price)[at]
    return HourlyGrid(
        time,
        is_stale,
        np.where(is_stale | np.concatenate([[False], is_stale[:-1]]), np.nan, steps),
        np.where(is_stale, np.nan, spread),
        history.redemption_rate[at] - 1,
        logs(history.coin_reserve)[at],
        logs(history.debt)[at],
    )


def logs(series: Floats) -> Floats:
    """[T] logs of what is above zero, NaN elsewhere."""
    return np.log(np.where(series > 0, series, np.nan))
