"""Numbers and bytes in hexadecimal, as JSON-RPC and our own JSON write them. What is none is never taken for zero."""

import re

__all__ = ["hexed", "quantity", "quantity64", "unhexed"]

QUANTITY = re.compile(r"0x[0-9a-fA-F]{1,64}")
DATA = re.compile(r"0x(?:[0-9a-fA-F]{2})*")


def hexed(content: bytes) -> str:
    """Write bytes: "0x…"."""
    return "0x" + content.hex()


def unhexed(text: object, size: int | None = None) -> bytes:
    """Read bytes, of a size if one is given.

    Raises:
        ValueError: it is something else.
    """
    if not (isinstance(text, str) and DATA.fullmatch(text)) or size not in (None, len(text) // 2 - 1):
        raise ValueError("no bytes in hexadecimal")
    return bytes.fromhex(text[2:])


def quantity(text: object) -> int:
    """Read a number of up to 256 bits.

    Raises:
        ValueError: it is something else.
    """
    if not (isinstance(text, str) and QUANTITY.fullmatch(text)):
        raise ValueError("no number in hexadecimal")
    return int(text, 16)


def quantity64(text: object) -> int:
    """Read a number of up to 64 bits.

    Raises:
        ValueError: it is something else.
    """
    number = quantity(text)
    if number >= 1 << 64:
        raise ValueError("no number of 64 bits in hexadecimal")
    return number
