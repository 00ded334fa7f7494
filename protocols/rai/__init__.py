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
from tokenspice.protocols.rai.fixed_point import RAD, RAY, WAD, Overflow, quotient, rpower
from tokenspice.protocols.rai.relayer import RAI_BOUNDS, OracleRelayer, RateBounds, RateSetter, StalePrice

__all__ = [
    "HAI",
    "RAD",
    "RAI",
    "RAI_BOUNDS",
    "RAY",
    "WAD",
    "Controller",
    "ControllerTerms",
    "FloatController",
    "Law",
    "OracleRelayer",
    "Overflow",
    "RateBounds",
    "RateSetter",
    "RateUpdate",
    "StalePrice",
    "UpdateTooEarly",
    "quotient",
    "rpower",
]
