"""Signatures of the accounts whose keys the chain has."""

from typing import TYPE_CHECKING, Any, final

from tokenspice.web3engine import _core
from tokenspice.web3engine.provider.eth_send import Sending
from tokenspice.web3engine.provider.formatters import transaction_json
from tokenspice.web3engine.provider.host import Keys
from tokenspice.web3engine.provider.pool import queued_raw, type_of
from tokenspice.web3engine.provider.rpc_errors import BAD_PARAMETERS, JsonRpcError
from tokenspice.web3engine.provider.rpc_method import RpcMethod
from tokenspice.web3engine.provider.transactions import Request, as_request
from tokenspice.web3engine.provider.values import (
    Json,
    as_address,
    as_anything,
    as_bytes,
    as_object,
    data,
    optional,
    word,
)

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

__all__ = ["Signing"]


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
        "type": type_of(request) or None,
    }
    return {key: value for key, value in fields.items() if value is not None}


@final
class Signing:
    """Signs messages, typed data (EIP-712) and transactions."""

    def __init__(self, evm: _core.Evm, keys: Keys, sending: Sending) -> None:
        self._evm = evm
        self._keys = keys
        self._sending = sending

    def methods(self) -> dict[str, RpcMethod]:
        typed = RpcMethod(self._sign_typed, address=as_address, data=as_object)
        return {
            "eth_sign": RpcMethod(self._sign, address=as_address, data=as_bytes),
            "eth_signTransaction": RpcMethod(self._sign_transaction, transaction=as_request),
            "eth_signTypedData": typed,
            "eth_signTypedData_v3": typed,
            "eth_signTypedData_v4": typed,
            "personal_sign": RpcMethod(
                lambda message, address, _: self._sign(address, message),
                data=as_bytes,
                address=as_address,
                password=optional(as_anything),
            ),
        }

    def _signer(self, address: bytes) -> "LocalAccount":
        if signer := self._keys.signer(address):
            return signer
        raise JsonRpcError(
            BAD_PARAMETERS, f"No Signer available: the chain has no key of {_core.checksum_address(address)}"
        )

    def _sign(self, address: bytes, message: bytes) -> str:
        from eth_account.messages import encode_defunct

        return data(bytes(self._signer(address).sign_message(encode_defunct(message)).signature))

    def _sign_typed(self, address: bytes, message: Json) -> str:
        signer = self._signer(address)
        try:
            return data(bytes(signer.sign_typed_data(full_message=dict(message)).signature))
        except Exception as error:  # noqa: BLE001  (the encoder raises whatever the message makes it raise)
            raise JsonRpcError(BAD_PARAMETERS, f"this typed data cannot be signed: {error}") from None

    def _sign_transaction(self, request: Request) -> Json:
        signer = self._signer(request.caller)
        return self._described(self._raw(signer, self._sending.filled(request)))

    def _raw(self, signer: "LocalAccount", request: Request) -> bytes:
        fields: Any = signed_fields(request, self._evm.chain_id)
        try:
            return bytes(signer.sign_transaction(fields).raw_transaction)
        except (TypeError, ValueError) as error:
            raise JsonRpcError(BAD_PARAMETERS, f"this transaction cannot be signed: {error}") from None

    def _described(self, raw: bytes) -> Json:
        return {"raw": data(raw), "tx": transaction_json(queued_raw(raw), self._evm.chain_id)}
