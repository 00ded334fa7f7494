"""JSON-RPC's values, read and written: quantities, bytes, addresses, hashes."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeAlias

from tokenspice.web3engine import hexes
from tokenspice.web3engine.provider.rpc_errors import JsonRpcError, bad

__all__ = [
    "BLOCK_NAMES",
    "ZERO_ADDRESS",
    "ZERO_HASH",
    "Json",
    "Parser",
    "as_address",
    "as_amount",
    "as_anything",
    "as_bytes",
    "as_flag",
    "as_hash",
    "as_int",
    "as_list",
    "as_object",
    "as_shares",
    "data",
    "optional",
    "quantity",
    "word",
]

Json: TypeAlias = dict[str, Any]
Parser: TypeAlias = Callable[[Any, str], Any]

ZERO_ADDRESS = bytes(20)
ZERO_HASH = bytes(32)
BLOCK_NAMES = ("earliest", "latest", "safe", "finalized", "pending")


def as_bytes(value: object, name: str) -> bytes:
    """Read bytes: "0x…", or Python's own."""
    if isinstance(value, bytes | bytearray):
        return bytes(value)
    with suppress(ValueError):
        return hexes.unhexed(value)
    raise bad(name, 'bytes in hex ("0x…")', value)


def as_address(value: object, name: str) -> bytes:
    """Read an address, whose capitals do not matter."""
    with suppress(JsonRpcError):
        if len(address := as_bytes(value, name)) == len(ZERO_ADDRESS):
            return address
    raise bad(name, "an address (20 bytes in hex)", value)


def as_hash(value: object, name: str) -> bytes:
    with suppress(JsonRpcError):
        if len(digest := as_bytes(value, name)) == len(ZERO_HASH):
            return digest
    raise bad(name, "a hash (32 bytes in hex)", value)


def as_int(value: object, name: str) -> int:
    """Read a quantity: an int, or "0x…", leading zeros allowed."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 256:
        return value
    with suppress(ValueError):
        return hexes.quantity(value)
    raise bad(name, 'a whole number of at most 256 bits, as an int or in hex ("0x…")', value)


def as_amount(value: object, name: str) -> int:
    """Read a quantity that may also be decimal text, as development chains take it."""
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else as_int(value, name)


def as_anything(value: object, name: str) -> object:
    """Read nothing: whatever it is will do."""
    return value


def as_flag(value: object, name: str) -> bool:
    if isinstance(value, bool):
        return value
    raise bad(name, "true or false", value)


def as_object(value: object, name: str) -> Mapping[str, Any]:
    if isinstance(value, Mapping):
        return value
    raise bad(name, "an object", value)


def as_list(value: object, name: str) -> Sequence[Any]:
    if isinstance(value, list | tuple):
        return value
    raise bad(name, "a list", value)


def as_shares(value: object, name: str) -> Sequence[float]:
    """Read percentages, which may be left out."""
    shares = as_list(value or [], name)
    if all(isinstance(share, int | float) and 0 <= share <= 100 for share in shares):
        return shares
    raise bad(name, "numbers from 0 to 100", value)


def optional(parse: Parser) -> Parser:
    """Read a parameter that may be left out; it is then None."""
    return lambda value, name: None if value is None else parse(value, name)


def quantity(number: int) -> str:
    return hex(number)


def data(value: bytes) -> str:
    return hexes.hexed(value)


def word(number: int) -> str:
    return data(number.to_bytes(32, "big"))
