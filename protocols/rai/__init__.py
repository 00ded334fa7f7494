"""RAI's controller of a redemption price: its law in integers and floats, beside its contracts in contracts/rai/."""

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
from tokenspice.protocols.rai.relayer import RAI_BOUNDS, OracleRelayer, RateBounds, RateSetter, StalePrice
from tokenspice.protocols.rai.scenario import BASE, Scenario, read_scenarios

__all__ = [
    "BASE",
    "HAI",
    "RAD",
    "RAI",
    "RAI_BOUNDS",
    "RAY",
    "WAD",
    "Controller",
    "ControllerTerms",
    "EthKind",
    "EthModel",
    "EthTerms",
    "FloatController",
    "Law",
    "OracleRelayer",
    "Overflow",
    "RateBounds",
    "RateSetter",
    "RateUpdate",
    "Scenario",
    "StalePrice",
    "UpdateTooEarly",
    "quotient",
    "read_scenarios",
    "rpower",
]
