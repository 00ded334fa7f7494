"""Signatures of the accounts whose keys the chain has."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, final

from tokenspice.web3engine import _core
from tokenspice.web3engine.provider.eth_send import Sending
from tokenspice.web3engine.provider.formatters import transaction_json
from tokenspice.web3engine.provider.host import Keys
from tokenspice.web3engine.provider.pool import queued_raw
from tokenspice.web3engine.provider.rpc_errors import BAD_PARAMETERS, JsonRpcError
from tokenspice.web3engine.provider.rpc_method import RpcMethod
from tokenspice.web3engine.provider.signed import signed
from tokenspice.web3engine.provider.transactions import Request, as_request
from tokenspice.web3engine.provider.values import (
    Json,
    as_address,
    as_anything,
    as_bytes,
    as_list,
    as_object,
    data,
    optional,
)

if TYPE_CHECKING:
    from eth_account.signers.local import LocalAccount

__all__ = ["Signing"]


ARRAY = re.compile(r"(.+)\[(\d*)\]")


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
        check_lengths(message.get("types"), message.get("primaryType"), message.get("message"))
        try:
            return data(bytes(signer.sign_typed_data(full_message=dict(message)).signature))
        except Exception as error:  # noqa: BLE001  (the encoder raises whatever the message makes it raise)
            raise JsonRpcError(BAD_PARAMETERS, f"this typed data cannot be signed: {error}") from None

    def _sign_transaction(self, request: Request) -> Json:
        signer = self._signer(request.caller)
        return self._described(signed(signer, self._sending.filled(request), self._evm.chain_id))

    def _described(self, raw: bytes) -> Json:
        return {"raw": data(raw), "tx": transaction_json(queued_raw(raw), self._evm.chain_id)}


def check_lengths(types: object, kind: object, value: object) -> None:
    """Refuse an array of another length than its type says, which the encoder would take.

    Args:
        types: the fields of each struct, by its name.
        kind: the value's type, such as "Person[2]".
        value: as JSON has it. What else is wrong with it, the encoder says.
    """
    if (array := ARRAY.fullmatch(str(kind))) and isinstance(value, list):
        if array[2] and int(array[2]) != len(value):
            raise JsonRpcError(
                BAD_PARAMETERS, f"Expected {array[2]} items for array type {kind}, got {len(value)} items"
            )
        for entry in value:
            check_lengths(types, array[1], entry)
    elif isinstance(types, Mapping) and isinstance(value, Mapping):
        for field in as_list(types.get(kind, []), "types"):
            if isinstance(field, Mapping):
                check_lengths(types, field.get("type"), value.get(field.get("name")))
