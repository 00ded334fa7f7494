"""Where a formula meets its contract: what a protocol's contracts do, and the same in Python."""

from tokenspice.protocols.aave_v3 import HEALTHY, USD_DECIMALS, AaveV3, Account, Liquidation, ReserveTerms
from tokenspice.protocols.constant_product import ConstantProductPool, Reserves, create_pool
from tokenspice.protocols.data_market import DUST, NO_LIMIT, DataMarket, Pool, Vesting
from tokenspice.protocols.ocean_v3 import MIN_SWAP_FEE, OceanV3, OceanV3Pool, OceanV3Terms
from tokenspice.protocols.ocean_v4 import OceanV4, OceanV4Pool, SideStakingVesting
from tokenspice.protocols.ocean_v4_releases import NO_CAP, RELEASES, OceanV4Release, OceanV4Terms, OceanV4Version
from tokenspice.protocols.pool import TokenPool
from tokenspice.protocols.uniswap_v3 import TICK_SPACING, UniswapV3, UniswapV3Pool

__all__ = [
    "DUST",
    "HEALTHY",
    "MIN_SWAP_FEE",
    "NO_CAP",
    "NO_LIMIT",
    "RELEASES",
    "TICK_SPACING",
    "USD_DECIMALS",
    "AaveV3",
    "Account",
    "ConstantProductPool",
    "DataMarket",
    "Liquidation",
    "OceanV3",
    "OceanV3Pool",
    "OceanV3Terms",
    "OceanV4",
    "OceanV4Pool",
    "OceanV4Release",
    "OceanV4Terms",
    "OceanV4Version",
    "Pool",
    "ReserveTerms",
    "Reserves",
    "SideStakingVesting",
    "TokenPool",
    "UniswapV3",
    "UniswapV3Pool",
    "Vesting",
    "create_pool",
]
