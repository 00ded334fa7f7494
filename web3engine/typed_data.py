"""Structured data that is signed (EIP-712), its values read as those of a call are."""

import dataclasses
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from eth_utils.address import to_checksum_address

from tokenspice.web3engine.abi_types import Parameter
from tokenspice.web3engine.arguments import read_argument
from tokenspice.web3engine.errors import AbiError

__all__ = ["typed_data"]

Types: TypeAlias = Mapping[str, Sequence[Mapping[str, str]]]

DOMAIN = {
    "name": "string",
    "version": "string",
    "chainId": "uint256",
    "verifyingContract": "address",
    "salt": "bytes32",
}
ARRAY = re.compile(r"(.+)\[(\d*)\]")


def typed_data(domain: Mapping[str, object], types: Types, message: object) -> dict[str, Any]:
    """Return what a wallet signs, as JSON has it, with every value in its plainest form.

    Args:
        domain: name, version, chainId, verifyingContract, salt, or some of these.
        types: the fields of each struct, by its name.
        message: the struct that no other struct holds.

    Raises:
        AbiError: a value does not fit its type, or there is not one struct that no other holds.
    """
    if odd := domain.keys() - DOMAIN.keys():
        raise AbiError(f"typed data: a domain has no {', '.join(sorted(odd))}. It has: {', '.join(DOMAIN)}.")
    fields = [{"name": name, "type": kind} for name, kind in DOMAIN.items() if name in domain]
    known: Types = {**{name: list(each) for name, each in types.items()}, "EIP712Domain": fields}
    primary = outermost({name: each for name, each in types.items() if name != "EIP712Domain"})
    return {
        "types": known,
        "primaryType": primary,
        "domain": read_value(known, "EIP712Domain", domain, "domain"),
        "message": read_value(known, primary, message, "message"),
    }


def outermost(types: Types) -> str:
    held = {field["type"].partition("[")[0] for name, fields in types.items() for field in fields if name}
    found = [name for name in types if name not in held]
    if len(found) != 1:
        raise AbiError(
            f"typed data: {', '.join(found) or 'no struct'} is held by no other. Give the types of one message."
        )
    return found[0]


def read_value(types: Types, kind: str, value: object, place: str) -> Any:
    if array := ARRAY.fullmatch(kind):
        if not isinstance(value, (list, tuple)) or array[2] not in ("", str(len(value))):
            raise AbiError(f"typed data: {place} is {value!r}, which is no {kind}. Write a list.")
        return [read_value(types, array[1], each, f"{place}[{index}]") for index, each in enumerate(value)]
    if kind in types:
        return read_struct(types, kind, value, place)
    plain = read_argument(Parameter("", kind), value, f"typed data: {place}")
    return to_checksum_address(plain) if kind == "address" else plain


def read_struct(types: Types, kind: str, value: object, place: str) -> dict[str, Any]:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    names = [field["name"] for field in types[kind]]
    if not isinstance(value, Mapping) or value.keys() != set(names):
        raise AbiError(f"typed data: {place} is {value!r}, which is no {kind}. Write a dict of {', '.join(names)}.")
    return {
        field["name"]: read_value(types, field["type"], value[field["name"]], f"{place}.{field['name']}")
        for field in types[kind]
    }
