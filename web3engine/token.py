"""A contract that is an ERC-20."""

from dataclasses import dataclass

from tokenspice.web3engine.contract import Contract

__all__ = ["UNLIMITED", "Token"]

UNLIMITED = 2**256 - 1  # an allowance that does not run out


@dataclass(frozen=True)
class Token:
    """An ERC-20 that the chain knows by its symbol; amounts are in units of 10**-decimals."""

    symbol: str
    contract: Contract
    decimals: int = 18
