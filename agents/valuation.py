"""What agents hold in a data market, valued in OCEAN, for logs.

A mark is what a pool's datatokens and shares would be worth at its present price, were they few. Nobody could sell
all of them at that, so the marks of everyone do not add up to the OCEAN that there is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tokenspice.engine import Amount, in_tokens
from tokenspice.protocols import Pool
from tokenspice.web3engine import EvmWallet

__all__ = ["PoolMark", "mark_pool", "networth"]


@dataclass(frozen=True)
class PoolMark:
    """A pool at its present price.

    Attributes:
        price: OCEAN per datatoken.
        worth: of the whole pool, in OCEAN.
        shares: that there are.
    """

    pool: Pool
    price: float
    worth: float
    shares: float


def mark_pool(pool: Pool, price: Amount) -> PoolMark:
    """Value a pool's datatokens at `price`, OCEAN per datatoken with 18 decimals."""
    datatokens, ocean = in_tokens(pool.datatoken_reserve()), in_tokens(pool.ocean_reserve())
    return PoolMark(pool, in_tokens(price), ocean + in_tokens(price) * datatokens, in_tokens(pool.total_shares()))


def networth(name: str, wallet: EvmWallet, marks: Sequence[PoolMark]) -> dict[str, float]:
    """Return what `wallet` holds, in OCEAN: the columns name_OCEAN, …_in_DTs, …_in_BPTs and …_networth."""
    ocean = in_tokens(wallet.balance("OCEAN"))
    in_datatokens = sum(in_tokens(mark.pool.datatokens_of(wallet.address)) * mark.price for mark in marks)
    in_shares = sum(in_tokens(mark.pool.shares_of(wallet.address)) / mark.shares * mark.worth for mark in marks)
    return {
        f"{name}_OCEAN": ocean,
        f"{name}_OCEAN_in_DTs": in_datatokens,
        f"{name}_OCEAN_in_BPTs": in_shares,
        f"{name}_OCEAN_networth": ocean + in_datatokens + in_shares,
    }
