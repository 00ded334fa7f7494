"""Who acts: one role per class, modules by theme."""

from tokenspice.agents.burners import BurnerAgent
from tokenspice.agents.consumers import DataconsumerAgent, DataconsumerStrategy
from tokenspice.agents.grants import GrantGivingAgent, GrantTakingAgent
from tokenspice.agents.lending import BorrowerAgent, BorrowerStrategy, LiquidatorAgent
from tokenspice.agents.marketplaces import MarketplacesAgent, MarketplacesStrategy
from tokenspice.agents.minters import Exponential, FuncMinterAgent, LinearMinterAgent, Minting, RampedExponential
from tokenspice.agents.payers import GWEI, GweiPerGas, PayersAgent, SwapperAgent, SwapperStrategy
from tokenspice.agents.pools import PoolAgent, pools
from tokenspice.agents.prices import GeometricBrownianMotion, OracleAgent, PriceAgent, TransientImpact, as_answer
from tokenspice.agents.publishers import PublisherAgent, PublisherStrategy, PublisherStrategyBase, PublisherStrategyV4
from tokenspice.agents.routers import RouterAgent
from tokenspice.agents.sandwich import Chances, SandwicherAgent, SandwichStrategy, best_front, expected_gain
from tokenspice.agents.schedule import Every
from tokenspice.agents.speculators import (
    SpeculatorAgent,
    SpeculatorBase,
    SpeculatorStrategy,
    StakerspeculatorAgent,
    StakerspeculatorStrategy,
)
from tokenspice.agents.statistics import gini
from tokenspice.agents.supply import TokenSupply
from tokenspice.agents.traders import ArbitrageurAgent, Gain, Market, TakenGain, TakenGainKPIs
from tokenspice.agents.valuation import PoolMark, mark_pool, networth
from tokenspice.agents.vesting import Vesting, VestingBeneficiaryAgent, VestingFunderAgent, VestingWalletAgent

__all__ = [
    "GWEI",
    "ArbitrageurAgent",
    "BorrowerAgent",
    "BorrowerStrategy",
    "BurnerAgent",
    "Chances",
    "DataconsumerAgent",
    "DataconsumerStrategy",
    "Every",
    "Exponential",
    "FuncMinterAgent",
    "Gain",
    "GeometricBrownianMotion",
    "GrantGivingAgent",
    "GrantTakingAgent",
    "GweiPerGas",
    "LinearMinterAgent",
    "LiquidatorAgent",
    "Market",
    "MarketplacesAgent",
    "MarketplacesStrategy",
    "Minting",
    "OracleAgent",
    "PayersAgent",
    "PoolAgent",
    "PoolMark",
    "PriceAgent",
    "PublisherAgent",
    "PublisherStrategy",
    "PublisherStrategyBase",
    "PublisherStrategyV4",
    "RampedExponential",
    "RouterAgent",
    "SandwichStrategy",
    "SandwicherAgent",
    "SpeculatorAgent",
    "SpeculatorBase",
    "SpeculatorStrategy",
    "StakerspeculatorAgent",
    "StakerspeculatorStrategy",
    "SwapperAgent",
    "SwapperStrategy",
    "TakenGain",
    "TakenGainKPIs",
    "TokenSupply",
    "TransientImpact",
    "Vesting",
    "VestingBeneficiaryAgent",
    "VestingFunderAgent",
    "VestingWalletAgent",
    "as_answer",
    "best_front",
    "expected_gain",
    "gini",
    "mark_pool",
    "networth",
    "pools",
]
