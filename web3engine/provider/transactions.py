"""Transactions as they come in: as an object that asks for one, or signed, as bytes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import rlp

from tokenspice.web3engine.provider.rpc_errors import BAD_PARAMETERS, JsonRpcError
from tokenspice.web3engine.provider.values import (
    ZERO_ADDRESS,
    Json,
    as_address,
    as_bytes,
    as_hash,
    as_int,
    as_list,
    as_object,
)

__all__ = ["AccessList", "Authorization", "Request", "as_access_list", "as_request", "read_raw"]

AccessList: TypeAlias = list[tuple[bytes, list[int]]]
Authorization: TypeAlias = tuple[int, bytes, int, int, int, int]  # chain id, address, nonce, y parity, r, s

# The fields of a signed transaction, by its type (EIP-155, EIP-2930, EIP-1559, EIP-4844, EIP-7702).
RAW_FIELDS = {
    0: "nonce max_fee gas to value data v r s",
    1: "chain_id nonce max_fee gas to value data access_list v r s",
    2: "chain_id nonce priority_fee max_fee gas to value data access_list v r s",
    3: "chain_id nonce priority_fee max_fee gas to value data access_list max_blob_fee blob_hashes v r s",
    4: "chain_id nonce priority_fee max_fee gas to value data access_list authorizations v r s",
}
NOT_NUMBERS = ("to", "data", "access_list", "blob_hashes", "authorizations")


@dataclass(frozen=True)
class Request:
    """What a call or a transaction asks for; None is what its sender left out.

    Attributes:
        value: wei.
        gas: the limit.
        gas_price, max_fee, priority_fee: wei per gas.
        max_blob_fee: wei per unit of blob gas.
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
    blob_hashes: list[bytes]
    max_blob_fee: int | None
    authorizations: list[Authorization]

    @property
    def caller(self) -> bytes:
        """Who calls, where anybody may."""
        return self.sender or ZERO_ADDRESS

    @property
    def price(self) -> int:
        """The most wei per gas that it names, 0 if none."""
        return self.gas_price or self.max_fee or 0

    @property
    def terms(self) -> Json:
        """What the core takes beside sender, recipient and data."""
        return {
            "value": self.value,
            "gas": self.gas,
            "gas_price": self.gas_price,
            "max_fee": self.max_fee,
            "priority_fee": self.priority_fee,
            "nonce": self.nonce,
            "access_list": self.access_list or None,
            "type": self.type,
            "blob_hashes": self.blob_hashes or None,
            "max_blob_fee": self.max_blob_fee,
            "authorizations": self.authorizations or None,
        }


def as_request(value: object, name: str) -> Request:
    """Read a transaction object, as eth_call and eth_sendTransaction take it."""
    given = {key: entry for key, entry in as_object(value, name).items() if entry is not None}

    def number(key: str) -> int | None:
        return as_int(given[key], key) if key in given else None

    if "gasPrice" in given and ("maxFeePerGas" in given or "maxPriorityFeePerGas" in given):
        raise JsonRpcError(
            BAD_PARAMETERS, "both gasPrice and (maxFeePerGas or maxPriorityFeePerGas) are given; give one kind"
        )
    hashes = as_list(given.get("blobVersionedHashes", []), "blobVersionedHashes")
    return Request(
        sender=as_address(given["from"], "from") if "from" in given else None,
        to=as_address(given["to"], "to") if given.get("to", "") not in ("", "0x", b"") else None,
        data=as_payload(given),
        value=number("value") or 0,
        gas=number("gas"),
        gas_price=number("gasPrice"),
        max_fee=number("maxFeePerGas"),
        priority_fee=number("maxPriorityFeePerGas"),
        nonce=number("nonce"),
        access_list=as_access_list(given.get("accessList", [])),
        type=1 if "type" not in given and {"accessList", "gasPrice"} <= given.keys() else number("type"),
        chain_id=number("chainId"),
        blob_hashes=[as_hash(entry, "blobVersionedHashes' entry") for entry in hashes],
        max_blob_fee=number("maxFeePerBlobGas"),
        authorizations=as_authorizations(given.get("authorizationList", [])),
    )


def as_payload(given: Mapping[str, Any]) -> bytes:
    """Read calldata, which has two names; if both are there, they must agree."""
    texts = [as_bytes(given[key], key) for key in ("input", "data") if key in given]
    if len({*texts}) > 1:
        raise JsonRpcError(BAD_PARAMETERS, "both data and input are given, and they differ; give one")
    return texts[0] if texts else b""


def as_access_list(value: object) -> AccessList:
    entries = [as_object(entry, "accessList's entry") for entry in as_list(value, "accessList")]
    return [
        (
            as_address(entry.get("address"), "accessList's address"),
            [as_int(key, "storageKeys' key") for key in as_list(entry.get("storageKeys"), "storageKeys")],
        )
        for entry in entries
    ]


def as_authorizations(value: object) -> list[Authorization]:
    entries = [as_object(entry, "authorizationList's entry") for entry in as_list(value, "authorizationList")]
    return [
        (
            as_int(entry.get("chainId"), "authorization's chainId"),
            as_address(entry.get("address"), "authorization's address"),
            as_int(entry.get("nonce"), "authorization's nonce"),
            as_int(entry.get("yParity", entry.get("v")), "authorization's yParity"),
            as_int(entry.get("r"), "authorization's r"),
            as_int(entry.get("s"), "authorization's s"),
        )
        for entry in entries
    ]


def read_raw(raw: bytes) -> Json:
    """Read the fields of a signed transaction that the chain has accepted, with its type."""
    kind = raw[0] if raw[0] in RAW_FIELDS else 0
    body = rlp.decode(raw[1:] if kind else raw)
    if kind == 3 and isinstance(body[0], list):  # with its blobs, as the network passes it on
        body = body[0]
    fields: Json = dict(zip(RAW_FIELDS[kind].split(), body, strict=True))
    numbers = {key: from_bytes(entry) for key, entry in fields.items() if key not in NOT_NUMBERS}
    slots = [(address, [from_bytes(key) for key in keys]) for address, keys in fields.get("access_list", [])]
    granted = [
        (from_bytes(chain_id), address, *map(from_bytes, rest))
        for chain_id, address, *rest in fields.get("authorizations", [])
    ]
    return fields | numbers | {"type": kind, "access_list": slots, "authorizations": granted}


def from_bytes(value: bytes) -> int:
    return int.from_bytes(value, "big")
