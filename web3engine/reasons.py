"""Why a call failed, in words: what revert data means."""

from collections.abc import Mapping
from typing import Any, Protocol

from eth_utils.crypto import keccak

from tokenspice.engine.text import printable
from tokenspice.web3engine.abi_types import decode
from tokenspice.web3engine.errors import AbiError

__all__ = ["CustomError", "revert_reason"]

ERROR = keccak(text="Error(string)")[:4]
PANIC = keccak(text="Panic(uint256)")[:4]

# Panic codes: Solidity documentation, "Panic via assert and Error via require".
PANICS = {
    0x01: "assertion failed",
    0x11: "arithmetic overflow or underflow",
    0x12: "division by zero",
    0x21: "no such enum value",
    0x22: "badly encoded storage bytes",
    0x31: "pop from an empty array",
    0x32: "array index out of bounds",
    0x41: "out of memory",
    0x51: "call of an uninitialised function",
}


class CustomError(Protocol):
    """An error that a contract declares."""

    name: str
    inputs: list[str]


def revert_reason(data: bytes, errors: Mapping[bytes, CustomError]) -> str:
    """Say what revert data means: a string, a panic, or one of a contract's custom errors.

    Args:
        data: what the call reverted with.
        errors: those that the contract's ABI names, by selector.
    """
    selector, body = data[:4], data[4:]
    if not data:
        return "no reason given"
    try:
        if selector == ERROR:
            return f'"{printable(decode(["string"], body, "revert holds")[0])}"'
        if selector == PANIC:
            code = decode(["uint256"], body, "revert holds")[0]
            return f"panic 0x{code:02x} ({PANICS.get(code, 'unknown code')})"
        if selector in errors:
            error = errors[selector]
            return f"{error.name}({', '.join(map(written, decode(error.inputs, body, 'revert holds')))})"
    except AbiError:
        pass
    return f"an error that its ABI does not name (0x{data[:36].hex()})"


def written(value: Any) -> str:
    """Write an argument of a custom error: bytes in hexadecimal, text without what a terminal would obey."""
    if isinstance(value, bytes):
        return f"0x{value.hex()}"
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    if isinstance(value, tuple):
        return f"({', '.join(map(written, value))})"
    return printable(value) if isinstance(value, str) else str(value)
