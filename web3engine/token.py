"""A contract that is an ERC-20."""

from dataclasses import dataclass

from web3engine.contract import Contract

__all__ = ["Token"]


@dataclass(frozen=True)
class Token:
    """An ERC-20 that the chain knows by its symbol; amounts are in units of 10**-decimals."""

    symbol: str
    contract: Contract
    decimals: int = 18
