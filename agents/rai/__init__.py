"""Who acts on a controlled coin, RAI: keepers, traders, owners of SAFEs, providers. Read `prices.py` first."""

from tokenspice.agents.rai.keepers import (
    ControllerMode,
    InterestAgent,
    MedianizerAgent,
    OracleKeeperAgent,
    RateKeeperAgent,
)
from tokenspice.agents.rai.liquidity import LiquidityAgent, LiquidityTerms
from tokenspice.agents.rai.prices import CoinValueAgent, EtherAgent, Jump, WatchAgent, eth_model
from tokenspice.agents.rai.safes import LiquidationAgent, SafeAgent, SafeTerms
from tokenspice.agents.rai.traders import (
    BoundTerms,
    DemandAgent,
    PegTraderAgent,
    WhaleAgent,
    WhaleTerms,
    deviation,
    pays,
)

__all__ = [
    "BoundTerms",
    "CoinValueAgent",
    "ControllerMode",
    "DemandAgent",
    "EtherAgent",
    "InterestAgent",
    "Jump",
    "LiquidationAgent",
    "LiquidityAgent",
    "LiquidityTerms",
    "MedianizerAgent",
    "OracleKeeperAgent",
    "PegTraderAgent",
    "RateKeeperAgent",
    "SafeAgent",
    "SafeTerms",
    "WatchAgent",
    "WhaleAgent",
    "WhaleTerms",
    "deviation",
    "eth_model",
    "pays",
]
