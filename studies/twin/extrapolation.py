"""What an extrapolation found: many paths for each scenario, as quantiles and as chances.

S is the number of scenarios, P of paths, T of hours, K of series.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
import pandas as pd

from tokenspice.engine.errors import RunError
from tokenspice.engine.text import not_among
from tokenspice.engine.units import Floats
from tokenspice.protocols.rai.eth_model import EthModel
from tokenspice.protocols.rai.scenario import Scenario

__all__ = ["QUANTILES", "SERIES", "Extrapolation"]

QUANTILES = (0.05, 0.25, 0.50, 0.75, 0.95)

# What the netlist rai logs of each hour, with its unit.
SERIES: dict[str, str] = {
    "eth_price": "USD per ETH",
    "market_price": "USD per RAI",
    "oracle_price": "USD per RAI",
    "redemption_price": "USD per RAI",
    "redemption_rate": "gross per year",
    "peg_error": "share",
    "hours_outside_band": "hours",
    "n_rate_bound_hits": "count",
    "pool_RAI": "RAI",
    "pool_ETH": "ETH",
    "debt_RAI": "RAI",
    "collateral_ETH": "ETH",
    "collateral_ratio": "share",
    "liquidated_ETH": "ETH",
}


@final
@dataclass(frozen=True)
class Extrapolation:
    """Paths of all series, for each scenario with the same random numbers.

    Attributes:
        scenarios: what was asked, in order.
        series: names of the series, in order; `SERIES` has their units.
        hours: [T] hours since the start, from 0.
        time: Unix seconds of hour 0.
        values: [S, P, T, K].
        eth: the process of ether's price.
        seed: of all paths.
        controller: "evm", "python" or "both".
        notes: what the record did not tell, and what was taken instead, in sentences.
    """

    scenarios: tuple[Scenario, ...]
    series: tuple[str, ...]
    hours: Floats
    time: int
    values: Floats
    eth: EthModel
    seed: int
    controller: str
    notes: tuple[str, ...] = ()

    def of(self, scenario: str, series: str) -> Floats:
        """[P, T] all paths of a series in a scenario.

        Raises:
            RunError: there is no such scenario or series.
        """
        names = [one.name for one in self.scenarios]
        if scenario not in names:
            raise RunError(f'there is no scenario "{scenario}". {not_among(scenario, names)}')
        if series not in self.series:
            raise RunError(f'there is no series "{series}". {not_among(series, self.series)}')
        found: Floats = self.values[names.index(scenario), :, :, self.series.index(series)]
        return found

    def quantiles(self, scenario: str, series: str, shares: Sequence[float] = QUANTILES) -> Floats:
        """[len(shares), T] of all paths, hour by hour."""
        return np.quantile(self.of(scenario, series), shares, axis=0)

    def exceedance(self, scenario: str, series: str, level: float) -> Floats:
        """[T] the share of paths that are above `level`, hour by hour."""
        found: Floats = (self.of(scenario, series) > level).mean(axis=0)
        return found

    def bands(self) -> pd.DataFrame:
        """Quantiles of everything: scenario, series, unit, hour, q05, q25, q50, q75, q95."""
        columns = [f"q{round(100 * share):02}" for share in QUANTILES]
        parts = [
            pd.DataFrame(self.quantiles(scenario.name, series).T, columns=columns).assign(
                scenario=scenario.name, series=series, unit=SERIES.get(series, ""), hour=self.hours
            )
            for scenario in self.scenarios
            for series in self.series
        ]
        return pd.concat(parts, ignore_index=True)[["scenario", "series", "unit", "hour", *columns]]

    def table(self) -> pd.DataFrame:
        """Every number, one a row: scenario, path, hour, series, value."""
        names = [[one.name for one in self.scenarios], range(self.values.shape[1]), self.hours, self.series]
        index = pd.MultiIndex.from_product(names, names=["scenario", "path", "hour", "series"])
        return pd.Series(self.values.ravel(), index, name="value").reset_index()
