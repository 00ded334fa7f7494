"""What a signed transaction says, for the record of one that a node refused."""

from typing import Any

import rlp
from eth_account.typed_transactions.typed_transaction import TypedTransaction
from hexbytes import HexBytes

from tokenspice.web3engine.hexes import hexed
from tokenspice.web3engine.keys import sender_of

__all__ = ["read_signed"]

AMOUNTS = ("value", "maxPriorityFeePerGas")
LEGACY = ("nonce", "gasPrice", "gas", "to", "value", "data")  # and a signature
FIRST_LEGACY_BYTE = 0xC0  # below are the types of EIP-2718


def read_signed(raw: object) -> dict[str, Any] | None:
    """Return the sender and the fields as JSON-RPC writes them; None if it is no signed transaction."""
    try:
        content = bytes(HexBytes(raw))  # type: ignore[arg-type]
        if content[0] < FIRST_LEGACY_BYTE:
            fields = TypedTransaction.from_bytes(HexBytes(content)).as_dict()
        else:
            fields = dict(zip(LEGACY, rlp.decode(content), strict=False))
        sender = sender_of(content)
    except Exception:  # noqa: BLE001  (the decoders raise whatever the bytes make them raise)
        return None
    return {"from": sender} | {name: as_text(fields[name]) for name in fields if name in ("to", "data", *AMOUNTS)}


def as_text(value: Any) -> str:
    return hexed(bytes(value)) if isinstance(value, (bytes, bytearray)) else hex(value)
