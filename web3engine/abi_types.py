"""The types of a contract's interface, and how values of them are read out of bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from eth_abi.codec import ABICodec
from eth_abi.decoding import StringDecoder
from eth_abi.encoding import TextStringEncoder
from eth_abi.exceptions import DecodingError, ParseError
from eth_abi.registry import BaseEquals
from eth_abi.registry import registry as known_types
from eth_utils.address import to_checksum_address

from tokenspice.web3engine.errors import AbiError

__all__ = ["Parameter", "decode", "is_dynamic", "parameters"]


@dataclass(frozen=True)
class Parameter:
    """An argument of a function, event or error, a value that it returns, or a field of a struct.

    Attributes:
        name: may be empty.
        type: as signatures write it, with structs spelt out, such as (address,uint256)[].
        fields: of the struct, or of the struct that an array is made of.
    """

    name: str
    type: str
    fields: tuple["Parameter", ...] = ()


def parameters(entries: Sequence[dict[str, Any]]) -> tuple[Parameter, ...]:
    """Read the inputs, outputs or components of an ABI's entry."""
    return tuple(map(parameter, entries))


def parameter(entry: dict[str, Any]) -> Parameter:
    type_name, name = str(entry["type"]), str(entry.get("name") or "")
    if type_name.startswith("("):  # spelt out, as signatures are
        parts = split_tuple(type_name[: type_name.rindex(")") + 1])
        return Parameter(name, type_name, parameters([{"type": part} for part in parts]))
    if not type_name.startswith("tuple"):
        return Parameter(name, type_name)
    fields = parameters(entry["components"])
    return Parameter(name, f"({','.join(field.type for field in fields)}){type_name[len('tuple') :]}", fields)


def is_dynamic(type_name: str) -> bool:
    """Tell whether an indexed value of this type is kept as its hash alone."""
    return type_name in ("string", "bytes") or type_name.endswith((")", "]"))


def decode(type_names: Sequence[str], data: bytes, what: str) -> tuple[Any, ...]:
    """Decode ABI-encoded values: addresses checksummed, arrays as lists, structs as tuples.

    A word that is out of its type's range is refused. Bytes of a text that are no UTF-8 become U+FFFD, because what a
    contract says is not ours to forbid.

    Raises:
        AbiError: the data is no encoding of these types.
    """
    try:
        values = lenient_codec().decode(type_names, data, strict=False)
    except (DecodingError, ParseError, ValueError, OverflowError):
        raise AbiError(
            f"{what} 0x{data[:32].hex()}… ({len(data)} bytes), which is no ({','.join(type_names)})."
        ) from None
    return tuple(finished(type_name, value) for type_name, value in zip(type_names, values, strict=True))


@cache
def lenient_codec() -> ABICodec:
    registry = known_types.copy()  # type: ignore[no-untyped-call]
    registry.unregister("string")
    decoder = StringDecoder(handle_string_errors="replace")  # type: ignore[no-untyped-call]
    is_string = BaseEquals("string", with_sub=False)  # type: ignore[no-untyped-call]
    registry.register(is_string, TextStringEncoder, decoder, label="string")
    return ABICodec(registry)


def finished(type_name: str, value: Any) -> Any:
    """Give every address inside a decoded value its checksum, and make its arrays lists."""
    if type_name == "address":
        return to_checksum_address(value)
    if type_name.endswith("]"):
        return [finished(type_name[: type_name.rindex("[")], item) for item in value]
    if type_name.startswith("("):
        return tuple(finished(part, item) for part, item in zip(split_tuple(type_name), value, strict=True))
    return value


def split_tuple(type_name: str) -> list[str]:
    """Return the types inside "(a,(b,c)[],d)"."""
    parts, depth = [""], 0
    for char in type_name[1:-1]:
        depth += (char in "(") - (char in ")")
        if char == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    return parts
