"""Transactions as they come in: as an object that asks for one, or signed, as bytes."""

from dataclasses import dataclass
from typing import TypeAlias

import rlp

from tokenspice.web3engine.provider.rpc_errors import BAD_PARAMETERS, Refusal
from tokenspice.web3engine.provider.values import ZERO_ADDRESS, Json, as_address, as_bytes, as_int, as_list, as_object

__all__ = ["AccessList", "Request", "as_request", "read_raw"]

AccessList: TypeAlias = list[tuple[bytes, list[int]]]

# The fields of a signed transaction, by its type (EIP-155, EIP-2930, EIP-1559, EIP-7702).
RAW_FIELDS = {
    0: "nonce max_fee gas to value data v r s",
    1: "chain_id nonce max_fee gas to value data access_list v r s",
    2: "chain_id nonce priority_fee max_fee gas to value data access_list v r s",
    4: "chain_id nonce priority_fee max_fee gas to value data access_list authorizations v r s",
}
NOT_NUMBERS = ("to", "data", "access_list", "authorizations")


@dataclass(frozen=True)
class Request:
    """What a call or a transaction asks for; None is what its sender left out.

    Attributes:
        value: wei.
        gas: the limit.
        gas_price, max_fee, priority_fee: wei per gas.
    """

    sender: bytes | None
    to: bytes | None
    data: bytes
    value: int
    gas: int | None
    gas_price: int | None
    max_fee: int | None
    priority_fee: int | None
    nonce: int | None
    access_list: AccessList
    type: int | None
    chain_id: int | None

    @property
    def caller(self) -> bytes:
        """Who calls, where anybody may."""
        return self.sender or ZERO_ADDRESS

    @property
    def price(self) -> int:
        """The most wei per gas that it names, 0 if none."""
        return self.gas_price or self.max_fee or 0


def as_request(value: object, name: str) -> Request:
    """Read a transaction object, as eth_call and eth_sendTransaction take it."""
    given = {key: entry for key, entry in as_object(value, name).items() if entry is not None}

    def number(key: str) -> int | None:
        return as_int(given[key], key) if key in given else None

    if "authorizationList" in given or "blobVersionedHashes" in given:
        raise Refusal(
            BAD_PARAMETERS, "a transaction with authorizations must be signed, and one with blobs is not taken"
        )
    if "gasPrice" in given and ("maxFeePerGas" in given or "maxPriorityFeePerGas" in given):
        raise Refusal(
            BAD_PARAMETERS, "both gasPrice and (maxFeePerGas or maxPriorityFeePerGas) are given; give one kind"
        )
    return Request(
        sender=as_address(given["from"], "from") if "from" in given else None,
        to=as_address(given["to"], "to") if given.get("to", "") not in ("", "0x", b"") else None,
        data=as_bytes(given.get("input", given.get("data", b"")), "input" if "input" in given else "data"),
        value=number("value") or 0,
        gas=number("gas"),
        gas_price=number("gasPrice"),
        max_fee=number("maxFeePerGas"),
        priority_fee=number("maxPriorityFeePerGas"),
        nonce=number("nonce"),
        access_list=as_access_list(given.get("accessList", [])),
        type=number("type"),
        chain_id=number("chainId"),
    )


def as_access_list(value: object) -> AccessList:
    entries = [as_object(entry, "accessList's entry") for entry in as_list(value, "accessList")]
    return [
        (
            as_address(entry.get("address"), "accessList's address"),
            [as_int(key, "storageKeys' key") for key in as_list(entry.get("storageKeys"), "storageKeys")],
        )
        for entry in entries
    ]


def read_raw(raw: bytes) -> Json:
    """Read the fields of a signed transaction that the chain has accepted, with its type."""
    kind = raw[0] if raw[0] in RAW_FIELDS else 0
    fields: Json = dict(zip(RAW_FIELDS[kind].split(), rlp.decode(raw[1:] if kind else raw), strict=True))
    numbers = {key: int.from_bytes(entry, "big") for key, entry in fields.items() if key not in NOT_NUMBERS}
    slots = [(address, [int.from_bytes(key, "big") for key in keys]) for address, keys in fields.get("access_list", [])]
    return fields | numbers | {"type": kind, "access_list": slots}
