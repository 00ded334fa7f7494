"""Time, record, and the interface that a netlist fulfils. Imports nothing else of this project.

Read `sim_engine.py` first.
"""

from tokenspice.engine.agent import AgentBase
from tokenspice.engine.charts import (
    COUNT,
    COUNT_MILLIONS,
    PERCENT,
    USD,
    USD_BILLIONS,
    USD_MILLIONS,
    PlotInstructions,
    YParam,
    lines,
)
from tokenspice.engine.errors import (
    AgentError,
    ConfigError,
    InsufficientFunds,
    NetlistError,
    RunError,
    StrategyError,
    TokenSpiceError,
    UnitsError,
    WalletError,
    WorldError,
)
from tokenspice.engine.kpis import KPIsBase, PrefixSums
from tokenspice.engine.log import LogRow
from tokenspice.engine.observer import Observer, Outcome
from tokenspice.engine.parameters import (
    Above,
    AtLeast,
    Between,
    Corners,
    Distribution,
    Doc,
    Parameter,
    ParametersBase,
    Probability,
    Share,
    parameters,
)
from tokenspice.engine.sim_engine import SimEngine
from tokenspice.engine.sim_state import AgentDict, SimStateBase
from tokenspice.engine.sim_strategy import SimStrategyBase, parameter_values, with_values
from tokenspice.engine.streams import RandomStreams, derive
from tokenspice.engine.tables import Table
from tokenspice.engine.units import (
    DAY,
    DECIMALS,
    HOUR,
    MINUTE,
    MONTH,
    WEEK,
    YEAR,
    Amount,
    Floats,
    Seconds,
    Unit,
    as_text,
    in_tokens,
    nth_part,
    tokens,
)
from tokenspice.engine.variation import Branch, Variation
from tokenspice.engine.wallet import Wallet, WalletBase
from tokenspice.engine.world import World

__all__ = [
    "COUNT",
    "COUNT_MILLIONS",
    "DAY",
    "DECIMALS",
    "HOUR",
    "MINUTE",
    "MONTH",
    "PERCENT",
    "USD",
    "USD_BILLIONS",
    "USD_MILLIONS",
    "WEEK",
    "YEAR",
    "Above",
    "AgentBase",
    "AgentDict",
    "AgentError",
    "Amount",
    "AtLeast",
    "Between",
    "Branch",
    "ConfigError",
    "Corners",
    "Distribution",
    "Doc",
    "Floats",
    "InsufficientFunds",
    "KPIsBase",
    "LogRow",
    "NetlistError",
    "Observer",
    "Outcome",
    "Parameter",
    "ParametersBase",
    "PlotInstructions",
    "PrefixSums",
    "Probability",
    "RandomStreams",
    "RunError",
    "Seconds",
    "Share",
    "SimEngine",
    "SimStateBase",
    "SimStrategyBase",
    "StrategyError",
    "Table",
    "TokenSpiceError",
    "Unit",
    "UnitsError",
    "Variation",
    "Wallet",
    "WalletBase",
    "WalletError",
    "World",
    "WorldError",
    "YParam",
    "as_text",
    "derive",
    "in_tokens",
    "lines",
    "nth_part",
    "parameter_values",
    "parameters",
    "tokens",
    "with_values",
]
