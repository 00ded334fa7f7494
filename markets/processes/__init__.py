"""How one price moves: processes that draw paths, and the sources from which agents take prices.

Read `base.py` first.
"""

from tokenspice.markets.processes.base import Process
from tokenspice.markets.processes.fuzz import FuzzSeries
from tokenspice.markets.processes.geometric import (
    DoubleGamma,
    GeometricBrownianMotion,
    GeometricWalk,
    JumpDiffusion,
    SwitchingVolatility,
)
from tokenspice.markets.processes.historic import HistoricPrices
from tokenspice.markets.processes.reversion import OrnsteinUhlenbeck
from tokenspice.markets.processes.sources import PriceSeries, PriceSource, PriceStream
from tokenspice.markets.processes.walks import ArithmeticWalk, RegimeChangeWalk, sigma_of_step

__all__ = [
    "ArithmeticWalk",
    "DoubleGamma",
    "FuzzSeries",
    "GeometricBrownianMotion",
    "GeometricWalk",
    "HistoricPrices",
    "JumpDiffusion",
    "OrnsteinUhlenbeck",
    "PriceSeries",
    "PriceSource",
    "PriceStream",
    "Process",
    "RegimeChangeWalk",
    "SwitchingVolatility",
    "sigma_of_step",
]
