"""How an argument for a contract is read: one rule for each kind of Python value, on every backend.

The table of docs/chains.md says the rules in words, and tests/suites/arguments.py holds every backend to them.
"""

import dataclasses
import operator
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NoReturn

import numpy as np
from eth_utils.address import is_checksum_address

from tokenspice.web3engine.abi_types import Parameter
from tokenspice.web3engine.errors import AbiError

__all__ = ["read_argument", "read_wei"]

ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}", re.ASCII)
HEX = re.compile(r"0x([0-9a-fA-F]{2})*", re.ASCII)
SIZED = re.compile(r"(.+)\[(\d*)\]")
MOST_SHOWN = 80  # characters of a value in a message
FUNCTION_BYTES = 24  # an address and a selector


def read_argument(parameter: Parameter, value: object, place: str) -> Any:
    """Return a value as int, bool, str, bytes or "0x…" address, or lists and tuples of these.

    Args:
        parameter: what it is for.
        value: what was given.
        place: where it stands, for messages, such as "the argument orders[1].maker".

    Raises:
        AbiError: it does not fit.
    """
    kind = parameter.type
    if array := SIZED.fullmatch(kind):
        return read_array(Parameter("", array[1], parameter.fields), array[2], kind, value, place)
    if kind.startswith("("):
        return read_struct(parameter, value, place)
    if kind.startswith(("uint", "int")):
        return read_number(kind, value, place)
    if kind == "bool":
        return bool(value) if isinstance(value, (bool, np.bool_)) else refuse(kind, value, place, "True or False")
    if kind == "address":
        return read_address(value, place)
    if kind == "string":
        return read_text(value, place)
    if kind.startswith(("bytes", "function")):
        return read_bytes(kind, value, place)
    return value  # a fixed-point number, of which Solidity has no more than the name


def read_wei(value: object, label: str) -> int:
    """Return the ether that goes with a call.

    Raises:
        AbiError: it is no amount of wei.
    """
    return int(read_number("uint256", value, f"{label}: the value in wei"))


def read_number(kind: str, value: object, place: str) -> int:
    """Read an int, numpy's too. A bool is no number, and a float is none that is exact."""
    bits = int(kind.lstrip("uint") or 256)
    least, greatest = (0, 2**bits - 1) if kind.startswith("u") else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        refuse(kind, value, place, number_hint(value))
    if isinstance(value, (bool, np.bool_)):
        refuse(kind, value, place, "int(flag)")
    if not least <= number <= greatest:
        refuse(kind, value, place, f"an int from {least} to {greatest if bits < 64 else f'2**{bits - (least < 0)}-1'}")
    return number


def number_hint(value: object) -> str:
    if isinstance(value, (float, np.floating, Decimal)):
        return 'an int of base units, such as tokens("1.5")'
    if isinstance(value, str):
        return f"int({value!r}, 16)" if value[:2] == "0x" else f"int({value!r})"
    return "an int"


def read_address(value: object, place: str) -> str | bytes:
    """Read 20 bytes, "0x…" text whose mixed capitals are its checksum, or something with such an `address`."""
    own = getattr(value, "address", None)
    if isinstance(own, str) and not isinstance(value, (str, bytes)):
        value = own
    if isinstance(value, str) and ADDRESS.fullmatch(value):
        digits = value[2:]
        if digits in (digits.lower(), digits.upper()) or is_checksum_address(value):
            return value
        refuse("address", value, place, "it again: its capitals are no checksum of it")
    if (content := as_bytes(value)) is not None and len(content) == 20 and not isinstance(value, str):
        return content
    refuse("address", value, place, "a 0x… address of 40 digits, a wallet or a contract")


def read_text(value: object, place: str) -> str:
    if not isinstance(value, str):
        hint = "text.decode()" if isinstance(value, (bytes, bytearray)) else "a str"
        refuse("string", value, place, hint)
    try:
        value.encode()
    except UnicodeEncodeError:
        refuse("string", value, place, "text without lone surrogates")
    return str(value)


def read_bytes(kind: str, value: object, place: str) -> bytes:
    """Read bytes, a buffer of bytes, or "0x…" text; of exactly as many bytes as the type has."""
    content = as_bytes(value)
    size = FUNCTION_BYTES if kind == "function" else int(kind.removeprefix("bytes") or 0)
    if content is None:
        refuse(kind, value, place, 'bytes, or hexadecimal text that begins with "0x"')
    if size and len(content) < size:
        refuse(kind, value, place, f'exactly {size} bytes, such as content.ljust({size}, b"\\0")')
    if size and len(content) > size:
        refuse(kind, value, place, f"exactly {size} bytes")
    return content


def as_bytes(value: object) -> bytes | None:
    if isinstance(value, str):
        return bytes.fromhex(value[2:]) if HEX.fullmatch(value) else None
    try:
        view = memoryview(value)  # type: ignore[arg-type]
    except TypeError:
        return None
    return view.tobytes() if view.format == "B" and view.ndim == 1 else None


def read_array(item: Parameter, size: str, kind: str, value: object, place: str) -> list[Any]:
    """Read a list, a tuple, a range or an array of numpy's: what has an order and can be read twice."""
    items = value.tolist() if isinstance(value, np.ndarray) and value.ndim else value
    if not isinstance(items, (list, tuple, range)):
        refuse(kind, value, place, "a list")
    if size and len(items) != int(size):
        refuse(kind, value, place, f"a list of {size}, not of {len(items)}")
    return [read_argument(item, each, f"{place}[{index}]") for index, each in enumerate(items)]


def read_struct(parameter: Parameter, value: object, place: str) -> tuple[Any, ...]:
    """Read a struct: by position from a tuple or list; by name from a dict, a dataclass or a NamedTuple."""
    fields = parameter.fields
    names = [field.name or str(position) for position, field in enumerate(fields)]
    given = by_name(value, names)
    if isinstance(given, Mapping):
        if odd := [str(name) for name in given.keys() ^ set(names)]:
            refuse(parameter.type, value, place, f"the fields {', '.join(names)} (see {', '.join(sorted(odd))})")
        items: Sequence[Any] = [given[name] for name in names]
    elif isinstance(given, (list, tuple)) and len(given) == len(fields):
        items = given
    else:
        refuse(parameter.type, value, place, f"a tuple, or a dict of {', '.join(names)}")
    return tuple(
        read_argument(field, item, f"{place}.{name}") for field, item, name in zip(fields, items, names, strict=True)
    )


def by_name(value: object, names: list[str]) -> object:
    """Return the fields of a struct by name, where a value has names for them; else the value."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    own = getattr(value, "_fields", None)
    if isinstance(value, tuple) and isinstance(own, tuple) and sorted(own) == sorted(names):
        return dict(zip(own, value, strict=True))
    return value


def refuse(kind: str, value: object, place: str, write: str) -> NoReturn:
    shown = repr(value)
    shown = shown if len(shown) <= MOST_SHOWN else f"{shown[:MOST_SHOWN]}…"
    raise AbiError(f"{place} is {shown}, which is no {kind}. Write {write}.")
