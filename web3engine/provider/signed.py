"""Transactions that are signed here, with a key that the chain has."""

from typing import TYPE_CHECKING, Any

from tokenspice.web3engine import _core
from tokenspice.web3engine.provider.formatters import authorization_json
from tokenspice.web3engine.provider.pool import type_of
from tokenspice.web3engine.provider.rpc_errors import BAD_PARAMETERS, JsonRpcError
from tokenspice.web3engine.provider.transactions import Request
from tokenspice.web3engine.provider.values import Json, word

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

__all__ = ["signed"]


def signed(signer: "LocalAccount", request: Request, chain_id: int) -> bytes:
    """Return a complete transaction as its sender signs it.

    Raises:
        JsonRpcError: it cannot be signed.
    """
    fields: Any = signed_fields(request, chain_id)
    try:
        return bytes(signer.sign_transaction(fields).raw_transaction)
    except (TypeError, ValueError) as error:
        raise JsonRpcError(BAD_PARAMETERS, f"this transaction cannot be signed: {error}") from None


def signed_fields(request: Request, chain_id: int) -> Json:
    """Return a complete transaction as eth-account takes it."""
    slots = [
        {"address": _core.checksum_address(entry), "storageKeys": [word(key) for key in keys]}
        for entry, keys in request.access_list
    ]
    fields: Json = {
        "to": request.to or b"",
        "data": request.data,
        "value": request.value,
        "gas": request.gas,
        "nonce": request.nonce,
        "chainId": chain_id,
        "gasPrice": request.gas_price,
        "maxFeePerGas": request.max_fee,
        "maxPriorityFeePerGas": request.priority_fee,
        "accessList": slots or None,
        "authorizationList": [authorization_json(entry) for entry in request.authorizations] or None,
        "blobVersionedHashes": request.blob_hashes or None,
        "maxFeePerBlobGas": request.max_blob_fee,
        "type": type_of(request) or None,
    }
    return {key: value for key, value in fields.items() if value is not None}
