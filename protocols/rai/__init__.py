"""RAI: its controller's law in integers and floats, its contracts, and a system of them on a chain."""

from tokenspice.protocols.rai.bank import ETH_A, Bank, deploy_bank, fill_pool
from tokenspice.protocols.rai.coin_pool import CoinPool, create_coin_pool
from tokenspice.protocols.rai.contracts import parameter
from tokenspice.protocols.rai.controller import (
    HAI,
    RAI,
    Controller,
    ControllerTerms,
    FloatController,
    Law,
    RateUpdate,
    UpdateTooEarly,
)
from tokenspice.protocols.rai.eth_model import EthKind, EthModel, EthTerms
from tokenspice.protocols.rai.fixed_point import RAD, RAY, WAD, Overflow, quotient, rpower
from tokenspice.protocols.rai.numbers import as_ray, as_wad
from tokenspice.protocols.rai.peg_terms import PegTerms
from tokenspice.protocols.rai.relayer import RAI_BOUNDS, OracleRelayer, RateBounds, RateSetter, StalePrice
from tokenspice.protocols.rai.scenario import BASE, Scenario, read_scenarios
from tokenspice.protocols.rai.system import CoinSystem, Memory, SystemView, deploy_system, remembered
from tokenspice.protocols.rai.system_terms import ControllerSettings, Start, SystemTerms
from tokenspice.protocols.rai.twin import ControllerTwin, Disagreement

__all__ = [
    "BASE",
    "ETH_A",
    "HAI",
    "RAD",
    "RAI",
    "RAI_BOUNDS",
    "RAY",
    "WAD",
    "Bank",
    "CoinPool",
    "CoinSystem",
    "Controller",
    "ControllerSettings",
    "ControllerTerms",
    "ControllerTwin",
    "Disagreement",
    "EthKind",
    "EthModel",
    "EthTerms",
    "FloatController",
    "Law",
    "Memory",
    "OracleRelayer",
    "Overflow",
    "PegTerms",
    "RateBounds",
    "RateSetter",
    "RateUpdate",
    "Scenario",
    "StalePrice",
    "Start",
    "SystemTerms",
    "SystemView",
    "UpdateTooEarly",
    "as_ray",
    "as_wad",
    "create_coin_pool",
    "deploy_bank",
    "deploy_system",
    "fill_pool",
    "parameter",
    "quotient",
    "read_scenarios",
    "remembered",
    "rpower",
]
