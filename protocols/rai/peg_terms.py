"""How those who hold a coin value it, as numbers."""

from dataclasses import dataclass
from typing import Annotated, final

import numpy as np

from tokenspice.engine.errors import StrategyError
from tokenspice.engine.parameters import AtLeast, Between, Doc, ParametersBase, Share
from tokenspice.engine.units import Unit

__all__ = ["PegTerms"]


@final
@dataclass(frozen=True)
class PegTerms(ParametersBase):
    """An autoregression of the premium: the log of what a coin is worth over its redemption price, hour by hour."""

    mean: Annotated[float, Between(-1, 1), Unit("log"), Doc("premium to which values return; hand-set")] = 0.0
    lag1: Annotated[float, Between(-2, 2), Doc("of the last hour's premium, what stays; RAI's of spring 2021")] = 0.934
    lag2: Annotated[float, Between(-2, 2), Doc("the same of the hour before it")] = 0.0
    lag3: Annotated[float, Between(-2, 2), Doc("the same of the hour before that")] = 0.0
    lag4: Annotated[float, Between(-2, 2), Doc("the same of the hour before that")] = 0.0
    sigma: Annotated[float, AtLeast(0), Unit("per √hour"), Doc("of what news does to it; RAI's of spring 2021")] = 0.008
    eth_weight: Annotated[float, Between(-2, 2), Doc("of ether's log-return, what goes into the premium")] = 0.0
    mean_spread: Annotated[
        float, AtLeast(0), Unit("log"), Doc("standard deviation of each run's own mean, which nobody knows")
    ] = 0.0
    vol_spread: Annotated[float, AtLeast(0), Doc("standard deviation of the log of each run's own sigma")] = 0.0
    impact: Annotated[Share, Doc("of what trades do to the pool, what stays in the valuation; hand-set")] = 1.0

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.largest_root >= 1:
            raise StrategyError(
                f"lags {', '.join(f'{lag:g}' for lag in self.lags)}: the premium never comes back (its largest root is "
                f"{self.largest_root:.4g}). Write smaller lags."
            )

    @property
    def lags(self) -> tuple[float, float, float, float]:
        """All four."""
        return self.lag1, self.lag2, self.lag3, self.lag4

    @property
    def largest_root(self) -> float:
        """Largest modulus of the companion matrix's eigenvalues; below 1 the premium comes back."""
        companion = np.eye(4, k=-1)
        companion[0] = self.lags
        return float(np.abs(np.linalg.eigvals(companion)).max())
