"""The rules that every chain here has, so that results do not depend on the backend."""

from typing import Literal, TypeAlias

__all__ = [
    "BLOCK_GAS_LIMIT",
    "CHAIN_ID",
    "GAS_LIMIT",
    "GENESIS_TIME",
    "HARDFORK",
    "MAX_FEE",
    "ZERO_ADDRESS",
    "Ordering",
]

CHAIN_ID = 1337
GENESIS_TIME = 1_640_995_200  # 2022-01-01, Unix time
HARDFORK = "shanghai"  # unless tokenspice.ini says otherwise; the newest that ganache knows
BLOCK_GAS_LIMIT = 30_000_000  # gas
GAS_LIMIT = 15_000_000  # gas that one transaction or call may use
MAX_FEE = 100 * 10**9  # wei per gas that a signed transaction may cost, besides its tip
ZERO_ADDRESS = "0x" + "0" * 40

# By arrival; by a shuffle drawn from seed and block; or by priority fee, with ties drawn from seed and block.
Ordering: TypeAlias = Literal["arrival", "shuffle", "priority"]
