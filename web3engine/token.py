"""A contract that is an ERC-20."""

from dataclasses import dataclass

from tokenspice.engine.units import DECIMALS
from tokenspice.web3engine.contract import Contract

__all__ = ["UNLIMITED", "Token"]

UNLIMITED = 2**256 - 1  # an allowance that does not run out


@dataclass(frozen=True)
class Token:
    """An ERC-20 that the chain knows by its symbol; amounts are in units of 10**-decimals.

    Attributes:
        symbol: what wallets call it.
        contract: the ERC-20.
        decimals: digits after the point that it has.
        is_exact: whether a transfer is known to move exactly the amount, or to revert. Of others, wallets check what
            arrived.
    """

    symbol: str
    contract: Contract
    decimals: int = DECIMALS
    is_exact: bool = False
