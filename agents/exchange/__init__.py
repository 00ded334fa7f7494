"""Who trades on an exchange: the zoo. Read `party.py` first, then `noise.py`, its smallest traders."""

from tokenspice.agents.exchange.arbitrage import ArbitrageLiquidityProvider, ArbitrageLiquidityStrategy
from tokenspice.agents.exchange.background import (
    BackgroundMarket,
    BackgroundStrategy,
    MarketRegime,
    MultiRegimeBackgroundMarket,
    dense,
)
from tokenspice.agents.exchange.delays import TransactionDelayChecker
from tokenspice.agents.exchange.fuzz import FuzzingAgent, FuzzStrategy
from tokenspice.agents.exchange.fuzz_governance import (
    FuzzyGovernanceTransfer,
    FuzzyRewardFunder,
    FuzzyTransferStrategy,
    SuccessorMarketCreator,
)
from tokenspice.agents.exchange.fuzz_liquidity import (
    FuzzedAutomatedMarketMaker,
    FuzzedPoolStrategy,
    FuzzyLiquidityProvider,
    FuzzyLiquidityStrategy,
    RiskySimpleLiquidityProvider,
)
from tokenspice.agents.exchange.fuzz_markets import fuzzed_market_config
from tokenspice.agents.exchange.hedged import HedgedMarketMaker, HedgedStrategy, hedged_quotes
from tokenspice.agents.exchange.ideal import IdealMarketMaker, IdealStrategy
from tokenspice.agents.exchange.informed import InformedStrategy, InformedTrader
from tokenspice.agents.exchange.limit_orders import (
    LimitOrderStrategy,
    LimitOrderTrader,
    PriceSensitiveLimitOrderTrader,
    SweepStrategy,
)
from tokenspice.agents.exchange.managers import (
    ConfigurableManagerStrategy,
    ConfigurableMarketManager,
    ManagerStrategy,
    MarketManager,
)
from tokenspice.agents.exchange.momentum import MomentumStrategy, MomentumTrader
from tokenspice.agents.exchange.noise import (
    MarketOrderStrategy,
    MarketOrderTrader,
    PriceSensitiveMarketOrderTrader,
    PriceSensitiveStrategy,
)
from tokenspice.agents.exchange.openers import (
    OpenAuctionPass,
    OpenAuctionStrategy,
    UncrossAuctionAgent,
    UncrossStrategy,
)
from tokenspice.agents.exchange.optimal import OptimalMarketMaker, OptimalStrategy
from tokenspice.agents.exchange.party import ExchangeAgent, Intent, TraderAgent
from tokenspice.agents.exchange.plumbing import KeyFunder, NetworkParameterManager
from tokenspice.agents.exchange.pools import AutomatedMarketMaker, PoolStrategy
from tokenspice.agents.exchange.programmes import (
    ProgrammeStrategy,
    ProtocolAutomatedPurchaseProgramManager,
    ReferralProgramManager,
    VolumeDiscountProgramManager,
    VolumeRebateProgramManager,
)
from tokenspice.agents.exchange.providers import (
    Bounds,
    SimpleLiquidityProvider,
    SimpleLiquidityStrategy,
    UniformLiquidityProvider,
    UniformLiquidityStrategy,
)
from tokenspice.agents.exchange.puppets import PuppetMaker, PuppetTrader
from tokenspice.agents.exchange.referrals import ReferralAgentWrapper
from tokenspice.agents.exchange.rewards import DEFAULT_RANKS, RewardFunder, RewardStrategy
from tokenspice.agents.exchange.risky import RiskyMarketOrderTrader, RiskyStrategy
from tokenspice.agents.exchange.settlement import Settlement, SettlementAgent
from tokenspice.agents.exchange.shaped import (
    ExponentialShapedMarketMaker,
    ExponentialStrategy,
    ShapedMarketMaker,
    ShapedStrategy,
)
from tokenspice.agents.exchange.simple import SimpleAgent
from tokenspice.agents.exchange.simultaneous import SimultaneousTraders
from tokenspice.agents.exchange.touch import AtTheTouchMarketMaker, AtTheTouchStrategy

__all__ = [
    "DEFAULT_RANKS",
    "ArbitrageLiquidityProvider",
    "ArbitrageLiquidityStrategy",
    "AtTheTouchMarketMaker",
    "AtTheTouchStrategy",
    "AutomatedMarketMaker",
    "BackgroundMarket",
    "BackgroundStrategy",
    "Bounds",
    "ConfigurableManagerStrategy",
    "ConfigurableMarketManager",
    "ExchangeAgent",
    "ExponentialShapedMarketMaker",
    "ExponentialStrategy",
    "FuzzStrategy",
    "FuzzedAutomatedMarketMaker",
    "FuzzedPoolStrategy",
    "FuzzingAgent",
    "FuzzyGovernanceTransfer",
    "FuzzyLiquidityProvider",
    "FuzzyLiquidityStrategy",
    "FuzzyRewardFunder",
    "FuzzyTransferStrategy",
    "HedgedMarketMaker",
    "HedgedStrategy",
    "IdealMarketMaker",
    "IdealStrategy",
    "InformedStrategy",
    "InformedTrader",
    "Intent",
    "KeyFunder",
    "LimitOrderStrategy",
    "LimitOrderTrader",
    "ManagerStrategy",
    "MarketManager",
    "MarketOrderStrategy",
    "MarketOrderTrader",
    "MarketRegime",
    "MomentumStrategy",
    "MomentumTrader",
    "MultiRegimeBackgroundMarket",
    "NetworkParameterManager",
    "OpenAuctionPass",
    "OpenAuctionStrategy",
    "OptimalMarketMaker",
    "OptimalStrategy",
    "PoolStrategy",
    "PriceSensitiveLimitOrderTrader",
    "PriceSensitiveMarketOrderTrader",
    "PriceSensitiveStrategy",
    "ProgrammeStrategy",
    "ProtocolAutomatedPurchaseProgramManager",
    "PuppetMaker",
    "PuppetTrader",
    "ReferralAgentWrapper",
    "ReferralProgramManager",
    "RewardFunder",
    "RewardStrategy",
    "RiskyMarketOrderTrader",
    "RiskySimpleLiquidityProvider",
    "RiskyStrategy",
    "Settlement",
    "SettlementAgent",
    "ShapedMarketMaker",
    "ShapedStrategy",
    "SimpleAgent",
    "SimpleLiquidityProvider",
    "SimpleLiquidityStrategy",
    "SimultaneousTraders",
    "SuccessorMarketCreator",
    "SweepStrategy",
    "TraderAgent",
    "TransactionDelayChecker",
    "UncrossAuctionAgent",
    "UncrossStrategy",
    "UniformLiquidityProvider",
    "UniformLiquidityStrategy",
    "VolumeDiscountProgramManager",
    "VolumeRebateProgramManager",
    "dense",
    "fuzzed_market_config",
    "hedged_quotes",
]
